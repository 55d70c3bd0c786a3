"""The library's file: it grows with the program, and what is written in a row is what is read from it."""

from __future__ import annotations

import gc
import sqlite3
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Figure, Page, Passage, Period, Section
from ingest.library import Library, rows, schema
from tests.ingest.standins import HashEmbedder, analysis_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
YEARS = st.none() | st.integers(1900, 2100)
PERIODS = st.builds(Period, YEARS, YEARS, st.sampled_from(["done", "planned", ""]))
VALUES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15)


@given(st.lists(TEXT.filter(bool)), st.lists(TEXT), PERIODS, st.integers(0, 2**20 - 1), st.integers(1, 2**40))
def test_a_passage_is_read_as_it_was_written(
    words: list[str], section: list[str], period: Period, ordinal: int, report: int
) -> None:
    text = "".join(words)
    passage = Passage(ordinal, 7, 7 + len(text), text, tuple(section), period, tuple(words))
    row = rows.passage_row(report, passage)
    assert rows.split_key(row[0]) == (report, ordinal)
    assert rows.passage_from(row, text) == passage


@given(VALUES, st.none() | VALUES, TEXT, PERIODS)
def test_a_figure_is_read_as_it_was_written(value: Decimal, upper: Decimal | None, text: str, period: Period) -> None:
    figure = Figure(3, 1, 2, text, "quantity", value, text, text, text, text, upper, "up", period)
    read = rows.figure_from(rows.figure_row(9, figure))
    assert read == figure
    assert str(read.value) == str(value)


def test_a_reports_parts_are_read_as_they_were_written() -> None:
    pages, sections = [Page(1, 0, 9)], [Section("一、工程", 1, 0, 4, 9, ("一、工程",)), Section("", 2, 4, 4, 9)]
    report = rows.report_from(("i", "f", "s", "t", "o", None), "文", rows.to_json(pages), rows.to_json(sections))
    assert (list(report.pages), list(report.sections)) == (pages, sections)


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_terms_are_unpacked_as_they_were_packed(terms: list[tuple[str, str]]) -> None:
    assert rows.unpack(rows.pack(terms)) == terms


def test_an_older_library_becomes_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add(analysis_of("一、工程\n完成投资36亿元。"))
    newer = (
        "CREATE TABLE feedback (question TEXT); -- a comment; with a semicolon\nINSERT INTO feedback VALUES ('a;b');"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, newer))
    monkeypatch.setattr(schema, "VERSION", len(schema.MIGRATIONS))
    with Library.open(tmp_path, HashEmbedder()) as library, library.store.reading() as db:
        assert len(library.reports()) == 1
        assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
        assert db.execute("SELECT question FROM feedback").fetchall() == [("a;b",)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Library.open(tmp_path, HashEmbedder()).close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE half (a);\nSELECT nonsense;"))
    monkeypatch.setattr(schema, "VERSION", len(schema.MIGRATIONS))
    db = schema.connect(tmp_path / "library.sqlite3")
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(db, tmp_path)
    assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS) - 1,)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def test_a_file_that_cannot_be_opened_leaves_nothing_behind_that_complains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    with pytest.raises(sqlite3.OperationalError):
        schema.connect(tmp_path / "没有" / "library.sqlite3")
    gc.collect()
    assert not complaints
