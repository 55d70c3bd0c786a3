"""Automatic numbering of Word files: the 一、（一）1. that Word prints before a paragraph and that its text does not hold.

ECMA-376-1 §17.9: a paragraph, or its style, names a list (``w:num``) and a level; the list's levels say how they count
and how the numbers are written (「（%2）」).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from docx.oxml.ns import qn

_LEVELS = 9
_MOST = 9_999
_IN_WORDS = {
    *("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"),
    "japaneseCounting",
}
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = dict(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "m cm d cd c xc l xl x ix v iv i".split(), strict=True)
)


@dataclass(frozen=True)
class _Level:
    """How one level of a list counts and is written; ``restart`` is the number of levels above that start it anew."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None
    style: str = ""


@dataclass(frozen=True)
class _List:
    """A list: the definition whose counters it shares, its levels, and the levels that it begins anew itself."""

    definition: str
    levels: Mapping[int, _Level]
    begins: Mapping[int, int]


class Numbering:
    """The lists of a document, and how far each has counted.

    :param root: the root element of numbering.xml; None where the file has none.
    """

    def __init__(self, root: Any | None) -> None:
        self._lists = {} if root is None else _lists(root)
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, properties: Any | None, style: Any | None, style_id: str = "") -> str:
        """The number of the next paragraph as it is printed, and count it; "" where it has none, or only a bullet.

        :param properties: the paragraph's own ``w:numPr``, ``style`` that of its style; None where there is none.
        :param style_id: the paragraph's style, which may be that of one level.
        """
        number, level = _named(properties)
        inherited, its_level = _named(style)
        number = inherited if number is None else number
        found = self._lists.get(number or "")
        if found is None:
            return ""
        if level is None:
            linked = (at for at, known in found.levels.items() if style_id and known.style == style_id)
            level = next(linked, its_level or 0)
        if level not in found.levels:
            return ""
        return self._next(number or "", found, level)

    def _next(self, number: str, found: _List, level: int) -> str:
        counts = self._counts.setdefault(found.definition, [None] * _LEVELS)
        own = found.levels[level]
        if level in found.begins and (number, level) not in self._begun:
            self._begun.add((number, level))
            counts[level] = None
            own = replace(own, start=found.begins[level])
        before = counts[level]
        counts[level] = own.start if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or (restart and level < restart):
                counts[deeper] = None
        text = own.text
        for at in range(level + 1):
            known = found.levels.get(at, _Level())
            count = counts[at]
            written = _written(known.start if count is None else count, "decimal" if own.legal else known.form)
            text = text.replace(f"%{at + 1}", written)
        return "" if own.form in ("bullet", "none") and "%" not in own.text else text.strip()


def _lists(root: Any) -> dict[str, _List]:
    definitions = {item.get(qn("w:abstractNumId")): item for item in root.iter(qn("w:abstractNum"))}
    links = {_value(item, "w:styleLink"): name for name, item in definitions.items() if _value(item, "w:styleLink")}
    found = {}
    for item in root.iter(qn("w:num")):
        definition = _value(item, "w:abstractNumId")
        if definition not in definitions:
            continue
        link = _value(definitions[definition], "w:numStyleLink")  # the levels stand where the list's style is defined
        definition = links.get(link, definition) if link else definition
        levels = {_index(level): _level(level) for level in definitions[definition].iter(qn("w:lvl"))}
        begins = {}
        for override in item.iter(qn("w:lvlOverride")):
            own = override.find(qn("w:lvl"))
            if own is not None:
                levels[_index(override)] = _level(own)
            start = _value(override, "w:startOverride")
            if start:
                begins[_index(override)] = int(start)
        found[item.get(qn("w:numId"))] = _List(definition, levels, begins)
    return found


def _level(element: Any) -> _Level:
    restart = _value(element, "w:lvlRestart")
    legal = element.find(qn("w:isLgl"))
    return _Level(
        int(_value(element, "w:start") or 0),
        _value(element, "w:numFmt") or "decimal",
        _value(element, "w:lvlText"),
        legal is not None and legal.get(qn("w:val"), "1") not in ("0", "false", "off"),
        int(restart) if restart else None,
        _value(element, "w:pStyle"),
    )


def _index(element: Any) -> int:
    return int(element.get(qn("w:ilvl"), "0"))


def _value(element: Any, name: str) -> str:
    child = element.find(qn(name))
    return "" if child is None else child.get(qn("w:val"), "")


def _named(properties: Any | None) -> tuple[str | None, int | None]:
    """The list and the level that a ``w:numPr`` names; None for what it leaves open."""
    if properties is None:
        return None, None
    level = _value(properties, "w:ilvl")
    return _value(properties, "w:numId") or None, int(level) if level else None


def _written(number: int, form: str) -> str:
    """A number as a format of ST_NumberFormat (§17.18.59) writes it; formats of other scripts count in digits."""
    if not 0 < number <= _MOST:
        return "" if form in ("bullet", "none") else str(number)
    if form in _IN_WORDS:
        return _counted(number, _DIGITS, "十百千")
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return _counted(number, _FORMAL, "拾佰仟")
    if form in ("ideographDigital", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if form == "ideographTraditional":
        return _STEMS[(number - 1) % len(_STEMS)]
    if form == "ideographZodiac":
        return _BRANCHES[(number - 1) % len(_BRANCHES)]
    return _western(number, form)


def _counted(number: int, digits: str, units: str) -> str:
    """A number up to 9,999 in words: 十一, 一百零五."""
    places = [int(digit) for digit in str(number)]
    text = ""
    for at, digit in enumerate(places):
        unit = len(places) - 1 - at
        if digit:
            text += digits[digit] + (units[unit - 1] if unit else "")
        elif text and any(places[at:]) and not text.endswith("零"):
            text += "零"
    return text[1:] if text.startswith(digits[1] + units[0]) and digits is _DIGITS else text


def _western(number: int, form: str) -> str:
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("upperRoman", "lowerRoman"):
        roman = ""
        for value, symbol in _ROMAN.items():
            roman += symbol * (number // value)
            number %= value
        return roman.upper() if form == "upperRoman" else roman
    if form.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(ord("①") + number - 1)
    if form == "decimalZero":
        return f"{number:02}"
    return "" if form in ("bullet", "none") else str(number)
