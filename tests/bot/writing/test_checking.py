"""Written sentences against their evidence: what passes, and what does not and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.quoting.citing import cite_passage
from bot.understanding.period import Asked
from bot.writing.checking import faults
from bot.writing.evidence import Evidence, evidence
from tests.bot.reports import SHANDONG, view_of

Given = dict[int, Evidence]


@pytest.fixture(scope="module")
def given() -> Given:
    """All passages of a made-up report, numbered as they stand in it."""
    view = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")
    ordinals = sorted({s.passage for s in view.sentences})
    return {n: evidence(cite_passage(view, ordinal, n), view) for n, ordinal in enumerate(ordinals, start=1)}


@pytest.fixture(scope="module")
def mark(given: Given) -> Callable[[str], str]:
    """The mark of the passage that holds some words."""
    return lambda words: f"[{next(n for n, one in given.items() if words in one.told)}]"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("2035年，山东省地区生产总值达到12万亿元，增长6.2%{}。", "12万亿元"),
        ("2035年粮食总产量为5100万吨{}。", "5100万吨"),
        ("去年新建高速公路310公里，即310000米{}。", "310公里"),
        ("规模以上工业企业由3.2万家增加到36000家{}。", "3.6万家"),
        ("城镇调查失业率为百分之五{}。", "失业率5%"),
        ("2036年计划新建高速公路280公里，9月底前建成鲁南机场{}。", "鲁南机场"),
        ("济南、青岛和烟台入选了首批零碳城市{}。", "烟台"),
        ("“十六五”时期全省累计造林50万亩{}。", "造林"),
        ("粮食总产量5100万吨{0}，2036年的目标是5200万吨{1}。", "5100万吨|5200万吨"),
    ],
)
def test_true_sentences_pass(sentence: str, words: str, given: Given, mark: Callable[[str], str]) -> None:
    marks = [mark(word) for word in words.split("|")]
    assert faults(sentence.format(*marks), given) == []


@pytest.mark.parametrize(
    ("sentence", "words", "kind"),
    [
        ("2035年，地区生产总值达到13万亿元{}。", "12万亿元", "figure"),
        ("2035年，地区生产总值达到12亿元{}。", "12万亿元", "figure"),
        ("2035年粮食总产量为5100万亩{}。", "5100万吨", "unit"),
        ("城镇调查失业率为5个百分点{}。", "失业率5%", "unit"),
        ("2034年新建高速公路310公里{}。", "310公里", "period"),
        ("2035年小麦产量为5100万吨{}。", "5100万吨", "subject"),
        ("2035年新建铁路310公里{}。", "310公里", "subject"),
        ("江苏省2035年新建高速公路310公里{}。", "310公里", "name"),
        ("2035年地区生产总值下降6.2%{}。", "12万亿元", "direction"),
        ("规模以上工业企业由3.6万家增加到3.2万家{}。", "3.6万家", "direction"),
        ("2035年新建高速公路超过310公里{}。", "310公里", "figure"),
        ("2035年新建高速公路不足310公里{}。", "310公里", "figure"),
        ("2036年10月底前建成鲁南机场{}。", "鲁南机场", "date"),
        ("沂蒙机场9月底前建成{}。", "鲁南机场", "name"),
        ("据新华社报道，2035年新建高速公路310公里{}。", "310公里", "mark"),
        ("2035年没有完成新建高速公路310公里{}。", "310公里", "direction"),
        ("全省文艺创作繁荣，涌现大批优秀作品{}。", "310公里", "unsaid"),
        ("2035年新建高速公路310公里，见 https://evil.example/{}。", "310公里", "alien"),
    ],
)
def test_false_sentences_do_not(sentence: str, words: str, kind: str, given: Given, mark: Callable[[str], str]) -> None:
    assert kind in {fault.kind for fault in faults(sentence.format(mark(words)), given)}


def test_a_mark_must_be_one_that_was_given(given: Given) -> None:
    assert [fault.kind for fault in faults("2035年新建高速公路310公里[77]。", given)] == ["mark"]
    assert [fault.kind for fault in faults("2035年新建高速公路310公里。", given)] == ["mark"]


def test_a_figure_of_another_year_than_asked_must_say_so(given: Given, mark: Callable[[str], str]) -> None:
    asked = Asked(2036, 2036)
    n = mark("310公里")
    assert [f.kind for f in faults(f"新建高速公路310公里{n}。", given, asked=asked)] == ["period"]
    assert faults(f"2035年新建高速公路310公里{n}。", given, asked=asked) == []


def test_what_announces_the_next_sentence_needs_no_mark(given: Given) -> None:
    assert faults("综合交通方面：", given) == []
    assert faults("月球基地方面：", given) != []
