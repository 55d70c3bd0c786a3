"""Open questions, 「党建方面做了哪些工作」, answered by the section that treats of it: its points, each quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.evidence.matching import match
from bot.evidence.relations import period_relation
from bot.evidence.view import ReportView
from bot.understanding.question import Question
from ingest.document import Section
from ingest.embedding import shipped_vectors

#: the share of the question that a section's headings must hold for the section to be about it
_ABOUT = 0.6
#: a sentence that holds this share of the topic speaks of it, where no heading does
_MENTIONED = 0.95
_MOST_POINTS, _MOST_SENTENCES = 12, 5
#: characters of a sentence that stand for it, to the end of a clause, and what shows that more of it is left out
_TITLE, _CUT = 80, "……"
_STOPS = "。；，："
#: what an open question says besides its topic
_ASKING = re.compile(
    r"(?:帮我|请)?(?:总结|介绍|概括|归纳|梳理|说说|讲讲|谈谈|汇总)(?:一?下)?|(?:主要)?(?:做|开展|抓|干|推进|实施|采取|取得|有)?了?(?:哪些|什么|啥|怎样的|怎么样的)"
    r"(?:主要)?(?:工作|事情|事|举措|措施|行动|成绩|成效|成果|进展|安排|打算|问题|困难|不足|部署)?|怎么样|怎样|怎么(?:推进|抓|做|干)?|如何(?:推进|抓|做)?|打算|(?:的|方面)?(?:主要)?(?:工作|情况|进展|成效|安排|内容)?(?:是|有)?[？?。]?$"
)


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


def topic_of(text: str) -> str:
    """What an open question is about: 「总结一下2022年疫情防控的工作」 -> 2022年疫情防控."""
    bare = text
    for _ in range(3):
        bare = _ASKING.sub("", bare).strip("，,、的 ")
    return re.sub(r"(?:方面|在)$|^在", "", bare)


def survey(question: Question, views: Sequence[ReportView]) -> Overview | None:
    """The section that a question's topic is about, with its points; else the sentences that speak of it; else None.

    :param question: understood from the topic alone; without any word it is about all that was done or planned.
    """
    if not question.content:
        return next(filter(None, (_whole(question, view) for view in views)), None)
    best = _by_heading(question, views)
    return best or next(filter(None, (_by_sentences(question, view) for view in views)), None)


def _by_heading(question: Question, views: Sequence[ReportView]) -> Overview | None:
    best: Overview | None = None
    best_planned = False
    for view in views:
        for section, share, planned in _sections(question, view):
            # what was done before what is planned, where the question leaves that open
            better = best is None or share > best.share + 1e-6 or (share > best.share - 1e-6 and best_planned > planned)
            if better and (points := _points(question, view, section)):
                best, best_planned = Overview(view, section, share, points), planned
    return best if best and best.share >= _ABOUT else None


def _whole(question: Question, view: ReportView) -> Overview | None:
    """The chapter of the year asked about, with its sections as points."""
    found = []
    for section in view.report.sections:
        first = next((s for s in view.sentences if section.start <= s.span.start < section.end), None)
        relation = period_relation(question.asked, view.periods[first.passage], view) if first else None
        if len(section.path) == 1 and relation and relation.years == "same" and relation.status != "other":
            found.append(Overview(view, section, 1.0, _points(question, view, section)))
    return max(found, key=lambda overview: len(overview.points), default=None)


def _by_sentences(question: Question, view: ReportView) -> Overview | None:
    """The sentences that hold the whole topic, in the report's order."""
    matches = match(question, view, shipped_vectors())
    shares = matches.coverage([[sentence.span.words] for sentence in view.sentences])
    points = []
    for number, sentence in enumerate(view.sentences):
        relation = period_relation(question.asked, view.periods[sentence.passage], view)
        if shares[number] >= _MENTIONED and relation.years != "other" and relation.status != "other":
            held = matches.coverage([[clause.words] for clause in sentence.clauses], near=True)
            title = _wording(view, number, int(held.argmax()))
            points.append(Point(title, sentence.span.start, sentence.span.end, number))
    section = next((s for s in view.report.sections if points and s.start <= points[0].start < s.end), None)
    return Overview(view, section, _MENTIONED, tuple(points[:_MOST_SENTENCES])) if section else None


def _sections(question: Question, view: ReportView) -> list[tuple[Section, float, bool]]:
    """The sections whose own heading shares words with the question, with the share that they and the headings above hold, and
    whether they speak of what is planned."""
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
        found.append((section, share, bool(first and view.periods[first.passage].status == "planned")))
    return found


def _points(question: Question, view: ReportView, section: Section) -> tuple[Point, ...]:
    """The subsections' titles with their first sentences; of a section without any, its sentences. Of other years: none."""

    def of_the_time(number: int) -> bool:
        relation = period_relation(question.asked, view.periods[view.sentences[number].passage], view)
        return relation.years in ("same", "narrower", "unasked") or question.asked.first is None

    children = [
        s for s in view.report.sections if section.start < s.start < section.end and s.path[:-1] == section.path
    ]
    titled = _at(view, [(s.title, s.start) for s in children])
    kept = [point for point in titled if of_the_time(point.sentence)]
    if not kept:
        end = children[0].start if children else section.end
        plain = [("", s.span.start) for s in view.sentences if section.body <= s.span.start < end]
        kept = [point for point in _at(view, plain) if of_the_time(point.sentence)]
    return tuple(kept[:_MOST_POINTS])


def _at(view: ReportView, starts: Sequence[tuple[str, int]]) -> list[Point]:
    """The points that begin at these places, each under its title or else its first words."""
    points = []
    for title, start in starts:
        number = next((i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end), None)
        if number is None:
            continue
        span = view.sentences[number].span
        text = title.rstrip(_STOPS) or _wording(view, number)
        points.append(Point(text, max(span.start, start), span.end, number))
    return points


def _wording(view: ReportView, number: int, clause: int = 0) -> str:
    """The words that stand for a sentence: all of a short one; of a long one whole clauses from the given one on, as far as the
    first figure if that is in the next."""
    sentence = view.sentences[number]
    whole = view.text[sentence.span.start : sentence.span.end].strip().rstrip(_STOPS)
    if len(whole) <= _TITLE:
        return whole
    clauses = sentence.clauses
    start, last = clauses[clause].start, clause
    while last + 1 < len(clauses):
        stated = any(clause <= zones.clause <= last for zones in view.figures_of(number))
        next_stated = any(zones.clause == last + 1 for zones in view.figures_of(number))
        if clauses[last + 1].end - start > _TITLE and (stated or not next_stated):
            break
        last += 1
    text = view.text[start : clauses[last].end].strip().rstrip(_STOPS)
    before, after = _CUT if clause else "", _CUT if last + 1 < len(clauses) else ""
    return f"{before}{text}{after}"
