"""Blocks: the paragraphs, headings and tables of a structured file become one text with true offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.document import Document, Heading, Table
from ingest.readers import chrome
from ingest.readers.cleaning import clean_line

Rows = tuple[tuple[str, ...], ...]

_NUMERIC = re.compile(r"[\d,.%+\-—/ ]+")


@dataclass(frozen=True)
class Block:
    """A paragraph (``level`` 0), a heading (its level, from 1), or a table (its cells row by row)."""

    text: str = ""
    level: int = 0
    rows: Rows = ()


def compose(blocks: Iterable[Block]) -> Document:
    """The document that blocks make, in their order, each paragraph, heading and table row on a line of its own."""
    cleaned = [block for raw in blocks for block in _clean(raw)]
    dropped = chrome.find([block.text for block in cleaned])
    lines: list[str] = []
    headings: list[Heading] = []
    tables: list[Table] = []
    at = 0
    for position, block in enumerate(cleaned):
        if position in dropped and not block.rows:
            continue
        lines.append(block.text)
        end = at + len(block.text)
        if block.rows:
            tables.append(Table(at, end, block.rows))
        elif block.level:
            headings.append(Heading(at, end, block.level))
        at = end + 1
    return Document("\n".join(lines), headings=tuple(headings), tables=tuple(tables))


def _clean(block: Block) -> list[Block]:
    """The block in canonical form; a paragraph's lines become blocks of their own, and what is empty goes."""
    if block.rows:
        rows = tuple(row for row in (tuple(map(clean_line, cells)) for cells in block.rows) if any(row))
        return [Block(_sentences(rows), rows=rows)] if rows else []
    if block.level:
        title = clean_line(block.text)
        return [Block(title, block.level)] if title else []
    return [Block(line) for line in map(clean_line, block.text.split("\n")) if line]


def _sentences(rows: Rows) -> str:
    """A table in words: each row a sentence that repeats the column headers, so that it can be found and quoted alone.

    「路线：X009淄安路；里程：12公里。」 A table of one column, or whose first row holds numbers, has no headers.
    """
    header, *body = rows
    titled = len(header) > 1 and bool(body) and not any(_NUMERIC.fullmatch(cell) for cell in header)
    if not titled:
        return "\n".join("；".join(filter(None, row)) for row in rows)
    return "\n".join(_sentence(header, row) for row in body)


def _sentence(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    if not any(row[1:]):  # merged over the whole width: a caption, not a record
        return row[0]
    names = header + ("",) * (len(row) - len(header))
    return "；".join(f"{name}：{cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell) + "。"
