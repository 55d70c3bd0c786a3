"""Answers once written, kept by question, evidence and model, so that the same question costs nothing again."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from bot.writing.evidence import Evidence

log = logging.getLogger(__name__)

FILE = "written.sqlite3"
_SCHEMA = "CREATE TABLE IF NOT EXISTS written (key TEXT PRIMARY KEY, sentences TEXT NOT NULL, used INTEGER NOT NULL)"


def key_of(question: str, evidence: Sequence[Evidence], *model: str) -> str:
    """The key of a question, the evidence given for it, and what names the model and its prompts."""
    passages = [[one.citation.report_id, one.citation.start, one.told] for one in evidence]
    return hashlib.sha256(json.dumps([question, passages, model], ensure_ascii=False).encode()).hexdigest()


class WrittenCache:
    """The sentences of written answers in an SQLite file of their own; without the file they are simply not kept.

    :param limit: answers kept; of more, those not used for longest go. 0 keeps none.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._path = folder / FILE
        self._limit = limit
        self._lock = threading.Lock()

    def get(self, key: str) -> list[str]:
        """The sentences kept under a key; [] where there are none."""
        if not self._limit or not self._path.exists():
            return []
        try:
            with self._lock, self._open() as db:
                row = db.execute("SELECT sentences FROM written WHERE key = ?", (key,)).fetchone()
                if row:
                    db.execute("UPDATE written SET used = (SELECT max(used) + 1 FROM written) WHERE key = ?", (key,))
            return [str(sentence) for sentence in json.loads(row[0])] if row else []
        except (sqlite3.Error, OSError, ValueError) as fault:
            log.warning("%s cannot be read: %s", self._path, fault)
            return []

    def put(self, key: str, sentences: Sequence[str]) -> None:
        """Keep sentences under a key."""
        if not self._limit:
            return
        kept = json.dumps(list(sentences), ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._open() as db:
                used = db.execute("SELECT coalesce(max(used), 0) + 1 FROM written").fetchone()[0]
                db.execute("INSERT OR REPLACE INTO written VALUES (?, ?, ?)", (key, kept, used))
                oldest = "SELECT key FROM written ORDER BY used DESC LIMIT -1 OFFSET ?"
                db.execute(f"DELETE FROM written WHERE key IN ({oldest})", (self._limit,))  # noqa: S608 (a constant)
        except (sqlite3.Error, OSError) as fault:
            log.warning("%s cannot be written: %s", self._path, fault)

    def _open(self) -> _Closing:
        db = sqlite3.connect(self._path, timeout=1)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(_SCHEMA)
        return _Closing(db)


class _Closing:
    """A connection that commits and closes at the end of a ``with``: sqlite3's own only commits."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        return self._db.__enter__()

    def __exit__(self, *fault: object) -> None:
        try:
            self._db.__exit__(*fault)  # type: ignore[arg-type]
        finally:
            self._db.close()
