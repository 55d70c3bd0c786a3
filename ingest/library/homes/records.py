"""The PostgreSQL side of a shared library: everything that is read from it, and its connections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from ingest.errors import LibraryError
from ingest.library import rows
from ingest.library.failures import WAITING, Failure
from ingest.library.homes import tables
from ingest.library.records import packed
from ingest.library.store import Catalogue, Entry

if TYPE_CHECKING:
    import numpy as np

    from ingest.document import Figure, Passage, Report
    from ingest.library.indexing import Indexed

#: connections of one process, and seconds to wait for one
_MOST_CONNECTIONS, _PATIENCE = 16, 30.0

_ENTRY = "key, passages, path, added_at, id, file, sha256, title, organisation, year"
_FRONT = "id, file, sha256, title, organisation, year"
_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)|(?<=password=)\S+")


class Records:
    """The reports of a shared library in PostgreSQL.

    :raises LibraryError: from every method, if the database cannot be reached, read or written.
    """

    def __init__(self, url: str) -> None:
        self._url = _PASSWORD.sub("***", url)
        with self.faults():
            with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                version = tables.migrate(connection)
            if version > tables.VERSION:
                raise LibraryError(
                    f"数据库 {self._url} 里的资料库由更新版本的问报建立（格式 {version}，本程序只认到 {tables.VERSION}）。"
                    "请升级问报，或用 WENBAO_DATABASE_URL 指定另一个数据库。"
                )
            self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
                url,
                kwargs={"autocommit": True},
                min_size=1,
                max_size=_MOST_CONNECTIONS,
                timeout=_PATIENCE,
                check=_is_alive,
                open=True,
            )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection; psycopg's errors become a message to a person."""
        with self.faults(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Psycopg's errors become messages to a person."""
        try:
            yield
        except (psycopg.Error, PoolTimeout) as fault:
            said = str(fault).partition("\n")[0]
            if isinstance(fault, psycopg.errors.DiskFull):
                raise LibraryError(
                    f"数据库 {self._url} 的磁盘已满。请腾出空间后重试；已收入的内容没有丢失。"
                ) from fault
            raise LibraryError(
                f"数据库 {self._url}（WENBAO_DATABASE_URL）无法使用（{_PASSWORD.sub('***', said)}）。"
                "请确认 PostgreSQL 已启动，地址、用户和密码正确。"
            ) from fault

    # What the library knows about itself.

    def meta(self) -> dict[str, str]:
        """The values kept about the library itself."""
        with self.connection() as db:
            return dict(db.execute("SELECT name, value FROM meta").fetchall())

    def adopt(self, instead_of: str, **values: str) -> bool:
        """Keep values about the library itself, unless its collection is another than thought; whether they were kept.
        Whoever has it open reads them anew."""
        with self.connection() as db, db.transaction():
            row = db.execute("SELECT value FROM meta WHERE name = 'collection' FOR UPDATE").fetchone()
            if row is None or row[0] != instead_of:
                return False
            db.execute("SELECT 1 FROM meta WHERE name = 'fingerprint' FOR UPDATE")
            for name, value in values.items():
                db.execute("UPDATE meta SET value = %s WHERE name = %s", (value, name))
            advance(db)
        return True

    def bytes(self) -> int:
        """The size of the database."""
        return int(self._one("SELECT pg_database_size(current_database())")[0])

    def newest(self) -> int:
        """The newest report's key, visible or not; 0 if there is none."""
        return int(self._one("SELECT coalesce(max(key), 0) FROM reports")[0])

    def counts(self) -> tuple[int, int]:
        """How many passages all reports have, those on their way included, and how many figures the visible ones."""
        passages = self._one("SELECT coalesce(sum(passages), 0) FROM reports")[0]
        figures = self._one("SELECT count(*) FROM figures JOIN reports ON report = key WHERE state = 'ready'")[0]
        return int(passages), int(figures)

    # Reports.

    def catalogue(self, held: Catalogue | None) -> Catalogue:
        """The visible reports as they stand together at one moment; of those held before, only what is new is read."""
        with self.connection() as db, db.transaction():
            db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            (revision,) = db.execute("SELECT value::bigint FROM meta WHERE name = 'revision'").fetchone() or (0,)
            if held is not None and held.revision == revision:
                return held
            (total,) = db.execute("SELECT count(*) FROM reports WHERE state = 'ready'").fetchone() or (0,)
            since = held.revision if held is not None else -1
            new = _entries(db, since)
            # One that has left leaves the sum wrong, whatever has come meanwhile.
            if held is not None and len(held.entries) + len(new) != total:
                held, since, new = None, -1, _entries(db, -1)
            named = db.execute(
                "SELECT DISTINCT name FROM names JOIN reports ON report = key WHERE state = 'ready' AND revision > %s",
                (since,),
            )
            names = frozenset(name for (name,) in named)
        return _catalogue(revision, [*(held.entries if held else ()), *new], names | (held.names if held else set()))

    def present(self, ids: Iterable[str]) -> set[str]:
        """Those of some reports' ids that are visible."""
        with self.connection() as db:
            asked = "SELECT id FROM reports WHERE id = ANY(%s) AND state = 'ready'"
            return {found for (found,) in db.execute(asked, (list(ids),))}

    def at(self, path: str, file: str) -> tuple[int, str]:
        """The key and id of the visible report that came from a file; (0, "") if none did."""
        path, file = tables.plain(path), tables.plain(file)
        asked = (
            "SELECT key, id FROM reports WHERE md5(path || '/' || file) = md5(%s || '/' || %s)"
            " AND path = %s AND file = %s AND state = 'ready' ORDER BY key DESC"
        )
        with self.connection() as db:
            return db.execute(asked, (path, file, path, file)).fetchone() or (0, "")

    def report(self, key: int) -> Report | None:
        """A report with its text, pages and sections; None if it has left."""
        asked = f"SELECT {_FRONT}, text, outline FROM reports JOIN contents ON report = key WHERE key = %s"
        row = self._maybe(asked, key)
        return tables.report_from(row[:6], *row[6:]) if row else None

    def passages(self, key: int, text: str) -> tuple[Passage, ...]:
        """A report's passages in order, given its text; none if it has left."""
        row = self._maybe("SELECT passages FROM contents WHERE report = %s", key)
        return tables.passages_from(row[0], text) if row else ()

    def figures(self, key: int) -> tuple[Figure, ...]:
        """A report's figures in the order of its text; none if it has left."""
        with self.connection() as db:
            found = db.execute("SELECT figure FROM figures WHERE report = %s ORDER BY ordinal", (key,))
            return tuple(tables.figure_from(value) for (value,) in found)

    def indexed(self, key: int) -> Indexed | None:
        """A report whole; None if it has left."""
        columns = f"{_FRONT}, {', '.join(f'contents.{column}' for column in tables.CONTENTS)}"
        row = self._maybe(
            "SELECT ARRAY(SELECT name FROM names WHERE report = key),"
            f" ARRAY(SELECT figure FROM figures WHERE report = key ORDER BY ordinal), {columns}"
            " FROM reports JOIN contents ON report = key WHERE key = %s",
            key,
        )
        return tables.indexed_from(row[2:8], row[8:], row[1], row[0]) if row else None

    def set_vectors(self, key: int, vectors: np.ndarray) -> None:
        """Give a report other vectors, one row a passage."""
        with self.connection() as db:
            db.execute("UPDATE contents SET vectors = %s WHERE report = %s", (packed(vectors), key))

    def whole(self) -> list[int]:
        """The keys of the reports whose contents are here: the visible ones, and those on their way in."""
        with self.connection() as db:
            return [key for (key,) in db.execute("SELECT report FROM contents ORDER BY report")]

    def _one(self, query: str) -> tuple[Any, ...]:
        with self.connection() as db:
            return db.execute(query).fetchone() or (0,)

    def _maybe(self, query: str, key: int) -> tuple[Any, ...] | None:
        with self.connection() as db:
            found: tuple[Any, ...] | None = db.execute(query, (key,)).fetchone()
            return found


class SharedFailures:
    """The failures that a shared library remembers, as ``failures.Failures`` does."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def all(self) -> tuple[Failure, ...]:
        """All of them, by path."""
        with self._records.connection() as db:
            found = db.execute('SELECT path, reason, failed_at FROM failures ORDER BY path COLLATE "C"')
            return tuple(Failure(*row) for row in found)

    def paths(self) -> frozenset[str]:
        """The paths alone."""
        return frozenset(failure.path for failure in self.all())

    def waiting(self) -> frozenset[str]:
        """Those that were in the library before it was damaged."""
        return frozenset(failure.path for failure in self.all() if failure.reason == WAITING)

    def note(self, path: str, reason: str) -> None:
        """Remember a failure; an earlier one of the same file is forgotten."""
        row = (tables.plain(path), tables.plain(reason), datetime.now(UTC).isoformat(timespec="seconds"))
        with self._records.connection() as db:
            db.execute(
                "INSERT INTO failures VALUES (%s, %s, %s) ON CONFLICT (path)"
                " DO UPDATE SET reason = excluded.reason, failed_at = excluded.failed_at",
                row,
            )

    def forget(self, paths: Iterable[str]) -> None:
        """Forget the failures of some files."""
        with self._records.connection() as db:
            db.execute("DELETE FROM failures WHERE path = ANY(%s)", ([tables.plain(path) for path in paths],))


def advance(db: psycopg.Connection[Any]) -> int:
    """Count up the revision, in a transaction: who does so waits until others that did so have ended theirs."""
    counted = "UPDATE meta SET value = (value::bigint + 1)::text WHERE name = 'revision' RETURNING value::bigint"
    row = db.execute(counted).fetchone()
    return int(row[0]) if row else 0


def _entries(db: psycopg.Connection[Any], since: int) -> list[Entry]:
    """The visible reports that became so after a revision."""
    asked = sql.SQL("SELECT {} FROM reports WHERE state = 'ready' AND revision > %s").format(sql.SQL(_ENTRY))
    return [
        Entry(key, rows.report_from(front), passages, path, added_at)
        for key, passages, path, added_at, *front in db.execute(asked, (since,))
    ]


def _catalogue(revision: int, entries: list[Entry], names: frozenset[str]) -> Catalogue:
    entries.sort(key=lambda entry: (entry.report.file, entry.report.id))
    return Catalogue(
        revision,
        tuple(entries),
        {entry.report.id: entry for entry in entries},
        {entry.key: entry for entry in entries},
        {(entry.path, entry.report.file): entry for entry in entries},
        names,
    )


def _is_alive(connection: psycopg.Connection[Any]) -> None:
    """Whether the server has closed a connection meanwhile, as it says by itself: nothing is sent."""
    connection.pgconn.consume_input()
