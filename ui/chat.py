"""The tab 问答: ask, read the bare figure, open the sentence it stands in."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.errors import WenbaoError
from ui import source
from ui.framework import gr
from ui.limits import objection
from ui.transcript import Turn, spoken, transcript, warning, welcome

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library import Library

log = logging.getLogger(__name__)

#: earlier questions handed to the assistant, and turns kept on the page: a conversation's memory is bounded
REMEMBERED = 20
SHOWN = 100
#: questions answered at the same time; the rest wait their turn
CONCURRENCY = 16

#: shown in an empty conversation as far as the library answers them
EXAMPLES = (
    "临临高速完成多少投资",
    "2022年新增和改建农村公路多少公里？",
    "2023年计划完成农村公路多少公里？",
    "“旱码头”连接哪几个城市？",
)

FAULT = "出错了，这个问题没有得到回答。请再试一次；若仍然如此，请查看运行问报的窗口里的信息。"

#: a click anywhere in the HTML is told to Python as what it is about; see assets/page.js for the rest of the behaviour
LISTEN = """
element.addEventListener('click', (event) => {
  const cite = event.target.closest('[data-cite]');
  if (cite) trigger('cite', {turn: Number(cite.dataset.turn), n: Number(cite.dataset.cite)});
  const example = event.target.closest('[data-question]');
  if (example) trigger('example', {question: example.dataset.question});
});
watch('value', () => wenbao.changed(element));
"""


class Update(NamedTuple):
    """New values for the page, in the order of the outputs that ``tab`` wires; ``gr.skip()`` leaves one as it is."""

    talk: Any = gr.skip()
    panel: Any = gr.skip()
    notice: Any = gr.skip()
    turns: Any = gr.skip()
    question: Any = gr.skip()
    send: Any = gr.skip()
    stop: Any = gr.skip()
    clear: Any = gr.skip()


def tab(page: gr.Blocks, assistant: Assistant, library: Library) -> None:
    """Lay the chat out in the Gradio context that is open, which belongs to ``page``, and wire it to the assistant."""

    @lru_cache(maxsize=1)
    def greeting(titles: tuple[str, ...]) -> str:
        answerable = [example for example in EXAMPLES if _ask(assistant, example, ()).answered]
        return welcome(answerable, titles)

    def opening() -> str:
        return greeting(tuple(report.title for report in library.reports()))

    turns = gr.State([])
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="conversation"):
            talk = _html("transcript", opening())
            with gr.Column(elem_id="composer"):
                notice = _html("notice", script=None)
                with gr.Row(elem_id="composer-row"):
                    box = gr.Textbox(
                        elem_id="question",
                        label="问题",
                        show_label=False,
                        placeholder="请输入问题，按回车发送",
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                    )
                    send = gr.Button("发送", elem_id="send", variant="primary")
                    stop = gr.Button("停止", elem_id="stop", visible=False)
                clear = gr.Button("清空对话", elem_id="clear", visible=False)
        panel = _html("source")

    outputs = [talk, panel, notice, turns, box, send, stop, clear]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = quiet | {"trigger_mode": "once", "concurrency_limit": CONCURRENCY, "concurrency_id": "ask"}

    def typed(question: str, earlier: list[Turn]) -> Iterator[Update]:
        yield from respond(assistant, library, question, earlier)

    def picked(earlier: list[Turn], event: gr.EventData) -> Iterator[Update]:
        yield from respond(assistant, library, str(event.question), earlier)

    def opened(earlier: list[Turn], event: gr.EventData) -> str:
        return reveal(library, earlier, int(event.turn), int(event.n))

    def restarted() -> Update:
        shown, hidden = gr.Button(visible=True), gr.Button(visible=False)
        return Update(opening(), "", "", [], "", send=shown, stop=hidden, clear=hidden)

    asked = [
        gr.on([box.submit, send.click], typed, [box, turns], outputs, **asking),
        talk.example(picked, [turns], outputs, **asking),
    ]
    stop.click(stopped, [turns], outputs, cancels=asked, queue=False, **quiet)
    clear.click(restarted, None, outputs, cancels=asked, queue=False, **quiet)
    for html in (talk, panel):
        html.cite(opened, [turns], panel, queue=False, **quiet)
    page.load(opening, None, talk, queue=False, **quiet)


def _html(name: str, value: str = "", script: str | None = LISTEN) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def respond(assistant: Assistant, library: Library, question: str, earlier: Sequence[Turn]) -> Iterator[Update]:
    """What a question does to the page: it stands there as asked, then with its answer and the first source open."""
    complaint = objection(question)
    if complaint:
        yield Update(notice=warning(complaint))
        return
    question = question.strip()
    done = [turn for turn in earlier if not turn.pending][-SHOWN:]
    waiting = Turn(question)
    yield Update(
        talk=transcript([*done, waiting]),
        notice=spoken(waiting),
        turns=[*done, waiting],
        question="",
        send=gr.Button(visible=False),
        stop=gr.Button(visible=True),
        clear=gr.Button(visible=True),
    )
    turns = [*done, _ask(assistant, question, done)]
    # a refusal opens no source: its passages are only the nearest
    citations = turns[-1].answer.citations if turns[-1].answer and turns[-1].answered else ()
    yield _settled(turns, reveal(library, turns, len(done), citations[0].n) if citations else source.HINT)


def stopped(turns: Sequence[Turn]) -> Update:
    """The page after 停止: the question stands there without an answer."""
    return _settled([Turn(turn.question, message="已停止。") if turn.pending else turn for turn in turns])


def _settled(turns: list[Turn], panel: str = source.HINT) -> Update:
    """The page when nothing is being looked for."""
    return Update(
        talk=transcript(turns),
        panel=panel,
        notice=spoken(turns[-1]),
        turns=turns,
        send=gr.Button(visible=True),
        stop=gr.Button(visible=False),
        clear=gr.Button(visible=True),
    )


def _ask(assistant: Assistant, question: str, earlier: Sequence[Turn]) -> Turn:
    """The turn that comes of a question; a fault becomes a message and is logged."""
    history = [turn.question for turn in earlier if turn.answer is not None][-REMEMBERED:]
    try:
        return Turn(question, assistant.ask(question, history))
    except WenbaoError as fault:
        return Turn(question, message=str(fault))
    except Exception:
        log.exception("a question could not be answered")
        return Turn(question, message=FAULT)


def reveal(library: Library, turns: Sequence[Turn], index: int, n: int) -> str:
    """The source panel for citation ``n`` of the turn at ``index``; a hint where there is no such citation."""
    answer = turns[index].answer if 0 <= index < len(turns) else None
    citation = next((c for c in answer.citations if c.n == n), None) if answer else None
    if answer is None or citation is None:
        return source.HINT
    try:
        report = library.report(citation.report_id)
    except WenbaoError:
        log.warning("report %s is cited but no longer in the library", citation.report_id)
        return source.gone(citation)
    return source.panel(report, answer, n, index)
