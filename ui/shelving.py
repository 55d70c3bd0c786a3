"""What the tab 文档 does: lists, takes files in, removes, replaces and puts back, checks and repairs.

Each step returns new values for the page, in the order that documents.py wires; ``gr.skip()`` leaves one as it is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import WenbaoError
from ingest.events import Event, Finished
from ui import shelf, uploads
from ui.framework import gr
from ui.preview import preview
from ui.source import absent
from ui.transcript import warning

if TYPE_CHECKING:
    from ingest.library.failures import Failure
    from ingest.library.protocol import AnyLibrary
    from ingest.library.undo import TakenOut
    from ingest.settings import Settings
    from ui.accounts.audit import Action

log = logging.getLogger(__name__)

Note = Callable[["Action", str], None]
Values = tuple[Any, ...]

#: reports that one person can put back, and bytes of an uploaded file kept for that
REMEMBERED = 10
LARGEST_KEPT = 20_000_000
FAULT = "出错了，没有做成。请再试一次；若仍然如此，请查看运行问报的窗口里的信息。"


@dataclass(frozen=True)
class View:
    """What one person sees: filters, order, how many rows, the report being replaced, and the state of the library
    (revision and failures) that is on the page."""

    may_edit: bool = False
    text: str = ""
    organisation: str = ""
    year: int | None = None
    order: str = shelf.ORDERS[0]
    shown: int = shelf.SHOWN
    replacing: str = ""
    state: tuple[object, ...] = ()

    def now(self, **changes: Any) -> View:
        """The view with some things changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Removed:
    """A report that can be put back: what the library held of it, and its uploaded file's bytes.

    ``instead`` is the id of the report that replaced it, which goes when it comes back.
    """

    taken: TakenOut
    content: bytes | None = None
    instead: str = ""

    @property
    def title(self) -> str:
        return self.taken.indexed.analysis.report.title

    @property
    def id(self) -> str:
        return self.taken.indexed.analysis.report.id


def dropped(payload: Any) -> list[tuple[str, str]]:
    """The files of an upload: where each is, and the name under which it was sent."""
    files = getattr(payload, "root", payload) or []
    return [(file.path, file.orig_name or Path(file.path).name) for file in files]


def choices(library: AnyLibrary) -> tuple[list[str], list[str]]:
    """The organisations and years to filter by."""
    reports = library.reports()
    years = sorted({report.year for report in reports if report.year}, reverse=True)
    return sorted({report.organisation for report in reports if report.organisation}), list(map(str, years))


def listing(library: AnyLibrary, view: View) -> Values:
    """The list, the failures and the view; nothing new where the page shows them already."""
    try:
        catalogue = library.catalogue()
        state = _state(library)
    except WenbaoError as fault:
        return warning(str(fault)), "", view
    if view.state == state:
        return gr.skip(), gr.skip(), gr.skip()
    _, failed, objection = state
    entries = shelf.chosen(catalogue.entries, view.text, view.organisation, view.year, view.order)
    html = shelf.shelf(entries, len(catalogue.entries), view.may_edit, view.shown)
    if objection:
        html = warning(f"{objection}也可以由管理员点下面的「修复并重建索引」。") + html
    return html, shelf.failures(failed, view.may_edit), view.now(state=state)


def _state(library: AnyLibrary) -> tuple[object, tuple[Failure, ...], str]:
    """What the list shows, but for the reports themselves: their revision, failures, and what is wrong."""
    return library.catalogue().revision, library.failures.all(), library.objection()


def news(library: AnyLibrary, view: View) -> Any:
    """Another text than before where the library is no longer as the page shows it, else nothing."""
    try:
        return gr.skip() if view.state == _state(library) else str(time.monotonic_ns())
    except WenbaoError:
        return gr.skip()


def read(library: AnyLibrary, view: View, act: str, report_id: str, at: int = 0) -> Values:
    """After a click that changes nothing: list, failures, view and the preview's panel."""
    if act == "more":
        return *listing(library, view.now(shown=view.shown + 10 * shelf.SHOWN, state=())), gr.skip()
    try:
        panel = preview(library.report(report_id), library.passages(report_id), at)
    except WenbaoError as fault:
        panel = absent(str(fault))
    return gr.skip(), gr.skip(), gr.skip(), panel


def take_in(
    library: AnyLibrary,
    settings: Settings,
    files: Sequence[tuple[str, str]],
    view: View,
    kept: tuple[Removed, ...],
    note: Note,
) -> Iterator[Values]:
    """Take uploaded files in: list, failures, view, progress, notice and what can be put back, as it goes.

    A report that is being replaced goes when the first file that stands for it is in.
    """
    tasks: dict[str, shelf.Task] = {}
    added: list[str] = []
    skip = gr.skip()
    for _, name in files:
        tasks[name] = shelf.Task(name)
    yield skip, skip, skip, shelf.progress(tasks.values()), "", skip
    for path, name in files:
        before = _standing(library, settings, name)
        try:
            with Path(path).open("rb") as content:
                for event in _following(uploads.taking_in(name, content, library, settings), tasks, name):
                    if isinstance(event, Finished) and event.report:
                        added.append(event.report)
                        if event.outcome == "replaced" and before:
                            kept = (*kept, replace(before, instead=event.report))[-REMEMBERED:]
                    _without_folder(tasks, settings)
                    yield skip, skip, skip, shelf.progress(tasks.values()), skip, skip
            note("上传", name)
        except WenbaoError as fault:
            tasks[name] = shelf.Task(name, outcome="failed", detail=str(fault))
        except Exception:
            log.exception("an uploaded file could not be taken in")
            tasks[name] = shelf.Task(name, outcome="failed", detail=FAULT)
        finally:
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)  # Gradio's copy: the library has its own
        yield *listing(library, view), shelf.progress(tasks.values()), skip, kept
    notice = undo_of(kept[-1]) if kept and kept[-1].instead in added and kept[-1].instead else ""
    if view.replacing and added:
        notice, kept = _replaced(library, settings, view.replacing, added, kept, note)
        view = view.now(replacing="", state=())
    yield *listing(library, view), shelf.progress(tasks.values()), notice, kept


def _following(events: Iterable[Event], tasks: dict[str, shelf.Task], name: str) -> Iterator[Event]:
    """Events, each noted in ``tasks``; the upload's own row gives way to those of the files that it is."""
    for event in events:
        tasks.pop(name, None)
        tasks.update(shelf.advanced(tasks, event))
        yield event


def _without_folder(tasks: dict[str, shelf.Task], settings: Settings) -> None:
    """Where the library keeps its copies is not told to whoever uploads."""
    folder = f"{(settings.home / uploads.FOLDER).resolve()}/"
    for key, task in tasks.items():
        tasks[key] = replace(task, detail=task.detail.replace(folder, ""))


def _standing(library: AnyLibrary, settings: Settings, name: str) -> Removed | None:
    """The report that was uploaded under a name before, whole, to be put back if it is replaced."""
    with suppress(WenbaoError):
        place = (settings.home / uploads.FOLDER).resolve() / uploads.checked_name(name)
        report_id = library.at(str(place), place.name)
        if report_id:
            return Removed(library.copy_of(report_id), _content(str(place), settings))
    return None


def _replaced(
    library: AnyLibrary, settings: Settings, old: str, added: Sequence[str], kept: tuple[Removed, ...], note: Note
) -> tuple[str, tuple[Removed, ...]]:
    """Remove the report that new ones stand for; the notice, and what can be put back."""
    if old in added or old not in library.catalogue().by_id:
        return (undo_of(kept[-1]) if kept and kept[-1].id == old else ""), kept
    removed = _removed(library, settings, old)
    removed = replace(removed, instead=added[0] if len(set(added)) == 1 else "")
    note("移除", f"{removed.title} {old}")
    return undo_of(removed), (*kept, removed)[-REMEMBERED:]


def edit(
    library: AnyLibrary, settings: Settings, view: View, kept: tuple[Removed, ...], act: str, report_id: str, note: Note
) -> Iterator[Values]:
    """After a click that changes the library: list, failures, view, progress, notice and what can be put back."""
    skip = gr.skip()
    try:
        if act == "retry":
            yield from _retry(library, settings, view, kept)
            return
        notice: Any = skip
        if act == "remove":
            yield skip, skip, skip, skip, working("正在移除……"), skip
            removed = _removed(library, settings, report_id)
            note("移除", f"{removed.title} {report_id}")
            kept, notice = (*kept, removed)[-REMEMBERED:], undo_of(removed)
        elif act == "undo":
            yield skip, skip, skip, skip, working("正在恢复……"), skip
            removed = next(one for one in reversed(kept) if one.id == report_id)
            _put_back(library, removed)
            note("上传", f"{removed.title} {report_id}（撤销移除）")
            kept = tuple(one for one in kept if one is not removed)
            notice = good(f"已恢复《{removed.title}》。") + (undo_of(kept[-1]) if kept else "")
        elif act == "replace":
            report = library.report(report_id)
            view, notice = view.now(replacing=report_id), _asks_for(report.title)
        elif act == "keep":
            view, notice = view.now(replacing=""), ""
        yield *listing(library, view.now(state=())), skip, notice, kept
    except StopIteration:
        yield *listing(library, view.now(state=())), skip, warning("这份报告已不能恢复。"), kept
    except WenbaoError as fault:
        yield *listing(library, view.now(state=())), skip, warning(str(fault)), kept
    except Exception:
        log.exception("the library could not be changed")
        yield *listing(library, view.now(state=())), skip, warning(FAULT), kept


def _removed(library: AnyLibrary, settings: Settings, report_id: str) -> Removed:
    from ingest.library import undo

    taken = undo.take_out(library, report_id)
    content = _content(taken.path, settings)
    uploads.discard(taken.path, settings)
    return Removed(taken, content)


def _content(path: str, settings: Settings) -> bytes | None:
    """The bytes of an uploaded file, unless they are too many to hold on to."""
    place = Path(path)
    if place.parent != (settings.home / uploads.FOLDER).resolve():
        return None
    with suppress(OSError):
        if place.stat().st_size <= LARGEST_KEPT:
            return place.read_bytes()
    return None


def _put_back(library: AnyLibrary, removed: Removed) -> None:
    from ingest.library import undo

    if removed.content is not None:
        Path(removed.taken.path).write_bytes(removed.content)
    undo.put_back(library, removed.taken)
    if removed.instead and removed.instead in library.catalogue().by_id:
        library.remove(removed.instead)


def _retry(library: AnyLibrary, settings: Settings, view: View, kept: tuple[Removed, ...]) -> Iterator[Values]:
    from ingest import pipeline

    skip = gr.skip()
    tasks: dict[str, shelf.Task] = {}
    for _ in _following(pipeline.retry(library, settings), tasks, ""):
        yield skip, skip, skip, shelf.progress(tasks.values()), skip, skip
    yield *listing(library, view.now(state=())), shelf.progress(tasks.values()), "", kept


def check(library: AnyLibrary) -> Iterator[str]:
    """Whether the library is sound, as a notice."""
    yield working("正在检查……")
    try:
        problems = library.check()
    except WenbaoError as fault:
        yield warning(str(fault))
        return
    if problems:
        yield warning("；".join(problem.text for problem in problems) + "请点「修复并重建索引」。")
    else:
        yield good("资料库完好。")


def repair(library: AnyLibrary, settings: Settings, view: View) -> Iterator[Values]:
    """Mend what can be mended, the vectors by the present model too: list, failures, view, progress and notice."""
    from ingest import pipeline

    skip = gr.skip()
    yield skip, skip, skip, "", working("正在修复……")
    tasks: dict[str, shelf.Task] = {}
    try:
        done = library.repair()
        waiting = library.failures.waiting()
        if waiting:
            for _ in _following(pipeline.retry(library, settings, waiting), tasks, ""):
                yield skip, skip, skip, shelf.progress(tasks.values()), skip
        said = good("".join(done) or "没有需要修复的地方，资料库完好。")
    except WenbaoError as fault:
        said = warning(str(fault))
    except Exception:
        log.exception("the library could not be repaired")
        said = warning(FAULT)
    yield *listing(library, view.now(state=())), shelf.progress(tasks.values()), said


def working(text: str) -> str:
    """A notice while something is being done."""
    return f'<p class="good" role="status"><span class="dots" aria-hidden="true"></span>{escape(text)}</p>'


def good(text: str) -> str:
    """A notice that something is done."""
    return f'<p class="good" role="status">{escape(text)}</p>'


def undo_of(removed: Removed) -> str:
    """A notice that a report is gone, with the way back."""
    what = "已用新版本替换" if removed.instead else "已移除"
    return (
        f'<p class="good" role="status">{what}《{escape(removed.title)}》。'
        f'<button type="button" class="act" data-act="undo" data-report="{escape(removed.id, quote=True)}">撤销</button></p>'
    )


def _asks_for(title: str) -> str:
    return (
        f'<p class="good" role="status">请把《{escape(title)}》的新版本拖到上面的框里；收入后旧版本自动移除，可以撤销。'
        '<button type="button" class="act" data-act="keep">不替换了</button></p>'
    )
