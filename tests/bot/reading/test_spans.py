"""Names and lists that could answer: stretches, enumerations and quoted names of the best sentences."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.matching import match
from bot.reading.spans import NAMES, Span, candidates, items, span_features, without_predicate
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


def test_every_candidate_has_a_row_of_finite_features() -> None:
    question = understand("政务服务品牌叫什么")
    matches = match(question, VIEW, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in VIEW.sentences])
    spans = candidates(question, VIEW, matches, scores)
    rows = span_features(question, VIEW, matches, scores, scores, spans)
    assert rows.shape == (len(spans), len(NAMES))
    assert np.isfinite(rows).all()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("云台、柳溪和白水", ["云台", "柳溪", "白水"]),
        ("云台、柳溪、白水", ["云台", "柳溪", "白水"]),
        ("云台", ["云台"]),
        ("和平路、共和路", ["和平路", "共和路"]),
    ],
)
def test_an_enumeration_has_its_items(text: str, parts: list[str]) -> None:
    assert items(text) == parts


def test_what_a_glossary_explains_is_known_to_be_asked_for() -> None:
    view = view_of(
        "某省2036年工作报告\n\n一、工作安排\n激活“四库”功能，办好“三会”。\n［1］四库：\n水库、粮库、钱库、碳库。\n"
    )
    question = understand("“四库”分别是什么")
    matches = match(question, view, shipped_vectors())
    dense = scores = matches.coverage([[sentence.span.words] for sentence in view.sentences], near=True)
    spans = candidates(question, view, matches, scores)
    rows = span_features(question, view, matches, dense, scores, spans)
    asked = {view.text[s.start : s.end]: row[NAMES.index("heading_asked")] for s, row in zip(spans, rows, strict=True)}
    assert asked["水库、粮库、钱库、碳库"] == 1.0
    assert sum(asked.values()) < len(asked)


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("镜泊荡湿地馆入选全国科普教育基地", "哪家馆入选全国科普教育基地", "镜泊荡湿地馆"),
        ("歌剧《长歌》荣获国家级舞台艺术奖", "哪部作品拿了国家级舞台艺术奖", "歌剧《长歌》"),
        ("消费品质提升行动", "开展的是哪项行动", "消费品质提升行动"),
    ],
)
def test_a_name_ends_before_what_the_question_says_of_it(text: str, asked: str, name: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}。\n")
    start = view.text.index(text)
    number = next(i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end)
    question = understand(asked)
    matches = match(question, view, shipped_vectors())
    end = without_predicate(question, view, matches, start, start + len(text), number)
    assert view.text[start:end] == name
