"""A question is put to the reports and the year that were picked, in words that name them."""

from __future__ import annotations

import pytest

from bot.chain import Assistant
from bot.understanding.chosen import ANYTHING, Chosen, chosen_in
from ingest.document import Report

SHANDONG = Report("s", "s.txt", "", "2036年山东省政府工作报告", "山东省", 2036)
JIANGSU = Report("j", "j.txt", "", "2036年江苏省政府工作报告", "江苏省", 2036)
REPORTS = (SHANDONG, JIANGSU)


@pytest.mark.parametrize(
    ("text", "chosen", "worded"),
    [
        ("2035年山东省新建高速公路多少公里", Chosen(("j",)), "2035年江苏省新建高速公路多少公里"),
        ("新建高速公路多少公里", Chosen(("j",)), "江苏省新建高速公路多少公里"),
        ("江苏省新建高速公路多少公里", Chosen(("j",)), "江苏省新建高速公路多少公里"),
        ("山东省2035年新建高速公路多少公里", Chosen(year=2036), "山东省2036年新建高速公路多少公里"),
        ("去年新建高速公路多少公里", Chosen(year=2036), "2036年新建高速公路多少公里"),
        ("新建高速公路多少公里", Chosen(year=2036), "2036年新建高速公路多少公里"),
        ("山东省的新建高速公路多少公里", ANYTHING, "山东省的新建高速公路多少公里"),
    ],
)
def test_the_words_name_what_was_picked(text: str, chosen: Chosen, worded: str) -> None:
    assert chosen.worded(text, REPORTS) == worded


def test_a_question_says_itself_what_it_chooses() -> None:
    assert chosen_in("山东省2035年新建高速公路多少公里", REPORTS) == Chosen(("s",), 2035)
    assert chosen_in("新建高速公路多少公里", REPORTS) == ANYTHING


def test_the_answer_is_read_out_of_the_report_picked(provinces: Assistant) -> None:
    jiangsu = next(report.id for report in provinces.library.reports() if "江苏" in report.title)
    for question in ("2035年山东省新建高速公路多少公里", "2035年新建高速公路多少公里"):
        answer = provinces.ask(question, within=Chosen((jiangsu,)))
        assert answer.short == "150公里"
        assert {citation.report_id for citation in answer.citations} == {jiangsu}


def test_of_another_year_the_other_figure_is_read(provinces: Assistant) -> None:
    question = "山东省2035年新建高速公路多少公里"
    assert provinces.ask(question).short == "310公里"
    assert provinces.ask(question, within=Chosen(year=2036)).short == "280公里"


def test_of_several_reports_picked_each_has_a_row(provinces: Assistant) -> None:
    both = tuple(report.id for report in provinces.library.reports())
    for question in ("2035年新建高速公路多少公里", "2035年山东省新建高速公路多少公里"):
        answer = provinces.ask(question, within=Chosen(both))
        assert "310公里" in answer.answer
        assert "150公里" in answer.answer
