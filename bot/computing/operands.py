"""The operands of a computation chosen together: figures of one unit, one respect and one time, read from several places.

The best reading of each place by itself may be a level here and an addition there (「新增运营里程30公里，总里程达909公里」). What
the places state alike is what was asked: a choice counts how well each figure fits the question, and how well they fit one another.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from statistics import median
from typing import Protocol

from bot.computing.arithmetic import unit_of
from bot.computing.likeness import likeness, likeness_to, names_of
from bot.evidence.relations import period_relation
from bot.evidence.view import FigureZones, ReportView
from bot.reading.reader import Reader, Reading
from bot.understanding.parts import asked_for
from bot.understanding.question import Question
from bot.understanding.scope import Scope
from ingest.document import Figure
from ingest.words import fold

#: an operand may be this much less sure than an answer: the others vouch for its unit and measure
_OPERAND_SHARE = 0.4
#: from this likeness of the figure's subject to what is asked on, an operand needs no other voucher
_CLEAR = 0.6
#: a figure left out because of its year or because it was only added speaks of what one of this likeness speaks of
_SAME_MATTER = 0.4
#: from this likeness on two places speak of the same measure in the same words
_SAME_NAME = 0.85
#: so many places that name one measure have agreed on it
_MANY = 3
#: of two figures of one shape this near, in logits, and as like to the question, an unsure reader does not know which is meant
_MARGIN, _AS_LIKE = 2.0, 0.05
#: what one thing against a figure costs, in logits of the reader; above the spread of readings of one sentence
_AGAINST = 8.0
#: what full likeness to the question, and of the operands to one another, is worth in logits
_LIKE_QUESTION, _LIKE_EACH_OTHER = 6.0, 6.0
#: what the scale asked for (多少万亿元) is worth in a figure
_OF_SCALE = 2.0
#: places differ by a factor of some tens; 11万元 against 10.3万亿元 is one person's share against all
_PLAUSIBLE_FACTOR = 2.0
_TRIED = 6
_ADDED = re.compile(r"新增|净增|新建|新(?:（改）|改)?建|新(?:开|添|设|认定|培育|开工)|增加(?!到|至|值)|再(?:增|建|新)")
_REACHED = re.compile(r"(?:到|至|达|达到|为|突破|超过?|居|占)了?$")
_POINTS = ("个百分点", "百分点", "个点")
#: a change is the figure's own affair: 「生产总值达到5.67万亿元、增长5.4%」 gives the 增速 of 生产总值
_CHANGE_TAIL = re.compile(r"(?:同比|年均)?(?:增长|增速|增幅|涨幅|降幅|下降|上涨|提高|增加|减少)率?$")
#: what a percentage is a share of: 「占地区生产总值比重达到」
_SHARE = re.compile(r"(?:占|相当于)(?P<whole>[^，。；占的比达为到]{2,14})")
_SHARE_ASKED = re.compile(r"占|比[重例]|相当于|份额")
_PER_HEAD, _EACH = re.compile(r"[人户亩]均"), re.compile(r"[人户亩]均|平均|每一?[人户亩个]")
_SUMMED = re.compile(r"累计|总共|合计|年均|每年")
_TOTAL = re.compile(r"^(?:总|累计|合计)")
_COMPARED = re.compile(r"(?:高于|低于|快于|慢于|好于|优于|[高低快慢]出|比[^，。；]{1,10})[^，。；]{0,8}$")
#: whose it is goes without saying in a report of its own
_WHOSE = re.compile(r"^(?:其中|全[省市县区州]|我[省市县区州]|年?末|国家级?)")


class Sources(Protocol):
    """What reads an operand: the assistant."""

    reader: Reader

    def view(self, report: str) -> ReportView:
        """A report laid out for reading."""

    def understood(self, text: str, scope: Scope) -> Question:
        """What a text asks of the reports in scope."""

    def readings(self, question: Question, scope: Scope) -> tuple[Reading, ...]:
        """The candidates for an answer, best first; the first carries the confidence."""


#: the unit, whether it was added, and the direction of a change
Shape = tuple[str, bool, str]


@dataclass(frozen=True)
class Candidate:
    """A reading as an operand.

    ``fit`` is the likeness of its subject to what is asked, ``against`` counts what speaks against it, and ``partial`` is what was
    added where all there is was asked for: it stands only where every operand is such. ``held``: every word of the question stands in
    its subject or its clause, in some form.
    """

    reading: Reading
    figure: Figure
    subject: str
    added: bool
    fit: float
    against: int
    partial: bool
    score: float
    held: bool = True

    @property
    def shape(self) -> Shape:
        """What all operands must share."""
        return unit_of(self.figure), self.added, self.figure.change


@dataclass(frozen=True)
class Operand:
    """One place's question with the figures that may answer it, best first."""

    name: str
    question: Question
    candidates: tuple[Candidate, ...]


def read_operand(name: str, text: str, scope: Scope, sources: Sources) -> Operand:
    """The candidates for one operand."""
    question = sources.understood(text, scope)
    readings = [reading for reading in sources.readings(question, scope) if reading.figure is not None]
    found = [_candidate(question, reading, sources.view(reading.report)) for reading in readings]
    return Operand(name, question, tuple(sorted(found, key=lambda c: -c.score)[:_TRIED]))


def choose(operands: Sequence[Operand], reader: Reader, one_unit: bool = True) -> list[Candidate] | None:
    """One figure an operand; None where one of them remains in doubt, or one figure would answer for two.

    :param one_unit: whether they are to be of one unit, as all but a share and figures side by side are.
    """
    if not operands or not all(operand.candidates for operand in operands):
        return None
    if not one_unit and (each := _each_sure(operands, reader)):
        return each
    across = len({operand.name for operand in operands}) == len(operands) > 1
    rows = _alike(operands) if across else _of_one_unit(operands) if one_unit else []
    if not rows and one_unit:
        return None
    weigh = _together if across else _sum
    row = max(rows, key=weigh) if rows else [operand.candidates[0] for operand in operands]
    if len({(c.reading.report, c.reading.start) for c in row}) < len(row):
        return None
    sure = [c for c, operand in zip(row, operands, strict=True) if _vouched(c, operand, reader)]
    for candidate, operand in zip(row, operands, strict=True):
        named = any(
            likeness(candidate.subject, other.subject) >= _SAME_NAME or _stand_together(candidate, other)
            for other in sure
        )
        if candidate not in sure and (candidate.against or not named or _rivalled(candidate, operand)):
            return None
    return row


def _each_sure(operands: Sequence[Operand], reader: Reader) -> list[Candidate]:
    """The best candidates of things asked of one report, where each is sure by itself: 人员 and 车辆 have no unit in common."""
    best = [operand.candidates[0] for operand in operands]
    own = len({c.reading.report for c in best}) == 1 and len({c.reading.start for c in best}) == len(best)
    sure = all(_confidence(c, o) >= reader.threshold(o.question) for c, o in zip(best, operands, strict=True))
    return best if own and sure and not any(c.against for c in best) else []


def _stand_together(one: Candidate, other: Candidate) -> bool:
    """Whether two figures of one shape stand in one sentence: 「城市低保、农村低保标准提高到792元、612元」."""
    places = [(c.reading.report, c.reading.sentence, c.shape) for c in (one, other)]
    return places[0] == places[1]


def choose_each(operands: Sequence[Operand], reader: Reader, one_unit: bool = True) -> list[Candidate | None]:
    """For each of many places its figure of the shape and measure that most state surely; None where it remains in doubt.

    A reader that is sure is not enough, for of a place that does not state the measure it reads something else: the subject must
    be like the question, or like the one that many places name.

    :param one_unit: whether all are to be of one unit; else one of the very same measure may be in another (斤, 吨).
    """
    first = [next((c for c in operand.candidates if _vouched(c, operand, reader)), None) for operand in operands]
    named = [candidate for candidate in first if candidate]
    common = Counter(candidate.subject for candidate in named if candidate.subject)
    agreed = {subject for subject, count in common.items() if count >= max(_MANY, len(named) / 2)}
    named = [
        candidate
        for candidate in named
        if (candidate.fit >= _SAME_MATTER and candidate.held) or candidate.subject in agreed
    ]
    if not named:
        return [None] * len(operands)
    shape = Counter(candidate.shape for candidate in named).most_common(1)[0][0]
    measure = Counter(candidate.subject for candidate in named if candidate.shape == shape).most_common(1)[0][0]
    found = _of_one_order([_of_measure(operand, shape, measure, reader) for operand in operands])
    if one_unit:
        return found
    return [c or _in_other_unit(operand, shape, measure) for c, operand in zip(found, operands, strict=True)]


def _of_one_order(found: Sequence[Candidate | None]) -> list[Candidate | None]:
    """Without the figures of another order than most: beside 4万元 for each, 1350亿元 is for all."""
    sizes = [math.log10(abs(c.figure.value)) for c in found if c and c.figure.value]
    usual = median(sizes) if len(sizes) >= _MANY else None
    if usual is None:
        return list(found)
    return [
        c if c and (not c.figure.value or abs(math.log10(abs(c.figure.value)) - usual) <= _PLAUSIBLE_FACTOR) else None
        for c in found
    ]


def _in_other_unit(operand: Operand, shape: Shape, measure: str) -> Candidate | None:
    """The place's figure of the same measure in another unit, if there is one such."""
    pool = [
        c
        for c in operand.candidates
        if c.shape[1:] == shape[1:] and not (c.against or c.partial) and likeness(c.subject, measure) >= _SAME_NAME
    ]
    return pool[0] if len({c.figure.value for c in pool}) == 1 else None


def _of_measure(operand: Operand, shape: Shape, measure: str, reader: Reader) -> Candidate | None:
    """One place's figure of a shape and a measure; None where it is in doubt."""
    pool = [c for c in operand.candidates if c.shape == shape and not c.against]
    best = max(pool, key=lambda c: c.score + _LIKE_EACH_OTHER * likeness(c.subject, measure), default=None)
    if best is None:
        return None
    like = likeness(best.subject, measure)
    if like >= _SAME_NAME and not _rivalled(best, operand):
        return best
    near = max(best.fit, like) >= _SAME_MATTER and best.held
    return best if near and _vouched(best, operand, reader) else None


def _sum(row: Sequence[Candidate]) -> float:
    return sum(candidate.score for candidate in row)


def _of_one_unit(operands: Sequence[Operand]) -> list[list[Candidate]]:
    """For each unit that all have, the best choice in which no figure stands for two."""
    rows = []
    for unit in {unit_of(candidate.figure) for candidate in operands[0].candidates}:
        pools = [[c for c in operand.candidates if unit_of(c.figure) == unit] for operand in operands]
        if all(pools):
            free = (r for r in product(*pools) if len({c.reading.start for c in r}) == len(r))
            rows += [max(free, key=_sum, default=())]
    return [list(row) for row in rows if row]


def _candidate(question: Question, reading: Reading, view: ReportView) -> Candidate:
    zones = view.figures[reading.figure or 0]
    figure = zones.figure
    clause = view.sentences[zones.sentence].clauses[zones.clause]
    before = view.text[clause.start : figure.start]
    added = bool(_ADDED.search(figure.subject + figure.measure) or _ADDED.search(before[-12:])) and not figure.change
    subject = _WHOSE.sub("", figure.subject)
    against = _against(question, figure, view, before, added) + _of_another_kind(question, view, zones, before, added)
    fit = max(likeness_to(question, name) for name in (subject, _counted(view, zones) if _TOTAL.match(subject) else ""))
    scale = bool(question.scale) and question.scale in figure.text
    partial = added and question.change == "level" and not _ADDED.search(question.standalone)
    score = reading.logit - _AGAINST * (against + partial) + _LIKE_QUESTION * fit + _OF_SCALE * scale
    return Candidate(reading, figure, subject, added, fit, against, partial, score, _held(question, view, zones))


def _held(question: Question, view: ReportView, zones: FigureZones) -> bool:
    """Whether each word of the question, or another name of it or of it with its neighbour, stands in a figure's subject or clause."""
    clause = view.sentences[zones.sentence].clauses[zones.clause]
    said = fold(zones.figure.subject + view.text[clause.start : clause.end])
    asked = [word for word, _ in question.content if len(word) > 1]
    standing = {word for word in asked if any(_CHANGE_TAIL.sub("", name) in said for name in names_of(word))}
    for one, other in pairwise(asked):
        if any(name in said for form in names_of(one) for name in names_of(form + other)):
            standing |= {one, other}
    return standing >= set(asked)


def _counted(view: ReportView, zones: FigureZones) -> str:
    """What a total is the total of: the subject before it in its sentence, 「新增运营里程30公里，总里程达909公里」."""
    earlier = [z.figure.subject for z in view.figures_of(zones.sentence) if z.figure.end <= zones.figure.start]
    return next((subject for subject in reversed(earlier) if not _TOTAL.match(subject)), "")


def _against(question: Question, figure: Figure, view: ReportView, before: str, added: bool) -> int:
    """How many things speak against a figure: its year, done or planned, level or change."""
    relation = period_relation(question.asked, figure.period, view)
    level = not figure.change and bool(_REACHED.search(before) or _REACHED.search(figure.measure))
    dated = figure.kind == "date"
    wrong_year = relation.years == "other" or (relation.years in ("wider", "narrower") and not level and not dated)
    unasked_plan = relation.years == relation.status == "unasked" and figure.period.status == "planned" and not dated
    changed = figure.kind in ("quantity", "percent", "ratio") and (
        figure.change not in ("", question.change) if question.change != "level" else bool(figure.change)
    )
    missing_change = question.change != "level" and not figure.change and not added and question.kind == "percent"
    return sum(
        (
            wrong_year,
            relation.status == "other",
            unasked_plan,
            changed or missing_change,
            figure.unit in _POINTS and bool(_COMPARED.search(before)) and not _COMPARED.search(question.standalone),
            figure.kind in ("date", "rank") and question.kind != figure.kind,
        )
    )


def _of_another_kind(question: Question, view: ReportView, zones: FigureZones, before: str, added: bool) -> int:
    """How many things make a figure one of another kind: a share, a part (农村), per head or not, or what years together brought."""
    asked, figure = question.standalone, zones.figure
    said = figure.subject + before
    relation = period_relation(question.asked, figure.period, view)
    of_years = bool(figure.period.first and figure.period.last and figure.period.first < figure.period.last)
    share = None if _SHARE_ASKED.search(asked) or figure.kind != "percent" else _SHARE.search(before)
    flow = added or bool(figure.change) or bool(_SUMMED.search(said))
    return sum(
        (
            bool(share and likeness_to(question, _WHOSE.sub("", share["whole"])) >= _SAME_MATTER),
            bool(asked_for(figure.subject) - asked_for(asked)),
            bool(_PER_HEAD.search(asked)) and not _EACH.search(said),
            relation.years == "unasked" and of_years and flow and not _SUMMED.search(asked),
        )
    )


def _alike(operands: Sequence[Operand]) -> list[list[Candidate]]:
    """Choices of one shape: around each candidate of each operand, the others that fit it best."""
    rows = []
    for shape in set.intersection(*({c.shape for c in operand.candidates} for operand in operands)):
        pools = [[c for c in operand.candidates if c.shape == shape] for operand in operands]
        for anchor in (candidate for pool in pools for candidate in pool):
            best = (max(pool, key=lambda c: c.score + len(pools) * _affinity(anchor, c)) for pool in pools)
            rows.append([anchor if anchor in pool else c for c, pool in zip(best, pools, strict=True)])
    return rows


def _together(row: Sequence[Candidate]) -> float:
    pairs = list(combinations(row, 2))
    agreement = sum(_affinity(one, other) for one, other in pairs) / max(len(pairs), 1)
    return sum(candidate.score for candidate in row) / len(row) + agreement


def _affinity(one: Candidate, other: Candidate) -> float:
    """How well two figures go together, in logits: like subjects, one time, sizes of one order."""
    ends = (one.figure.period.last, other.figure.period.last)
    apart = all(ends) and ends[0] != ends[1]
    sizes = [abs(c.figure.value) for c in (one, other)]
    factor = abs(math.log10(sizes[0] / sizes[1])) if all(sizes) else 0.0
    return (
        _LIKE_EACH_OTHER * likeness(one.subject, other.subject)
        - _AGAINST / 2 * apart
        - _AGAINST / 2 * max(0.0, factor - _PLAUSIBLE_FACTOR)
    )


def _vouched(candidate: Candidate, operand: Operand, reader: Reader) -> bool:
    """Whether an operand may be computed with: nothing speaks against it, and the reader's confidence and its subject vouch for it."""
    if candidate.against:
        return False
    sure, enough = _confidence(candidate, operand), reader.threshold(operand.question)
    return sure >= enough or (
        not _rivalled(candidate, operand) and sure / (enough * _OPERAND_SHARE) + candidate.fit / _CLEAR >= 1
    )


def _rivalled(candidate: Candidate, operand: Operand) -> bool:
    """Whether another figure of the same shape and as like to the question is read nearly as well."""
    return any(
        other.shape == candidate.shape
        and other.figure.value != candidate.figure.value
        and not other.against
        and other.score > candidate.score - _MARGIN
        and other.fit > candidate.fit - _AS_LIKE
        for other in operand.candidates
    )


def any_sure(operand: Operand, reader: Reader) -> bool:
    """Whether an operand has a figure that may be computed with."""
    return any(_vouched(candidate, operand, reader) for candidate in operand.candidates)


def torn(candidate: Candidate, operand: Operand) -> bool:
    """Whether another report states another figure nearly as well: the question does not say which report it means."""
    return any(
        other.reading.report != candidate.reading.report
        and other.figure.value != candidate.figure.value
        and not other.against
        and other.score > candidate.score - _MARGIN
        for other in operand.candidates
    )


def _confidence(candidate: Candidate, operand: Operand) -> float:
    """A reading's confidence; or that of a better one of the same matter that was of the wrong year, or only an addition."""
    left_out = (
        c.reading.confidence
        for c in operand.candidates
        if (c.against or c.partial) and likeness(c.subject, candidate.subject) >= _SAME_MATTER
    )
    return max(candidate.reading.confidence, *left_out, 0.0)
