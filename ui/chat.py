"""The tab 问答: how it is laid out, and which event of the page calls what; ui/desk.py says what comes of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.understanding.chosen import Chosen
from ui.accounts.blocks import person_of
from ui.conversations import Conversation, Conversations
from ui.desk import Desk, Update
from ui.framework import gr

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library.protocol import AnyLibrary
    from ui.feedback import Feedback

#: questions answered at the same time, the rest wait their turn: while a language model writes there is time for others,
#: else many more than there are processors only keep each other waiting (one more, lest long tables keep everybody)
WRITTEN_AT_ONCE, READ_AT_ONCE = 16, min(16, 1 + (os.cpu_count() or 2))

#: a click, a form or typing in the HTML is told to Python as what it is about; see assets/page.js for the rest
LISTEN = """
const events = {events};
const tell = (name, about) => {{ if (events.includes(name)) trigger(name, about); }};
element.addEventListener('click', (event) => {{
  const cite = event.target.closest('[data-cite]');
  if (cite) tell('cite', {{turn: cite.dataset.turn, n: cite.dataset.cite}});
  const question = event.target.closest('[data-question]');
  if (question) tell('example', {{question: question.dataset.question}});
  const doing = event.target.closest('[data-do]');
  if (doing && wenbao.sure(doing)) tell(doing.dataset.do, {{...doing.dataset}});
}});
element.addEventListener('submit', (event) => {{
  event.preventDefault();
  tell(event.target.dataset.send, {{...event.target.dataset, ...wenbao.fields(event.target)}});
}});
element.addEventListener('input', wenbao.settled((event) => {{
  const box = event.target.closest('[data-seek]');
  if (box) tell(box.dataset.seek, {{text: box.value}});
}}));
watch('value', () => wenbao.changed(element));
"""
#: what each part of the page tells; Gradio wants to read their names in the script
EVENTS = {
    "transcript": ("cite", "example", "choose", "judge"),
    "below": ("example",),
    "source": ("cite", "whole", "part"),
    "tools": ("recall", "restart"),
    "dialog": ("reask", "reopen", "seek", "rename", "forget", "opine"),
}
#: what the browser tab had open before it was loaded again
LAST = "() => [wenbao.lastOpen()]"


def tab(
    page: gr.Blocks,
    assistant: Assistant,
    library: AnyLibrary,
    conversations: Conversations | None = None,
    feedback: Feedback | None = None,
) -> None:
    """Lay the chat out in the Gradio context that is open, which belongs to ``page``, and wire it to the assistant.

    :param conversations: where they are kept; None keeps none.
    :param feedback: where opinions are kept; None keeps none.
    """
    desk = Desk(assistant, library, conversations, feedback)
    held = gr.State(Conversation())
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="conversation"):
            desk.opening()  # looked for while the server starts; the page is told with all else when it opens
            talk = _html("transcript")
            below = _html("below")
            with gr.Column(elem_id="composer"):
                notice = _html("notice")
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
                foot = _html("tools")
        panel = _html("source")
    dialog = _html("dialog")
    last = gr.Textbox(visible=False)
    outputs = [talk, below, panel, notice, held, box, send, stop, foot]
    _wire_questions(page, desk, outputs, dialog, last)
    _wire_sources(desk, held, [talk, panel], panel)
    _wire_dialogs(desk, outputs, dialog)


QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def _wire_questions(page: gr.Blocks, desk: Desk, outputs: list[Any], dialog: gr.HTML, last: gr.Textbox) -> None:
    talk, below, _, _, held, box, send, stop, foot = outputs
    limit = WRITTEN_AT_ONCE if getattr(desk.assistant, "writer", None) else READ_AT_ONCE
    asking = QUIET | {"trigger_mode": "once", "concurrency_limit": limit, "concurrency_id": "ask"}

    def typed(question: str, conversation: Conversation, request: gr.Request) -> Iterator[Update]:
        for number, update in enumerate(desk.respond(question, conversation, _who(request))):
            asked = number == 0 and update.held is not Update().held and isinstance(update.held, Conversation)
            yield update._replace(question="") if asked else update

    def picked(conversation: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from desk.respond(str(event.question), conversation, _who(request))

    def again(conversation: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        sent = event._data
        named, year = sent.get("reports", []), str(sent.get("year", ""))
        reports = tuple(map(str, named if isinstance(named, list) else [named]))
        chosen = Chosen(reports, int(year) if year.isdecimal() and len(year) == 4 else None)
        yield from desk.ask_again(conversation, _number(sent, "turn"), chosen, _who(request))

    def entered(number: str, request: gr.Request) -> Update:
        return desk.entered(_who(request), _number({"id": number}, "id"))

    def stopped(conversation: Conversation, request: gr.Request) -> Update:
        return desk.stopped(conversation, _who(request))

    def reopened(event: gr.EventData, request: gr.Request) -> Update:
        return desk.entered(_who(request), _number(event._data, "id"))

    suggesting = QUIET | {"queue": False}  # they wait until nobody else does, see rush.py, and hold no place meanwhile
    asked = [
        gr.on([box.submit, send.click], typed, [box, held], outputs, **asking),
        talk.example(picked, [held], outputs, **asking),
        below.example(picked, [held], outputs, **asking),
        dialog.reask(again, [held], outputs, **asking),
    ]
    opened = [page.load(entered, [last], outputs, js=LAST, queue=False, **QUIET)]
    opened.append(dialog.reopen(reopened, None, outputs, cancels=asked, queue=False, **QUIET))
    for event in (*asked, *opened):
        event.then(desk.go_on, [held], below, **suggesting)
    stop.click(stopped, [held], outputs, cancels=asked, queue=False, **QUIET)
    foot.restart(desk.emptied, None, outputs, cancels=asked, queue=False, **QUIET)


def _wire_sources(desk: Desk, held: gr.State, faces: list[gr.HTML], panel: gr.HTML) -> None:
    def opened(conversation: Conversation, event: gr.EventData) -> str:
        return desk.reveal(conversation, _number(event._data, "turn"), _number(event._data, "n"))

    def unrolled(conversation: Conversation, event: gr.EventData) -> str:
        return desk.reveal(conversation, _number(event._data, "turn"), _number(event._data, "n"), "whole")

    for html in faces:
        html.cite(opened, [held], panel, queue=False, **QUIET)
    panel.whole(unrolled, [held], panel, queue=False, **QUIET)
    panel.part(opened, [held], panel, queue=False, **QUIET)


def _wire_dialogs(desk: Desk, outputs: list[Any], dialog: gr.HTML) -> None:
    talk, _, _, notice, held, *_, foot = outputs

    def choosing(conversation: Conversation, event: gr.EventData) -> str:
        return desk.choices(conversation, _number(event._data, "turn"))

    def judging(conversation: Conversation, event: gr.EventData) -> str:
        return desk.judging(conversation, _number(event._data, "turn"), str(event._data.get("verdict", "")))

    def judged(conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        sent = event._data
        texts = [str(sent.get(name, "")) for name in ("verdict", "comment", "expected")]
        update = desk.judge(conversation, _number(sent, "turn"), *texts, who=_who(request))  # type: ignore[misc]
        return update.notice, update.held

    def recalled(conversation: Conversation, request: gr.Request) -> str:
        return desk.recall(_who(request), "", conversation)

    def sought(conversation: Conversation, event: gr.EventData, request: gr.Request) -> str:
        return desk.recall(_who(request), str(event._data.get("text", "")), conversation)

    def renamed(conversation: Conversation, event: gr.EventData, request: gr.Request) -> str:
        sent = event._data
        return desk.rename(_who(request), _number(sent, "id"), str(sent.get("title", "")), conversation)

    def forgotten(conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        shown, update = desk.forget(_who(request), _number(event._data, "id"), conversation)
        return shown, *update

    at_once: dict[str, Any] = {"queue": False} | QUIET
    talk.choose(choosing, [held], dialog, **at_once)
    talk.judge(judging, [held], dialog, **at_once)
    dialog.opine(judged, [held], [notice, held], **at_once)
    foot.recall(recalled, [held], dialog, **at_once)
    dialog.seek(sought, [held], dialog, **at_once)
    dialog.rename(renamed, [held], dialog, **at_once)
    dialog.forget(forgotten, [held], [dialog, *outputs], **at_once)


def _html(name: str, value: str = "") -> gr.HTML:
    script = LISTEN.format(events=list(EVENTS[name])) if name in EVENTS else None
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _who(request: gr.Request) -> str:
    """Whose conversations they are: who the session says it is, nobody else."""
    person = person_of(request)
    return person.name if person else ""


def _number(sent: dict[str, Any], name: str) -> int:
    """A number that the page sent; -1 where it is none."""
    text = str(sent.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 18 else -1
