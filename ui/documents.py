"""The tab 文档: the reports of the library, and the ways in and out of it. What each step does is in shelving.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ui import shelving
from ui.accounts.blocks import needs, person_of
from ui.accounts.roles import ROLES
from ui.framework import gr
from ui.shelf import ORDERS, SHOWN
from ui.shelving import Note, Removed, View

if TYPE_CHECKING:
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings
    from ui.accounts.audit import Action, Audit

EVERYBODY = "全部单位"
EVERY_YEAR = "全部年份"
#: seconds between two looks at whether another process has changed the library, while the tab is open
LOOK_AGAIN = 5

#: a click in a list or the preview is told to Python as what it is about: ``act`` reads, ``edit`` changes the library
LISTEN = """
element.addEventListener('click', (event) => {
  const act = event.target.closest('[data-act]');
  if (act) {
    const name = act.dataset.act;
    if (name === 'preview') wenbao.opens(act, 'documents-source');
    trigger(['preview', 'more'].includes(name) ? 'act' : 'edit', {act: name, report: act.dataset.report ?? ''});
  }
  const jump = event.target.closest('[data-at]');
  if (jump && !wenbao.jump(element, `at-${jump.dataset.at}`)) {
    trigger('act', {act: 'section', report: jump.dataset.report, at: Number(jump.dataset.at)});
  }
});
watch('value', () => wenbao.changed(element));
"""
WATCH = f"""
setInterval(() => {{
  if (document.getElementById('documents-main')?.offsetParent && document.visibilityState === 'visible') trigger('look', {{}});
}}, {LOOK_AGAIN * 1000});
"""


class _Parts(NamedTuple):
    """The tab's components, in the order in which ``tab`` takes them."""

    ways: tuple[Any, ...]
    filters: tuple[Any, ...]
    others: tuple[Any, ...]


def tab(page: gr.Blocks, library: AnyLibrary, settings: Settings, audit: Audit | None = None) -> gr.Tab:
    """Lay the documents out as a tab of the Gradio context that is open; it reads nothing before it is looked at."""
    with gr.Tab("文档", id="documents", elem_id="documents-tab") as here:
        parts = _laid_out()
    drop, notice, progress, listed, failed, clock, panel = parts.ways
    search, whose, year, order = parts.filters
    view, removed, rights, check, repair = parts.others
    drop.preprocess = shelving.dropped  # the names as they were, not as files may be named
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    filters = [search, whose, year, order]
    lists = [listed, failed, view]

    def entered(held: View, request: gr.Request) -> tuple[Any, ...]:
        person = person_of(request)
        held = held.now(may_edit=bool(person and person.may("editor")), state=())
        names, years = shelving.choices(library)
        return (
            *shelving.listing(library, held),
            gr.Dropdown(choices=[EVERYBODY, *names]),
            gr.Dropdown(choices=[EVERY_YEAR, *years]),
            # what a person may not do is hidden by documents.css; what it hides is refused all the same
            "".join(f'<i class="may-{role}"></i>' for role in ROLES if person and person.may(role)),
        )

    def filtered(text: str, organisation: str, chosen_year: str, sort: str, held: View) -> tuple[Any, ...]:
        number = int(chosen_year) if str(chosen_year).isdigit() else None
        place = "" if organisation == EVERYBODY else organisation
        held = held.now(text=text, organisation=place, year=number, order=sort, shown=SHOWN, state=())
        return shelving.listing(library, held)

    def looked(held: View) -> Any:
        return shelving.news(library, held)

    @needs("editor")
    def received(files: Any, held: View, kept: tuple[Removed, ...], request: gr.Request) -> Iterator[tuple[Any, ...]]:
        for update in shelving.take_in(library, settings, files or [], held, kept, _noting(audit, request)):
            yield None, *update

    def acted(held: View, event: gr.EventData) -> tuple[Any, ...]:
        return shelving.read(library, held, str(event.act), str(event.report), int(getattr(event, "at", 0) or 0))

    @needs("editor")
    def edited(
        held: View, kept: tuple[Removed, ...], event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        note = _noting(audit, request)
        yield from shelving.edit(library, settings, held, kept, str(event.act), str(event.report), note)

    @needs("admin")
    def checked() -> Iterator[str]:
        yield from shelving.check(library)

    @needs("admin")
    def repaired(held: View) -> Iterator[tuple[Any, ...]]:
        yield from shelving.repair(library, settings, held)

    writing = quiet | {"concurrency_limit": 2, "concurrency_id": "ingest"}
    outputs = [*lists, progress, notice, removed]
    here.select(entered, [view], [*lists, whose, year, rights], **quiet)
    gr.on(
        [search.change, *(part.input for part in filters[1:]), clock.change],
        filtered,
        [*filters, view],
        lists,
        trigger_mode="always_last",
        **quiet,
    )
    # only tells that there is something new: the list is drawn by the one function above, so that none draws it as it
    # was filtered before
    clock.look(looked, [view], clock, **quiet)
    drop.upload(received, [drop, view, removed], [drop, *outputs], **writing)
    for html in (listed, panel):
        html.act(acted, [view], [*lists, panel], **quiet)
    for html in (listed, notice, failed):
        html.edit(edited, [view, removed], outputs, **writing)
    check.click(checked, None, notice, **writing)
    repair.click(repaired, [view], [*lists, progress, notice], **writing)
    return here


def _laid_out() -> _Parts:
    """The tab's components, in the Gradio context that is open."""
    with gr.Row(elem_id="documents", elem_classes=["desk"]):
        with gr.Column(elem_id="documents-main"):
            rights = _html("documents-rights", script=None)
            with gr.Column(elem_id="documents-in"):
                drop = gr.File(
                    label="上传报告：拖到这里，或点击选择；可以一次多个，也可以是 .zip",
                    file_count="multiple",
                    elem_id="drop",
                    height=120,
                )
            notice = _html("documents-notice")
            progress = _html("progress")
            with gr.Row(elem_id="documents-form", elem_classes=["fields"]):
                search = gr.Textbox(
                    label="查找", placeholder="标题、文件名或单位", elem_id="documents-search", lines=1, max_lines=1
                )
                whose = gr.Dropdown([EVERYBODY], value=EVERYBODY, label="单位", elem_id="documents-whose")
                year = gr.Dropdown([EVERY_YEAR], value=EVERY_YEAR, label="年份", elem_id="documents-year")
                order = gr.Dropdown(list(ORDERS), value=ORDERS[0], label="排序", elem_id="documents-order")
            listed = _html("shelf")
            failed = _html("documents-failed")
            with gr.Row(elem_id="documents-care"):
                check = gr.Button("检查资料库", elem_classes=["plain"], elem_id="documents-check")
                repair = gr.Button("修复并重建索引", elem_classes=["plain"], elem_id="documents-repair")
            clock = _html("documents-clock", script=WATCH)
        panel = _html("documents-source", classes=["source-panel"])
    view = gr.State(View())
    removed = gr.State(())
    return _Parts(
        (drop, notice, progress, listed, failed, clock, panel),
        (search, whose, year, order),
        (view, removed, rights, check, repair),
    )


def _html(name: str, value: str = "", script: str | None = LISTEN, classes: list[str] | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, elem_classes=classes, js_on_load=script, apply_default_css=False)


def _noting(audit: Audit | None, request: gr.Request) -> Note:
    """What writes a line of the audit log for whoever sent a request."""
    person = person_of(request)
    address = request.client.host if request.client else ""

    def note(action: Action, about: str) -> None:
        if audit is not None and person is not None:
            audit.note(action, person.name, address, about)

    return note
