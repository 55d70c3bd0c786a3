"""The chat: what each question does to the page, what the assistant is given, and what happens when it fails."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
import pytest

from bot.answer import Answer, Citation
from ingest.document import Report
from ingest.errors import LibraryError
from ui import chat, source
from ui.limits import LONGEST_QUESTION
from ui.transcript import Turn

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


class Parrot:
    """An assistant that knows one figure, and remembers what it was asked."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.asked: list[tuple[str, list[str]]] = []

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        self.asked.append((question, list(history)))
        if self.fault:
            raise self.fault
        if "投资" in question:
            return Answer(question, question, "answered", "36亿元", f"{TEXT}[1]", 0.9, (CITATION,), 5)
        return Answer(question, question, "refused", "", "没有提到。", 0.1, (CITATION,), 5)


def respond(assistant: Any, question: str, turns: Sequence[Turn] = ()) -> list[chat.Update]:
    return list(chat.respond(assistant, Shelf(), question, turns))  # type: ignore[arg-type]


def test_a_question_is_shown_at_once_and_then_with_its_answer() -> None:
    waiting, settled = respond(Parrot(), " 完成多少投资 ")
    assert "完成多少投资" in waiting.talk
    assert "正在查找" in waiting.talk
    assert waiting.question == ""
    assert (waiting.send.visible, waiting.stop.visible) == (False, True)
    assert "36亿元" in settled.talk
    assert "回答：36亿元" in settled.notice
    assert (settled.send.visible, settled.stop.visible) == (True, False)


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
        turns = respond(assistant, question, turns)[-1].turns
    assert assistant.asked[-1] == ("X019鲁沟路呢？", ["完成多少投资", "那2023年呢？"])


def test_stopped_and_failed_questions_are_not_remembered() -> None:
    assistant = Parrot()
    respond(assistant, "完成多少投资", [Turn("停下的", message="已停止。"), Turn("还在找的")])
    assert assistant.asked == [("完成多少投资", [])]


def test_a_long_conversation_stays_bounded() -> None:
    assistant = Parrot()
    answer = assistant.ask("完成多少投资")
    turns = [Turn(f"第{number}问", answer) for number in range(chat.SHOWN + 50)]
    settled = respond(assistant, "完成多少投资", turns)[-1]
    assert len(settled.turns) == chat.SHOWN + 1
    assert len(assistant.asked[-1][1]) == chat.REMEMBERED
    assert assistant.asked[-1][1][-1] == f"第{chat.SHOWN + 49}问"


@pytest.mark.parametrize(
    ("question", "said"), [("", "请先输入问题"), (" \n\t", "请先输入问题"), ("问" * 2001, "2,001 字")]
)
def test_what_cannot_be_asked_is_explained_and_changes_nothing(question: str, said: str) -> None:
    assistant = Parrot()
    (update,) = respond(assistant, question, [])
    assert said in update.notice
    assert update._replace(notice=gr.skip()) == chat.Update()
    assert assistant.asked == []


def test_the_longest_question_allowed_is_asked() -> None:
    assistant = Parrot()
    respond(assistant, "投资" * (LONGEST_QUESTION // 2))
    assert len(assistant.asked) == 1


def test_a_fault_that_can_be_mended_is_shown_in_its_own_words() -> None:
    settled = respond(Parrot(LibraryError("资料库正在被另一个程序使用。")), "完成多少投资")[-1]
    assert "资料库正在被另一个程序使用。" in settled.talk
    assert settled.send.visible


def test_an_unexpected_fault_shows_no_traceback_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    settled = respond(Parrot(ZeroDivisionError("secret detail")), "完成多少投资")[-1]
    assert chat.FAULT in settled.talk
    assert "secret" not in settled.talk
    assert "secret detail" in caplog.text


def test_stopping_leaves_the_question_and_lets_the_next_be_asked() -> None:
    waiting = respond(Parrot(), "完成多少投资")[0]
    update = chat.stopped(waiting.turns)
    assert "已停止" in update.talk
    assert not update.turns[-1].pending
    assert (update.send.visible, update.stop.visible) == (True, False)


def test_a_source_that_does_not_exist_shows_the_hint() -> None:
    turns = respond(Parrot(), "完成多少投资")[-1].turns
    for index, n in ((-1, 1), (5, 1), (0, 9)):
        assert chat.reveal(Shelf(), turns, index, n) == source.HINT  # type: ignore[arg-type]


def test_the_quote_is_still_shown_when_its_report_was_removed() -> None:
    class Emptied(Shelf):
        def report(self, report_id: str) -> Report:
            raise LibraryError("资料库里没有这份报告。")

    turns = respond(Parrot(), "完成多少投资")[-1].turns
    html = chat.reveal(Emptied(), turns, 0, 1)  # type: ignore[arg-type]
    assert f"<mark>{TEXT}</mark>" in html
    assert "已不在资料库里" in html
