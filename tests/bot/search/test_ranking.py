"""The features of a passage: what each says, by examples, and that the weights fit them."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.view import ReportView
from bot.search import ranking
from bot.understanding.question import understand
from tests.bot.reports import view_of

TEXT = """某县交通局2035年工作总结

一、2035年工作总结
2035年新建农村公路23公里，修补路面133公里。
开展安全检查，教育司机注意安全，加强宣传引导。
二、2036年工作计划
2036年计划新建农村公路30公里，完成投资5亿元。
"""


@pytest.fixture(scope="module")
def view() -> ReportView:
    return view_of(TEXT)


def features(view: ReportView, question: str) -> dict[str, dict[str, float]]:
    """The features of each passage by a word that only it holds."""
    none = np.zeros(len(view.periods), np.float32)
    rows = ranking.passage_features(understand(question), view, none)
    found = {}
    for key in ("23公里", "宣传引导", "30公里"):
        number = next(s.passage for s in view.sentences if key in view.text[s.span.start : s.span.end])
        found[key] = dict(zip(ranking.NAMES, rows[number].tolist(), strict=True))
    return found


def test_a_passage_of_another_year_is_told_from_one_of_the_year_asked(view: ReportView) -> None:
    found = features(view, "2036年计划新建农村公路多少公里")
    assert (found["30公里"]["year_same"], found["30公里"]["year_other"], found["30公里"]["status_other"]) == (1, 0, 0)
    assert (found["23公里"]["year_same"], found["23公里"]["year_other"], found["23公里"]["status_other"]) == (0, 1, 1)


def test_without_a_year_asked_no_passage_is_of_the_wrong_one(view: ReportView) -> None:
    found = features(view, "农村公路有多少公里")
    assert not any(row["year_same"] or row["year_other"] for row in found.values())


def test_a_passage_without_a_figure_of_the_kind_asked_is_told_apart(view: ReportView) -> None:
    found = features(view, "新建农村公路多少公里")
    assert (found["23公里"]["kind"], found["23公里"]["unit"]) == (1, 1)
    assert (found["宣传引导"]["kind"], found["宣传引导"]["unit"]) == (0, 0)


def test_a_unit_that_cannot_answer_does_not_count(view: ReportView) -> None:
    found = features(view, "完成投资多少亿元")
    assert found["30公里"]["unit"] == 1
    assert (found["23公里"]["kind"], found["23公里"]["unit"]) == (1, 0)


def test_a_question_for_a_name_asks_for_no_figure(view: ReportView) -> None:
    assert not any(row["kind"] or row["unit"] for row in features(view, "安全检查由谁开展").values())


def test_the_sentence_with_the_words_asked_holds_most_of_the_question(view: ReportView) -> None:
    found = features(view, "教育司机注意安全")
    assert found["宣传引导"]["words"] > max(found["23公里"]["words"], found["30公里"]["words"])
    assert found["宣传引导"]["sentence"] > max(found["23公里"]["sentence"], found["30公里"]["sentence"])


def test_the_weights_in_the_repository_are_of_these_features_and_of_the_signs_they_mean() -> None:
    learned = ranking.learned()
    values = learned.logits(np.eye(len(ranking.NAMES), dtype=np.float32), ranking.NAMES)
    against = {name for name, value in zip(ranking.NAMES, values, strict=True) if value < 0}
    assert against == {"year_other", "status_other"}
