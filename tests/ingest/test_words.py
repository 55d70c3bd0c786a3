"""Words: segmentation that loses nothing, search terms, and the names a report coins."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ingest import words
from tests.ingest.reportlike import report_text


@settings(deadline=None)  # the first call loads the dictionary
@given(report_text)
def test_the_words_of_a_text_joined_are_the_text(text: str) -> None:
    assert "".join(words.cut(text)) == text


def test_one_name_is_cut_alike_in_two_sentences() -> None:
    first, second = words.cut("推进临临高速沂源段建设"), words.cut("临临高速完成多少投资")
    assert [word for word in first if word in "临临高速"] == [word for word in second if word in "临临高速"]


@pytest.mark.parametrize(
    ("word", "expected"), [("ＧＤＰ", "gdp"), ("Ｇ３４１", "g341"), ("％", "%"), ("公路", "公路"), ("PM2.5", "pm2.5")]
)
def test_words_are_compared_half_width_and_lower_case(word: str, expected: str) -> None:
    assert words.fold(word) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [("公路", True), ("36", True), ("X", True), ("，", False), ("。”", False), (" ", False), ("", False)],
)
def test_punctuation_is_no_word(token: str, expected: bool) -> None:
    assert words.is_word(token) is expected


def test_a_long_word_also_yields_the_words_inside_it() -> None:
    assert words.terms(["基础设施", "，", "ＥＰＣ"]) == ["基础设施", "基础", "设施", "epc"]


@pytest.mark.parametrize(
    ("word", "expected"), [("居民", True), ("产业", True), ("菌", False), ("", False), ("沂沂沂", False)]
)
def test_a_word_is_known_where_the_dictionary_has_it(word: str, expected: bool) -> None:
    assert words.is_known(word) is expected


def test_roads_are_named_with_and_without_their_numbers() -> None:
    assert words.roads("X019鲁沟路完成路面施工4公里，G341黄海线改建，G1号") == [
        "X019鲁沟路",
        "鲁沟路",
        "G341黄海线",
        "黄海线",
    ]


def test_names_are_roads_and_quoted_titles_each_once() -> None:
    text = "打造“沂路先锋”品牌，编纂《记忆沂源—交通篇》，X019鲁沟路。再谈“沂路先锋”。“一”不算。"
    assert words.names(text) == ["X019鲁沟路", "鲁沟路", "沂路先锋", "记忆沂源—交通篇"]


def test_known_names_are_found_longest_first_and_do_not_overlap() -> None:
    known = {"鲁沟路", "X019鲁沟路", "沟路"}
    assert words.names_in("问X019鲁沟路和鲁沟路", known) == ["X019鲁沟路", "鲁沟路"]
    assert words.names_in("没有名字", known) == []


def test_known_names_become_one_word_each_and_the_text_stays() -> None:
    cut = ["推进", "临", "临", "高速", "建设"]
    assert words.merged(cut, {"临临高速"}) == ["推进", "临临高速", "建设"]
    assert words.merged(cut, set()) == cut
