"""A library file that is damaged or gone: what can still be read of it becomes a new one, and what cannot is to be read
again from the reports' own files.

SQLite finds a row by several ways: by its table, and by the indexes that hold some of its columns too. A damaged page
breaks one of them, seldom all. Every report's rows are compared with their checksum, so nothing damaged is kept.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.analysis import analyse
from ingest.document import Document
from ingest.embedding import Embedder
from ingest.errors import LibraryError, in_chinese
from ingest.library import records, schema
from ingest.library.failures import WAITING, Failures
from ingest.library.indexing import Indexed, index
from ingest.library.keeper import sole_writer
from ingest.library.ledger import Ledger
from ingest.library.store import FILE, Store

logger = logging.getLogger(__name__)

_FOLDER = "salvage"


@dataclass(frozen=True)
class Salvaged:
    """What became of the reports of a damaged library.

    ``kept`` are as they were, ``analysed`` were made anew from their text, ``again`` are the files that the library now
    remembers as failures, to be read again, ``lost`` names the rest. ``backup`` is the damaged file, set aside.
    """

    kept: int
    analysed: int
    again: tuple[str, ...]
    lost: tuple[str, ...]
    backup: Path


@dataclass(frozen=True)
class _Known:
    """What any part of the damaged file tells of a report."""

    path: str = ""
    file: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        return self.path or self.file


def is_damaged(home: Path) -> str:
    """What is wrong with the library's file, "" if nothing is: the file alone, without its indexes and vectors."""
    file = home / FILE
    if not file.exists():
        return f"资料库文件 {file} 不见了。" if Ledger(home).paths() else ""
    with closing(_opened(file)) as db:
        try:
            found = [row[0] for row in db.execute("PRAGMA integrity_check(20)")]
            # the full text can be rebuilt in place; newer SQLite reports it here too
            wrong = [text for text in found if text != "ok" and "inverted index" not in text]
            if wrong:
                return f"资料库文件 {file} 已损坏：{wrong[0]}。"
            spoilt = _spoilt(db)
        except sqlite3.DatabaseError as fault:
            return f"资料库文件 {file} 已损坏（{fault}）。"
    return f"资料库文件 {file} 里有 {len(spoilt)} 份报告的内容已损坏，例如 {spoilt[0]}。" if spoilt else ""


def mend(home: Path, embedder: Embedder) -> list[str]:
    """Make a damaged library file anew; what was done, in sentences, and nothing if it is sound.

    Whoever has the library open goes on with the new file; see ``Store``.

    :raises LibraryError: if the file cannot be written, or another process is writing.
    """
    if not home.is_dir():
        return []
    with sole_writer(home):
        return mend_under_lock(home, embedder)


def mend_under_lock(home: Path, embedder: Embedder) -> list[str]:
    """``mend`` for whoever holds the library's lock."""
    damage = is_damaged(home)
    if not damage:
        return []
    found = salvage(home, embedder)
    done = [damage, f"重建了资料库文件：{found.kept} 份报告原样保留，{found.analysed} 份由保存的文字重新分析。"]
    if found.again:
        done.append(f"{len(found.again)} 份读不出来，将从原来的文件重新读取。")
    done += [f"无法恢复：{name}（原来的文件也不在了）。" for name in found.lost]
    Ledger(home).left(found.lost)
    if found.backup.exists():
        done.append(f"损坏的文件备份在 {found.backup}。")
    return done


def _spoilt(db: sqlite3.Connection) -> list[str]:
    """The visible reports whose rows are not as they were written."""
    if db.execute("PRAGMA user_version").fetchone()[0] != schema.VERSION:
        return []
    found = db.execute("SELECT key, file FROM reports WHERE state <> 'leaving' ORDER BY key").fetchall()
    return [file for key, file in found if not records.is_intact(db, key)]


def salvage(home: Path, embedder: Embedder) -> Salvaged:
    """Make the library's file anew. Call under the library's lock.

    The damaged file is copied aside first. Broken off, it can be begun again.

    :raises LibraryError: if the new file cannot be written.
    """
    file = home / FILE
    try:
        backup = _set_aside(file)
        shutil.rmtree(home / _FOLDER, ignore_errors=True)
        (home / _FOLDER).mkdir()
        with closing(_opened(backup)) as old:
            new = Store(home / _FOLDER)
            try:
                result = _Salvage(old, new, embedder, Ledger(home)).run(backup)
                with new.reading() as db:
                    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                new.close()
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        (home / _FOLDER / FILE).replace(file)
        shutil.rmtree(home / _FOLDER, ignore_errors=True)
    except OSError as fault:
        raise LibraryError(
            f"修复资料库 {home} 时出错（{in_chinese(fault)}）。请检查磁盘空间和权限，"
            "停止其他正在使用资料库的程序，再运行 wenbao doctor --repair。"
        ) from fault
    return result


class _Salvage:
    """One salvage: an old file that is damaged, and a new one that is empty."""

    def __init__(self, old: sqlite3.Connection, new: Store, embedder: Embedder, ledger: Ledger) -> None:
        self._old = old
        self._new = new
        self._embedder = embedder
        self._ledger = ledger

    def run(self, backup: Path) -> Salvaged:
        meta = dict(_scanned(self._old, "SELECT name, value FROM meta", "name"))
        model = self._embedder
        same_model = meta.get("fingerprint", model.fingerprint) == model.fingerprint
        counters = {name: meta[name] for name in ("generation", "revision") if meta.get(name, "").isdecimal()}
        self._new.set_meta(**counters, **({"library": meta["library"]} if meta.get("library") else {}))
        self._new.set_meta(model=model.name, fingerprint=model.fingerprint, dimensions=str(model.dimensions))
        kept = analysed = 0
        again: dict[str, None] = {}
        lost = []
        here: set[str] = set()
        all_known = self._known()
        self._new.begin_after(max(all_known, default=0))
        for key, known in sorted(all_known.items()):
            indexed = self._intact(key) if same_model else None
            if indexed is None and not is_there(known.path):
                indexed = self._from_text(key, known)
                analysed += indexed is not None
            elif indexed is not None:
                kept += 1
            if indexed is not None:
                self._keep(indexed, known.path)
                here.add(known.path)
            elif known.path and is_there(known.path):
                again[known.path] = None
            else:
                lost.append(known.name or f"第 {key} 号报告")
        for path in self._ledger.paths():
            if path not in here and path not in again and path not in lost:
                if is_there(path):
                    again[path] = None
                else:
                    lost.append(path)
        failures = Failures(self._new)
        for path, reason in _scanned(self._old, "SELECT path, reason FROM failures", "path"):
            failures.note(path, reason)
        for path in again:
            failures.note(path, WAITING)
        return Salvaged(kept, analysed, tuple(again), tuple(lost), backup)

    def _known(self) -> dict[int, _Known]:
        """The reports that were visible or about to be, by key, as far as any part of the file tells."""
        found: dict[int, _Known] = {}
        for key, path, file in _scanned(
            self._old, "SELECT key, path, file FROM reports INDEXED BY reports_by_path", "path"
        ):
            found[key] = _Known(path, file)
        for (key,) in _scanned(self._old, "SELECT report FROM contents", "report"):
            found.setdefault(key, _Known())
        for key, path, file, sha256 in _scanned(self._old, "SELECT key, path, file, sha256 FROM reports", "key"):
            found[key] = _Known(path, file, sha256)
        leaving = {key for (key,) in _scanned(self._old, "SELECT key FROM reports WHERE state = 'leaving'", "key")}
        return {key: known for key, known in found.items() if key not in leaving and 0 < key < schema.MOST_REPORTS}

    def _intact(self, key: int) -> Indexed | None:
        """A report with all its rows, if they are as they were written."""
        try:
            (checksum,) = self._old.execute("SELECT checksum FROM contents WHERE report = ?", (key,)).fetchone()
            if not checksum or checksum != records.checksum(self._old, key):
                return None
            return records.read(self._old, key, self._embedder.dimensions)
        except Exception as fault:  # damage shows as any error, in SQLite or in what is made of its values
            logger.warning("report %d cannot be read as it was: %s", key, fault)
            return None

    def _from_text(self, key: int, known: _Known) -> Indexed | None:
        """A report whose file is gone, analysed anew: its text alone has to be readable."""
        try:
            (text,) = self._old.execute("SELECT text FROM contents WHERE report = ?", (key,)).fetchone()
            if not text or "\ufffd" in text or "\0" in text:
                return None
            name = known.file or Path(known.path).name or f"恢复的报告{key}.txt"
            sha256 = known.sha256 or hashlib.sha256(text.encode()).hexdigest()
            return index([analyse(Document(text), name, sha256)], self._embedder)[sha256[:16]]
        except Exception as fault:
            logger.warning("report %d cannot be read at all: %s", key, fault)
            return None

    def _keep(self, indexed: Indexed, path: str) -> None:
        if self._new.present([indexed.analysis.report.id]):
            return
        self._new.publish(self._new.insert([(indexed, path)]))


def _opened(file: Path) -> sqlite3.Connection:
    """A connection to a file that may be damaged, or made by somebody else: nothing in it is executed."""
    db = sqlite3.connect(file, timeout=30, isolation_level=None)
    db.text_factory = lambda raw: raw.decode("utf-8", "replace")
    with suppress(sqlite3.DatabaseError):
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
    return db


def _scanned(db: sqlite3.Connection, sql: str, column: str) -> Iterator[Any]:
    """The rows that a query gives before it meets a damaged page, from the front and then from the back."""
    for order in ("ASC", "DESC"):
        try:
            yield from db.execute(f"{sql} ORDER BY {column} {order}")
            return
        except sqlite3.DatabaseError as fault:
            logger.warning("%s: %s", sql, fault)


def is_there(path: str) -> bool:
    """Whether a report's file, or the archive that it is in, can be read again."""
    return bool(path) and any(candidate.is_file() for candidate in (Path(path), *Path(path).parents))


def _set_aside(file: Path) -> Path:
    """A copy of a library's file, with what has been written but not yet moved into it."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    backup = file.with_name(f"{file.stem}.damaged-{now}.sqlite3")
    if not file.exists():
        return backup
    with suppress(sqlite3.DatabaseError), closing(_opened(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("", "-wal"):
        source = file.with_name(file.name + suffix)
        if source.exists():
            shutil.copy2(source, backup.with_name(backup.name + suffix))
    return backup
