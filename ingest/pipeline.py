"""Many files into the library: found, read, analysed and taken in, with an event for whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.events import Event, Finished, Found, Skipped, Started
from ingest.preparing import Prepared, prepare, report_id
from ingest.settings import Settings
from ingest.sources import ARCHIVES, Source, look_through

if TYPE_CHECKING:
    from ingest.library import Library

__all__ = ["Event", "Finished", "Found", "Skipped", "Started", "ingest", "retry"]

#: So many passages are embedded and written together: enough to spread a transaction's cost, little enough to lose.
BATCH_PASSAGES = 2_000

#: Seconds after which fewer are written too: of files that take long to read, none should wait for the others.
BATCH_SECONDS = 5.0


def ingest(paths: Sequence[Path], library: Library, settings: Settings, only: Collection[Path] = ()) -> Iterator[Event]:
    """Take files and folders into the library, yielding events as it goes.

    Folders are walked in the order of names; hidden files, READMEs and files of unknown kinds in them are passed over.
    A file that fails does not stop the others, and the library remembers it. Files end in any order. Broken off at any
    point and run again, it goes on where it was.

    :param only: of the members of archives, those that are wanted; empty for all.
    :raises IngestError: before anything is read, if a path is missing, unreadable or a file of an unknown kind.
    :raises LibraryError: if the library cannot be written; what was reported as finished is in it.
    """
    found = list(look_through(paths))
    yield from (event for event in found if isinstance(event, Skipped))
    sources = list(dict.fromkeys(event for event in found if isinstance(event, Source)))
    yield Found(len(sources))
    failures = library.failures.paths()
    for event in _taken_in(sources, library, settings, only):
        if isinstance(event, Finished):
            if event.outcome == "failed":
                library.failures.note(str(event.path), event.reason)
            elif str(event.path) in failures:
                library.failures.forget([str(event.path)])
        yield event


def retry(library: Library, settings: Settings, failed: Collection[str] | None = None) -> Iterator[Event]:
    """Take in once more what failed before, and nothing else; what is no longer there is forgotten.

    :param failed: the paths of these failures alone; None for all.
    :raises LibraryError: as ``ingest`` does.
    """
    paths: dict[Path, None] = {}
    only = set()
    for path in map(Path, sorted(library.failures.paths() if failed is None else failed)):
        holder = next((place for place in (path, *path.parents) if place.is_file()), None)
        if holder is None or (holder != path and holder.suffix.lower() not in ARCHIVES):
            library.failures.forget([str(path)])
            yield Skipped(path, "文件已不存在，不再重试")
            continue
        paths[holder] = None
        if holder != path:
            only.add(path)
    yield from ingest(list(paths), library, settings, only)


def _taken_in(
    sources: Sequence[Source], library: Library, settings: Settings, only: Collection[Path]
) -> Iterator[Event]:
    def known(sha256: str, place: Path) -> bool:
        return library.holds(report_id(sha256), str(place), place.name)

    held: list[Prepared] = []
    passages = 0
    since = time.monotonic()
    for item in prepare(sources, known, settings, only):
        if not isinstance(item, Prepared):
            yield item
            continue
        held.append(item)
        passages += len(item.analysis.passages)
        if passages >= BATCH_PASSAGES or time.monotonic() - since > BATCH_SECONDS:
            yield from _write(held, library)
            held, passages = [], 0
            since = time.monotonic()
    yield from _write(held, library)


def _write(held: Sequence[Prepared], library: Library) -> Iterator[Event]:
    for prepared in held:
        yield Started(prepared.path, "入库")
    outcomes = library.add_many([(prepared.analysis, str(prepared.path)) for prepared in held])
    for prepared, outcome in zip(held, outcomes, strict=True):
        analysis = prepared.analysis
        counts = len(analysis.passages), len(analysis.figures)
        yield Finished(prepared.path, outcome, analysis.report.id, *counts, notes=prepared.notes)
