"""A report's rows in a library's file: written, put into the full-text index and taken out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from ingest.library import rows
from ingest.library.indexing import Indexed

_INSERT_PASSAGE = f"INSERT INTO passages VALUES ({', '.join('?' * 8)})"
_INSERT_FIGURE = f"INSERT INTO figures VALUES ({', '.join('?' * 17)})"


@dataclass(frozen=True)
class Unfinished:
    """A report whose way into the library, or out of it, was broken off."""

    key: int
    id: str
    passages: int
    state: Literal["pending", "leaving"]


def checksum(db: sqlite3.Connection, key: int) -> str:
    """The checksum of a report's rows as they stand in a library's file."""
    content = db.execute(
        "SELECT id, sha256, file, path, title, organisation, year, text, pages, sections, terms, vectors"
        " FROM reports JOIN contents ON report = key WHERE key = ?",
        (key,),
    )
    bounds = rows.passage_key(key, 0), rows.passage_key(key + 1, 0)
    passages = db.execute("SELECT * FROM passages WHERE key >= ? AND key < ? ORDER BY key", bounds)
    figures = db.execute("SELECT * FROM figures WHERE report = ? ORDER BY rowid", (key,))
    names = db.execute("SELECT name FROM names WHERE report = ?", (key,))
    return rows.checksum(content.fetchone() or (), passages, figures, [name for (name,) in names])


def read(db: sqlite3.Connection, key: int, dimensions: int) -> Indexed:
    """A report with everything that is kept of it: what ``insert`` wrote.

    :raises ValueError: if the rows do not belong together; sqlite3.Error and TypeError too, if they are damaged.
    """
    from ingest.analysis import Analysis  # takes longer to import than a question to answer

    about = "id, file, sha256, title, organisation, year, text, pages, sections, terms, vectors"
    asked = f"SELECT {about} FROM reports JOIN contents ON report = key WHERE key = ?"
    *front, text, pages, sections, terms, packed_vectors = db.execute(asked, (key,)).fetchone()
    report = rows.report_from(front, text, pages, sections)
    bounds = rows.passage_key(key, 0), rows.passage_key(key + 1, 0)
    passages = db.execute("SELECT * FROM passages WHERE key >= ? AND key < ? ORDER BY key", bounds).fetchall()
    figures = db.execute("SELECT * FROM figures WHERE report = ? ORDER BY start, rowid", (key,)).fetchall()
    names = db.execute("SELECT name FROM names WHERE report = ?", (key,)).fetchall()
    analysis = Analysis(
        report,
        tuple(rows.passage_from(row, text[row[1] : row[2]]) for row in passages),
        tuple(map(rows.figure_from, figures)),
        tuple(name for (name,) in names),
        tuple(rows.unpack(terms)),
    )
    vectors = np.frombuffer(packed_vectors, np.float16).reshape(-1, dimensions).astype(np.float32)
    if not len(analysis.passages) == len(analysis.terms) == len(vectors):
        raise ValueError(f"{len(passages)} passages, {len(analysis.terms)} terms, {len(vectors)} vectors")
    return Indexed(analysis, analysis.terms, vectors)


def is_intact(db: sqlite3.Connection, key: int) -> bool:
    """Whether a report's rows are as they were written. What a program without checksums wrote passes."""
    row = db.execute("SELECT checksum FROM contents WHERE report = ?", (key,)).fetchone()
    return row is not None and row[0] in ("", checksum(db, key))


def insert(db: sqlite3.Connection, indexed: Indexed, path: str) -> Unfinished:
    """Write a report as pending: nothing shows it yet."""
    analysis = indexed.analysis
    report, passages = analysis.report, analysis.passages
    now = datetime.now(UTC).isoformat(timespec="seconds")
    about = (report.id, report.sha256, report.file, path, report.title, report.organisation, report.year)
    key = db.execute(
        "INSERT INTO reports (id, sha256, file, path, title, organisation, year, passages, added_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')",
        (*about, len(passages), now),
    ).lastrowid
    assert key is not None
    pages, sections = rows.to_json(report.pages), rows.to_json(report.sections)
    content = (report.text, pages, sections, rows.pack(indexed.terms), packed(indexed.vectors))
    passage_rows = [rows.passage_row(key, passage) for passage in passages]
    figure_rows = [rows.figure_row(key, figure) for figure in analysis.figures]
    checksum = rows.checksum((*about, *content), passage_rows, figure_rows, analysis.names)
    db.execute("INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?)", (key, *content, checksum))
    db.executemany(_INSERT_PASSAGE, passage_rows)
    db.executemany(_INSERT_FIGURE, figure_rows)
    db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", ((key, name) for name in analysis.names))
    return Unfinished(key, report.id, len(passages), "pending")


def publish(db: sqlite3.Connection, entry: Unfinished) -> list[Unfinished]:
    """Make a pending report visible; the earlier versions of its file, which leave."""
    put_in_index(db, entry.key)
    db.execute("UPDATE reports SET state = 'ready' WHERE key = ?", (entry.key,))
    file, path = db.execute("SELECT file, path FROM reports WHERE key = ?", (entry.key,)).fetchone()
    earlier = "SELECT key, id, passages, state FROM reports WHERE state = 'ready' AND path = ? AND file = ? AND key < ?"
    return withdraw(db, db.execute(earlier, (path, file, entry.key)).fetchall())


def withdraw(db: sqlite3.Connection, found: Iterable[rows.Row]) -> list[Unfinished]:
    """Visible reports become leaving: their contents go, the row stays until their vectors are gone too."""
    leaving = [Unfinished(key, report_id, passages, "leaving") for key, report_id, passages, _ in found]
    for entry in leaving:
        db.executemany(
            "INSERT INTO passage_terms (passage_terms, rowid, context, body) VALUES ('delete', ?, ?, ?)",
            _indexed(db, entry.key),
        )
        _delete_contents(db, entry)
        db.execute("UPDATE reports SET state = 'leaving' WHERE key = ?", (entry.key,))
    return leaving


def _delete_contents(db: sqlite3.Connection, entry: Unfinished) -> None:
    db.execute("DELETE FROM contents WHERE report = ?", (entry.key,))
    db.execute("DELETE FROM figures WHERE report = ?", (entry.key,))
    db.execute("DELETE FROM names WHERE report = ?", (entry.key,))
    first, last = rows.passage_key(entry.key, 0), rows.passage_key(entry.key + 1, 0)
    db.execute("DELETE FROM passages WHERE key >= ? AND key < ?", (first, last))


def put_in_index(db: sqlite3.Connection, key: int) -> None:
    """Put a report's passages into the full-text index."""
    db.executemany("INSERT INTO passage_terms (rowid, context, body) VALUES (?, ?, ?)", _indexed(db, key))


def _indexed(db: sqlite3.Connection, key: int) -> list[tuple[int, str, str]]:
    row = db.execute("SELECT terms FROM contents WHERE report = ?", (key,)).fetchone()
    terms = rows.unpack(row[0]) if row else []
    return [(rows.passage_key(key, ordinal), context, body) for ordinal, (context, body) in enumerate(terms)]


def packed(vectors: np.ndarray) -> bytes:
    """Half precision: a cosine changes in the fourth decimal, and the file is a quarter smaller."""
    return vectors.astype(np.float16).tobytes()
