"""Running lines: headers, footers and page numbers, which stand on every page and belong to none."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

from ingest.readers.sheets import Fragment, Sheet

#: rows looked at from each edge of a page, and how far in they may stand, as a share of its height
_ROWS = 3
_MARGIN = 0.15
#: a line that stands at the same height on so many pages is no text of its own
_PAGES = 3
#: points by which a running line may move from page to page
_HEIGHT = 4.0

_ROMAN = r"[ivxlcIVXLCⅰ-ⅿ]{1,6}"
_SIGNED_NUMBER = re.compile(
    rf"[-—–－·•~∙]+\s*(?:\d{{1,4}}|{_ROMAN})\s*[-—–－·•~∙]+|第\s*[\d一二三四五六七八九十百]{{1,5}}\s*页(?:\s*[,，/]?\s*[（(]?共\s*\d+\s*页[）)]?)?"
    r"|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?"
)
_NUMBER = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d+")
_LONGEST_COUNT = 5

_Row = list[Fragment]


def running_lines(sheets: Sequence[Sheet]) -> list[set[Fragment]]:
    """For each sheet the fragments that belong to its running header or footer.

    A line at a page's edge is one if it is a page number, or if it stands at the same height, but for a number that
    counts the pages, on at least three pages, or on all where there are fewer; a lone page is taken at its word.
    """
    edges = [(_rows(sheet, top=True), _rows(sheet, top=False)) for sheet in sheets]
    offsets: Counter[int] = Counter()
    heights: dict[str, list[float]] = defaultdict(list)
    for sheet, sides in zip(sheets, edges, strict=True):
        for text, height in {(_text(row), row[0].top) for rows in sides for row in rows}:
            for key in _keys(text, sheet.number):
                heights[key].append(height)
            if _NUMBER.fullmatch(text):
                offsets[int(text) - sheet.number] += 1
    for known in heights.values():
        known.sort()
    needed = max(2, min(_PAGES, len(sheets)))

    def runs(row: _Row, sheet: Sheet) -> bool:
        text = _text(row)
        if _SIGNED_NUMBER.fullmatch(text):
            return True
        if _NUMBER.fullmatch(text):
            return offsets[int(text) - sheet.number] >= min(2, len(sheets))
        at = row[0].top
        return any(
            bisect_right(heights[key], at + _HEIGHT) - bisect_left(heights[key], at - _HEIGHT) >= needed
            for key in _keys(text, sheet.number)
        )

    found = []
    for sheet, sides in zip(sheets, edges, strict=True):
        dropped: set[Fragment] = set()
        for rows in sides:
            for row in rows:  # from the edge inwards: behind a line that stays, everything does
                if not runs(row, sheet):
                    break
                dropped.update(row)
        found.append(dropped)
    return found


def _rows(sheet: Sheet, top: bool) -> list[_Row]:
    """The rows next to one edge of a sheet, outermost first."""
    inside = _MARGIN * sheet.height
    near = [f for f in sheet.fragments if (f.bottom < inside if top else f.top > sheet.height - inside)]
    rows: list[_Row] = []
    for fragment in sorted(near, key=lambda f: f.top if top else -f.top):
        if rows and abs(rows[-1][0].top - fragment.top) < _HEIGHT:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return rows[:_ROWS]


def _text(row: _Row) -> str:
    return " ".join(fragment.text.strip() for fragment in sorted(row, key=lambda fragment: fragment.x0)).strip()


def _keys(text: str, page: int) -> list[str]:
    """What a line has in common with the same one on other pages: all of it, or all but a number that counts the pages."""
    text = text.replace(" ", "")
    counts = [match for match in _DIGITS.finditer(text) if len(match.group()) <= _LONGEST_COUNT]
    return [text] + [f"{text[: m.start()]}#{int(m.group()) - page}{text[m.end() :]}" for m in counts]
