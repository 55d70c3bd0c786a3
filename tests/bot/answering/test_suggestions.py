"""What is suggested has been found to have a sure answer, other than the one given."""

from __future__ import annotations

import pytest

from bot.answering.suggestions import openers, suggest
from bot.chain import Assistant


@pytest.mark.parametrize("question", ["2035年山东省新建高速公路多少公里", "山东省地铁四号线开通了几个站"])
def test_every_suggestion_is_answered_and_by_something_else(provinces: Assistant, question: str) -> None:
    answer = provinces.ask(question)
    found = suggest(provinces, answer, [question], seconds=60)
    assert 0 < len(found) <= 3
    given = [answer.short]
    for suggested in found:
        assert suggested != question
        tried = provinces.ask(suggested, [question])
        assert tried.status == "answered"
        assert tried.short not in given
        given.append(tried.short)


def test_the_same_is_suggested_of_another_place(provinces: Assistant) -> None:
    found = suggest(provinces, provinces.ask("2035年山东省新建高速公路多少公里"), seconds=60)
    assert "2035年江苏省新建高速公路多少公里" in found


def test_of_a_plan_no_other_year_is_suggested(provinces: Assistant) -> None:
    found = suggest(provinces, provinces.ask("2036年山东省城镇新增就业目标是多少万人"), seconds=60)
    assert found
    assert not any("目标" in question and "2035年" in question for question in found)


def test_what_was_asked_before_is_not_suggested(provinces: Assistant) -> None:
    first = provinces.ask("2035年山东省新建高速公路多少公里")
    other = "2035年江苏省新建高速公路多少公里"
    assert other not in suggest(provinces, first, [other], seconds=60)


def test_no_question_is_tried_when_time_is_up(provinces: Assistant) -> None:
    assert suggest(provinces, provinces.ask("2035年山东省新建高速公路多少公里"), seconds=0) == []


def test_openers_are_answered_each_by_another_report(provinces: Assistant) -> None:
    answers = [provinces.ask(question) for question in openers(provinces, 2, seconds=60)]
    assert [answer.status for answer in answers] == ["answered"] * 2
    assert len({answer.citations[0].report_id for answer in answers}) == 2
    own = [report.id for report in provinces.library.reports()]
    assert openers(provinces, 2, besides=own) == []
