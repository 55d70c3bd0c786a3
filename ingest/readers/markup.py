"""Markup: the blocks that a tree of HTML elements shows, in the order in which it shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.readers.blocks import Block
from ingest.readers.tables import Cells

#: elements of which a browser shows nothing, or nothing that is the page's own text
_SILENT = frozenset(
    "script style noscript template head title iframe object embed applet select datalist textarea button canvas audio "
    "video svg map nav rt rp del".split()
)
_BLOCKS = frozenset(
    "html body main article section div header footer aside center p h1 h2 h3 h4 h5 h6 ul ol menu dl li dt dd table "
    "caption thead tbody tfoot tr td th blockquote pre figure figcaption form fieldset legend address details summary hr".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_HEADING = re.compile(r"h([1-6])")
_HEADINGS = ("h1", "h2", "h3", "h4")
_OWN_NUMBER = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[、.．）)]|第[一二三四五六七八九十\d]+|[①-⑳])")
#: a line break of the source between two characters of Chinese is none of the text (CSS Text 4, segment breaks), nor is
#: one between Chinese and a number or letter, where browsers show a space
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60“”‘’]"
_WRAP = re.compile(rf"(?<={_WIDE})[ \t]*\n\s*(?={_WIDE}|[0-9A-Za-z])|(?<=[0-9A-Za-z%])[ \t]*\n\s*(?={_WIDE})")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\v"
#: a cell with more words than this is no record's: the table is there for the layout
_LONGEST_CELL = 600
_MOST_SPAN = 1000


@dataclass(frozen=True)
class Found:
    """A block, the numbers of the elements that it lies in from the outermost, and how many characters of it are links."""

    block: Block
    inside: tuple[int, ...]
    links: int = 0


def walk(root: Any) -> Iterator[Found]:
    """The blocks below an element. Tables that are there for the layout are looked into; what is hidden is left out."""
    flow = _Flow()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SILENT or is_hidden(element):
                walker.skip_subtree()
            elif tag == "table" and is_data(element):
                yield from flow.flush()
                yield from (Found(block, tuple(flow.inside)) for block in table(element))
                walker.skip_subtree()
            else:
                yield from flow.enter(element, tag)
            continue
        yield from flow.leave(element, tag)
        if element is not root:
            flow.add(element.tail)
    yield from flow.flush()


class _Flow:
    """The words of the block that is being walked through, and where in the tree it stands."""

    def __init__(self) -> None:
        self.inside: list[int] = []
        self._entered: list[Any] = []
        self._met = 0
        self._parts: list[str] = []
        self._number = ""
        self._level = self._anchors = self._links = self._preformatted = 0

    def enter(self, element: Any, tag: str) -> Iterator[Found]:
        self._entered.append(element)
        if tag in _BLOCKS:
            yield from self.flush()
            self._met += 1
            self.inside.append(self._met)
            heading = _HEADING.fullmatch(tag)
            self._level = int(heading.group(1)) if heading else self._level
        self._anchors += tag == "a"
        self._preformatted += tag == "pre"
        if tag == "br":
            self._parts.append(_BREAK)
        if tag == "li":
            self._number = _number(element)
        self.add(element.text)

    def leave(self, element: Any, tag: str) -> Iterator[Found]:
        """Leave an element; nothing, if it was skipped."""
        if not self._entered or self._entered[-1] is not element:
            return
        self._entered.pop()
        self._anchors -= tag == "a"
        self._preformatted -= tag == "pre"
        if tag in _BLOCKS:
            yield from self.flush()
            self.inside.pop()
            self._level = 0 if _HEADING.fullmatch(tag) else self._level

    def add(self, text: str | None) -> None:
        if text:
            self._parts.append(text.replace("\n", _BREAK) if self._preformatted else text)
            self._links += len(_SPACE.sub("", text)) if self._anchors else 0

    def flush(self) -> Iterator[Found]:
        text = _words(self._parts)
        if text:
            yield Found(Block(self._number + text, self._level), tuple(self.inside), self._links)
            self._number = ""
        self._parts.clear()
        self._links = 0


def is_hidden(element: Any) -> bool:
    """Whether a browser does not show an element, as far as the element itself says so."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def is_data(element: Any) -> bool:
    """Whether a table holds records, and is not there to put the parts of a page in their places."""
    if (
        element.get("role") in ("presentation", "none")
        or next(element.iterdescendants("table", *_HEADINGS), None) is not None
    ):
        return False
    links = sum(len("".join(link.itertext())) for link in element.iter("a"))
    if links * 2 > len("".join("".join(element.itertext()).split())):
        return False
    rows = list(element.iter("tr"))
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    return (
        len(rows) > 1
        and len(cells) > len(rows)
        and all(len("".join(cell.itertext())) < _LONGEST_CELL for cell in cells)
    )


def table(element: Any) -> Iterator[Block]:
    """A table as a block, after its caption; cells merged over rows stand in each of them, over columns once."""
    for caption in element.iter("caption"):
        yield Block(words(caption))
    rows: list[Cells] = []
    pending: dict[int, tuple[int, str | None]] = {}  # column -> rows it still covers, its words
    for row in element.iter("tr"):
        if is_hidden(row):
            continue
        cells: list[str | None] = []
        for cell in row:
            if cell.tag not in ("td", "th") or is_hidden(cell):
                continue
            _take_down(cells, pending)
            text = words(cell)
            for place in range(_span(cell, "colspan")):
                down = _span(cell, "rowspan")
                if down > 1:
                    pending[len(cells)] = (down - 1, text if place == 0 else None)
                cells.append(text if place == 0 else None)
        _take_down(cells, pending)
        rows.append(tuple(cells))
    if rows:
        yield Block(rows=tuple(rows))


def _take_down(cells: list[str | None], pending: dict[int, tuple[int, str | None]]) -> None:
    """Add the cells that reach down from the rows before, up to the next free column."""
    while len(cells) in pending:
        column = len(cells)
        left, text = pending.pop(column)
        if left > 1:
            pending[column] = (left - 1, text)
        cells.append(text)


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), _MOST_SPAN) if value.isascii() and value.isdecimal() and len(value) < 6 else 1


def words(element: Any) -> str:
    """All that an element shows, its blocks with a space between them."""
    return " ".join(found.block.text.replace("\n", " ") for found in walk(element))


def _number(item: Any) -> str:
    """The number that a browser shows before an item of a numbered list; "" where the item has one of its own."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol" or _OWN_NUMBER.match("".join(item.itertext())[:20]):
        return ""
    if "none" in (parent.get("style") or "") or parent.get("type") not in (None, "1"):
        return ""
    start = parent.get("start") or "1"
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 1
    return f"{first + sum(1 for _ in item.itersiblings('li', preceding=True))}. "


def _words(parts: list[str]) -> str:
    """The text of a block as a browser shows it: white space is one space, and none where Chinese was wrapped."""
    text = _WRAP.sub("", "".join(parts).replace("\r", ""))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)
