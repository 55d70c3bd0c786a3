"""Glyphs: the characters that a PDF page prints, each with its place, and the runs of words that they make."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from pypdfium2 import raw

from ingest.readers.sheets import Fragment

#: gaps that part two runs, in character sizes. Gutters are two wide, but a comma may hang into them; word processors
#: leave a quarter between Chinese and Latin.
_APART = 0.8
#: gaps that are a space: between letters, beside a digit
_LETTER_SPACE, _DIGIT_SPACE = 0.2, 0.5
#: so many characters on one side tell whether a line is stretched, and by no more than so many character sizes
_NEIGHBOURS, _MOST_STRETCH = 3, 1.6
#: characters that a font may hold in pairs, as one glyph with one place
_PAIRED = "—…"
#: characters of a lost meaning: private use, noncharacters, the replacement character, controls
_MEANINGLESS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000f0000-\U0010ffff]")
_HYPHEN = "\x02"  # PDFium's mark for a hyphen at the end of a line
_UPRIGHT = math.radians(10)


class Glyph(NamedTuple):
    """A printed character: its box, its baseline and its size, in points from the page's upper left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float


@dataclass(frozen=True)
class Printed:
    """A page's upright characters, and how many there were besides whose font does not say what they mean."""

    glyphs: tuple[Glyph, ...]
    unreadable: int


def glyphs(page: Any) -> Printed:
    """The characters printed upright on a page of pypdfium2; slanting ones are watermarks and are left out.

    So is what lies outside the part of the page that is shown.
    """
    left, bottom, right, top = page.get_mediabox()
    shown = page.get_cropbox()
    turn = page.get_rotation()
    textpage = page.get_textpage()
    handle = textpage.raw
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    found: list[Glyph] = []
    unreadable = 0
    for index in range(raw.FPDFText_CountChars(handle)):
        if raw.FPDFText_IsGenerated(handle, index) == 1:
            continue
        code = raw.FPDFText_GetUnicode(handle, index)
        text = chr(code) if code <= 0x10FFFF else ""
        if text == _HYPHEN:
            text = "-"
        if not text or _MEANINGLESS.match(text):
            unreadable += 1
            continue
        raw.FPDFText_GetMatrix(handle, index, matrix)
        slant = math.atan2(matrix.b, matrix.a) - math.radians(turn)
        if abs(math.remainder(slant, math.tau)) > _UPRIGHT:
            continue
        raw.FPDFText_GetLooseCharBox(handle, index, box)
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        middle = (box.left + box.right) / 2
        if not (shown[0] <= middle <= shown[2] and shown[1] <= y.value <= shown[3]):
            continue
        x0, y0 = _turned(box.left - left, top - box.top, turn, right - left, top - bottom)
        x1, y1 = _turned(box.right - left, top - box.bottom, turn, right - left, top - bottom)
        _, base = _turned(x.value - left, top - y.value, turn, right - left, top - bottom)
        size = raw.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
        found.append(Glyph(text, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), base, size))
    textpage.close()
    return Printed(tuple(found), unreadable)


def _turned(x: float, y: float, turn: int, width: float, height: float) -> tuple[float, float]:
    """A point of a page as it is shown when the page is turned clockwise by ``turn`` degrees."""
    if turn == 90:
        return height - y, x
    if turn == 180:
        return width - x, height - y
    if turn == 270:
        return y, width - x
    return x, y


def fragments(printed: Iterable[Glyph]) -> list[Fragment]:
    """The runs of words that characters make: those on one line that no wide gap parts."""
    found = []
    for row in _rows(printed):
        run: list[Glyph] = []
        text = ""
        for glyph, stretch in zip(row, _stretched(row), strict=True):
            if run and glyph.x0 - _last_ink(run).x1 > _APART * glyph.size + stretch:
                found.append(_fragment(run, text))
                run, text = [], ""
            text += " " * (bool(run) and _is_space(run[-1], glyph)) + glyph.text
            run.append(glyph)
        found.append(_fragment(run, text))
    return [fragment for fragment in found if fragment.text.strip()]


def _rows(printed: Iterable[Glyph]) -> list[list[Glyph]]:
    """The characters by lines, each from left to right; what is set a little higher or lower belongs to its line."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(printed, key=lambda glyph: glyph.base):
        if rows and glyph.base - rows[-1][0].base < 0.45 * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_once(sorted(row, key=lambda glyph: glyph.x0)) for row in rows]


def _once(row: Sequence[Glyph]) -> list[Glyph]:
    """A line without the characters that are printed twice, a little apart, to look bold."""
    kept: list[Glyph] = []
    for glyph in row:
        twice = any(glyph.text == other.text and abs(glyph.x0 - other.x0) < 0.2 * glyph.size for other in kept[-2:])
        if not twice or glyph.text in _PAIRED:
            kept.append(glyph)
    return kept


def _last_ink(run: Sequence[Glyph]) -> Glyph:
    return next((glyph for glyph in reversed(run) if not glyph.text.isspace()), run[-1])


def _stretched(row: Sequence[Glyph]) -> list[float]:
    """By how much each character of a line is set apart from the one before, only to make the line even with others.

    That is what the next Chinese characters to one side are set apart by as well, up to a limit: in a table, single
    characters stand far apart.
    """
    gaps = [0.0] + [
        after.x0 - before.x1 if _is_han(before.text) and _is_han(after.text) else 0.0 for before, after in pairwise(row)
    ]
    found = []
    for index, glyph in enumerate(row):
        sides = gaps[max(1, index - _NEIGHBOURS) : index], gaps[index + 1 : index + 1 + _NEIGHBOURS]
        usual = max((median(side) for side in sides if len(side) == _NEIGHBOURS), default=0.0)
        found.append(usual if 0 < usual < _MOST_STRETCH * glyph.size else 0.0)
    return found


def _fragment(run: Sequence[Glyph], text: str) -> Fragment:
    sizes: Counter[float] = Counter(glyph.size for glyph in run if not glyph.text.isspace())
    if any("\ud800" <= character <= "\udfff" for character in text):  # where wchar_t has 16 bits
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    ink = [glyph for glyph in run if not glyph.text.isspace()] or run
    return Fragment(
        text.lstrip(),
        ink[0].x0,
        min(glyph.top for glyph in ink),
        max(glyph.x1 for glyph in ink),
        max(glyph.bottom for glyph in ink),
        sizes.most_common(1)[0][0] if sizes else run[0].size,
    )


def _is_space(before: Glyph, after: Glyph) -> bool:
    """Whether the gap between two characters of a run stands for a space; beside Chinese it stands for nothing."""
    one, other = before.text, after.text
    if one.isspace() or other.isspace() or _is_han(one) or _is_han(other):
        return False
    least = _LETTER_SPACE if one.isalpha() and other.isalpha() else _DIGIT_SPACE
    return after.x0 - before.x1 > least * max(before.size, after.size)


def _is_han(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
