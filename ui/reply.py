"""An answer as every face that draws it needs it: its text cut into running text and tables, its sources in a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from bot.answer import Citation

_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
#: between two cells; a cell's own bar is written \|
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first row being the header; every row has as many."""

    rows: tuple[tuple[str, ...], ...]


def blocks(text: str) -> Iterator[str | Table]:
    """An answer's text in order: running text, stripped, and the tables that stand in it as Markdown."""
    for tabular, lines in groupby(text.strip().split("\n"), lambda line: line.startswith("|") and line.endswith("|")):
        held = list(lines)
        if tabular and len(held) > 2 and _RULE.fullmatch(held[1].strip()):
            yield _table([held[0], *held[2:]])
        elif running := "\n".join(held).strip():
            yield running


def _table(lines: list[str]) -> Table:
    rows = [[cell.strip().replace("\\|", "|") for cell in _BAR.split(line)[1:-1]] for line in lines]
    width = len(rows[0])
    return Table(tuple(tuple((row + [""] * width)[:width]) for row in rows))


def source_line(citation: Citation) -> str:
    """A citation in one line: its number, the report, where in it, the quote and the file."""
    where = " › ".join((f"《{citation.report}》", *citation.section))
    page = f"，第 {citation.page} 页" if citation.page else ""
    return f"[{citation.n}] {where}：「{' '.join(citation.quote.split())}」（{citation.file}{page}）"
