"""Synthetic reports: the same every time, no two alike, and every planted answer stands in its report."""

from __future__ import annotations

import pytest

from evals import synthetic


@pytest.fixture(scope="module")
def planted() -> list[synthetic.Planted]:
    return [synthetic.report(number) for number in range(300)]


def test_a_report_is_the_same_every_time(planted: list[synthetic.Planted]) -> None:
    assert synthetic.report(7) == planted[7]


def test_no_two_are_of_one_bureau_and_year(planted: list[synthetic.Planted]) -> None:
    assert len({report.file for report in planted}) == len(planted)
    assert len({(report.organisation, report.year) for report in planted}) == len(planted)


def test_no_two_projects_have_one_name() -> None:
    names = {synthetic._project(number) for number in range(synthetic.most())}
    assert len(names) == synthetic.most()


def test_every_answer_stands_in_its_own_report_once(planted: list[synthetic.Planted]) -> None:
    for report in planted:
        for gold in report.questions:
            assert [report.text.count(answer) for answer in gold.answers] in ([], [1])
            assert gold.answerable == bool(gold.answers)


def test_what_is_planned_is_asked_of_the_plan(planted: list[synthetic.Planted]) -> None:
    for report in planted:
        done, _, plans = report.text.partition(f"二、{report.year + 1}年工作计划")
        answers = {gold.type: gold.answers for gold in report.questions if gold.answers}
        assert answers["plan"][0] in plans
        assert all(answers[kind][0] in done for kind in ("bureau", "county", "project"))


def test_sentences_of_one_subject_are_worded_differently(planted: list[synthetic.Planted]) -> None:
    sentences = {s for report in planted for s in report.text.split("。") if "高标准农田" in s and "计划" not in s}
    assert len({"".join(c for c in s if not c.isdigit()) for s in sentences}) > 8
