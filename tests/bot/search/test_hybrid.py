"""Hybrid search: confined to the scope, both halves weighed together, ranked passage by passage, the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Assistant
from bot.search.hybrid import Half, HybridSearch, fuse, ranking
from bot.understanding.question import understand
from bot.understanding.scope import Scope, find_scope
from ingest.library import Hit


def half(*hits: tuple[str, int, float], depth: int = 9) -> Half:
    return Half.of([Hit(*hit) for hit in hits], depth)


def test_a_passage_scores_its_share_of_the_best_in_each_half() -> None:
    first, second = fuse(half(("甲", 1, 8.0), ("甲", 2, 4.0)), half(("甲", 2, 0.6), ("甲", 1, 0.3)), 1.0, 0.5)
    assert (first.ordinal, first.score) == (1, pytest.approx(1 + 0.5 * 0.5))
    assert (second.ordinal, second.score) == (2, pytest.approx(0.5 + 0.5))


def test_a_passage_that_one_half_missed_has_nothing_from_it() -> None:
    both, text_only = fuse(half(("甲", 1, 8.0), ("甲", 2, 4.0)), half(("甲", 1, 0.6)))
    assert (both.score, text_only.score) == (2, 0.5)


def test_where_a_half_was_cut_off_what_it_did_not_find_may_be_as_near_as_its_last() -> None:
    cut = half(("甲", 1, 8.0), ("甲", 2, 4.0), depth=2)
    assert cut.share("甲", 3) == 0.5
    assert half(("甲", 1, 8.0), ("甲", 2, 4.0)).share("甲", 3) == 0


def test_ties_go_by_report_and_ordinal_whichever_half_found_them() -> None:
    one = fuse(half(("b", 5, 1.0)), half(("a", 7, 1.0)))
    other = fuse(half(("a", 7, 1.0)), half(("b", 5, 1.0)))
    assert [(r.report, r.ordinal) for r in one] == [(r.report, r.ordinal) for r in other] == [("a", 7), ("b", 5)]


def test_halves_that_found_nothing_make_nothing() -> None:
    assert fuse(half(), half()) == []


places = st.lists(st.tuples(st.sampled_from("甲乙"), st.integers(0, 5)), unique=True, max_size=8)


def falling(places: list[tuple[str, int]]) -> Half:
    return half(*((report, ordinal, 1 / (n + 1)) for n, (report, ordinal) in enumerate(places)))


@given(places, places)
def test_fusion_keeps_every_passage_once_in_falling_order(
    text: list[tuple[str, int]], vector: list[tuple[str, int]]
) -> None:
    fused = fuse(falling(text), falling(vector))
    found = [(ranked.report, ranked.ordinal) for ranked in fused]
    assert len(found) == len(set(found))
    assert set(found) == {*text, *vector}
    assert [r.score for r in fused] == sorted((r.score for r in fused), reverse=True)


@pytest.mark.parametrize("place", ["山东省", "江苏省"])
def test_search_stays_inside_the_scope(provinces: Assistant, place: str) -> None:
    scope = find_scope(f"{place}粮食总产量是多少", provinces.library.reports())
    question = understand(f"{place}粮食总产量是多少", scope_names=scope.names)
    ranked = provinces.search.find(question, scope)
    assert ranked
    assert {passage.report for passage in ranked} == set(scope.reports)


def test_without_a_scope_every_report_is_searched(provinces: Assistant) -> None:
    ranked = provinces.search.find(understand("粮食总产量是多少"), Scope())
    assert len({passage.report for passage in ranked}) == 2


@pytest.mark.parametrize(("text_weight", "vector_weight"), [(1.0, 0.0), (0.0, 1.0)])
def test_either_half_finds_the_passage_alone(provinces: Assistant, text_weight: float, vector_weight: float) -> None:
    search = HybridSearch(provinces.library, k=3, text_weight=text_weight, vector_weight=vector_weight)
    question = "新开通国际航线几条"
    ranked = search.find(understand(question), Scope())
    assert 0 < len(ranked) <= 3
    texts = [provinces.library.passages(r.report)[r.ordinal].text for r in ranked]
    assert any("国际航线" in text for text in texts)


def first(assistant: Assistant, question: str) -> str:
    """The text of the passage ranked first."""
    best = assistant.retrieve(assistant.understand((question, ()))).ranked[0]
    return assistant.library.passages(best.report)[best.ordinal].text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("2035年山东省粮食总产量是多少", "5100万吨"),
        ("2036年山东省粮食总产量计划是多少", "5200万吨"),
        ("去年江苏新建高速公路多少公里", "150公里"),
        ("江苏省今年计划新建高速公路多少公里", "200公里"),
    ],
)
def test_of_the_same_words_the_passage_of_the_year_asked_comes_first(
    provinces: Assistant, question: str, said: str
) -> None:
    assert said in first(provinces, question)


def test_what_is_worded_otherwise_comes_first_too(provinces: Assistant) -> None:
    assert "养老床位2.5万张" in first(provinces, "山东去年给上了年纪的人添了多少张床位")


def test_every_passage_of_a_likely_report_is_a_candidate_found_or_not(provinces: Assistant) -> None:
    turn = provinces.understand(("山东省国际航线新开通几条", ()))
    ranked, rows = provinces.search.candidates(turn.question, turn.scope)
    (report,) = turn.scope.reports
    assert [(r.report, r.ordinal) for r in ranked] == [
        (report, n) for n in range(len(provinces.library.passages(report)))
    ]
    assert rows.shape == (len(ranked), len(ranking.NAMES))


def test_a_search_without_views_ranks_nothing_by_features(provinces: Assistant) -> None:
    with pytest.raises(ValueError, match="views"):
        HybridSearch(provinces.library).candidates(understand("粮食总产量是多少"), Scope())


def test_a_question_without_words_finds_nothing(provinces: Assistant) -> None:
    everywhere = Scope()
    inside = find_scope("山东省", provinces.library.reports())
    assert [provinces.search.find(understand("？"), scope) for scope in (everywhere, inside)] == [[], []]
