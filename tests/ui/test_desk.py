"""The desk: what each question does to the page, what the assistant is given, and what happens when it fails."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from bot.answer import Answer, Citation
from bot.understanding.chosen import ANYTHING, Chosen
from ingest.document import Report
from ingest.errors import LibraryError
from ui import desk, source
from ui.accounts.store import Database
from ui.conversations import SHOWN, Conversation, Conversations, Turn
from ui.desk import Desk, Update
from ui.feedback import Feedback
from ui.limits import LONGEST_QUESTION

TEXT = "累计完成投资36亿元。"
REPORT = Report("r1", "总结.txt", "0" * 64, "工作总结", text=TEXT)
CITATION = Citation(1, "工作总结", "总结.txt", (), TEXT, 0, len(TEXT), None, "r1", (6, 10))


class Shelf:
    """A library of one report."""

    def reports(self) -> tuple[Report, ...]:
        return (REPORT,)

    def report(self, report_id: str) -> Report:
        if report_id != REPORT.id:
            raise LibraryError("资料库里没有这份报告。")
        return REPORT

    def figures(self, report_id: str) -> tuple[()]:
        return ()


class Parrot:
    """An assistant that knows one figure, and remembers what it was asked."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.asked: list[tuple[str, list[str]]] = []

    def ask(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Answer:
        self.asked.append((question, list(history)))
        self.within = within
        if self.fault:
            raise self.fault
        if "投资" in question:
            return Answer(question, question, "answered", "36亿元", f"{TEXT}[1]", 0.9, (CITATION,), 5)
        return Answer(question, question, "refused", "", "没有提到。", 0.1, (CITATION,), 5)

    def steps(self, question: str, history: Sequence[str], within: Chosen) -> Iterator[Any]:
        scope = SimpleNamespace(names=("沂源县",))
        yield SimpleNamespace(answer=None, table=None, ranked=(), scope=scope)
        yield SimpleNamespace(answer=self.ask(question, history, within))


def desk_of(assistant: Any, people: Database | None = None) -> Desk:
    kept = (Conversations(people), Feedback(people)) if people else ()
    return Desk(assistant, Shelf(), *kept)  # type: ignore[arg-type]


def respond(assistant: Any, question: str, turns: Sequence[Turn] = ()) -> list[Update]:
    return list(desk_of(assistant).respond(question, Conversation(tuple(turns))))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


def test_a_question_is_shown_at_once_and_then_with_its_answer() -> None:
    waiting, settled = respond(Parrot(), " 完成多少投资 ")
    assert "完成多少投资" in waiting.talk
    assert "正在查找" in waiting.below
    assert (waiting.send["visible"], waiting.stop["visible"]) == (False, True)
    assert "36亿元" in settled.talk
    assert "回答：36亿元" in settled.notice
    assert (settled.send["visible"], settled.stop["visible"]) == (True, False)


def test_whoever_waits_is_told_what_is_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "TOLD_EVERY", 0)
    _, stage, _ = respond(Parrot(), "完成多少投资")
    assert "正在沂源县的报告里查找" in stage.below


def test_an_answer_opens_its_first_source() -> None:
    settled = respond(Parrot(), "完成多少投资")[-1]
    assert "<mark>累计完成投资" in settled.panel
    assert '<b class="figure">36亿元</b>' in settled.panel


def test_a_refusal_opens_no_source() -> None:
    assert respond(Parrot(), "地铁几条")[-1].panel == source.HINT


def test_the_assistant_is_given_the_earlier_questions_oldest_first() -> None:
    assistant = Parrot()
    turns: list[Turn] = []
    for question in ("完成多少投资", "那2023年呢？", "X019鲁沟路呢？"):
        turns = respond(assistant, question, turns)[-1].held.turns
    assert assistant.asked[-1] == ("X019鲁沟路呢？", ["完成多少投资", "那2023年呢？"])


def test_stopped_and_failed_questions_are_not_remembered() -> None:
    assistant = Parrot()
    respond(assistant, "完成多少投资", [Turn("停下的", message="已停止。"), Turn("还在找的")])
    assert assistant.asked == [("完成多少投资", [])]


def test_a_long_conversation_stays_bounded() -> None:
    assistant = Parrot()
    answer = assistant.ask("完成多少投资")
    turns = [Turn(f"第{number}问", answer) for number in range(SHOWN + 50)]
    settled = respond(assistant, "完成多少投资", turns)[-1]
    assert len(settled.held.turns) == SHOWN + 1
    assert len(assistant.asked[-1][1]) == desk.REMEMBERED
    assert assistant.asked[-1][1][-1] == f"第{SHOWN + 49}问"


@pytest.mark.parametrize(
    ("question", "said"), [("", "请先输入问题"), (" \n\t", "请先输入问题"), ("问" * 2001, "2,001 字")]
)
def test_what_cannot_be_asked_is_explained_and_changes_nothing(question: str, said: str) -> None:
    assistant = Parrot()
    (update,) = respond(assistant, question, [])
    assert said in update.notice
    assert update._replace(notice=gr.skip()) == Update()
    assert assistant.asked == []


def test_the_longest_question_allowed_is_asked() -> None:
    assistant = Parrot()
    respond(assistant, "投资" * (LONGEST_QUESTION // 2))
    assert len(assistant.asked) == 1


def test_a_fault_that_can_be_mended_is_shown_in_its_own_words() -> None:
    settled = respond(Parrot(LibraryError("资料库正在被另一个程序使用。")), "完成多少投资")[-1]
    assert "资料库正在被另一个程序使用。" in settled.talk
    assert settled.send["visible"]


def test_an_unexpected_fault_shows_no_traceback_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    settled = respond(Parrot(ZeroDivisionError("secret detail")), "完成多少投资")[-1]
    assert desk.FAULT in settled.talk
    assert "secret" not in settled.talk
    assert "secret detail" in caplog.text


def test_stopping_leaves_the_question_and_lets_the_next_be_asked() -> None:
    waiting = respond(Parrot(), "完成多少投资")[0]
    update = desk_of(Parrot()).stopped(waiting.held)
    assert "已停止" in update.talk
    assert not update.held.turns[-1].pending
    assert (update.send["visible"], update.stop["visible"]) == (True, False)


def test_a_source_that_does_not_exist_shows_the_hint() -> None:
    held = respond(Parrot(), "完成多少投资")[-1].held
    for index, n in ((-1, 1), (5, 1), (0, 9)):
        assert desk_of(Parrot()).reveal(held, index, n) == source.HINT


def test_the_whole_report_is_opened_and_closed_again() -> None:
    held = respond(Parrot(), "完成多少投资")[-1].held
    assert 'data-do="whole"' in desk_of(Parrot()).reveal(held, 0, 1)
    opened = desk_of(Parrot()).reveal(held, 0, 1, "whole")
    assert 'data-do="part"' in opened
    assert "<mark>累计完成投资" in opened


def test_the_quote_is_still_shown_when_its_report_was_removed() -> None:
    class Emptied(Shelf):
        def report(self, report_id: str) -> Report:
            raise LibraryError("资料库里没有这份报告。")

    held = respond(Parrot(), "完成多少投资")[-1].held
    html = Desk(Parrot(), Emptied()).reveal(held, 0, 1)  # type: ignore[arg-type]
    assert f"<mark>{TEXT}</mark>" in html
    assert "已不在资料库里" in html


def test_an_answer_that_is_written_is_shown_as_it_grows() -> None:
    class Writer(Parrot):
        writer = "a language model"

        def steps(self, question: str, history: Sequence[str], within: Chosen) -> Iterator[Any]:
            answer = self.ask(question)
            for text in ("第一句。[1]", "第一句。[1]第二句。[1]"):
                yield SimpleNamespace(answer=replace(answer, short="", answer=text))

    talks = [update.talk for update in respond(Writer(), "完成多少投资")]
    assert ["第二句" in talk for talk in talks] == [False, False, True, True]
    assert len(respond(Writer(), "完成多少投资")[-1].held.turns) == 1


def test_a_question_is_asked_again_of_the_reports_and_the_year_picked() -> None:
    assistant = Parrot()
    held = respond(assistant, "2022年完成多少投资")[-1].held
    settled = list(desk_of(assistant).ask_again(held, 0, Chosen(("r1", "no such report"), 2021)))[-1]
    assert assistant.asked[-1][0] == "工作总结2021年完成多少投资"
    assert assistant.within == Chosen(("r1",), 2021)
    assert (settled.held.turns[-1].reports, settled.held.turns[-1].year) == ("工作总结", "2021年")


def test_the_chooser_ticks_what_was_asked() -> None:
    assistant = Parrot()
    held = respond(assistant, "工作总结2022年完成多少投资")[-1].held
    html = desk_of(assistant).choices(held, 0)
    assert '<input type="checkbox" name="reports" value="r1" checked>' in html
    assert '<input type="radio" name="year" value="2022" checked>' in html


def test_a_conversation_is_there_again_after_the_page_was_loaded_again(people: Database) -> None:
    one = desk_of(Parrot(), people)
    held = list(one.respond("完成多少投资", Conversation(), "甲"))[-1].held
    again = desk_of(Parrot(), people).entered("甲", held.id)
    assert "36亿元" in again.talk
    assert again.held == held
    for who, number in (("乙", held.id), ("", held.id), ("甲", held.id + 1)):
        assert "36亿元" not in one.entered(who, number).talk


def test_deleting_the_open_conversation_empties_the_page(people: Database) -> None:
    one = desk_of(Parrot(), people)
    held = list(one.respond("完成多少投资", Conversation(), "甲"))[-1].held
    listed, update = one.forget("乙", held.id + 1, held)
    assert update == Update()
    listed, update = one.forget("甲", held.id, held)
    assert "还没有保存的对话" in listed
    assert update.held == Conversation()


def test_an_opinion_is_kept_with_whose_it_is(people: Database) -> None:
    one = desk_of(Parrot(), people)
    held = list(one.respond("完成多少投资", Conversation(), "甲"))[-1].held
    update = one.judge(held, 0, "down", "应为万元", "36万元", "甲")
    assert "已记下" in update.notice
    (opinion,) = Feedback(people).opinions(9)
    assert (opinion.question, opinion.answer, opinion.verdict) == ("完成多少投资", "36亿元", "down")
    assert (opinion.comment, opinion.expected, opinion.who) == ("应为万元", "36万元", "甲")
    assert 'data-verdict="down" aria-pressed="true"' in one.entered("甲", held.id).talk


def test_an_opinion_of_nothing_is_not_kept(people: Database) -> None:
    one = desk_of(Parrot(), people)
    held = list(one.respond("完成多少投资", Conversation(), "甲"))[-1].held
    assert one.judge(held, 7, "down", "", "") == one.judge(held, 0, "sideways", "", "") == Update()
    assert Feedback(people).count() == 0


def test_a_file_that_cannot_be_written_costs_no_answer(people: Database) -> None:
    one = desk_of(Parrot(), people)
    people.close()
    settled = list(one.respond("完成多少投资", Conversation(), "甲"))[-1]
    assert "36亿元" in settled.talk
    assert desk.NOT_KEPT in settled.notice
