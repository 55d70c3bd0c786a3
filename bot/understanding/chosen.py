"""Reports and a year that a person picked for a question, in the place of those that its words name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.understanding.period import asked_period
from bot.understanding.scope import Scope, find_scope
from ingest.document import Report

#: how a question says which year it means, so far as one year can stand in its place
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:年度?|(?!\d))|(?<!\d)\d{2}年|[去今明上]年度?|本年度?")
#: what is left where a name was taken out: 「的地区生产总值」
_LEFT = re.compile(r"^[的，,、和与]+")
#: of several reports picked each is asked
_EACH = "各地"
_EVERYWHERE = re.compile(r"各个?[省市地县区单部]|哪一?[个些]")


@dataclass(frozen=True)
class Chosen:
    """What a question is confined to: reports by their ids, and one year; empty and None leave either to its words."""

    reports: tuple[str, ...] = ()
    year: int | None = None

    def among(self, reports: Sequence[Report]) -> Sequence[Report]:
        """Those reports that may be asked: the chosen ones, or all where none are chosen."""
        return [report for report in reports if report.id in self.reports] if self.reports else reports

    def scope(self, text: str, reports: Sequence[Report]) -> Scope:
        """The chosen reports that a text names; where it names none of them, all that are chosen."""
        allowed = self.among(reports)
        found = find_scope(text, allowed)
        return found if found.reports or not self.reports else replace(found, reports=tuple(r.id for r in allowed))

    def worded(self, text: str, reports: Sequence[Report]) -> str:
        """A question in words that name what is chosen: 「山东省2025年生产总值」 asked of 浙江省 and 2024 is
        「浙江省2024年生产总值」, asked of 浙江省 and 广东省 「各地2025年生产总值」."""
        return _with_year(_with_names(text, self.among(reports), reports) if self.reports else text, self.year)


#: everything in the library, of any year
ANYTHING = Chosen()


def chosen_in(text: str, reports: Sequence[Report]) -> Chosen:
    """What a question's own words choose: the reports it names and the one year it means."""
    asked = asked_period(text)
    return Chosen(find_scope(text, reports).reports, asked.first if asked.first == asked.last else None)


def _with_names(text: str, chosen: Sequence[Report], reports: Sequence[Report]) -> str:
    groups = find_scope(text, reports).groups
    own = {report.organisation or report.title: report.id for report in chosen}
    named = {number for _, ids in groups for number in ids}
    if named.issuperset(own.values()) or (len(own) > 1 and _EVERYWHERE.search(text)):
        return text
    if len(own) == 1 and named.intersection(report.id for report in chosen):
        return text
    new = next(iter(own)) if len(own) == 1 else _EACH
    for name, _ in groups:
        text = text.replace(name, new, 1)
        new = ""
    return _LEFT.sub("", f"{new}{text}")


def _with_year(text: str, year: int | None) -> str:
    if year is None:
        return text
    put = f"{year}年"
    changed, count = _YEAR.subn(put, text, count=1)
    return changed if count else f"{put}{text}"
