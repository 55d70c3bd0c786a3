"""Dates that are written against those that the evidence gives: the day itself, and what is to be done by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.writing import claims
from bot.writing.claims import Claim, Written
from bot.writing.evidence import Evidence
from bot.writing.stated import Stated
from bot.writing.support import Fault, unsupported
from ingest import words

_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d{2})\s*年?[-/.]?)?\s*(?:年?(?P<edge>[底末初]))?(?:(?P<month>\d{1,2})\s*[月/.-])?\s*"
    r"(?:(?P<day>\d{1,2})\s*[日号]?)?(?:第?(?P<quarter>[一二三四1-4])季度)?(?P<half>[上下]半年)?"
)
_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
#: by so much another date's deed may be nearer to what is written than that of the date meant
_NEARER = 0.3


@dataclass(frozen=True)
class Date:
    """The parts of a date that are written, None for the others; ``part`` is a quarter, a half or an end of the year."""

    year: int | None
    month: int | None
    day: int | None
    part: str


def date_of(text: str) -> Date:
    """「2023年9月底前」 -> September of 2023; parts that are not written are None."""
    match = _DATE.match(text.strip().lstrip("到在至"))
    if not match:
        return Date(None, None, None, "")
    year, month, day = (int(match[name]) if match[name] else None for name in ("year", "month", "day"))
    quarter, edge = match["quarter"] or "", (match["edge"] or "").replace("末", "底")
    return Date(year, month, day, _QUARTERS.get(quarter, quarter) + (match["half"] or "") + edge)


def misdated(
    claim: Claim, written: Written, text: str, cited: Sequence[Evidence], others: Sequence[Claim]
) -> Fault | None:
    """Why no cited passage gives a date as it is written; None where one does.

    :param text: what rests on the same marks.
    :param others: the figures in it that are no dates.
    """
    said = date_of(claim.figure.text)
    years = {year for other in others for year in other.years or ()}
    if said.month or (said.part and not (others and said.part in ("底", "初"))):
        same = [s for s in _dates(cited) if _same(said, s)]
        if not same:
            return Fault("date", f"引用的资料里没有「{claim.figure.text}」")
        deed = _deed(claim, written)
        reasons = [_of_another_deed(claim, deed, stated) for stated in same]
        return None if None in reasons else reasons[0]
    if said.year is None or said.year in years:
        return None
    if others:
        literal = any(str(said.year) in one.folded for one in cited)
        return None if literal else Fault("date", f"引用的资料里没有「{claim.figure.text}」")
    known = {year for one in cited for year in _years_of(text, one)}
    return None if said.year in known else Fault("period", f"引用的资料说的不是{said.year}年")


def plan_held(first: int, last: int, cited: Sequence[Evidence]) -> bool:
    """Whether a passage names a five-year plan, or speaks of its years."""
    for one in cited:
        if (first, last) in claims.plans_named(f"{one.context} {one.told}"):
            return True
        if any((z.figure.period.first, z.figure.period.last) == (first, last) for z in one.figures):
            return True
    return False


def _dates(cited: Sequence[Evidence]) -> list[Stated]:
    return [Stated(one, zones) for one in cited for zones in one.figures if zones.figure.kind == "date"]


def _same(said: Date, stated: Stated) -> bool:
    """Whether a stated date has every part that is written; its year may be that of its clause."""
    given = date_of(stated.figure.text)
    parts = (given.month, given.part) == (said.month, said.part) and said.day in (None, given.day)
    return parts and said.year in (None, given.year or stated.figure.period.first)


def _deed(claim: Claim, written: Written) -> list[str]:
    """The words that say what is done by a date: those of its clause, and after it up to the next date."""
    start, end = claim.figure.start, claim.figure.end
    following = [other.figure.start for other in written.claims if other.dated and other.figure.start >= end]
    return claims.content(
        written.text[start - len(claim.before) : start] + written.text[end : min(following, default=None)]
    )


def _of_another_deed(claim: Claim, deed: Sequence[str], stated: Stated) -> Fault | None:
    """Why a date that the evidence gives is not that of what is said to be done by it; None where it is."""
    view = stated.view
    dates = [zones for zones in view.figures_of(stated.zones.sentence) if zones.figure.kind == "date"]
    sentence = view.sentences[stated.zones.sentence].span
    starts = [zones.figure.start for zones in dates]
    around = {}
    for zones, end in zip(dates, [*starts[1:], sentence.end], strict=True):
        unit = Stated(stated.one, zones)
        around[zones.figure.start] = words.fold(unit.before + view.text[zones.figure.start : end])
    mine = unsupported(deed, around[stated.figure.start])
    if any(mine - unsupported(deed, other) >= _NEARER for other in around.values()):
        return Fault("date", f"原文里「{claim.figure.text}」说的是另一件事")
    if claim.status == "done" and stated.figure.period.status == "planned" and not claims.says_done(stated.clause):
        return Fault("period", f"原文里「{claim.figure.text}」是计划，不是已经完成的")
    return None


def _years_of(text: str, one: Evidence) -> set[int]:
    """The years of the sentence of a passage that a text is most like: those it names, else those of its passage."""
    best = most_like(text, one)
    if best is None:
        return set()
    named = {int(year) for year in _YEAR.findall(best[1])}
    period = one.view.periods[best[0]]
    spans = set(range(period.first, (period.last or period.first) + 1)) if period.first else set()
    return named or spans | {int(year) for year in _YEAR.findall(one.context) if not spans}


def most_like(text: str, one: Evidence) -> tuple[int, str] | None:
    """The number of the passage and the words of the sentence of some evidence that a text is most like."""
    view, said = one.view, claims.content(text)
    inside = [s for s in view.sentences if one.citation.start <= s.span.start < one.citation.end]
    found = [(s.passage, view.text[s.span.start : s.span.end]) for s in inside]
    return min(found, key=lambda sentence: unsupported(said, words.fold(sentence[1])), default=None)
