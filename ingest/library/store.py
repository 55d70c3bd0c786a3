"""The SQLite side of the library: every row that is written or read, and the full-text search."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

import numpy as np

from ingest.document import Figure, Passage, Report
from ingest.errors import LibraryError
from ingest.library import records, rows, schema
from ingest.library.records import Unfinished

if TYPE_CHECKING:
    from ingest.library.indexing import Indexed

FILE = "library.sqlite3"

#: Weights of the two columns in BM25.
CONTEXT_WEIGHT, BODY_WEIGHT = 0.5, 1.0

_SEARCH = f"""
SELECT rowid, bm25(passage_terms, {CONTEXT_WEIGHT}, {BODY_WEIGHT}) AS score FROM passage_terms
WHERE passage_terms MATCH ?"""

_ENTRIES = "SELECT key, passages, path, added_at, id, file, sha256, title, organisation, year FROM reports"


@dataclass(frozen=True)
class Entry:
    """A report as the library lists it: its key, how many passages it has and where its file was."""

    key: int
    report: Report
    passages: int
    path: str
    added_at: str


@dataclass(frozen=True)
class Catalogue:
    """The visible reports at one revision: by file name, by id, by key, by their file's path and name; and the names
    that they coin."""

    revision: int
    entries: tuple[Entry, ...]
    by_id: dict[str, Entry]
    by_key: dict[int, Entry]
    by_place: dict[tuple[str, str], Entry]
    names: frozenset[str]

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """The reports of the entries; the same tuple every time."""
        return tuple(entry.report for entry in self.entries)

    @cached_property
    def passages(self) -> int:
        """How many passages they have."""
        return sum(entry.passages for entry in self.entries)

    @cached_property
    def newest(self) -> int:
        """The newest report's key; 0 if there is none."""
        return max(self.by_key, default=0)

    def since(self, key: int) -> list[Entry]:
        """The entries with newer keys than this one, the newest first: costs their number."""
        newer = takewhile(lambda held: held > key, reversed(self._keys))
        return [self.by_key[held] for held in newer]

    @cached_property
    def _keys(self) -> list[int]:
        return sorted(self.by_key)


class Store:
    """One SQLite file. Every thread has its own connection; readers never wait for a writer.

    Where another file has come in its place, as when ``doctor --repair`` has made it anew, it is that one that is read.

    :raises LibraryError: from every method, if the file cannot be opened, read or written.
    """

    def __init__(self, home: Path) -> None:
        self.file = home / FILE
        self._local = threading.local()
        self._connections: WeakSet[schema.Connection] = WeakSet()
        with self.reading():
            pass

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in list(self._connections):
            connection.close()
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; SQLite's errors become messages to a person."""
        try:
            yield self._connection()
        except sqlite3.Error as fault:
            raise _explained(fault, self.file) from fault

    def _connection(self) -> schema.Connection:
        held: schema.Connection | None = getattr(self._local, "connection", None)
        place = self.place()
        if held is not None and (held.in_transaction or place in (self._local.place, None)):
            return held
        connection = schema.connect(self.file)
        self._connections.add(connection)
        schema.migrate(connection, self.file)
        self._local.connection, self._local.place = connection, place
        return connection

    def place(self) -> tuple[int, int] | None:
        """Which file it is, by device and number; it changes when another is put in its place. None if there is none."""
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Whatever this thread reads in the block, it reads as of one moment."""
        with self.reading() as db:
            db.execute("BEGIN")
            try:
                yield
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection inside a transaction, committed if the block ends well and undone if not."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    # What the library knows about itself.

    def meta(self, name: str) -> str:
        """A value kept about the library itself; "" if there is none."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_meta(self, **values: str) -> None:
        """Keep values about the library itself."""
        with self.writing() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def dimensions(self) -> int:
        """How long the library's vectors are; 0 where no model has been settled on."""
        return int(self.meta("dimensions") or 0)

    def generation(self) -> int:
        """How many times vectors were written or were about to be."""
        return int(self.meta("generation"))

    def advance(self, counter: str) -> int:
        """Count up the generation or the revision; its new value."""
        with self.writing() as db:
            return _advance(db, counter)

    def newest(self) -> int:
        """The newest report's key; 0 if there is none."""
        with self.reading() as db:
            return int(db.execute("SELECT coalesce(max(key), 0) FROM reports").fetchone()[0])

    def passages_ready(self) -> int:
        """How many passages the visible reports have."""
        with self.reading() as db:
            return int(db.execute("SELECT coalesce(sum(passages), 0) FROM reports WHERE state = 'ready'").fetchone()[0])

    def begin_after(self, key: int) -> None:
        """Give reports higher keys than this one. Call before there are any."""
        with self.writing() as db:
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('reports', ?)", (key,))

    # A report's way in and out. See Library for the order of these steps.

    def insert(self, new: Iterable[tuple[Indexed, str]]) -> list[Unfinished]:
        """Write reports, each with the path of its file, as pending: nothing shows them yet."""
        with self.writing() as db:
            return [records.insert(db, indexed, path) for indexed, path in new]

    def publish(self, pending: Iterable[Unfinished]) -> list[Unfinished]:
        """Make pending reports visible and take out the earlier versions of their files, which are returned."""
        with self.writing() as db:
            leaving = [entry for report in pending for entry in records.publish(db, report)]
            _advance(db, "revision")
        return leaving

    def withdraw(self, key: int) -> list[Unfinished]:
        """Take out a visible report; its vectors are still to be deleted."""
        with self.writing() as db:
            _advance(db, "revision")
            found = db.execute("SELECT key, id, passages, state FROM reports WHERE state = 'ready' AND key = ?", (key,))
            return records.withdraw(db, found.fetchall())

    def forget(self, leaving: Iterable[Unfinished]) -> None:
        """Drop the last trace of reports that have left."""
        with self.writing() as db:
            db.executemany("DELETE FROM reports WHERE key = ?", ((entry.key,) for entry in leaving))

    def unfinished(self) -> list[Unfinished]:
        """Reports that are on their way in or out, oldest first."""
        with self.reading() as db:
            found = db.execute("SELECT key, id, passages, state FROM reports WHERE state <> 'ready' ORDER BY key")
            return [Unfinished(*row) for row in found]

    # Reading.

    def revision(self) -> int:
        """A number that changes with the visible reports."""
        return int(self.meta("revision"))

    def present(self, ids: Iterable[str]) -> set[str]:
        """Those of some reports' ids that are visible."""
        with self.reading() as db:
            asked = "SELECT id FROM reports WHERE id IN (SELECT value FROM json_each(?)) AND state = 'ready'"
            return {report_id for (report_id,) in db.execute(asked, (rows.to_json(list(ids)),))}

    def at(self, path: str, file: str) -> tuple[int, str]:
        """The key and id of the visible report that came from a file; (0, "") if none did."""
        asked = "SELECT key, id FROM reports WHERE path = ? AND file = ? AND state = 'ready' ORDER BY id DESC"
        with self.reading() as db:
            return db.execute(asked, (path, file)).fetchone() or (0, "")

    def entries(self) -> list[Entry]:
        """The visible reports by file name, without their text."""
        with self.reading() as db:
            return _in_order(_entry(row) for row in db.execute(f"{_ENTRIES} WHERE state = 'ready'").fetchall())

    def catalogue(self, before: Catalogue | None = None) -> Catalogue:
        """The visible reports as they stand together at one moment.

        :param before: an earlier one of this file; only what has come since is read.
        """
        with self.snapshot(), self.reading() as db:
            revision = self.revision()
            keys = {key for (key,) in db.execute("SELECT key FROM reports WHERE state = 'ready'")}
            known = {key: entry for key, entry in before.by_key.items() if key in keys} if before else {}
            if before is None or len(known) < len(before.by_key):
                names = self.names()
            else:
                names = before.names | self.names(keys - known.keys())
            if before:
                new = rows.to_json(sorted(keys - known.keys()))
                found = db.execute(f"{_ENTRIES} WHERE key IN (SELECT value FROM json_each(?))", (new,)).fetchall()
                entries = _in_order([*known.values(), *map(_entry, found)])
            else:
                entries = self.entries()
        return Catalogue(
            revision,
            tuple(entries),
            {entry.report.id: entry for entry in entries},
            {entry.key: entry for entry in entries},
            {(entry.path, entry.report.file): entry for entry in entries},
            names,
        )

    def report(self, key: int) -> Report | None:
        """A report with its text, pages and sections; None if it has left."""
        with self.reading() as db:
            row = db.execute(
                "SELECT id, file, sha256, title, organisation, year, text, pages, sections"
                " FROM reports JOIN contents ON report = key WHERE key = ?",
                (key,),
            ).fetchone()
        return rows.report_from(row[:6], *row[6:]) if row else None

    def passages(self, key: int, text: str) -> tuple[Passage, ...]:
        """A report's passages in order, given its text."""
        first, last = rows.passage_key(key, 0), rows.passage_key(key + 1, 0)
        with self.reading() as db:
            found = db.execute(
                "SELECT * FROM passages WHERE key >= ? AND key < ? ORDER BY key", (first, last)
            ).fetchall()
        return tuple(rows.passage_from(row, text[row[1] : row[2]]) for row in found)

    def figures(self, key: int) -> tuple[Figure, ...]:
        """A report's figures in the order of its text."""
        with self.reading() as db:
            found = db.execute("SELECT * FROM figures WHERE report = ? ORDER BY start, rowid", (key,)).fetchall()
        return tuple(map(rows.figure_from, found))

    def names(self, keys: Collection[int] | None = None) -> frozenset[str]:
        """The names that the visible reports coin, or those with these keys."""
        with self.reading() as db:
            if keys is None:
                unfinished = "SELECT key FROM reports WHERE state <> 'ready'"
                found = db.execute(f"SELECT DISTINCT name FROM names WHERE report NOT IN ({unfinished})").fetchall()
            else:
                asked = "SELECT DISTINCT name FROM names WHERE report IN (SELECT value FROM json_each(?))"
                found = db.execute(asked, (rows.to_json(sorted(keys)),)).fetchall()
        return frozenset(name for (name,) in found)

    def set_vectors(self, key: int, vectors: np.ndarray) -> None:
        """Give a report other vectors, one row a passage."""
        with self.writing() as db:
            db.execute("UPDATE contents SET vectors = ? WHERE report = ?", (records.packed(vectors), key))
            db.execute("UPDATE contents SET checksum = ? WHERE report = ?", (records.checksum(db, key), key))

    def is_intact(self, key: int) -> bool:
        """Whether a report's rows are as they were written."""
        with self.reading() as db:
            return records.is_intact(db, key)

    def vectors(self, key: int, dimensions: int) -> np.ndarray:
        """A report's vectors: float32, one row a passage; no rows if the report has left."""
        with self.reading() as db:
            row = db.execute("SELECT vectors FROM contents WHERE report = ?", (key,)).fetchone()
        packed = row[0] if row else b""
        return np.frombuffer(packed, np.float16).reshape(-1, dimensions).astype(np.float32)

    def search(self, terms: Sequence[str], keys: Collection[int] | None, limit: int) -> list[tuple[int, int, float]]:
        """Report key, ordinal and BM25 score of the best passages that hold any of the terms, best first.

        SQLite's bm25() is negative, best lowest: https://www.sqlite.org/fts5.html#the_bm25_function. Here it is turned.
        """
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(map(plain, terms)) if term.strip())
        if not query or (keys is not None and not keys):
            return []
        within, bounds = _within(keys)
        with self.reading() as db:
            found = db.execute(f"{_SEARCH} {within} ORDER BY score, rowid LIMIT ?", (query, *bounds, limit)).fetchall()
        return [(*rows.split_key(key), -score) for key, score in found]


def _entry(row: rows.Row) -> Entry:
    key, passages, path, added_at, *report = row
    return Entry(key, Report(*report), passages, path, added_at)


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.report.file, entry.report.id))


def _advance(db: sqlite3.Connection, counter: str) -> int:
    db.execute("UPDATE meta SET value = value + 1 WHERE name = ?", (counter,))
    return int(db.execute("SELECT value FROM meta WHERE name = ?", (counter,)).fetchone()[0])


def plain(term: str) -> str:
    """A term that can stand between quotes in a full-text query: no quotes, NULs or halves of surrogate pairs."""
    return term.replace('"', " ").replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def _within(keys: Collection[int] | None) -> tuple[str, list[int]]:
    """The SQL that confines a full-text query to reports, and its values: the range they span, which FTS5 can seek, and
    where they are not neighbours their keys."""
    if keys is None:
        return "", []
    low, high = min(keys), max(keys)
    bounds = [rows.passage_key(low, 0), rows.passage_key(high + 1, 0) - 1]
    sql = "AND rowid BETWEEN ? AND ?"
    if high - low + 1 > len(set(keys)):
        sql += f" AND rowid >> {schema.ORDINAL_BITS} IN ({', '.join(map(str, sorted(keys)))})"
    return sql, bounds


def _explained(fault: sqlite3.Error, file: Path) -> LibraryError:
    """The message for a person that a SQLite error calls for."""
    said = str(fault)
    if "unable to open" in said or "readonly" in said:
        return LibraryError(f"资料库 {file} 无法打开或写入。请检查文件夹权限，或用 WENBAO_HOME 指定另一个文件夹。")
    if "full" in said:
        return LibraryError(f"磁盘已满，资料库 {file} 无法写入。请腾出空间后重试；已收入的内容没有丢失。")
    if "disk I/O error" in said:
        return LibraryError(f"读写资料库 {file} 时磁盘出错。请检查磁盘空间、磁盘配额和网络盘的连接，再重试。")
    if "locked" in said or "busy" in said:
        return LibraryError(f"资料库 {file} 正被另一个程序占用。请稍后重试。")
    return LibraryError(f"资料库 {file} 已损坏（{said}）。请运行 wenbao doctor --repair；仍不能恢复时请换用备份。")
