"""A folder kept in step with the library: what appears in it or changes is taken in once it has stopped changing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import pipeline
from ingest.errors import IngestError, in_chinese
from ingest.events import Event, Finished, Skipped
from ingest.settings import Settings
from ingest.sources import Source, look_through

if TYPE_CHECKING:
    from ingest.library.protocol import AnyLibrary

#: milliseconds between two looks at what is still changing
_LOOK = 200


@dataclass(frozen=True)
class _Seen:
    """A file's size in bytes and time of change, and since when they have been so."""

    size: int
    changed: int
    since: float


def watch(
    folder: Path, library: AnyLibrary, settings: Settings, settle: float = 2.0, stop: threading.Event | None = None
) -> Iterator[Event]:
    """Take in a folder, then whatever appears or changes in it, until ``stop`` is set; for ever without one.

    Reports whose files are deleted stay in the library.

    :param settle: seconds for which a file must not have changed, so that none is read half written.
    :raises IngestError: if the folder is none, or cannot be watched.
    :raises LibraryError: if the library cannot be written.
    """
    from watchfiles import watch as changes_in
    from watchfiles._rust_notify import WatchfilesRustInternalError

    folder = folder.expanduser().absolute()
    if not os.path.isdir(folder):  # also False where it cannot be looked at
        raise IngestError(f"{folder} 不是文件夹，或没有权限查看。请给出放报告的文件夹。")
    restless: dict[Path, _Seen] = {}
    try:
        # Watching begins before the first look: what comes in between is seen twice, not missed.
        changes = changes_in(
            folder,
            watch_filter=None,
            debounce=_LOOK,
            step=50,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            stop_event=stop,
        )
        next(changes, None)
        yield from pipeline.ingest([folder], library, settings)
        for changed in changes:
            for _, name in changed:
                for path in _files(Path(name)):
                    restless[path] = _Seen(-1, -1, 0.0)
            settled = _settled(restless, settle)
            if settled:
                yield from _take_in(settled, folder, library, settings)
    except (OSError, WatchfilesRustInternalError) as fault:
        raise _unwatchable(folder, fault) from fault


def _unwatchable(folder: Path, fault: Exception) -> IngestError:
    """Why a folder cannot be watched; one folder in it that is locked is enough."""
    locked = next((event.path for event in look_through([folder]) if isinstance(event, Finished)), None)
    if locked is not None:
        return IngestError(
            f"守不住文件夹 {folder}：没有权限查看其中的 {locked}。请修改它的权限或移走它；只收入一次可用 wenbao ingest。"
        )
    return IngestError(
        f"守不住文件夹 {folder}（{in_chinese(fault)}）。网络盘请设置环境变量 WATCHFILES_FORCE_POLLING=1 再试。"
    )


def _files(path: Path) -> Iterator[Path]:
    """A file, or all files in a folder that has appeared."""
    if path.is_dir():
        yield from (inside for inside in path.rglob("*") if inside.is_file())
    else:
        yield path


def _settled(restless: dict[Path, _Seen], settle: float) -> list[Path]:
    """The files that have not changed for so many seconds; they are taken out of ``restless``, as are those gone."""
    now = time.monotonic()
    settled = []
    for path, seen in list(restless.items()):
        try:
            stat = path.stat()
        except OSError:
            del restless[path]
            continue
        if (stat.st_size, stat.st_mtime_ns) != (seen.size, seen.changed):
            restless[path] = _Seen(stat.st_size, stat.st_mtime_ns, now)
        elif now - seen.since >= settle:
            del restless[path]
            settled.append(path)
    return settled


def _take_in(paths: list[Path], folder: Path, library: AnyLibrary, settings: Settings) -> Iterator[Event]:
    """Take in some files of the folder, by the rules for what in a folder is a report."""
    ours = set(paths)
    found = [source for source in look_through([folder]) if source.path in ours]
    try:
        yield from pipeline.ingest([source.path for source in found if isinstance(source, Source)], library, settings)
    except IngestError as fault:  # it has gone in the meantime
        yield from (Skipped(path, str(fault)) for path in paths)
