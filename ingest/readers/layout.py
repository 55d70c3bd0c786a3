"""Layout: the lines of printed pages, given by their place alone, become the paragraphs that were printed.

For formats that keep ink and no text flow: PDF, and pictures after character recognition. Lengths are in points, x to
the right and y down from the page's upper left corner.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from ingest.readers import aligned
from ingest.readers.blocks import PAGE_BREAK, Block
from ingest.readers.columns import Placed, in_order
from ingest.readers.running import running_lines
from ingest.readers.sheets import Fragment, Grid, Sheet
from ingest.readers.tables import Cells

#: so many times the size of the body's characters a heading is printed
_LARGER = 1.1
_LONGEST_HEADING = 60
#: a paragraph's first line is indented by more than so many character sizes; Chinese usage is two
_INDENTED = 1.2
#: a line that begins so much farther right than the next one is no paragraph's first line
_SET_RIGHT = 6.0
#: and stands so many times the usual distance below the line before, if paragraphs are spaced
_SPACED = 1.3
#: so many single characters far apart are one stretched line: 「工 作 报 告」
_STRETCHED = 4
#: so much room may be left at a line's end although the next character would have fitted, in character sizes
_RAGGED = 0.5
#: a line that leaves less than this share of its column free, and no sentence ends with, may go on in any case
_NEARLY = 0.15
_SENTENCE_END = re.compile(r"[。！？；：:!?;…][”’」』）)]*$")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节部篇条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、．.](?!\d)"
)
#: items whose later lines are indented more than their first
_HANGING = re.compile(r"\d{1,2}[、．.)）](?!\d)|[（(]\d{1,2}[）)]|[①-⑳•·●■◆□○▪➢√-]")
#: what no line break may part (kinsoku; UAX #14): opening marks, a character or a Latin word, closing marks, and what
#: stands on either side of a quotation mark
_ATOM = r"[（《〈「『【〔(]*(?:[A-Za-z0-9.,%+/\-]+|.)[，。、；：！？）》〉」』】〕)%…—]*"
_UNIT = re.compile(rf"[“‘]*{_ATOM}(?:[“”‘’]+(?:{_ATOM})?)*")
_LATIN = re.compile(r"[A-Za-z]")
_FIGURES = re.compile(r"[\d,.%\-—/ ]+")
_NARROW = re.compile(r"[\x00-\u1fff]")  # “” are printed as wide as a Chinese character


@dataclass(frozen=True)
class _Line:
    """A line, the page it stands on and its character size."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int

    @property
    def em(self) -> float:
        """The size of a character, or where it is not known the height of the line."""
        return self.size or self.bottom - self.top


class _Column(NamedTuple):
    """The edges that lines keep to, and the usual distance from one line to the next."""

    left: float
    right: float
    leading: float


def blocks(sheets: Sequence[Sheet]) -> list[Block]:
    """The paragraphs, headings and tables printed on the sheets, in reading order.

    Running headers, footers and page numbers are left out; a paragraph or a table that is broken across columns or
    pages is one block.
    """
    left_out = running_lines(sheets)
    flow: list[_Line | tuple[int, Grid]] = []
    gutter: float | None = None
    lines: list[tuple[str, _Line]] = []
    for sheet, running in zip(sheets, left_out, strict=True):
        kept = [fragment for fragment in sheet.fragments if fragment not in running]
        unruled, rest = aligned.tables(kept)
        placed, gutter = in_order([*rest, *sheet.grids, *unruled], gutter)
        for item in _lines(placed, sheet.number):
            if isinstance(item, Grid):
                flow.append((sheet.number, item))
            else:
                flow.append(item[1])
                lines.append(item)
    return list(_assembled(flow, _measured(lines, {sheet.number: sheet.width for sheet in sheets})))


def joined(parts: Iterable[str]) -> str:
    """The lines of one paragraph as one text: Latin words are parted by a space, Chinese is not."""
    whole = ""
    for part in parts:
        part = part.lstrip()
        if not whole or not part:
            whole += part
            continue
        spaced, whole = whole.endswith(" "), whole.rstrip()
        before, after = whole.rstrip(PAGE_BREAK)[-1:], part.lstrip(PAGE_BREAK)[:1]
        hyphen = re.search(r"[A-Za-z]-(?=\ufdd0*$)", whole)
        if hyphen and after.islower() and not spaced:
            whole = whole[: hyphen.end() - 1] + whole[hyphen.end() :] + part
        elif _NARROW.match(before) and _NARROW.match(after) and (spaced or _parted(before, after)):
            whole += " " + part
        else:
            whole += part
    return whole


def _parted(before: str, after: str) -> bool:
    """Whether a break between two characters that are no Chinese stood for a space."""
    return bool(_LATIN.match(after) and (_LATIN.match(before) or before in ",.;:)"))


def _lines(placed: Iterable[Placed], page: int) -> Iterator[tuple[str, _Line] | Grid]:
    """The lines that fragments of one column and one height make, each with its column's name, and the grids."""
    for column, items in groupby(placed, key=lambda item: item.column):
        row: list[Fragment] = []
        for item in items:
            if isinstance(item.item, Grid):
                if row:
                    yield column, _line(row, page)
                    row = []
                yield item.item
                continue
            fragment: Fragment = item.item
            if row and not _beside(row[-1], fragment):
                yield column, _line(row, page)
                row = []
            row.append(fragment)
        if row:
            yield column, _line(row, page)


def _beside(one: Fragment, other: Fragment) -> bool:
    """Whether two fragments share most of their height."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _line(row: list[Fragment], page: int) -> _Line:
    row.sort(key=lambda fragment: fragment.x0)
    longest = max(row, key=lambda fragment: len(fragment.text))
    stretched = len(row) >= _STRETCHED and all(len(fragment.text.strip()) == 1 for fragment in row)
    return _Line(
        ("" if stretched else " ").join(fragment.text for fragment in row),
        row[0].x0,
        max(fragment.x1 for fragment in row),
        min(fragment.top for fragment in row),
        max(fragment.bottom for fragment in row),
        longest.size,
        page,
    )


def _measured(lines: Sequence[tuple[str, _Line]], widths: Mapping[int, float]) -> dict[int, _Column]:
    """The column that each line stands in, by the line's identity.

    The left edge is where the leftmost lines of a page's column begin, if more than one does; the width that nearly
    all lines of such columns keep to, and the usual distance between them, are the same throughout.

    :param widths: of the pages, by their numbers.
    """
    found: dict[int, _Column] = {}
    by_column: dict[str, dict[int, list[_Line]]] = defaultdict(lambda: defaultdict(list))
    for name, line in lines:
        by_column[name][line.page].append(line)
    for name, pages in by_column.items():
        usual = _left([line for own in pages.values() for line in own])
        lefts = {page: _left(own) if len(own) > 3 else usual for page, own in pages.items()}
        width = _right([line.x1 - lefts[line.page] for own in pages.values() for line in own], lines[0][1].em)
        steps = [below.top - above.top for own in pages.values() for above, below in pairwise(own)]
        leading = median([step for step in steps if step > 0] or [0.0])
        for page, own in pages.items():
            left = lefts[page]
            # short lines alone do not show where the column ends: as far from the right as from the left, then
            right = (
                left + width if width else max(widths[page] - left if not name else 0, *(line.x1 for line in own), 0)
            )
            for line in own:
                found[id(line)] = _Column(left, right, leading)
    return found


def _right(ends: Sequence[float], em: float) -> float:
    """How far nearly all lines reach, from the left edge; 0 where too few reach equally far to tell."""
    width = sorted(ends)[min(len(ends) - 1, int(len(ends) * 0.9))]
    alike = sum(abs(end - width) < em for end in ends)
    return width if alike >= max(3, len(ends) // 10) else 0.0


def _left(lines: Sequence[_Line]) -> float:
    """Where lines begin that are not indented: the leftmost place at which at least a tenth of them, and two, begin."""
    em = median(line.em for line in lines)
    starts = sorted(line.x0 for line in lines)
    least = max(2, len(lines) // 10)
    for at, start in enumerate(starts):
        if bisect_right(starts, start + em / 2) - at >= least:
            return start
    return starts[0]


def _assembled(flow: Sequence[_Line | tuple[int, Grid]], columns: dict[int, _Column]) -> Iterator[Block]:
    """Lines put together into paragraphs, tables into the tables they go on with."""
    sizes = _Sizes([line for line in flow if isinstance(line, _Line)])
    paragraph: list[_Line] = []
    table: tuple[int, Grid] | None = None
    for item in flow:
        if not isinstance(item, _Line):
            if paragraph:
                yield sizes.block(paragraph)
                paragraph = []
            if table and _continued(table[1], item[1]):
                table = table[0], _extended(table, item)
            else:
                if table:
                    yield Block(rows=table[1].rows, page=table[0])
                table = item
            continue
        if table:
            yield Block(rows=table[1].rows, page=table[0])
            table = None
        if paragraph and _begins(paragraph, item, columns, sizes.body):
            yield sizes.block(paragraph)
            paragraph = []
        paragraph.append(item)
    if paragraph:
        yield sizes.block(paragraph)
    if table:
        yield Block(rows=table[1].rows, page=table[0])


def _continued(before: Grid, after: Grid) -> bool:
    """Whether a table goes on in the next one: as many columns over the same width."""
    if before.ruled != after.ruled:
        return False
    tolerance = 6.0 if before.ruled else 40.0  # the words of other records are longer or shorter
    same_width = abs(before.x0 - after.x0) < tolerance and abs(before.x1 - after.x1) < tolerance
    return same_width and len(before.rows[0]) == len(after.rows[0])


def _extended(before: tuple[int, Grid], after: tuple[int, Grid]) -> Grid:
    """A table and its continuation, whose repeated header goes; the row where the next page begins is marked."""
    (first, one), (page, other) = before, after
    repeated = 0
    while repeated < min(len(one.rows), len(other.rows)) and one.rows[repeated] == other.rows[repeated]:
        repeated += 1
    above, rows = one.rows, other.rows[repeated:]
    known = first + sum((cell or "").count(PAGE_BREAK) for row in one.rows for cell in row)
    mark = PAGE_BREAK * (page - known)
    if rows and _goes_on(above[-1], rows[0]):
        joint = next(place for place, cell in enumerate(rows[0]) if cell)
        whole = [
            None if cell is None else cell + mark * (place == joint) + (more or "")
            for place, (cell, more) in enumerate(zip(above[-1], rows[0], strict=True))
        ]
        above, rows = (*above[:-1], tuple(whole)), rows[1:]
    elif rows:
        rows = ((mark + (rows[0][0] or ""), *rows[0][1:]), *rows[1:])
    return Grid(above + rows, one.x0, one.top, one.x1, other.bottom, one.ruled)


def _goes_on(row: Cells, after: Cells) -> bool:
    """Whether the first row on a page is the rest of the last one on the page before: a few words that had no room in
    their cells, and no record of its own."""
    filled = [place for place, cell in enumerate(after) if cell]
    if not filled or after[0] or len(filled) * 2 > sum(map(bool, row)):
        return False
    return all(row[place] and not _FIGURES.fullmatch(after[place] or "") for place in filled)


def _begins(paragraph: Sequence[_Line], line: _Line, columns: dict[int, _Column], body: float) -> bool:
    """Whether a line begins a paragraph of its own, rather than going on with the one before it.

    :param body: the size of the body's characters.
    """
    before = paragraph[-1]
    column, own = columns[id(before)], columns[id(line)]
    em = before.em
    if before.size and line.size and abs(before.size - line.size) > 0.1 * em:
        return True
    step = line.top - before.top
    ended, numbered = bool(_SENTENCE_END.search(before.text)), bool(_NUMBERED.match(line.text))
    if line.size > body * _LARGER and _centred(line, own) and abs(_middle(before) - _middle(line)) < em:
        return ended or numbered or step > _SPACED * 2 * em  # a title is broken where it pleases
    aside, indent = before.x0 - column.left, line.x0 - own.left
    if aside - indent > _SET_RIGHT * em and abs(_middle(before) - column.left - _middle(line) + own.left) > em:
        return True  # a signature or a date, set to the right
    indented = indent > _INDENTED * em
    spaced = before.page == line.page and step > _SPACED * max(column.leading, 1.2 * em)
    room = column.right - before.x1
    if room > _width(_UNIT.match(line.text), em) + _RAGGED * em:
        # the line's first word would have had room on the line before; programs break lines by rules of their own, though
        nearly_full = room < _NEARLY * (column.right - column.left)
        return ended or spaced or indented or numbered or not nearly_full
    if indented:
        return ended or not _HANGING.match(paragraph[0].text)
    return ended and (spaced or numbered)


def _width(unit: re.Match[str] | None, em: float) -> float:
    """About how wide a text is printed: Chinese characters take an em, others half of one."""
    text = unit.group() if unit else ""
    narrow = sum(bool(_NARROW.match(character)) for character in text)
    return em * (len(text) - narrow / 2)


def _middle(line: _Line) -> float:
    return (line.x0 + line.x1) / 2


def _centred(line: _Line, column: _Column) -> bool:
    """Whether a line stands in the middle of its column, well away from both edges."""
    before, after = line.x0 - column.left, column.right - line.x1
    return min(before, after) > line.em and abs(before - after) < line.em


class _Sizes:
    """The sizes in which a document is printed: of its body, of its title, and of its headings in between."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        used: Counter[float] = Counter()
        for line in lines:
            used[self._step(line.size)] += len(line.text)
        self.body = max(used, key=lambda size: used[size], default=0.0)
        larger = sorted((size for size in used if size > self.body * _LARGER and self.body), reverse=True)
        self._levels = {size: level for level, size in enumerate(larger, start=1)}
        self._begun = False

    def block(self, paragraph: Sequence[_Line]) -> Block:
        """The block that the lines of one paragraph make."""
        first = paragraph[0]
        parts, page = [], first.page
        for line in paragraph:
            parts.append(PAGE_BREAK * (line.page - page) + line.text)
            page = line.page
        text = joined(parts)
        level = self._levels.get(self._step(first.size), 0)
        if len(text) > _LONGEST_HEADING or _SENTENCE_END.search(text):
            level = 0
        self._begun = self._begun or not level or bool(_NUMBERED.match(text))
        return Block(text, level if self._begun else 0, page=first.page)

    @staticmethod
    def _step(size: float) -> float:
        """A size in steps of half a point."""
        return round(size * 2) / 2
