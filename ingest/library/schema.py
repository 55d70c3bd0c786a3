"""The tables of the library's SQLite file, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from ingest.errors import LibraryError

#: A passage's key is its report's key and its ordinal in one integer, so that the rows of one report are one range.
ORDINAL_BITS = 20
#: report keys stay below this, so that a passage's key is an integer of SQLite's
MOST_REPORTS = 1 << (63 - ORDINAL_BITS)

_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- AUTOINCREMENT: a key is never used twice, so whatever is remembered under a key cannot go stale.
CREATE TABLE reports (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    organisation TEXT NOT NULL,
    year INTEGER,
    passages INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'leaving'))
);
CREATE INDEX reports_by_path ON reports (path, file);
CREATE INDEX reports_unfinished ON reports (state) WHERE state <> 'ready';

-- terms: what the full-text index holds of the report's passages, compressed JSON; without it nothing could be taken
-- out of an index that keeps no content. vectors: one row a passage, half precision.
CREATE TABLE contents (
    report INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    pages TEXT NOT NULL,
    sections TEXT NOT NULL,
    terms BLOB NOT NULL,
    vectors BLOB NOT NULL
);

-- cuts: the lengths of the passage's words, each as one character with that number.
CREATE TABLE passages (
    key INTEGER PRIMARY KEY,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    section TEXT NOT NULL,
    year_first INTEGER,
    year_last INTEGER,
    status TEXT NOT NULL,
    cuts TEXT NOT NULL
);

-- value and upper are exact decimals as text; number is the value to sort and filter by.
CREATE TABLE figures (
    report INTEGER NOT NULL,
    passage INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    number REAL NOT NULL,
    unit TEXT NOT NULL,
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    hedge TEXT NOT NULL,
    upper TEXT,
    change TEXT NOT NULL,
    year_first INTEGER,
    year_last INTEGER,
    status TEXT NOT NULL
);
CREATE INDEX figures_by_report ON figures (report);

CREATE TABLE names (report INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (report, name)) WITHOUT ROWID;

CREATE VIRTUAL TABLE passage_terms USING fts5(context, body, content='', tokenize='unicode61 remove_diacritics 0');

INSERT INTO meta VALUES ('library', lower(hex(randomblob(8))));
INSERT INTO meta VALUES ('revision', '0'), ('generation', '0'), ('index_files', '{}');
"""

_SECOND = """
-- What could not be taken in; path goes on inside an archive.
CREATE TABLE failures (path TEXT PRIMARY KEY, reason TEXT NOT NULL, failed_at TEXT NOT NULL) WITHOUT ROWID;

-- checksum: of all rows of the report, '' where an older program wrote them. SQLite does not see that a byte has changed.
ALTER TABLE contents ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
"""

#: In order; the n-th brings a file from version n-1 to version n (SQLite's user_version).
MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)
VERSION = len(MIGRATIONS)


class Connection(sqlite3.Connection):
    """A connection that closes when nothing refers to it any more, as when the thread it was opened for has ended."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # a file that could not be opened leaves one that was never made
            self.close()


def connect(file: Path) -> Connection:
    """A connection to the library's file, in write-ahead mode, that waits half a minute for another's transaction."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False, factory=Connection)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the file to this program's version, in one transaction.

    :raises LibraryError: if a newer program made it.
    """
    if _version(connection, file) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in MIGRATIONS[_version(connection, file) :]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, file: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise LibraryError(
            f"资料库 {file} 由更新版本的问报建立（格式 {version}，本程序只认到 {VERSION}）。"
            "请升级问报，或用 WENBAO_HOME 指定另一个资料库文件夹。"
        )
    return version


def _statements(script: str) -> list[str]:
    """The statements of a script one by one: ``executescript`` would commit the transaction around it."""
    found, held = [], ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            found.append(held)
            held = ""
    return found
