"""Sheets: what is printed on a page, by its place alone.

Lengths are in points, x to the right and y down from the page's upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers.blocks import Rows


@dataclass(frozen=True)
class Fragment:
    """A run of words on one line, with its box and the size of its characters; 0 where the size says nothing."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


@dataclass(frozen=True)
class Grid:
    """A table with its box; ``rows`` holds its cells as a block's do. Without lines (``ruled``) its box is that of its words."""

    rows: Rows
    x0: float
    top: float
    x1: float
    bottom: float
    ruled: bool = True


@dataclass(frozen=True)
class Sheet:
    """What is printed on one page."""

    number: int
    width: float
    height: float
    fragments: tuple[Fragment, ...] = ()
    grids: tuple[Grid, ...] = ()
