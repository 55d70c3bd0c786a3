"""Blocks: the paragraphs, headings and tables of a structured file become one text with true offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.document import Document, Heading, Page, Table
from ingest.readers import chrome
from ingest.readers.cleaning import clean_line
from ingest.readers.tables import Cells, Told, tell

Rows = tuple[Cells, ...]

#: inside a block's text: the next page begins here (a noncharacter, so no file means anything by it)
PAGE_BREAK = "\ufdd0"


@dataclass(frozen=True)
class Block:
    """A paragraph (``level`` 0), a heading (its level, from 1), or a table (its cells row by row).

    ``page`` is the number of the page on which it begins, 0 where the file has no pages; a ``PAGE_BREAK`` in its text
    is where it goes on on the next one. A cell that is None is part of the one to its left, merged over columns; one
    merged over rows stands in each of them.
    """

    text: str = ""
    level: int = 0
    rows: Rows = ()
    page: int = 0


@dataclass(frozen=True)
class _Line:
    """A line of the text to be, or a table's lines: as a block is, but clean."""

    text: str
    page: int
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def compose(blocks: Iterable[Block]) -> Document:
    """The document that blocks make, in their order, each paragraph, heading and table row on a line of its own.

    Its pages lie end to end; one that holds no words is left out.
    """
    cleaned: list[_Line] = []
    for raw in blocks:
        cleaned.extend(_clean(raw, cleaned[-1].text if cleaned else ""))
    dropped = chrome.find([block.text.replace(PAGE_BREAK, "") for block in cleaned])
    lines: list[str] = []
    headings: list[Heading] = []
    tables: list[Table] = []
    starts: dict[int, int] = {}
    at = 0
    for position, block in enumerate(cleaned):
        if position in dropped and not block.rows:
            continue
        first, *others = block.text.split(PAGE_BREAK)
        starts.setdefault(block.page, at)
        end = at + len(first)
        for number, part in enumerate(others, start=block.page + 1):
            starts.setdefault(number, end)
            end += len(part)
        lines.append(first + "".join(others))
        if block.rows:
            tables.append(Table(at, end, block.rows))
        elif block.level:
            headings.append(Heading(at, end, block.level))
        at = end + 1
    text = "\n".join(lines)
    return Document(text, _pages(starts, len(text)), tuple(headings), tuple(tables))


def _pages(starts: dict[int, int], length: int) -> tuple[Page, ...]:
    """The pages that begin at ``starts`` (number -> offset), each up to the next; none where page 0 is all there is."""
    numbers = [number for number in sorted(starts) if number]
    ends = [starts[number] for number in numbers[1:]] + [length]
    pages = (Page(number, starts[number], end) for number, end in zip(numbers, ends, strict=False))
    return tuple(page for page in pages if page.start < page.end)


def _clean(block: Block, before: str) -> list[_Line]:
    """The block in canonical form; a paragraph's lines stand by themselves, and what is empty goes.

    :param before: the line before the block, which may name the unit of a table.
    """
    if block.rows:
        marked = [row for row in map(_clean_row, block.rows) if any(map(_plain, row))]
        if not marked:
            return []
        told = tell([tuple(None if cell is None else _plain(cell) for cell in row) for row in marked], _plain(before))
        return [_Line(_with_breaks(told, marked), block.page, rows=told.rows)]
    if block.level:
        title = clean_line(block.text)
        return [_Line(title, block.page, block.level)] if title.strip(PAGE_BREAK) else []
    page, found = block.page, []
    for line in map(clean_line, block.text.split("\n")):
        if line.strip(PAGE_BREAK):
            found.append(_Line(line, page))
        page += line.count(PAGE_BREAK)
    return found


def _clean_row(row: Cells) -> Cells:
    return tuple(None if cell is None else clean_line(cell) for cell in row)


def _plain(cell: str | None) -> str:
    """A cell without the marks where pages begin."""
    return (cell or "").replace(PAGE_BREAK, "")


def _with_breaks(told: Told, marked: Iterable[Cells]) -> str:
    """A table's lines, with the marks of new pages that are in a row before its line; a header's go to the next."""
    lines, breaks = [], ""
    for line, row in zip(told.lines, marked, strict=True):
        breaks += PAGE_BREAK * "".join(filter(None, row)).count(PAGE_BREAK)
        if line is not None:
            lines.append(breaks + line)
            breaks = ""
    return "\n".join(lines)
