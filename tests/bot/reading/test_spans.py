"""Names and lists that could answer: stretches, enumerations and quoted names of the best sentences."""

from __future__ import annotations

import pytest

from bot.evidence.matching import match
from bot.reading.spans import Span, candidates, items
from bot.understanding.question import understand
from ingest.embedding import shipped_vectors
from tests.bot.reports import view_of

VIEW = view_of(
    """\
某县2035年工作总结

一、政务服务
打造“泉心办”政务服务品牌。青岩刻石被认定为海拔最高的秦代刻石。“九天”大型无人机首飞。9月底前组建云台农商联合银行。云台、柳溪和白水入选全国零碳城镇。通用机场由（青山机场公司）承建。
"""
)


def found(text: str) -> tuple[list[Span], list[str]]:
    question = understand(text)
    matches = match(question, VIEW, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in VIEW.sentences], near=True)
    spans = candidates(question, VIEW, matches, scores)
    return spans, [VIEW.text[span.start : span.end] for span in spans]


def test_what_is_left_of_a_figure_is_no_candidate() -> None:
    view = view_of("某省2036年工作报告\n\n一、2035年工作回顾\n地区生产总值增长5.5%、居中部地区前列。\n")
    question = understand("GDP增速低于5%的省有哪些")
    matches = match(question, view, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in view.sentences], near=True)
    assert not [s for s in candidates(question, view, matches, scores) if view.text[s.start] == "%"]


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("政务服务品牌叫什么", "泉心办"),
        ("哪些城镇入选全国零碳城镇", "云台、柳溪和白水"),
        ("通用机场由谁承建", "青山机场公司"),
        ("海拔最高的秦代刻石叫什么", "青岩刻石"),
        ("要组建哪家银行", "云台农商联合银行"),
        ("首飞的大型无人机叫什么", "九天"),
    ],
)
def test_the_answer_is_among_the_candidates(question: str, span: str) -> None:
    assert span in found(question)[1]


def test_candidates_are_different_places_without_loose_ends() -> None:
    spans, texts = found("哪些城镇入选全国零碳城镇")
    assert len({(span.start, span.end) for span in spans}) == len(spans)
    assert [text for text in texts if text[0] in "，、的了 " or text[-1] in "，、的了 "] == []


def test_every_candidate_lies_in_its_clause() -> None:
    for span in found("政务服务品牌叫什么")[0]:
        clause = VIEW.sentences[span.sentence].clauses[span.clause]
        assert clause.start <= span.start < span.end <= clause.end


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("云台、柳溪和白水", ["云台", "柳溪", "白水"]),
        ("云台、柳溪、白水", ["云台", "柳溪", "白水"]),
        ("云台", ["云台"]),
        ("和平路、共和路", ["和平路", "共和路"]),
        ("公路长+警长+护路员", ["公路长", "警长", "护路员"]),
        ("“药香谷路”“稻花湾路”", ["“药香谷路”", "“稻花湾路”"]),
    ],
)
def test_an_enumeration_has_its_items(text: str, parts: list[str]) -> None:
    assert items(text) == parts


def test_names_in_quotation_marks_side_by_side_are_a_list() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n打造“药香谷路”“稻花湾路”“云顶茶路”三条旅游路。\n")
    question = understand("打造的三条旅游路叫什么")
    matches = match(question, view, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in view.sentences], near=True)
    texts = [view.text[s.start : s.end] for s in candidates(question, view, matches, scores) if s.kind == "list"]
    assert "“药香谷路”“稻花湾路”“云顶茶路”" in texts


def test_what_happened_on_a_day_is_not_named_by_the_day() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n云柳高速公路4月28日建成。\n")
    question = understand("4月28日通车的是哪条高速")
    matches = match(question, view, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in view.sentences], near=True)
    texts = [view.text[s.start : s.end] for s in candidates(question, view, matches, scores)]
    assert "4月28日建成" not in texts
