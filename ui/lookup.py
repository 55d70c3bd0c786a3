"""The tab 快查: name an indicator or pick reports, read the figures, open the sentence of each, take them along as .xlsx."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.answer import Answer
from ingest.document import Status
from ingest.errors import WenbaoError
from ui import figures, source
from ui.framework import gr, upload_folder
from ui.limits import LONGEST_QUESTION
from ui.transcript import warning

if TYPE_CHECKING:
    from bot.lookup import Found, Group, Line, Wanted
    from ingest.library.protocol import AnyLibrary

log = logging.getLogger(__name__)

CONCURRENCY = 16
EVERY_YEAR = "全部年份"
STATUSES: dict[str, Status] = {"全部": "", "完成": "done", "计划": "planned"}
#: lines written to a file at most
MOST_EXPORTED = 5_000
#: seconds for which a file stays to be downloaded
KEPT_SECONDS = 3600
FAULT = "出错了，没有查成。请再试一次；若仍然如此，请查看运行问报的窗口里的信息。"

LISTEN = """
element.addEventListener('click', (event) => {
  const figure = event.target.closest('[data-start]');
  if (figure) { wenbao.opens(event.target.closest('button') ?? figure, 'lookup-source'); trigger('open', {report: figure.dataset.report, start: Number(figure.dataset.start)}); }
  const group = event.target.closest('[data-group]');
  if (group) trigger('group', {group: group.dataset.group});
  if (event.target.closest('[data-more]')) trigger('more', {});
});
watch('value', () => wenbao.changed(element));
"""
DOWNLOAD = "() => setTimeout(() => document.querySelector('#lookup-file')?.click(), 100)"


def tab(page: gr.Blocks, library: AnyLibrary) -> gr.Tab:
    """Lay the lookup out as a tab of the Gradio context that is open; it reads nothing before it is looked at."""
    with gr.Tab("快查", id="lookup", elem_id="lookup-tab") as here:
        with gr.Row(elem_id="lookup", elem_classes=["desk"]):
            with gr.Column(elem_id="lookup-main"):
                with gr.Row(elem_id="lookup-form", elem_classes=["fields"]):
                    text = gr.Textbox(
                        elem_id="indicator",
                        label="指标",
                        placeholder="例如：投资、农村公路、GDP增速",
                        lines=1,
                        max_lines=1,
                    )
                    reports = gr.Dropdown(
                        [], multiselect=True, label="报告（不选即全部）", elem_id="lookup-reports", value=[]
                    )
                    year = gr.Dropdown([EVERY_YEAR], value=EVERY_YEAR, label="年份", elem_id="lookup-year")
                    status = gr.Radio(list(STATUSES), value="全部", label="完成/计划", elem_id="lookup-status")
                    find = gr.Button("查询", elem_id="lookup-find", variant="primary")
                notice = _html("lookup-notice", script=None)
                shown = _html("figures", figures.opening())
                with gr.Row(elem_id="lookup-actions"):
                    export = gr.Button("导出 Excel", elem_id="lookup-export", elem_classes=["plain"], visible=False)
                    file = gr.DownloadButton("下载", elem_id="lookup-file", visible="hidden")
            panel = _html("lookup-source", classes=["source-panel"])
        chosen = gr.State({})  # inside the tab: Gradio takes whatever else stands among tabs for one
    inputs = [text, reports, year, status]
    outputs = [shown, notice, export, chosen]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = quiet | {"trigger_mode": "always_last", "concurrency_limit": CONCURRENCY, "concurrency_id": "lookup"}

    def search(*given: Any) -> tuple[Any, ...]:
        # what is looked up anew has nothing to do with the sentence that was open
        return *_searched(library, {"given": given, "group": None, "more": False}), ""

    def narrow(held: dict[str, Any], event: gr.EventData) -> tuple[Any, ...]:
        group = int(event.group) if str(event.group).isdigit() else None
        return _searched(library, held | {"group": group, "more": False})

    def widen(held: dict[str, Any]) -> tuple[Any, ...]:
        return _searched(library, held | {"more": True})

    def reveal(event: gr.EventData) -> str:
        return sentence(library, str(event.report), int(event.start))

    def save(held: dict[str, Any]) -> tuple[Any, str]:
        return exported(library, held)

    def entered() -> tuple[Any, Any]:
        return choices(library)

    gr.on([text.submit, find.click], search, inputs, [*outputs, panel], **asking)
    gr.on([reports.input, year.input, status.input], search, inputs, [*outputs, panel], **asking)
    shown.group(narrow, [chosen], outputs, **asking)
    shown.more(widen, [chosen], outputs, **asking)
    shown.open(reveal, None, panel, queue=False, **quiet)
    export.click(save, [chosen], [file, notice], **quiet).success(None, None, None, js=DOWNLOAD, **quiet)
    here.select(entered, None, [reports, year], queue=False, **quiet).then(
        lambda: library.stated.warm(library.catalogue()), None, None, **quiet
    )
    return here


def _html(name: str, value: str = "", script: str | None = LISTEN, classes: list[str] | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, elem_classes=classes, js_on_load=script, apply_default_css=False)


def choices(library: AnyLibrary) -> tuple[Any, Any]:
    """The reports and years to choose from now."""
    held = sorted(library.reports(), key=lambda report: (-(report.year or 0), report.title))
    options = [(report.title, report.id) for report in held]
    years = sorted({y for report in held if report.year for y in (report.year - 1, report.year)}, reverse=True)
    return gr.Dropdown(choices=options), gr.Dropdown(choices=[EVERY_YEAR, *map(str, years)])


def wanted(text: str, reports: list[str] | None, year: str | None, status: str | None) -> Wanted:
    """What a form asks for; what is no choice of it counts as none."""
    from bot.lookup import Wanted

    number = int(year) if year and str(year).isdigit() else None
    return Wanted((text or "").strip(), tuple(map(str, reports or ())), number, STATUSES.get(status or "", ""))


def _searched(library: AnyLibrary, held: dict[str, Any]) -> tuple[Any, ...]:
    """The page after a search: results, notice, whether there is something to export, and what was asked."""
    if "given" not in held:
        return gr.skip(), gr.skip(), gr.skip(), gr.skip()
    asked = wanted(*held["given"])
    if not asked.text and not asked.reports:
        return figures.opening(), warning("请输入指标，或选择报告。"), gr.update(visible=False), {}
    if len(asked.text) > LONGEST_QUESTION:
        return gr.skip(), warning(f"太长了，最多 {LONGEST_QUESTION:,} 字。"), gr.skip(), gr.skip()
    try:
        began = time.perf_counter()
        found, groups = _found(library, asked)
        seconds = time.perf_counter() - began
    except WenbaoError as fault:
        return gr.skip(), warning(str(fault)), gr.skip(), gr.skip()
    except Exception:
        log.exception("figures could not be looked up")
        return gr.skip(), warning(FAULT), gr.skip(), gr.skip()
    if not found.lines:
        return figures.nothing(asked.text), "", gr.update(visible=False), held
    chosen = held["group"] if held["group"] is not None and held["group"] < len(groups) else None
    html = figures.result(found, groups, chosen, seconds, held["more"])
    return html, "", gr.update(visible=True), held


def _found(library: AnyLibrary, asked: Wanted, limit: int | None = None) -> tuple[Found, list[Group]]:
    from bot import lookup

    found = lookup.look_up(library, asked, limit or lookup.MOST_LINES)
    return found, lookup.groups(found.lines)


def sentence(library: AnyLibrary, report_id: str, start: int) -> str:
    """The source panel for the figure at a place of a report."""
    from bot.lookup import cite_figure

    try:
        citation = cite_figure(library, report_id, start)
        answer = Answer("", "", "answered", "", "", 1.0, (citation,))
        return source.panel(library.report(report_id), answer, 1, 0)
    except WenbaoError as fault:
        return source.absent(str(fault))


def exported(library: AnyLibrary, held: dict[str, Any]) -> tuple[Any, str]:
    """What was found as a file to download, and what to say where that fails."""
    from bot.lookup import cite_figure
    from ui import workbook

    def cite(line: Line) -> Any:
        return cite_figure(library, line.report.id, line.figure.start)

    if "given" not in held:
        return gr.skip(), ""
    asked = wanted(*held["given"])
    try:
        _, groups = _found(library, asked, MOST_EXPORTED)
        chosen = held["group"]
        if chosen is not None and chosen < len(groups):
            groups = [groups[chosen]]
        path = _fresh_folder() / f"问报-{_safe(asked.text) or '数据'}.xlsx"
        workbook.write(path, groups, cite)
    except WenbaoError as fault:
        return gr.skip(), warning(str(fault))
    except Exception:
        log.exception("figures could not be exported")
        return gr.skip(), warning("导出失败。请检查磁盘空间后再试。")
    return gr.DownloadButton(value=str(path)), ""


def _fresh_folder() -> Path:
    """A folder for one file; those of downloads an hour old are emptied away."""
    holder = Path(upload_folder()) / "exports"
    holder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in holder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=holder))


def _safe(text: str) -> str:
    """Of a text what can stand in a file's name everywhere."""
    return "".join(c for c in text if c.isalnum())[:30]
