"""Cells of a sheet as they are displayed: a number and its number format become the words that a person sees.

Covers what ECMA-376-1 §18.8.30 and §18.8.31 say of numbers, percentages, scales and dates; fractions and exponents are
shown as plain numbers. Dates without a format of their own are shown as they are in China.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

#: formats of the Chinese Excel that a file names by number alone (§18.8.30, language zh-cn)
CHINESE_FORMATS = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]|_.|\*.'
    r"|(?P<digits>[0#?]+)|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<exponent>[Ee][+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4}|AM/PM|上午/下午)|(?P<general>General|G/通用格式)|(?P<other>.)",
    re.IGNORECASE,
)
_SECTION = re.compile(r'((?:"[^"]*"?|\\.|[^;"\\])*)(?:;|$)')
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_WEEKDAYS = "一二三四五六日"
_ERRORS = re.compile(r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|N/A|NULL!|SPILL!|CALC!)")

Token = tuple[str, str]


def displayed(value: object, number_format: str = "General") -> str:
    """What a cell shows.

    :param value: a text, number, truth value, date, time or timedelta; None for an empty cell.
    :param number_format: its format code; one that makes no sense counts as General.
    :returns: "" for an empty cell, an error (「#DIV/0!」), or a format that hides the value.
    """
    if value is None or (isinstance(value, str) and _ERRORS.fullmatch(value)):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date | time):
        return _date(value, number_format)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value)


def _date(value: date | time, number_format: str) -> str:
    tokens = _tokens(_sections(number_format)[0])
    if not any(kind == "date" for kind, _ in tokens):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    moment = datetime.combine(date(1899, 12, 31), value) if isinstance(value, time) else value
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    half = any(kind == "date" and text[0] in "Aa上" and "/" in text for kind, text in tokens)
    parts = []
    for place, (kind, text) in enumerate(tokens):
        parts.append(_date_part(at, text.lower(), _is_minute(tokens, place), half) if kind == "date" else text)
    return "".join(parts)


def _date_part(at: datetime, code: str, minute: bool, half: bool) -> str:
    if code in ("aaa", "aaaa"):
        return ("星期" if code == "aaaa" else "") + _WEEKDAYS[at.weekday()]
    if "/" in code:
        return ("AM" if at.hour < 12 else "PM") if code[0] == "a" else ("上午" if at.hour < 12 else "下午")
    if code[0] == "y":
        return f"{at.year:04}" if len(code) > 2 else f"{at.year % 100:02}"
    hour = (at.hour % 12 or 12) if half else at.hour
    number = {"m": at.minute if minute else at.month, "d": at.day, "h": hour, "s": at.second}[code[0]]
    if len(code) > 2 and code[0] == "d":
        return "星期" + _WEEKDAYS[at.weekday()]
    return f"{number:02}" if len(code) == 2 else str(number)


def _is_minute(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether an m is a minute: it follows an hour or precedes a second."""
    dates = [(at, text.lower()[0]) for at, (kind, text) in enumerate(tokens) if kind == "date"]
    index = next((index for index, (at, _) in enumerate(dates) if at == place), 0)
    before = dates[index - 1][1] if index else ""
    after = dates[index + 1][1] if index + 1 < len(dates) else ""
    return before == "h" or after == "s"


def _number(value: float, number_format: str) -> str:
    if not math.isfinite(value):
        return ""
    exact = Decimal(repr(value))
    section, signed = _section(exact, number_format)
    if not section:
        return ""
    tokens = _tokens(section)
    kinds = {kind for kind, _ in tokens}
    if "digits" not in kinds or kinds & {"general", "exponent", "date"} or "/" in section:
        plain = _general(exact)
        if "digits" not in kinds and not kinds & {"general", "date"} and section.strip("@"):
            return "".join(text for kind, text in tokens if kind == "literal")
        words = "".join(text if kind == "literal" else plain if kind == "general" else "" for kind, text in tokens)
        return words if "general" in kinds else plain
    return ("-" if signed and exact < 0 else "") + _filled(abs(exact), tokens)


def _section(value: Decimal, number_format: str) -> tuple[str, bool]:
    """The section of a format that is for a value, and whether the minus sign must be written."""
    sections = _sections(number_format)
    conditions = [_CONDITION.search(bracket) for bracket in map(_brackets, sections)]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, condition.group(1), Decimal(condition.group(2))):
                return section, True
        return "General", True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _holds(value: Decimal, comparison: str, bound: Decimal) -> bool:
    return {
        "<": value < bound,
        ">": value > bound,
        "=": value == bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "<>": value != bound,
    }[comparison]


@lru_cache(maxsize=1024)
def _sections(number_format: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in _SECTION.finditer(number_format):
        found.append(match.group(1))
        if not match.group().endswith(";"):
            break
    return tuple(found[:4]) if len(found) > 1 or found[0] else ("General",)


def _brackets(section: str) -> str:
    return " ".join(match.group("bracket") or "" for match in _TOKEN.finditer(section))


@lru_cache(maxsize=1024)
def _tokens(section: str) -> tuple[Token, ...]:
    """The tokens of a section: literal, digits, point, comma, percent, exponent, date or general."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup
        if kind in ("quoted", "escaped", "currency", "other"):
            tokens.append(("literal", match.group(kind).replace("@", "") if kind == "other" else match.group(kind)))
        elif kind == "percent":
            tokens += [("percent", ""), ("literal", "%")]
        elif kind and kind != "bracket":
            tokens.append((kind, match.group()))
    return tuple(tokens)


def _filled(value: Decimal, tokens: tuple[Token, ...]) -> str:
    """A number not below zero in the places of a format."""
    digits = [place for place, (kind, _) in enumerate(tokens) if kind == "digits"]
    point = next((place for place, (kind, _) in enumerate(tokens) if kind == "point"), len(tokens))
    commas = [place for place, (kind, _) in enumerate(tokens) if kind == "comma"]
    scale = sum(all(place > digit for digit in digits if digit < point) and place < point for place in commas)
    scale += sum(place > point and all(place > digit for digit in digits) for place in commas)
    thousands = any(
        any(digit < place for digit in digits) and any(digit > place for digit in digits) for place in commas
    )
    after = [place for place in digits if place > point]
    decimals = sum(len(tokens[place][1]) for place in after)
    with localcontext() as context:
        context.prec = 400
        value = value * Decimal(100) ** sum(kind == "percent" for kind, _ in tokens) / Decimal(1000) ** scale
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        whole, _, part = f"{value:f}".partition(".")
    optional = len("".join(tokens[place][1] for place in after)) - len(
        "".join(tokens[place][1] for place in after).rstrip("#?")
    )
    kept = (
        part.rstrip("0")
        if optional >= decimals
        else part[: decimals - optional] + part[decimals - optional :].rstrip("0")
    )
    return _placed(tokens, [place for place in digits if place < point], point, after, whole, kept, thousands)


def _placed(
    tokens: tuple[Token, ...], before: list[int], point: int, after: list[int], whole: str, part: str, thousands: bool
) -> str:
    """The digits of a number put in the places of the tokens: whole ones from the right, the others from the left."""
    written = {place: text for place, (kind, text) in enumerate(tokens) if kind == "literal"}
    least = "".join(tokens[place][1] for place in before)
    required = len(least) - least.index("0") if "0" in least else 0
    whole = "" if whole == "0" and not required else whole.rjust(required, "0")
    if thousands:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    for place in reversed(before):
        room = len(whole) if place == before[0] else len(tokens[place][1])
        written[place] = whole[len(whole) - room :] if room else ""
        whole = whole[: len(whole) - room]
    for place in after:
        room = len(tokens[place][1])
        written[place], part = part[:room], part[room:]
    if any(written[place] for place in after):
        written[point] = "."
    return "".join(text for _, text in sorted(written.items()))


def _general(value: Decimal) -> str:
    """A number in the format General: as many digits as an ordinary column shows, and no exponent."""
    with localcontext() as context:
        context.prec = 11 if abs(value) < 10**11 else 15
        text = f"{+value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
