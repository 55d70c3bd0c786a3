"""A figure that the evidence states, with all the words around it that say what it is of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.evidence.view import FigureZones, ReportView
from bot.writing.evidence import Evidence
from ingest import words
from ingest.document import Figure

ADDED = re.compile(r"新增|净增")
_FROM = re.compile(r"(?:由|从|[较比]\S{0,8}的)[^，。；]*$")
_TO = re.compile(r"(?:到|至|为)$")


@dataclass(frozen=True, eq=False)
class Stated:
    """A figure of a passage. All texts are the report's own words, not folded."""

    one: Evidence
    zones: FigureZones

    @property
    def view(self) -> ReportView:
        return self.one.view

    @property
    def figure(self) -> Figure:
        return self.zones.figure

    @cached_property
    def sentence(self) -> str:
        """Its sentence."""
        span = self.view.sentences[self.zones.sentence].span
        return self.view.text[span.start : span.end]

    @cached_property
    def clause(self) -> str:
        """Its clause."""
        start, end = self._clause
        return self.view.text[start:end]

    @cached_property
    def up_to(self) -> str:
        """Its clause up to it."""
        return self.view.text[self._clause[0] : self.figure.start]

    @cached_property
    def before(self) -> str:
        """Its clause up to it from the figure before on."""
        start, _ = self._clause
        ends = [z.figure.end for z in self._neighbours if z.figure.end <= self.figure.start]
        return self.view.text[max([start, *ends]) : self.figure.start]

    @cached_property
    def after(self) -> str:
        """The words right after it, up to the end of its clause or to the next figure."""
        a, b = self.zones.after
        return self.view.text[self.figure.end : self.view.place(b - 1)[1]] if a < b else ""

    @cached_property
    def lead(self) -> str:
        """Its sentence up to the first figure: what all of its figures may be of."""
        span = self.view.sentences[self.zones.sentence].span
        return self.view.text[span.start : min(z.figure.start for z in self._neighbours)]

    @cached_property
    def so_far(self) -> str:
        """Its sentence up to it."""
        return self.view.text[self.view.sentences[self.zones.sentence].span.start : self.figure.start]

    @cached_property
    def preceding(self) -> str:
        """The sentence before, if it is of the same passage: what this one speaks of may be named there."""
        view, number = self.view, self.zones.sentence
        if not number or view.sentences[number - 1].passage != view.sentences[number].passage:
            return ""
        span = view.sentences[number - 1].span
        return view.text[span.start : span.end]

    @cached_property
    def about(self) -> str:
        """The words that say what it is of, folded: those found at ingestion, else those around it."""
        subject = self.figure.subject
        return words.fold(f"{subject} {self.figure.measure}" if subject else f"{self.before}{self.after}")

    @cached_property
    def own(self) -> str:
        """All words of its own, folded: what it is of and what stands on both sides of it."""
        return words.fold(f"{self.figure.subject} {self.figure.measure} {self.before} {self.after}")

    @cached_property
    def added(self) -> str:
        """The word that says that so many came in addition, "" where none does."""
        return addition(self.figure, self.before)

    @cached_property
    def is_start(self) -> bool:
        """Whether it is where a change began: 「由21%提升至74%」."""
        return bool(_FROM.search(self.before) and _TO.search(self.after))

    @property
    def _clause(self) -> tuple[int, int]:
        sentence = self.view.sentences[self.zones.sentence]
        unit = sentence.clauses[self.zones.clause] if sentence.clauses else sentence.span
        return unit.start, unit.end

    @cached_property
    def _neighbours(self) -> list[FigureZones]:
        return self.view.figures_of(self.zones.sentence)


def addition(figure: Figure, before: str) -> str:
    """新增 of 「新增养老床位2.5万张」: the word that says that so many came in addition; "" where none does.

    :param before: the words before the figure in its clause.
    """
    at = before.find(figure.subject[:4]) if figure.subject else -1
    opening = ADDED.search(before[max(0, at - 2) : at]) if at > 0 else None
    found = ADDED.match(figure.subject) or ADDED.search(figure.measure) or opening
    return found.group() if found else ""
