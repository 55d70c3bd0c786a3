"""The tables of a shared library in PostgreSQL, and what of a report goes into them.

A report's contents are a few packed values in one row, read as a whole; the columns that are searched stand beside them.
What PostgreSQL's text cannot hold (NUL, halves of surrogate pairs) stands in the packed values unchanged.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.analysis import Analysis
from ingest.document import Figure, Passage, Report
from ingest.library import rows
from ingest.library.indexing import Indexed
from ingest.library.records import packed

if TYPE_CHECKING:
    from psycopg import Connection

_FIRST = """
CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
INSERT INTO meta VALUES ('library', md5(random()::text || clock_timestamp()::text)), ('revision', '0'),
    ('fingerprint', ''), ('model', ''), ('dimensions', '0'), ('collection', ''), ('version', '1');

-- batch: whose hands a report is in on its way in or out; see writing.py. revision: the library's when it became visible.
CREATE TABLE reports (
    key bigserial PRIMARY KEY,
    id text NOT NULL,
    sha256 text NOT NULL,
    file text NOT NULL,
    path text NOT NULL,
    title text NOT NULL,
    organisation text NOT NULL,
    year integer,
    passages integer NOT NULL,
    added_at text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'ready', 'leaving')),
    batch integer NOT NULL,
    revision bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX reports_by_id ON reports (id) WHERE state <> 'leaving';
CREATE INDEX reports_by_place ON reports (md5(path || '/' || file));
CREATE INDEX reports_unfinished ON reports (batch) WHERE state <> 'ready';
CREATE INDEX reports_by_revision ON reports (revision);
CREATE SEQUENCE batches AS integer CYCLE;

CREATE TABLE contents (
    report bigint PRIMARY KEY,
    text bytea NOT NULL,
    outline bytea NOT NULL,
    passages bytea NOT NULL,
    terms bytea NOT NULL,
    vectors bytea NOT NULL
);

-- figure: all of it, packed. said: what it counts; pairs: the characters and pairs of neighbours in that, by which what
-- holds a word is found, be it a word of two characters or one inside a longer word.
CREATE TABLE figures (
    report bigint NOT NULL,
    ordinal integer NOT NULL,
    figure bytea NOT NULL,
    dated boolean NOT NULL,
    said text NOT NULL,
    pairs text[] NOT NULL,
    first smallint,
    last smallint,
    status text NOT NULL,
    grown boolean NOT NULL,
    PRIMARY KEY (report, ordinal)
);
CREATE INDEX figures_by_pairs ON figures USING gin (pairs);

CREATE TABLE names (report bigint NOT NULL, name text NOT NULL, PRIMARY KEY (report, name));
CREATE TABLE failures (path text PRIMARY KEY, reason text NOT NULL, failed_at text NOT NULL);
"""

#: index: the version of what Milvus holds (``milvus.VERSION``); "" as long as there is no collection.
_INDEX = """
INSERT INTO meta SELECT 'index', CASE value WHEN '' THEN '' ELSE '1' END FROM meta WHERE name = 'collection';
"""

#: In order; the n-th brings the tables from version n-1 to version n (``version`` in ``meta``).
MIGRATIONS: tuple[str, ...] = (_FIRST, _INDEX)
VERSION = len(MIGRATIONS)

#: the locks of this program among all advisory locks of the database: the letters "wenb"
LOCKS = 0x77656E62

CONTENTS = ("text", "outline", "passages", "terms", "vectors")


def migrate(connection: Connection[Any]) -> int:
    """Bring the tables to this program's version, in one transaction; the version found, newer ones left alone."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", (LOCKS,))
        found = connection.execute("SELECT to_regclass('meta') IS NOT NULL").fetchone()
        version = 0
        if found and found[0]:
            row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
            version = int(row[0]) if row else 0
        for script in MIGRATIONS[version:]:
            connection.execute(script)
        if version < VERSION:
            connection.execute("UPDATE meta SET value = %s WHERE name = 'version'", (str(VERSION),))
    return max(version, VERSION)


def plain(text: str) -> str:
    """A text as PostgreSQL can hold it."""
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode("utf-8")


def content_row(indexed: Indexed) -> tuple[bytes, ...]:
    """A report's values of ``CONTENTS``."""
    analysis = indexed.analysis
    return (
        _pack(analysis.report.text),
        _pack([analysis.report.pages, analysis.report.sections]),
        _pack([rows.passage_row(0, passage) for passage in analysis.passages]),
        _pack(indexed.terms),
        packed(indexed.vectors),
    )


def figure_row(key: int, ordinal: int, figure: Figure) -> tuple[Any, ...]:
    """A figure's row of ``figures``; dates are not searched."""
    dated = figure.kind == "date"
    said = plain(figure.subject + figure.measure).replace("\n", " ").lower()
    period = figure.period
    last = period.first if period.last is None else period.last
    found = _pack(rows.figure_row(0, figure)), dated, said, [] if dated else pairs_of(said)
    return (key, ordinal, *found, period.first, last, period.status, bool(figure.change))


def pairs_of(text: str) -> list[str]:
    """The characters of a text and the pairs of neighbours, each once. What holds a word holds all of the word's."""
    return list(dict.fromkeys([*text, *(text[at : at + 2] for at in range(len(text) - 1))]))


def report_from(row: rows.Row, text: bytes, outline: bytes) -> Report:
    """The report of (id, file, sha256, title, organisation, year) and its contents."""
    pages, sections = _unpack(outline)
    return rows.report_from(row, _unpack(text), rows.to_json(pages), rows.to_json(sections))


def passages_from(value: bytes, text: str) -> tuple[Passage, ...]:
    """The passages of a report, given its text."""
    return tuple(rows.passage_from(row, text[row[1] : row[2]]) for row in _unpack(value))


def figure_from(value: bytes) -> Figure:
    """The figure of a packed row."""
    return rows.figure_from(_unpack(value))


def terms_from(value: bytes) -> tuple[tuple[str, str], ...]:
    """The terms of a report's passages, of context and of body."""
    return tuple((context, body) for context, body in _unpack(value))


def vectors_from(value: bytes, passages: int) -> np.ndarray:
    """The vectors of a report of so many passages: float32, one row each."""
    vectors = np.frombuffer(value, np.float16)
    return vectors.reshape(passages, len(vectors) // passages if passages else 0).astype(np.float32)


def indexed_from(front: rows.Row, contents: Sequence[bytes], figures: Sequence[bytes], names: Sequence[str]) -> Indexed:
    """A report whole, from its row, its values of ``CONTENTS``, its figures and its names."""
    text, outline, passages, packed_terms, vectors = contents
    report = report_from(front, text, outline)
    terms = terms_from(packed_terms)
    found = tuple(map(figure_from, figures))
    analysis = Analysis(report, passages_from(passages, report.text), found, tuple(names), terms)
    return Indexed(analysis, terms, vectors_from(vectors, len(analysis.passages)))


def _pack(value: Any) -> bytes:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=astuple)
    return zlib.compress(compact.encode("utf-8", "surrogatepass"))


def _unpack(value: bytes) -> Any:
    return json.loads(zlib.decompress(value).decode("utf-8", "surrogatepass"))
