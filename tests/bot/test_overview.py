"""Open and yes-or-no questions over the project's own report."""

from __future__ import annotations

from bot.chain import Assistant


def test_an_open_question_is_answered_by_the_points_of_its_section(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("2022年党建方面做了哪些工作")
    assert answer.status == "answered"
    assert "加强基层党建工作" in answer.short
    text = corpus_assistant.library.report(answer.citations[0].report_id).text
    assert all(text[c.start : c.end] == c.quote for c in answer.citations)


def test_a_number_that_the_report_does_not_state_is_never_confirmed(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("2022年临临高速沂源段累计完成投资40亿元了吗")
    assert answer.status == "refused"
