"""The lines drawn on a page of an OFD file, and the cells of tables that they enclose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.readers.ofd_drawing import POINTS, elements, is_shown, number, placed
from ingest.readers.ruled import Cell

#: how many numbers follow an operator of a path (GB/T 33190-2016, table 37)
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
#: points by which a straight line may slant, and a ruling drawn as a filled box may be thick
_STRAIGHT, _THIN = 0.5, 3.0
_SHORTEST = 3.0
#: a page with more lines is a drawing or a map
_MOST_LINES = 5_000
#: points between lines that are one, or corners that meet; as pdfplumber has it
_SNAP = 3.0

Point = tuple[float, float]
Line = tuple[Point, Point]


def tables(root: Any) -> list[list[Cell]]:
    """The cells of each table that is ruled on a page, in points.

    :param root: the page's root element.
    """
    from pdfplumber import table

    lines = list(_rulings(root))
    if not 4 <= len(lines) <= _MOST_LINES:
        return []
    edges = table.merge_edges(
        [_edge(line) for line in lines],
        snap_x_tolerance=_SNAP,
        snap_y_tolerance=_SNAP,
        join_x_tolerance=_SNAP,
        join_y_tolerance=_SNAP,
    )
    corners = table.edges_to_intersections(edges, _SNAP, _SNAP)
    return [list(cells) for cells in table.cells_to_tables(table.intersections_to_cells(corners))]


def _rulings(root: Any) -> Iterator[Line]:
    """The upright and level lines of a page, those drawn as thin filled boxes too."""
    for path in elements(root, "PathObject"):
        if not is_shown(path, root):
            continue
        lines = list(_drawn(path))
        if lines and path.get("Fill") == "true" and path.get("Stroke") == "false":
            lines = list(_as_ruling([point for line in lines for point in line]))
        for (x0, y0), (x1, y1) in lines:
            across, down = abs(x1 - x0), abs(y1 - y0)
            if min(across, down) <= _STRAIGHT and max(across, down) >= _SHORTEST:
                yield (x0, y0), (x1, y1)


def _as_ruling(points: list[Point]) -> Iterator[Line]:
    """A filled box as the line that it is, if it is thin."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    if bottom - top <= _THIN:
        yield (left, (top + bottom) / 2), (right, (top + bottom) / 2)
    elif right - left <= _THIN:
        yield ((left + right) / 2, top), ((left + right) / 2, bottom)


def _drawn(path: Any) -> Iterator[Line]:
    """The straight lines of a path, in points on the page."""
    a, b, c, d, e, f = placed(path)
    here = begun = (0.0, 0.0)
    for data in elements(path, "AbbreviatedData"):
        tokens = (data.text or "").split()
        at = 0
        while at < len(tokens):
            operator = tokens[at]
            count = _OPERANDS.get(operator)
            if count is None or at + count >= len(tokens) + (count == 0):
                return
            values = [number(token, 0.0) for token in tokens[at + 1 : at + 1 + count]]
            at += 1 + count
            there = begun
            if values:
                x, y = values[-2:]
                there = ((a * x + c * y + e) * POINTS, (b * x + d * y + f) * POINTS)
            if operator in ("L", "C"):
                yield here, there
            elif operator in ("S", "M"):
                begun = there
            here = there


def _edge(line: Line) -> dict[str, Any]:
    """A line as pdfplumber knows edges."""
    (x0, y0), (x1, y1) = line
    level = abs(y1 - y0) <= abs(x1 - x0)
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    if level:
        top = bottom = (top + bottom) / 2
    else:
        left = right = (left + right) / 2
    return {
        "x0": left,
        "x1": right,
        "top": top,
        "bottom": bottom,
        "width": right - left,
        "height": bottom - top,
        "orientation": "h" if level else "v",
    }
