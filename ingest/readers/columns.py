"""Columns: in which order the things printed on a page are read, where it has two columns or more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

#: lines that each side of a gutter must have, where no page before had that gutter
_LEAST_LINES = 4
#: of two columns of one width fewer lines will do on one side, if the other has so many
_MANY_LINES = 12
_ALIKE = 0.85
#: a column's lines fill it: half of them at least so much of its width; a list of names and numbers does not
_FILLED = 0.6
_STEP = 2.0
#: the narrowest gutter, in points
_GUTTER = 8.0


class Box(Protocol):
    """A thing with a place on the page."""

    @property
    def x0(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def bottom(self) -> float: ...


@dataclass(frozen=True)
class Placed:
    """A thing in its place in the reading order; ``column`` tells columns of like position on different pages apart."""

    column: str
    item: Any


def in_order(items: Sequence[Box], known: float | None = None, column: str = "") -> tuple[list[Placed], float | None]:
    """The things on a page in reading order, and the place of the gutter between its columns, if any.

    What crosses the gutter (a title, a wide table) parts the page into bands; within a band the left column is read
    before the right one, and each may have columns of its own.

    :param known: the gutter of the page before: it needs no further evidence.
    """
    gutter = _gutter(items, known)
    if gutter is None:
        return [Placed(column, item) for item in _by_rows(items)], None
    bands: list[tuple[list[Box], list[Box], list[Box]]] = [([], [], [])]
    for item in sorted(items, key=_middle):
        left, right, across = bands[-1]
        if item.x1 <= gutter:
            (left if not across else _new(bands)[0]).append(item)
        elif item.x0 >= gutter:
            (right if not across else _new(bands)[1]).append(item)
        else:
            across.append(item)
    placed: list[Placed] = []
    for left, right, across in bands:
        placed += in_order(left, None, column + "l")[0] + in_order(right, None, column + "r")[0]
        placed += [Placed(column, item) for item in _by_rows(across)]
    return placed, gutter


def _new(bands: list[tuple[list[Box], list[Box], list[Box]]]) -> tuple[list[Box], list[Box], list[Box]]:
    bands.append(([], [], []))
    return bands[-1]


def _middle(item: Box) -> float:
    return (item.top + item.bottom) / 2


def _by_rows(items: Sequence[Box]) -> list[Box]:
    """The items from top to bottom; those whose middles are within each other's height, from left to right."""
    rows: list[list[Box]] = []
    for item in sorted(items, key=_middle):
        if rows and rows[-1][0].top < _middle(item) < rows[-1][0].bottom and item.top < _middle(rows[-1][0]):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [item for row in rows for item in sorted(row, key=lambda item: item.x0)]


def _gutter(items: Sequence[Box], known: float | None) -> float | None:
    """The middle of the empty strip between two columns; None where there is one column."""
    if len(items) < 2:
        return None
    if known is not None and any(item.x0 >= known for item in items) and any(item.x1 <= known for item in items):
        return known
    first, last = min(item.x0 for item in items), max(item.x1 for item in items)
    width = last - first
    covered = [0] * (int(width / _STEP) + 1)
    for item in items:
        for step in range(int((item.x0 - first) / _STEP), int((item.x1 - first) / _STEP) + 1):
            covered[step] += 1
    low, high = int(len(covered) * 0.25), int(len(covered) * 0.75)
    fewest = min(covered[low:high], default=0)
    best, run = (0, 0), 0
    for step in range(low, high + 1):
        if step < high and covered[step] == fewest:
            run += 1
            continue
        best, run = max(best, (run, step - run)), 0
    length, start = best
    if length * _STEP < _GUTTER:
        return None
    gutter = first + (start + length / 2) * _STEP
    return gutter if _is_gutter(items, gutter) else None


def _is_gutter(items: Sequence[Box], gutter: float) -> bool:
    """Whether full columns stand side by side on both sides, uncrossed for some lines."""
    across = sorted(_middle(item) for item in items if item.x0 < gutter < item.x1)
    for above, below in zip([float("-inf"), *across], [*across, float("inf")], strict=True):
        band = [item for item in items if above < _middle(item) < below]
        left = [item for item in band if item.x1 <= gutter]
        right = [item for item in band if item.x0 >= gutter]
        fewer, more = sorted((len(left), len(right)))
        enough = fewer >= _LEAST_LINES or (fewer and more >= _MANY_LINES and _equally_wide(left, right))
        if enough and _filled(left) and _filled(right):
            return True
    return False


def _equally_wide(left: Sequence[Box], right: Sequence[Box]) -> bool:
    """Whether two columns are as wide as each other: the text ends soon after the top of the second."""
    narrow, wide = sorted(_width(column) for column in (left, right))
    return narrow >= _ALIKE * wide


def _width(column: Sequence[Box]) -> float:
    return max(item.x1 for item in column) - min(item.x0 for item in column)


def _filled(column: Sequence[Box]) -> bool:
    """Whether lines fill a column, or the columns that it has itself."""
    return median(item.x1 - item.x0 for item in column) >= _FILLED * _width(column) or _gutter(column, None) is not None
