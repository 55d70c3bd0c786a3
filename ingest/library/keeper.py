"""How reports come into the two stores and leave them, so that a process killed at any moment harms nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import LibraryError
from ingest.library.ledger import Ledger
from ingest.library.records import Unfinished
from ingest.library.store import Store
from ingest.library.vectors import VectorIndex

if TYPE_CHECKING:
    from filelock import FileLock

    from ingest.library.indexing import Indexed

logger = logging.getLogger(__name__)

#: Seconds to wait for another process to finish its batch.
PATIENCE = 600

LOCK = "write.lock"


@contextmanager
def sole_writer(home: Path, patience: float = PATIENCE, lock: FileLock | None = None) -> Iterator[None]:
    """The library's lock.

    :raises LibraryError: if another process holds it for ``patience`` seconds, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = lock or FileLock(home / LOCK, thread_local=False)
    try:
        lock.acquire(timeout=patience)
    except Timeout as fault:
        raise LibraryError(f"资料库 {home} 正由另一个进程写入。请等它结束后重试。") from fault
    except OSError as fault:
        raise LibraryError(f"资料库文件夹 {home} 无法写入。请检查文件夹权限。") from fault
    try:
        yield
    finally:
        lock.release()


class Keeper:
    """Writes both stores, one thread of one process at a time.

    A report comes in by these steps: its rows are written as pending (SQLite), its vectors are written (Chroma), it
    becomes ready and the version it replaces leaving (SQLite), the leaving one's vectors are deleted (Chroma), its row
    is dropped (SQLite). Only what is ready is ever shown. Whoever holds the lock next finishes what a killed process
    left pending or leaving; what is pending while the lock is held is in good hands.

    :raises LibraryError: from every method, if a store cannot be written or the lock is not to be had.
    """

    def __init__(self, home: Path, store: Store, index: VectorIndex) -> None:
        self.ledger = Ledger(home)
        self._home = home
        self._store = store
        self._index = index
        self._threads = threading.RLock()
        self._processes: FileLock | None = None

    @contextmanager
    def locked(self, patience: float = PATIENCE) -> Iterator[None]:
        """Sole right to write. The lock is the operating system's: a killed process's is free at once."""
        from filelock import FileLock  # takes longer to import than a question to answer

        with self._threads:
            self._processes = self._processes or FileLock(self._home / LOCK, thread_local=False)
            with sole_writer(self._home, patience, self._processes):
                yield

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """Sole right to write, with everything unfinished finished first."""
        with self.locked(patience):
            self._finish()
            yield

    def tidy(self) -> None:
        """Finish what a killed process left, unless a living one is at work or it cannot be done: reading goes on."""
        if not self._store.unfinished():
            return
        try:
            with self.exclusive(patience=0):
                pass
        except LibraryError as fault:
            logger.warning("reports left half done stay so for now: %s", fault)

    def bring_in(self, new: Sequence[tuple[Indexed, str]]) -> None:
        """Take in reports, each with the path of its file. Call under ``exclusive``."""
        if not new:
            return
        pending = self._store.insert(new)
        with self._writing_vectors():
            self._index.upsert((indexed.analysis.report.id, indexed.vectors) for indexed, _ in new)
        leaving = self._store.publish(pending)
        self.ledger.came(path for _, path in new)
        self._take_out(leaving)

    def withdraw(self, key: int, path: str) -> None:
        """Take a visible report out, given the path of its file. Call under ``exclusive``."""
        self.ledger.left([path])
        self._take_out(self._store.withdraw(key))

    def open_index(self) -> None:
        """Open the vector index if it is not open, or anew if another process has written it."""
        with self.exclusive():
            self._open_index()

    def rebuild_index(self) -> None:
        """Build the vector index anew from the vectors in SQLite."""
        with self.locked():
            self._index.discard()
            generation = self._store.advance("generation")
            self._index.open(generation, self._store.newest())
            entries = self._store.entries()
            wide = self._store.dimensions()
            self._index.upsert((entry.report.id, self._store.vectors(entry.key, wide)) for entry in entries)
            self._note_files()

    def _finish(self) -> None:
        """A pending report has all its rows, a leaving one none: the one is brought in, the other taken out."""
        unfinished = self._store.unfinished()
        if not unfinished:
            return
        logger.warning("finishing %d reports that were left half done", len(unfinished))
        pending = [entry for entry in unfinished if entry.state == "pending"]
        leaving = [entry for entry in unfinished if entry.state == "leaving"]
        with self._writing_vectors():
            wide = self._store.dimensions()
            self._index.upsert((entry.id, self._store.vectors(entry.key, wide)) for entry in pending)
        leaving += self._store.publish(pending)
        keys = {entry.key for entry in pending}
        self.ledger.came(entry.path for entry in self._store.entries() if entry.key in keys)
        self._take_out(leaving)

    def _take_out(self, leaving: Sequence[Unfinished]) -> None:
        """The last steps of leaving."""
        if not leaving:
            return
        with self._writing_vectors():
            self._index.delete((entry.id, entry.passages) for entry in leaving)
        self._store.forget(leaving)

    @contextmanager
    def _writing_vectors(self) -> Iterator[None]:
        """The index, open and current, for writing. Every other process's copy is out of date from here on, so the
        generation advances first; if we fail, ours is too."""
        self._open_index()
        generation = self._store.advance("generation")
        yield
        self._index.mark(generation, self._store.newest())
        self._note_files()

    def _open_index(self) -> None:
        """Open the index if need be. One that was lost, cut short or left behind by a killed writer is built anew."""
        generation = self._store.generation()
        if self._index.is_current(generation):
            return
        fault: LibraryError | str = "its files are not as the last writer left them"
        if self._index.files() == self._store.meta("index_files"):
            try:
                self._index.open(generation, self._store.newest())
                if self._index.count() >= self._store.passages_ready():
                    self._note_files()
                    return
                fault = "it holds fewer vectors than it must"
            except LibraryError as error:
                if self._index.shared:
                    raise
                fault = error
        logger.warning("rebuilding the vector index: %s", fault)
        self.rebuild_index()

    def _note_files(self) -> None:
        files = self._index.files()
        if files != self._store.meta("index_files"):
            self._store.set_meta(index_files=files)
