"""How reports come into a shared library and leave it, by many processes at once, so that one killed harms nothing.

A report comes in by these steps: its rows are written as pending (PostgreSQL), its passages are written (Milvus), it
becomes ready and the version it replaces leaving (PostgreSQL), the leaving one's passages are deleted (Milvus), its row is
dropped (PostgreSQL). Only what is ready is ever shown.

What is on its way belongs to a batch. Whoever is at work on a batch holds a lock of PostgreSQL's with its number, which is
free the moment that process ends or loses its connection; what is on its way in a batch that nobody holds was left half
done, and whoever writes next finishes it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingest.errors import EmbeddingError
from ingest.library.homes import tables
from ingest.library.homes.milvus import PassageIndex
from ingest.library.homes.records import Records, advance
from ingest.library.homes.texts import Row, searched

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.library.indexing import Indexed

logger = logging.getLogger(__name__)

#: the lock's number that is no batch's
_ALONE = -1

_INSERT = """
INSERT INTO reports (id, sha256, file, path, title, organisation, year, passages, added_at, state, batch)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'pending', %s)
ON CONFLICT (id) WHERE state <> 'leaving' DO NOTHING RETURNING key"""

#: A report gives way to a newer one of the same file, and to any that comes in after it.
_LEAVE = """
UPDATE reports AS old SET state = 'leaving', batch = %(batch)s FROM reports AS new
WHERE old.state = 'ready' AND new.key = ANY(%(keys)s) AND old.key <> new.key
    AND md5(old.path || '/' || old.file) = md5(new.path || '/' || new.file)
    AND old.path = new.path AND old.file = new.file AND (old.key < new.key OR old.key <> ALL(%(keys)s))
RETURNING old.key"""


class Writer:
    """Writes both sides of a shared library.

    :param fingerprint: of the model that makes the vectors; a library of another model's is not written.
    :raises LibraryError: from every method, if PostgreSQL or Milvus cannot be written.
    """

    def __init__(self, records: Records, passages: PassageIndex, fingerprint: str) -> None:
        self._records = records
        self._passages = passages
        self._fingerprint = fingerprint

    def bring_in(self, new: Sequence[tuple[Indexed, str]]) -> None:
        """Take in reports, each with the path of its file. What another process is taking in at the moment is waited for.

        :raises EmbeddingError: if another model makes the library's vectors.
        """
        self.finish()
        with self._batch() as (db, batch):
            collection, keys = self._insert(db, batch, new)
            held = dict(zip(keys, sorted(new, key=_id_of), strict=True))
            self._passages.put(
                collection,
                (row for key, item in held.items() if key for row in searched(key, item[0].analysis, item[0].vectors)),
            )
            self._publish(db, batch, collection, [key for key in keys if key])
        if None in keys:
            self._wait_for([item[0].analysis.report.id for item in new])

    def withdraw(self, key: int) -> bool:
        """Take a visible report out; whether it was there."""
        self.finish()
        with self._batch() as (db, batch):
            with db.transaction():
                advance(db)
                gone = (
                    "UPDATE reports SET state = 'leaving', batch = %s WHERE key = %s AND state = 'ready' RETURNING key"
                )
                leaving = [found for (found,) in db.execute(gone, (batch, key))]
                _empty(db, leaving)
            self._forget(db, _collection(db), leaving)
        return bool(leaving)

    def finish(self) -> int:
        """Finish what was left half done; how many reports. What others are at work on is left to them."""
        with self._records.connection() as db:
            batches = _unfinished(db)
            if not batches:
                return 0
            with _held(db, shared=True):
                return sum(self._finish(db, batch) for batch in batches if _lock(db, batch, wait=False))

    def left(self) -> int:
        """How many reports are half done and in nobody's hands."""
        found = 0
        with self._records.connection() as db:
            for batch in _unfinished(db):
                if _lock(db, batch, wait=False):
                    of_it = "SELECT count(*) FROM reports WHERE batch = %s AND state <> 'ready'"
                    found += (db.execute(of_it, (batch,)).fetchone() or (0,))[0]
                    _unlock(db, batch)
        return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody writes meanwhile; whoever wants to waits."""
        with self._records.connection() as db, _held(db, shared=False):
            yield

    def _finish(self, db: Connection[Any], batch: int) -> int:
        """Bring in what is pending of a batch whose lock we hold, take out what is leaving, and let go of the lock."""
        try:
            left = "SELECT key, state FROM reports WHERE batch = %s AND state <> 'ready' ORDER BY key"
            found = db.execute(left, (batch,)).fetchall()
            if found:
                logger.warning("finishing %d reports that were left half done", len(found))
                collection = _collection(db)
                pending = [key for key, state in found if state == "pending"]
                self._passages.put(collection, (row for key in pending for row in self._searched(key)), again=True)
                self._publish(db, batch, collection, pending)
                self._forget(db, collection, [key for key, state in found if state == "leaving"])
            return len(found)
        finally:
            _unlock(db, batch)

    def _searched(self, key: int) -> Iterator[Row]:
        held = self._records.indexed(key)
        return searched(key, held.analysis, held.vectors) if held else iter(())

    def _insert(self, db: Connection[Any], batch: int, new: Sequence[tuple[Indexed, str]]) -> tuple[str, list[Any]]:
        """Write reports as pending, in the order of their ids, so that two processes never wait for each other; the
        collection that their passages belong to, and their keys: None for one that another process has written."""
        with db.transaction():
            row = db.execute("SELECT value FROM meta WHERE name = 'fingerprint' FOR SHARE").fetchone()
            if row is None or row[0] != self._fingerprint:
                raise EmbeddingError("资料库的向量模型刚被换掉，这一批没有收入。请重新打开后再试。")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            keys: list[Any] = []
            for indexed, path in sorted(new, key=_id_of):
                report = indexed.analysis.report
                about = (report.file, path, report.title, report.organisation)
                values = (report.id, report.sha256, *map(tables.plain, about), report.year)
                added = db.execute(_INSERT, (*values, len(indexed.analysis.passages), now, batch)).fetchone()
                keys.append(added[0] if added else None)
            _fill(db, [(key, item[0]) for key, item in zip(keys, sorted(new, key=_id_of), strict=True) if key])
        return _collection(db), keys

    def _publish(self, db: Connection[Any], batch: int, collection: str, pending: Sequence[int]) -> None:
        """Make pending reports visible, and take out the earlier versions of their files."""
        if not pending:
            return
        with db.transaction():
            revision = advance(db)
            ready = "UPDATE reports SET state = 'ready', revision = %s WHERE key = ANY(%s) AND state = 'pending'"
            db.execute(ready, (revision, list(pending)))
            leaving = [key for (key,) in db.execute(_LEAVE, {"batch": batch, "keys": list(pending)})]
            _empty(db, leaving)
        self._forget(db, collection, leaving)

    def _forget(self, db: Connection[Any], collection: str, leaving: Sequence[int]) -> None:
        """The last steps of leaving."""
        if leaving:
            self._passages.delete(collection, leaving)
            db.execute("DELETE FROM reports WHERE key = ANY(%s)", (list(leaving),))

    def _wait_for(self, ids: Sequence[str]) -> None:
        """Wait until what others are taking in is visible; if they fail, do it."""
        pending = "SELECT DISTINCT batch FROM reports WHERE state = 'pending' AND id = ANY(%s)"
        with self._records.connection() as db, _held(db, shared=True):
            for (batch,) in db.execute(pending, (list(ids),)).fetchall():
                if _lock(db, batch, wait=True):
                    self._finish(db, batch)

    @contextmanager
    def _batch(self) -> Iterator[tuple[Connection[Any], int]]:
        """A connection and a batch of our own, as long as we are at work."""
        with self._records.connection() as db, _held(db, shared=True):
            row = db.execute("SELECT nextval('batches')").fetchone()
            batch = int(row[0]) if row else 0
            _lock(db, batch, wait=True)
            try:
                yield db, batch
            finally:
                if not db.closed:
                    _unlock(db, batch)


@contextmanager
def _held(db: Connection[Any], shared: bool) -> Iterator[None]:
    """The lock that those who write share, and that who would be alone has alone."""
    kind = "_shared" if shared else ""
    db.execute(f"SELECT pg_advisory_lock{kind}(%s, %s)", (tables.LOCKS, _ALONE))
    try:
        yield
    finally:
        if not db.closed:
            db.execute(f"SELECT pg_advisory_unlock{kind}(%s, %s)", (tables.LOCKS, _ALONE))


def _unfinished(db: Connection[Any]) -> list[int]:
    return [batch for (batch,) in db.execute("SELECT DISTINCT batch FROM reports WHERE state <> 'ready'")]


def _lock(db: Connection[Any], batch: int, wait: bool) -> bool:
    """Take a batch's lock; whether we have it. It is ours as long as the connection lives."""
    if wait:
        db.execute("SELECT pg_advisory_lock(%s, %s)", (tables.LOCKS, batch))
        return True
    row = db.execute("SELECT pg_try_advisory_lock(%s, %s)", (tables.LOCKS, batch)).fetchone()
    return bool(row and row[0])


def _unlock(db: Connection[Any], batch: int) -> None:
    db.execute("SELECT pg_advisory_unlock(%s, %s)", (tables.LOCKS, batch))


def _fill(db: Connection[Any], new: Sequence[tuple[int, Indexed]]) -> None:
    """Write the contents, figures and names of reports."""
    columns = ", ".join(("report", *tables.CONTENTS))
    _copy(db, f"contents ({columns})", ((key, *tables.content_row(indexed)) for key, indexed in new))
    figures = ((key, n, figure) for key, indexed in new for n, figure in enumerate(indexed.analysis.figures))
    _copy(db, "figures", (tables.figure_row(*figure) for figure in figures))
    names = ((key, tables.plain(name)) for key, indexed in new for name in dict.fromkeys(indexed.analysis.names))
    _copy(db, "names", dict.fromkeys(names))


def _copy(db: Connection[Any], table: str, lines: Any) -> None:
    with db.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _empty(db: Connection[Any], leaving: Sequence[int]) -> None:
    """Drop the contents of reports, in a transaction; the row stays until their passages are gone too."""
    for table in ("contents", "figures", "names"):
        db.execute(f"DELETE FROM {table} WHERE report = ANY(%s)", (list(leaving),))


def _collection(db: Connection[Any]) -> str:
    row = db.execute("SELECT value FROM meta WHERE name = 'collection'").fetchone()
    return str(row[0]) if row else ""


def _id_of(item: tuple[Indexed, str]) -> str:
    return item[0].analysis.report.id
