"""How the page behaves whatever the assistant says: hostile text, slow answers, faults. The assistant is a double."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from bot.answer import Answer, Citation
from bot.understanding.chosen import ANYTHING, Chosen
from ingest.document import Report
from ingest.settings import Settings
from ui import web

if TYPE_CHECKING:
    from conftest import Open

HOSTILE = (
    '<img src=x onerror="alert(1)"><script>alert(2)</script><iframe src="http://evil.example/"></iframe>'
    "${alert(3)} {{constructor.constructor('alert(4)')()}} `${alert(5)}` ![图](http://evil.example/a.png) **粗**"
)
TEXT = f"第一句。\n{HOSTILE}投资36亿元。\n最后一句。\n"
QUOTE = TEXT.split("\n")[1]
START = TEXT.index(QUOTE)
FIGURE = TEXT.index("36亿元")
REPORT = Report("r1", f"{HOSTILE}.txt", "0" * 64, HOSTILE, HOSTILE, 2022, TEXT)
CITATION = Citation(
    1, HOSTILE, REPORT.file, (HOSTILE,), QUOTE, START, START + len(QUOTE), None, "r1", (FIGURE, FIGURE + 4)
)


class Double:
    """A library of one hostile report, and an assistant that quotes it; 「慢」 is answered when released."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.asked = threading.Event()

    def reports(self) -> tuple[Report, ...]:
        return (REPORT,)

    def report(self, report_id: str) -> Report:
        return REPORT

    def figures(self, report_id: str) -> tuple[()]:
        return ()

    def steps(self, question: str, history: Sequence[str], within: Chosen) -> Iterator[Any]:
        scope = SimpleNamespace(names=(HOSTILE,))
        yield SimpleNamespace(answer=None, table=None, ranked=(), scope=scope)
        yield SimpleNamespace(answer=self.ask(question, history, within))

    def ask(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Answer:
        if question == "慢":
            self.asked.set()
            self.released.wait(60)
        if question == "错":
            raise ZeroDivisionError
        status = "refused" if question == "拒" else "answered"
        short = "" if status == "refused" else HOSTILE
        return Answer(question, HOSTILE, status, short, f"{HOSTILE}，投资36亿元[1]。", 0.9, (CITATION,), 5)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def double() -> Double:
    return Double()


@pytest.fixture(scope="module")
def address(double: Double, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    listener = web.listen("127.0.0.1", 0)
    app = web.application(double, double, Settings(home=tmp_path_factory.mktemp("page")))  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    double.released.set()
    server.should_exit = True
    thread.join()


def test_text_of_reports_and_questions_is_never_taken_for_html(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_label("问题").fill(HOSTILE)
    page.keyboard.press("Enter")
    page.locator(".answered").wait_for()
    page.locator("#source mark").wait_for()
    assert page.locator(".question").inner_text() == HOSTILE
    assert page.locator(".short").inner_text() == HOSTILE
    assert page.locator("#source mark").text_content() == QUOTE
    for element in ("img", "script", "iframe", "strong"):
        assert page.locator(f":is(#transcript, #source, #notice) {element}").count() == 0


def test_neither_dialogs_nor_the_history_take_text_for_html(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_label("问题").fill(HOSTILE)
    page.keyboard.press("Enter")
    page.locator(".answered").wait_for()
    page.locator(".chip").first.click()
    page.locator("dialog[open] .choices li").wait_for()
    assert page.locator("dialog .choices b").inner_text() == HOSTILE
    page.keyboard.press("Escape")
    page.get_by_role("button", name="历史对话").click()
    page.locator("dialog[open] .kept").first.wait_for()
    page.get_by_role("button", name="打开全文").is_hidden()
    for element in ("img", "script", "iframe", "strong"):
        assert page.locator(f":is(#dialog, #below, #tools) {element}").count() == 0


def test_a_refusal_shows_the_nearest_passages_and_a_card_opens_its_source(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_label("问题").fill("拒")
    page.keyboard.press("Enter")
    page.locator(".refused").wait_for()
    assert page.locator("#source mark").count() == 0
    page.locator(".card").click()
    page.locator("#source mark").wait_for()


@pytest.mark.parametrize("late", ["", "/cancel"], ids=["at once", "late"])
def test_stop_ends_the_wait_and_the_next_question_is_answered(
    address: str, open_page: Open, double: Double, late: str
) -> None:
    double.asked.clear()
    double.released.clear()
    page = open_page(address, late=late)  # Gradio takes no question before it has put the stopped one away
    page.get_by_label("问题").fill("慢")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="停止").click()
    page.get_by_text("已停止。").first.wait_for()
    assert double.asked.is_set()
    double.released.set()
    page.get_by_label("问题").fill("问")
    page.keyboard.press("Enter")
    page.locator(".turn:nth-child(2) .answered").wait_for()
    assert page.locator(".answered").count() == 1


def test_a_fault_is_told_in_the_page(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_label("问题").fill("错")
    page.keyboard.press("Enter")
    page.locator(".message").wait_for()
    assert "出错了" in page.locator(".message").inner_text()
    assert page.get_by_role("button", name="发送").is_visible()
