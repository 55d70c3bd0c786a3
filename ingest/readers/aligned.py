"""Tables without lines: cells that stand in columns, told from prose by their places alone.

For formats that keep ink and no tables: PDF, OFD, and pictures after character recognition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ingest.readers.sheets import Fragment, Grid

#: two columns of short lines may be anything; a table of figures has three, over a header and two records
_LEAST_COLUMNS, _LEAST_ROWS = 3, 3
#: the share of the cells of at least one column that are figures
_FIGURES = 0.6
#: rows of one table are not farther apart than so many times their height
_APART = 3.0
_FIGURE = re.compile(r"[-+−]?\d[\d,.]*\s*(?:%|‰|[\u4e00-\u9fff]{1,3})?|[-—/]+")

_Row = list[Fragment]


def tables(fragments: Sequence[Fragment]) -> tuple[list[Grid], list[Fragment]]:
    """The tables that a page's fragments make, and the fragments that are in none."""
    grids: list[Grid] = []
    taken: set[int] = set()
    for several, found in groupby(_rows(fragments), key=lambda row: len(row) > 1):
        for rows in _blocks(list(found)) if several else ():
            grid = _grid(rows) or _grid(rows[1:])  # what stands over a table may cross its columns
            if grid is not None:
                grids.append(grid)
                taken.update(id(fragment) for row in rows for fragment in row if fragment.top >= grid.top)
    return grids, [fragment for fragment in fragments if id(fragment) not in taken]


def _rows(fragments: Sequence[Fragment]) -> list[_Row]:
    """The fragments by lines, from the top; each from left to right."""
    rows: list[_Row] = []
    for fragment in sorted(fragments, key=lambda one: one.top + one.bottom):
        middle = (fragment.top + fragment.bottom) / 2
        if rows and rows[-1][0].top < middle < rows[-1][0].bottom:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def _blocks(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows one below the other that stand close together."""
    blocks: list[list[_Row]] = []
    for row in rows:
        height = row[0].bottom - row[0].top
        if blocks and row[0].top - blocks[-1][-1][0].bottom < _APART * height:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _grid(rows: Sequence[_Row]) -> Grid | None:
    """The table that rows make, None where they make none."""
    columns = _columns(rows)
    if len(rows) < _LEAST_ROWS or len(columns) < _LEAST_COLUMNS:
        return None
    cells = [[""] * len(columns) for _ in rows]
    for line, row in zip(cells, rows, strict=True):
        for fragment in row:
            place = next(at for at, (x0, x1) in enumerate(columns) if x0 <= fragment.x0 and fragment.x1 <= x1)
            if line[place]:
                return None
            line[place] = fragment.text
    if sum(sum(map(bool, line)) >= _LEAST_COLUMNS for line in cells) < _LEAST_ROWS:
        return None
    bodies = [[line[place] for line in cells[1:] if line[place]] for place in range(len(columns))]
    if not any(sum(map(_is_figure, body)) >= _FIGURES * len(body) for body in bodies if len(body) >= _LEAST_ROWS - 1):
        return None
    flat = [fragment for row in rows for fragment in row]
    return Grid(
        tuple(map(tuple, cells)),
        min(fragment.x0 for fragment in flat),
        min(fragment.top for fragment in flat),
        max(fragment.x1 for fragment in flat),
        max(fragment.bottom for fragment in flat),
        ruled=False,
    )


def _columns(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """The strips in which cells stand, with nothing between two of them on any row."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((fragment.x0, fragment.x1) for row in rows for fragment in row):
        if columns and x0 < columns[-1][1]:
            columns[-1] = columns[-1][0], max(x1, columns[-1][1])
        else:
            columns.append((x0, x1))
    return columns


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(cell.strip()))
