"""Ruled tables: the cells that lines on a PDF page enclose, found by pdfplumber, and the words in them."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from pypdfium2 import raw

from ingest.readers.blocks import Rows
from ingest.readers.glyphs import Glyph, fragments
from ingest.readers.layout import joined
from ingest.readers.sheets import Grid

logger = logging.getLogger(__name__)

#: a table of two by two cells is drawn with at least so many points, and a map with more than the upper number
_LEAST_POINTS, _MOST_POINTS = 12, 20_000
#: edges of cells that are nearer than this, in points, are one edge
_SAME_EDGE = 3.0

#: a box: x0, top, x1, bottom
Cell = tuple[float, float, float, float]


def grids(page: Any, number: int, printed: Sequence[Glyph], data: bytes) -> tuple[tuple[Grid, ...], tuple[Glyph, ...]]:
    """The ruled tables of a page, and the characters that stand outside them.

    :param page: of pypdfium2; ``number`` counts from 1.
    :param data: the whole file, for pdfplumber.
    """
    if not _LEAST_POINTS <= _points(page) <= _MOST_POINTS:
        return (), tuple(printed)
    return within(_tables(data, number), printed)


def within(tables: Iterable[Sequence[Cell]], printed: Sequence[Glyph]) -> tuple[tuple[Grid, ...], tuple[Glyph, ...]]:
    """The tables that cells make with the characters in them, and the characters that stand outside.

    :param tables: the cells of each, as boxes; what has a single row or column, or no words, is no table.
    """
    found, rest = [], list(printed)
    for cells in tables:
        rows, inside = _rows(cells, rest)
        if len(rows) < 2 or len(rows[0]) < 2 or not inside:
            continue
        box = (min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells))
        found.append(Grid(rows, *box))
        rest = [glyph for glyph in rest if glyph not in inside]
    return tuple(found), tuple(rest)


def _points(page: Any) -> int:
    """How many points the lines drawn on a page have."""
    total = 0
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        total += max(0, raw.FPDFPath_CountSegments(thing.raw))
        if total > _MOST_POINTS:
            break
    return total


def _tables(data: bytes, number: int) -> list[list[Cell]]:
    """The cells (x0, top, x1, bottom) of each table on a page; none where pdfplumber cannot read the page."""
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number]) as pdf:
            return [table.cells for table in pdf.pages[0].find_tables()]
    except Exception as fault:  # what PDFium mends may be beyond pdfminer; the text is read without tables then
        logger.warning("no tables on page %d: %s", number, fault)
        return []


def _rows(cells: Sequence[Cell], printed: Sequence[Glyph]) -> tuple[Rows, set[Glyph]]:
    """The words in each cell, row by row, as a block holds them, and the characters they are made of."""
    lefts, tops = _edges(cell[0] for cell in cells), _edges(cell[1] for cell in cells)
    rows: list[list[str | None]] = [[""] * len(lefts) for _ in tops]
    taken: set[Glyph] = set()
    for x0, top, x1, bottom in cells:
        inside = [g for g in printed if x0 <= (g.x0 + g.x1) / 2 < x1 and top <= (g.top + g.bottom) / 2 < bottom]
        taken.update(inside)
        text = joined(fragment.text for fragment in fragments(inside))
        columns = range(_at(lefts, x0), _after(lefts, x1))
        for row in range(_at(tops, top), _after(tops, bottom)):
            for column in columns:
                rows[row][column] = text if column == columns[0] else None
    return tuple(tuple(row) for row in rows if any(row)), taken


def _edges(places: Iterable[float]) -> list[float]:
    """The places at which cells begin, in order."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SAME_EDGE:
            found.append(place)
    return found


def _at(edges: Sequence[float], place: float) -> int:
    """The edge at a place."""
    return min(range(len(edges)), key=lambda index: abs(edges[index] - place))


def _after(edges: Sequence[float], place: float) -> int:
    """The first edge that is not before a place."""
    return sum(edge < place - _SAME_EDGE for edge in edges)
