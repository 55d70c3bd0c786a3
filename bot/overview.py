"""Open questions, 「党建方面做了哪些工作」, answered by the section that treats of it: its points, each quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.evidence import ReportView
from bot.guard import unstated
from bot.matching import match
from bot.question import Question
from bot.reader import shipped_vectors
from bot.relations import period_relation
from ingest.document import Section

#: the share of the question that a section's headings must hold for the section to be about it
_ABOUT = 0.6
#: a point's sentence that holds this share of a yes-or-no question confirms it
_CONFIRMED = 0.9
_MOST_POINTS = 12
#: years are the period's business, not numbers that a sentence must repeat
_YEARS = re.compile(r"(?:19|20)\d{2}年?|(?<!\d)\d{2}年")


@dataclass(frozen=True)
class Point:
    """One point of an overview: its bare wording and the range of the sentence to quote."""

    title: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class Overview:
    """The section found, how much of the question its headings hold, and its points in order."""

    view: ReportView
    section: Section
    share: float
    points: tuple[Point, ...]


def survey(question: Question, views: Iterable[ReportView]) -> Overview | None:
    """The section that a question is about, with its points; None where no heading speaks of it."""
    best: Overview | None = None
    for view in views:
        for section, share in _sections(question, view):
            if best is None or share > best.share + 1e-6:
                points = _points(view, section)
                if points:
                    best = Overview(view, section, share, points)
    return best if best and best.share >= _ABOUT else None


def confirm(question: Question, views: Iterable[ReportView]) -> tuple[ReportView, Point, float] | None:
    """The sentence that says what a yes-or-no question asks, with its report and the share of the question it holds.

    It must be of the period asked of and state every number the question states: 「完成了40亿元吗」 is not confirmed by 36亿元.
    """
    for view in views:
        matches = match(question, view, shipped_vectors())
        shares = matches.coverage([[sentence.span.words] for sentence in view.sentences])
        for number in sorted(range(len(shares)), key=lambda n: (-shares[n], n))[:3]:
            sentence = view.sentences[number]
            relation = period_relation(question.asked, view.periods[sentence.passage], view)
            said = view.text[sentence.span.start : sentence.span.end]
            if (
                shares[number] >= _CONFIRMED
                and relation.years in ("same", "narrower", "unasked")
                and relation.status != "other"
                and not unstated(_YEARS.sub("", question.standalone), [said])
            ):
                return view, Point(said, sentence.span.start, sentence.span.end, number), float(shares[number])
    return None


def _sections(question: Question, view: ReportView) -> list[tuple[Section, float]]:
    """The sections whose own heading shares words with the question, with the share that they and the headings above hold."""
    matches = match(question, view, shipped_vectors())
    places: dict[tuple[str, ...], tuple[int, int]] = {s.section: s.heading for s in view.sentences}
    found = []
    for section in view.report.sections:
        inside = [path for path in places if path[: len(section.path)] == section.path]
        exact = [path for path in inside if path == section.path]
        if not inside or not any(word in section.title for word in matches.words):
            continue
        heading = places[(exact or inside)[0]]
        share = float(matches.coverage([[heading]], near=True)[0])
        first = next((s for s in view.sentences if section.start <= s.span.start < section.end), None)
        relation = period_relation(question.asked, view.periods[first.passage], view) if first else None
        if relation and (relation.years == "other" or relation.status == "other"):
            continue
        found.append((section, share))
    return found


def _points(view: ReportView, section: Section) -> tuple[Point, ...]:
    """The subsections' titles with their first sentences; of a section without any, its sentences."""
    children = [
        s for s in view.report.sections if section.start < s.start < section.end and s.path[:-1] == section.path
    ]
    starts = [(s.title, s.start) for s in children]
    if not starts:
        starts = [("", s.span.start) for s in view.sentences if section.body <= s.span.start < section.end]
    points = []
    for title, start in starts[:_MOST_POINTS]:
        number = next((i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end), None)
        if number is None:
            continue
        span = view.sentences[number].span
        text = title or view.text[span.start : min(span.end, span.start + 40)]
        points.append(Point(text.rstrip("。；，"), max(span.start, start), span.end, number))
    return tuple(points)
