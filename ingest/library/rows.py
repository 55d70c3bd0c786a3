"""Rows of the library's tables and the dataclasses they hold, to and fro."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from decimal import Decimal
from typing import Any

from ingest.document import Figure, Page, Passage, Period, Report, Section
from ingest.library.schema import ORDINAL_BITS

Row = Sequence[Any]


def passage_key(report: int, ordinal: int) -> int:
    """The key of a report's passage."""
    return report << ORDINAL_BITS | ordinal


def split_key(key: int) -> tuple[int, int]:
    """A passage's report key and ordinal."""
    return key >> ORDINAL_BITS, key & ((1 << ORDINAL_BITS) - 1)


def passage_row(report: int, passage: Passage) -> Row:
    """A row of ``passages``. The text is not kept: it is a range of the report's."""
    period = passage.period
    return (
        passage_key(report, passage.ordinal),
        passage.start,
        passage.end,
        to_json(passage.section),
        period.first,
        period.last,
        period.status,
        "".join(chr(len(word)) for word in passage.words),
    )


def passage_from(row: Row, text: str) -> Passage:
    """The passage of a row of ``passages`` and its verbatim text."""
    key, start, end, section, first, last, status, cuts = row
    words, at = [], 0
    for length in map(ord, cuts):
        words.append(sys.intern(text[at : at + length]))
        at += length
    path = tuple(map(sys.intern, json.loads(section)))
    return Passage(split_key(key)[1], start, end, text, path, Period(first, last, status), tuple(words))


def figure_row(report: int, figure: Figure) -> Row:
    """A row of ``figures``."""
    period = figure.period
    return (
        report,
        figure.passage,
        figure.start,
        figure.end,
        figure.text,
        figure.kind,
        str(figure.value),
        float(figure.value),
        figure.unit,
        figure.subject,
        figure.measure,
        figure.hedge,
        None if figure.upper is None else str(figure.upper),
        figure.change,
        period.first,
        period.last,
        period.status,
    )


def figure_from(row: Row) -> Figure:
    """The figure of a row of ``figures``."""
    passage, start, end, text, kind, value, _, unit, *words, upper, change, first, last, status = row[1:]
    subject, measure, hedge = words
    return Figure(
        passage,
        start,
        end,
        text,
        kind,
        Decimal(value),
        unit,
        subject,
        measure,
        hedge,
        None if upper is None else Decimal(upper),
        change,
        Period(first, last, status),
    )


def report_from(row: Row, text: str = "", pages: str = "[]", sections: str = "[]") -> Report:
    """The report of (id, file, sha256, title, organisation, year) and, where given, its contents."""
    report_id, file, sha256, title, organisation, year = row
    return Report(
        report_id,
        file,
        sha256,
        title,
        organisation,
        year,
        text,
        tuple(Page(*page) for page in json.loads(pages)),
        tuple(
            Section(heading, level, start, body, end, tuple(path))
            for heading, level, start, body, end, path in json.loads(sections)
        ),
    )


def to_json(value: Any) -> str:
    """Compact JSON; dataclasses in a list become lists of their fields."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=astuple)


def checksum(content: Row, passages: Iterable[Row], figures: Iterable[Row], names: Iterable[str]) -> str:
    """32 hexadecimal digits (BLAKE2b) of all that is kept of a report.

    :param content: its id, sha256, file, path, title, organisation and year, as they stand in ``reports``, and its
        text, pages, sections, terms and vectors, as they stand in ``contents``.
    :param names: in any order.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (content, *passages, *figures, sorted(set(names))):
        digest.update(repr(tuple(part)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def pack(terms: Iterable[tuple[str, str]]) -> bytes:
    """The (context, body) terms of a report's passages as they stand in the full-text index."""
    return zlib.compress(to_json(list(terms)).encode())


def unpack(packed: bytes) -> list[tuple[str, str]]:
    """What ``pack`` packed."""
    return [(context, body) for context, body in json.loads(zlib.decompress(packed))]
