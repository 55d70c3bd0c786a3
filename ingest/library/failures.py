"""Files that could not be taken in, or not with all that is in them, remembered so that they can be retried alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest.library.store import Store

if TYPE_CHECKING:
    from ingest.library.protocol import AnyFailures

#: the reason of a report that was in a damaged library and is to be read again
WAITING = "资料库损坏过，等待重新读取。请运行 wenbao ingest --retry-failed。"


#: the reason of a report that is being replaced by itself, read better
AGAIN = "正在重新读取。请运行 wenbao ingest --retry-failed。"
#: how the reason of a report begins that is in the library without a part of its file
PARTLY = "已收入，但没有读全："


@dataclass(frozen=True)
class Failure:
    """A file that failed: its path (of a member of an archive, that in the archive too), why, and when (UTC)."""

    path: str
    reason: str
    failed_at: str


class Failures:
    """The failures that a library remembers.

    :raises LibraryError: from every method, if the library cannot be read or written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[Failure, ...]:
        """All of them, by path."""
        with self._store.reading() as db:
            return tuple(Failure(*row) for row in db.execute("SELECT * FROM failures ORDER BY path").fetchall())

    def paths(self) -> frozenset[str]:
        """The paths alone."""
        return frozenset(failure.path for failure in self.all())

    def waiting(self) -> frozenset[str]:
        """Those that were in the library before it was damaged."""
        return frozenset(failure.path for failure in self.all() if failure.reason == WAITING)

    def note(self, path: str, reason: str) -> None:
        """Remember a failure; an earlier one of the same file is forgotten."""
        with self._store.writing() as db:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            db.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", (path, reason, now))

    def forget(self, paths: Iterable[str]) -> None:
        """Forget the failures of some files."""
        with self._store.writing() as db:
            db.executemany("DELETE FROM failures WHERE path = ?", ((path,) for path in paths))


def partly(failures: AnyFailures) -> frozenset[str]:
    """The files that are in the library without a part that could be read once something is there that was missing."""
    return frozenset(failure.path for failure in failures.all() if failure.reason.startswith(PARTLY))
