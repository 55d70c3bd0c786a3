"""The SQLite file of the people: accounts, sessions, tokens, failed logins, the audit log, feedback and
conversations.

It lies in the library's folder beside the reports' own file, so that a library can be rebuilt or moved without its
people, and they can be backed up with it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.errors import WenbaoError, in_chinese

FILE = "people.sqlite3"

_FIRST = """
CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
    created_at REAL NOT NULL
) WITHOUT ROWID;

-- key and secret: SHA-256 of random 256 bits, so that whoever reads this file can use neither.
CREATE TABLE sessions (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    expires_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    label TEXT NOT NULL,
    secret TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL
);

CREATE TABLE failures (name TEXT NOT NULL, address TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX failures_by_time ON failures (at);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    who TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    about TEXT NOT NULL
);

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    who TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
    comment TEXT NOT NULL,
    expected TEXT NOT NULL
);
"""

_CONVERSATIONS = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    who TEXT NOT NULL,
    title TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX conversations_by_person ON conversations (who, at);

-- content: the turn as JSON, see ui/conversations.py
CREATE TABLE turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX turns_by_conversation ON turns (conversation)
"""

#: In order; the n-th brings a file from version n-1 to version n (SQLite's user_version).
MIGRATIONS: tuple[str, ...] = (_FIRST, _CONVERSATIONS)


class PeopleError(WenbaoError):
    """The people's file cannot be opened, read or written."""


class Database:
    """One SQLite file, one connection, used by one thread at a time; other processes (``wenbao users``) are waited for.

    :raises PeopleError: from every method, if the file cannot be opened, read or written.
    """

    def __init__(self, home: Path) -> None:
        self.file = home / FILE
        self._lock = threading.RLock()
        try:
            home.mkdir(parents=True, exist_ok=True)
            # only its owner may read it; SQLite gives its journal the same mode
            os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(self.file, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        except (OSError, sqlite3.Error) as fault:
            raise PeopleError(f"账号文件 {self.file} 无法打开（{in_chinese(fault)}）。请检查文件夹权限。") from fault
        self._migrate()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._held() as connection:
            return connection.execute(sql, values).fetchall()

    def write(self, sql: str, *values: Any) -> int:
        """Carry out one statement; how many rows it changed."""
        with self._held() as connection:
            return connection.execute(sql, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Whatever is written in the block is written together, or not at all."""
        with self._held() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as fault:
                raise PeopleError(
                    f"账号文件 {self.file} 无法读写（{in_chinese(fault)}）。请检查磁盘和权限后重试。"
                ) from fault

    def _migrate(self) -> None:
        with self.transaction():
            ((version,),) = self.rows("PRAGMA user_version")
            if version > len(MIGRATIONS):
                raise PeopleError(f"账号文件 {self.file} 由更新版本的问报建立。请升级问报。")
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):  # executescript would commit the transaction around it
                    self.write(statement)
            if version < len(MIGRATIONS):
                self.write(f"PRAGMA user_version = {len(MIGRATIONS)}")
