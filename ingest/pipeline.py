"""Many files into the library: found, read, analysed and taken in, with an event for whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.events import Event, Finished, Found, Skipped, Started
from ingest.library.failures import AGAIN, PARTLY, partly
from ingest.preparing import Prepared, prepare, report_id
from ingest.settings import Settings
from ingest.sources import ARCHIVES, Source, look_through

if TYPE_CHECKING:
    from ingest.library import Outcome
    from ingest.library.protocol import AnyLibrary

__all__ = ["Event", "Finished", "Found", "Skipped", "Started", "ingest", "retry"]

#: So many passages are embedded and written together: enough to spread a transaction's cost, little enough to lose.
BATCH_PASSAGES = 2_000

#: Seconds after which fewer are written too: of files that take long to read, none should wait for the others.
BATCH_SECONDS = 5.0


class Stages(Protocol):
    """How files are read and written: ``events``, or ``cluster``'s way on many machines."""

    def __call__(
        self,
        sources: Sequence[Source],
        library: AnyLibrary,
        settings: Settings,
        only: Collection[Path],
        again: Collection[str],
    ) -> Iterator[Event]: ...


def ingest(
    paths: Sequence[Path],
    library: AnyLibrary,
    settings: Settings,
    only: Collection[Path] = (),
    stages: Stages | None = None,
) -> Iterator[Event]:
    """Take files and folders into the library, yielding events as it goes.

    Folders are walked in the order of names; hidden files, READMEs and files of unknown kinds in them are passed over.
    A file that fails does not stop the others, and the library remembers it. Files end in any order. Broken off at any
    point and run again, it goes on where it was.

    :param only: of the members of archives, those that are wanted; empty for all.
    :param stages: how files are read and written; None for this process and its workers.
    :raises IngestError: before anything is read, if a path is missing, unreadable or a file of an unknown kind.
    :raises LibraryError: if the library cannot be written; what was reported as finished is in it.
    """
    found = list(look_through(paths))
    yield from (event for event in found if isinstance(event, Skipped))
    sources = list(dict.fromkeys(event for event in found if isinstance(event, Source)))
    closed = [event for event in found if isinstance(event, Finished)]  # no files: nothing to retry one by one
    yield Found(len(sources) + len(closed))
    yield from closed
    yield from _taken_in(sources, library, settings, only, frozenset(), stages or events)


def retry(library: AnyLibrary, settings: Settings, failed: Collection[str] | None = None) -> Iterator[Event]:
    """Take in once more what failed before or was read in part, and nothing else; what is no longer there is forgotten.

    :param failed: the paths of these failures alone; None for all.
    :raises LibraryError: as ``ingest`` does.
    """
    paths: dict[Path, None] = {}
    only = set()
    in_part = partly(library.failures)
    for path in map(Path, sorted(library.failures.paths() if failed is None else failed)):
        if str(path) in in_part and not library.at(str(path), path.name):
            library.failures.forget([str(path)])  # its report has been removed
            continue
        holder = next((place for place in (path, *path.parents) if place.is_file()), None)
        if holder is None or (holder != path and holder.suffix.lower() not in ARCHIVES):
            library.failures.forget([str(path)])
            yield Skipped(path, "文件已不存在，不再重试")
            continue
        paths[holder] = None
        if holder != path:
            only.add(path)
    yield Found(len(paths))
    yield from _taken_in([Source(path, path) for path in paths], library, settings, only, in_part, events)


def _taken_in(
    sources: Sequence[Source],
    library: AnyLibrary,
    settings: Settings,
    only: Collection[Path],
    again: Collection[str],
    stages: Stages,
) -> Iterator[Event]:
    """Take files in; the library remembers which fail or are read in part, until they are taken in whole.

    :param again: the paths of those that are read also where the library holds them as they are.
    """
    failures, in_part = library.failures.paths(), partly(library.failures)
    for event in stages(sources, library, settings, only, again):
        if isinstance(event, Finished):
            path = str(event.path)
            if event.outcome == "failed":
                library.failures.note(path, event.reason)
            elif event.partly:
                library.failures.note(path, PARTLY + "".join(event.notes))
            elif path in failures and (event.outcome != "unchanged" or path in again or path not in in_part):
                library.failures.forget([path])
        yield event


def events(
    sources: Sequence[Source],
    library: AnyLibrary,
    settings: Settings,
    only: Collection[Path],
    again: Collection[str],
) -> Iterator[Event]:
    """What becomes of files, as it happens: each read, analysed and written, by this process and its workers."""

    def known(sha256: str, place: Path) -> bool:
        return str(place) not in again and library.holds(report_id(sha256), str(place), place.name)

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
            yield from write(held, library)
            held, passages = [], 0
            since = time.monotonic()
    yield from write(held, library)


def write(held: Sequence[Prepared], library: AnyLibrary) -> Iterator[Event]:
    """Write files that have been read, in one go; what became of each."""
    for prepared in held:
        yield Started(prepared.path, "入库")
    outcomes = library.add_many([(prepared.analysis, str(prepared.path)) for prepared in held])
    for prepared, outcome in zip(held, outcomes, strict=True):
        if outcome == "unchanged":
            outcome = _read_better(prepared, library)
        analysis = prepared.analysis
        counts = len(analysis.passages), len(analysis.figures)
        yield Finished(prepared.path, outcome, analysis.report.id, *counts, "", prepared.notes, prepared.partly)


def _read_better(prepared: Prepared, library: AnyLibrary) -> Outcome:
    """Replace a report by itself where more of the same file has been read than before.

    Broken off, it is remembered as a failure.
    """
    report, path = prepared.analysis.report, str(prepared.path)
    if path not in partly(library.failures) or library.report(report.id).text == report.text:
        return "unchanged"
    library.failures.note(path, AGAIN)
    library.remove(report.id)
    library.add(prepared.analysis, path)
    return "replaced"
