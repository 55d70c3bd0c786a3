"""What is known of a name or list as an answer."""

from __future__ import annotations

import numpy as np

from bot.evidence.matching import match
from bot.evidence.view import ReportView
from bot.reading.span_features import NAMES, span_features
from bot.reading.spans import candidates
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


def feature(name: str, question: str, view: ReportView) -> dict[str, float]:
    """A feature of every candidate for the answer to a question, by the candidate's words."""
    asked = understand(question)
    matches = match(asked, view, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in view.sentences], near=True)
    spans = candidates(asked, view, matches, scores)
    column = span_features(asked, view, matches, scores, scores, spans)[:, NAMES.index(name)]
    return {view.text[s.start : s.end]: float(value) for s, value in zip(spans, column, strict=True)}


def test_every_candidate_has_a_row_of_finite_features() -> None:
    question = understand("政务服务品牌叫什么")
    matches = match(question, VIEW, shipped_vectors())
    scores = matches.coverage([[sentence.span.words] for sentence in VIEW.sentences])
    spans = candidates(question, VIEW, matches, scores)
    rows = span_features(question, VIEW, matches, scores, scores, spans)
    assert rows.shape == (len(spans), len(NAMES))
    assert np.isfinite(rows).all()


def test_what_a_glossary_explains_is_known_to_be_asked_for() -> None:
    view = view_of(
        "某省2036年工作报告\n\n一、工作安排\n激活“四库”功能，办好“三会”。\n［1］四库：\n水库、粮库、钱库、碳库。\n"
    )
    asked = feature("heading_asked", "“四库”分别是什么", view)
    assert asked["水库、粮库、钱库、碳库"] == 1.0
    assert sum(asked.values()) < len(asked)


def test_an_item_with_the_place_asked_is_told_from_the_others() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n青石镇的石佛桥、双桥镇的老龙桥得到重建。\n")
    ahead = feature("item_ahead", "双桥镇重建的桥叫什么", view)
    assert ahead["老龙桥"] == 0.0
    assert ahead["青石镇的石佛桥"] > 0.2


def test_of_what_belongs_to_each_the_one_asked_is_told() -> None:
    view = view_of("某省2035年工作总结\n\n一、2035年工作情况\n青崖、白浦分别入选全国美丽城市先行区、美丽乡村先行区。\n")
    paired = feature("paired", "哪个市县入选全国美丽乡村先行区", view)
    assert paired["白浦"] == 1.0
    assert paired["青崖"] == -1.0
