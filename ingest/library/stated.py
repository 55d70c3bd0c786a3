"""Figures over all reports at once: which of them name an indicator.

What every figure counts is held as one text, a line a figure, and searched by Python's own string search: a word of two
characters, or one inside a longer word (公路 in 新改建公路), is found where a dictionary's cut or FTS5's trigrams would
miss it. Of 300,000 figures (1,000 reports) that is 8 MB, read once in half a second, and some milliseconds a search; only
what came in since is read later.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.document import Figure, Status
from ingest.library import rows
from ingest.library.store import Catalogue, Store

#: one way to say a term: pieces that all stand in what a figure counts
Wording = tuple[str, ...]
#: a term, in any of its wordings
Term = tuple[Wording, ...]

_STATUSES: tuple[Status, ...] = ("", "done", "planned")

_READ = f"""
SELECT replace(subject || measure, char(10), ' '), report, rowid, coalesce(year_first, 0),
    coalesce(year_last, year_first, 0), CASE status {" ".join(f"WHEN '{s}' THEN {n}" for n, s in enumerate(_STATUSES))} END,
    change <> ''
FROM figures WHERE kind <> 'date' AND report IN (SELECT value FROM json_each(?)) ORDER BY report, rowid"""


@dataclass(frozen=True)
class Stated:
    """A figure and the id of its report; ``named`` of the terms asked for stand in what it counts."""

    report: str
    figure: Figure
    named: int = 0


@dataclass(frozen=True)
class Filter:
    """Which figures are wanted, whatever they count: of these reports (None: of all), these years exactly, done or
    planned, and where ``grown`` changes alone."""

    reports: Collection[str] | None = None
    first: int | None = None
    last: int | None = None
    status: Status = ""
    grown: bool = False


@dataclass(frozen=True)
class _Block:
    """One report's figures: what they count, a line each, and a row of numbers for each (see ``_READ``)."""

    lines: str
    numbers: np.ndarray


@dataclass(frozen=True)
class _Table:
    """The figures of all visible reports at one revision, in the order of the catalogue.

    ``starts`` are the places in ``text`` where lines begin; the columns of ``numbers`` are report, rowid, first and last
    year, status and change.
    """

    revision: int
    text: str
    starts: np.ndarray
    numbers: np.ndarray

    def mask(self, term: Term) -> np.ndarray:
        """Which figures name a term."""
        found = np.zeros(len(self.starts), bool)
        for wording in term:
            own = np.ones(len(self.starts), bool)
            for piece in wording:
                own &= self._lines_with(piece.lower())
            found |= own
        return found

    def _lines_with(self, piece: str) -> np.ndarray:
        found = np.zeros(len(self.starts), bool)
        places = [match.start() for match in re.finditer(re.escape(piece), self.text)] if piece else []
        found[np.searchsorted(self.starts, places, side="right") - 1] = True
        return found


class FigureSearch:
    """Searches what figures count; may be called from many threads.

    :raises LibraryError: if the library cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._blocks: dict[int, _Block] = {}
        self._table: _Table | None = None

    def warm(self, catalogue: Catalogue) -> None:
        """Read what is to be searched, so that the first search need not."""
        self._table_of(catalogue)

    def find(self, catalogue: Catalogue, terms: Sequence[Term], only: Filter, limit: int) -> tuple[list[Stated], int]:
        """The figures that name most of the terms, those that name little else first; without terms all, as they are
        read. Dates are left out. At most ``limit`` are returned, of the second value's many."""
        table = self._table_of(catalogue)
        named = sum((table.mask(term).astype(np.int8) for term in terms), np.zeros(len(table.starts), np.int8))
        wanted = _mask(table, catalogue, only)
        best = int(named[wanted].max(initial=0))
        if not wanted.any() or (terms and not best):
            return [], 0
        chosen = np.flatnonzero(wanted & (named == best))
        if terms:
            lengths = np.diff(table.starts, append=len(table.text))
            chosen = chosen[np.argsort(lengths[chosen], kind="stable")]
        figures = self._read(table.numbers[chosen[:limit], 1])
        found = []
        for report, row in table.numbers[chosen[:limit], :2].tolist():
            figure = figures.get((report, row))
            if figure:  # else it has left just now
                found.append(Stated(catalogue.by_key[report].report.id, figure, best))
        return found, len(chosen)

    def _read(self, rowids: np.ndarray) -> dict[tuple[int, int], Figure]:
        asked = "SELECT rowid, * FROM figures WHERE rowid IN (SELECT value FROM json_each(?))"
        with self._store.reading() as db:
            found = db.execute(asked, (rows.to_json(rowids.tolist()),)).fetchall()
        return {(row[1], row[0]): rows.figure_from(row[1:]) for row in found}

    def _table_of(self, catalogue: Catalogue) -> _Table:
        with self._lock:
            if self._table is None or self._table.revision != catalogue.revision:
                keys = [entry.key for entry in catalogue.entries]
                self._blocks = {key: block for key, block in self._blocks.items() if key in catalogue.by_key}
                self._blocks |= self._load([key for key in keys if key not in self._blocks])
                self._table = _joined(catalogue.revision, [self._blocks[key] for key in keys])
            return self._table

    def _load(self, keys: Collection[int]) -> dict[int, _Block]:
        if not keys:
            return {}
        with self._store.reading() as db:
            found = db.execute(_READ, (rows.to_json(list(keys)),)).fetchall()
        lines, *columns = zip(*found, strict=True) if found else ([],) * 7
        numbers = np.stack([np.array(column, np.int64) for column in columns], axis=1)
        blocks = {key: _Block("", numbers[:0]) for key in keys}
        ends = [*(np.flatnonzero(np.diff(numbers[:, 0])) + 1).tolist(), len(numbers)]
        start = 0
        for end in ends:
            if end > start:
                text = "".join(f"{line}\n" for line in lines[start:end]).lower()
                blocks[int(numbers[start, 0])] = _Block(text, numbers[start:end])
            start = end
        return blocks


def _joined(revision: int, blocks: Iterable[_Block]) -> _Table:
    held = list(blocks)
    text = "".join(block.lines for block in held)
    ends = np.array([match.end() for match in re.finditer("\n", text)], np.int64)
    starts = np.concatenate([np.zeros(min(1, len(ends)), np.int64), ends[:-1]])
    return _Table(revision, text, starts, np.concatenate([np.empty((0, 6), np.int64), *(b.numbers for b in held)]))


def _mask(table: _Table, catalogue: Catalogue, only: Filter) -> np.ndarray:
    """Which figures a filter lets pass."""
    report, _, first, last, status, grown = table.numbers.T
    passed = np.ones(len(report), bool)
    if only.reports is not None:
        keys = [catalogue.by_id[one].key for one in only.reports if one in catalogue.by_id]
        passed &= np.isin(report, keys)
    if only.first is not None:
        passed &= (first == only.first) & (last == (only.last or only.first))
    if only.status:
        passed &= status == _STATUSES.index(only.status)
    if only.grown:
        passed &= grown == 1
    return passed
