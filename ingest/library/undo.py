"""A report taken out so that it can be put back as it was, without its file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import LibraryError
from ingest.library import records

if TYPE_CHECKING:
    from ingest.library.indexing import Indexed
    from ingest.library.library import Library, Outcome


@dataclass(frozen=True)
class TakenOut:
    """A report that was in a library, whole, with the path of its file and the model that made its vectors."""

    indexed: Indexed
    path: str
    model: str


def copy_of(library: Library, report_id: str) -> TakenOut:
    """A report as it stands in the library.

    :raises LibraryError: if there is none with this id, or it is damaged.
    """
    entry = library.catalogue().by_id.get(report_id)
    try:
        with library.store.reading() as db:
            indexed = records.read(db, entry.key, library.embedder.dimensions) if entry else None
    except (ValueError, TypeError, sqlite3.Error) as fault:
        raise LibraryError("这份报告的内容已损坏。请先运行 wenbao doctor --repair。") from fault
    if entry is None or indexed is None:
        raise LibraryError("这份报告已不在资料库里；它可能刚被移除或替换。")
    return TakenOut(indexed, entry.path, library.store.meta("fingerprint"))


def take_out(library: Library, report_id: str) -> TakenOut:
    """Remove a report and return it whole.

    :raises LibraryError: as ``copy_of`` does, and if the library cannot be written.
    """
    with library.keeper.exclusive():
        taken = copy_of(library, report_id)
        library.remove(report_id)
    return taken


def put_back(library: Library, taken: TakenOut) -> Outcome:
    """Take a report in again; what has come from its file since is replaced.

    :raises LibraryError: if the library cannot be written.
    """
    if taken.model == library.store.meta("fingerprint") == library.embedder.fingerprint:
        return library.add_indexed([(taken.indexed, taken.path)])[0]
    return library.add(taken.indexed.analysis, taken.path)
