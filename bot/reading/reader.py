"""The reader: the figure, name or list that answers a question, read out of the passages found. No language model.

Two learned steps. A ranking says which candidate answers best; a confidence says how likely the best one is right, from how far
it stands above the others and how much of the question stands around it. Under the threshold the reader is silent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evidence.matching import Matches, match
from bot.evidence.relations import unit_relation
from bot.evidence.scoring import Model, load_model, probability
from bot.evidence.view import FigureZones, Floats, ReportView
from bot.reading import features, span_features, spans
from bot.reading.ends import ends as name_ends
from bot.reading.governing import governed_by_another, roads_asked
from bot.understanding.question import Question
from ingest.embedding import shipped_vectors
from ingest.quantities import is_grade

FIGURE_KINDS = ("figure", "percent", "date", "rank")
SPAN_KINDS = ("name", "list")
#: where the features 「worst_missing」 and of the nearest words stand in a row, for spans and for figures
_MISSING = (span_features.NAMES.index("worst_missing"), features.NAMES.index("worst_missing"))
_OWN = (span_features.NAMES.index("clause_near"), features.NAMES.index("own_near"))
#: whatever else speaks for it: a figure of 支出 never answers for 收入, of 居民 never for 农村居民, one of another year or of a plan never
#: for what was done, one newly added never for all there are, money never where nobody asks for money
_NEVER = [
    features.NAMES.index(name)
    for name in (
        "contrary_own",
        "part_unsaid",
        "year_other",
        "status_other",
        "per_head_unasked",
        "total_asked_added",
        "money_unasked",
        "time_unasked",
        "dimension_other",
        "place_unsaid",
    )
]
#: and a quantity gained (「增加1207元」) never for the level
_GAINED = [features.NAMES.index(name) for name in ("level_asked_change", "kind_quantity")]
#: nor a growth for a rate: 「研发经费投入增长13.7%」 is no 投入强度
_GREW = [features.NAMES.index(name) for name in ("level_asked_change", "kind_percent")]
_RATE = re.compile(r"率|强度|比[重例]|占比|份额")
#: the first value of 「从11.37万亿元提高到14.58万亿元」
_START = features.NAMES.index("base_unasked")
#: a name alone is no answer where several are asked for
_LISTED = span_features.NAMES.index("listed")
#: sentences whose figures are looked at closely; the best by how much of the question they hold
_SENTENCES = 40
#: what says of a figure that it is none of growth
_FELL = re.compile(r"(?:同比|比上年|较上年)?(?:下降|降低|减少|回落|下滑|负增长|降)了?$")
CONFIDENCE = (
    "logit",
    "margin",
    "second",
    "words",
    "candidates",
    "multi",
    "many_words",
    "formal",
    "formal_missing",
    "formal_margin",
    "formal_own",
    "barred_ahead",
)


@dataclass(frozen=True)
class Reading:
    """A candidate answer: ``text[start:end]`` of a report, in sentence number ``sentence`` of its view."""

    short: str
    report: str
    start: int
    end: int
    sentence: int
    confidence: float
    logit: float
    figure: int | None = None


@dataclass(frozen=True)
class Scored:
    """The candidates of one report for one question, with their features and logits; the learning reads these too."""

    view: ReportView
    readings: tuple[Reading, ...]
    rows: Floats
    logits: Floats
    formal: float = 0.0


class Reader:
    """Reads answers out of report views.

    .. code-block:: python

        Reader().read(understand("临临高速完成多少投资"), {view: None})
    """

    def __init__(self, model: Model | None = None) -> None:
        self._model = model

    @property
    def model(self) -> Model:
        """The learned weights, read at first use."""
        if self._model is None:
            self._model = load_model()
        return self._model

    def read(self, question: Question, views: Mapping[ReportView, frozenset[int] | None]) -> list[Reading]:
        """The best candidates, best first, at most ten; the first carries the confidence that decides.

        :param views: the reports to read, each with the ordinals of the passages to read, None for all.
        """
        if question.kind not in FIGURE_KINDS + SPAN_KINDS:
            return []
        score = self.score_figures if question.kind in FIGURE_KINDS else self.score_spans
        scored = [score(question, view, passages) for view, passages in views.items()]
        rows, logits, readings = pool(scored)
        if not readings:
            return []
        order = ranked(question, rows, logits)
        figure = question.kind in FIGURE_KINDS
        names, sure_of = (
            (features.NAMES, self.model.figure_confidence)
            if figure
            else (span_features.NAMES, self.model.span_confidence)
        )
        row = confidence_row(question, max(part.formal for part in scored), rows, logits, readings, order)
        sure = probability(float(sure_of.logits(row[None], (*names, *CONFIDENCE))[0]))
        if excluded(question, rows[order[:1]])[0]:
            sure = 0.0
        first = readings[order[0]]
        best = replace(first, confidence=sure)
        if question.kind in SPAN_KINDS:
            view = next(view for view in views if view.report.id == first.report)
            matches = match(question, view, shipped_vectors())
            start, end = name_ends(question, view, matches, first.start, first.end, first.sentence)
            best = replace(best, short=view.text[start:end], start=start, end=end)
        return [best, *(readings[i] for i in order[1:10])]

    def threshold(self, question: Question) -> float:
        """The confidence from which on an answer to this kind of question is given."""
        return self.model.figure_threshold if question.kind in FIGURE_KINDS else self.model.span_threshold

    def score_figures(self, question: Question, view: ReportView, passages: frozenset[int] | None = None) -> Scored:
        """Every figure of the best sentences with its features and logit."""
        matches, dense, scores = _sentence_scores(question, view)
        near = set(_best_sentences(view, scores, passages, _SENTENCES))
        asked = roads_asked(question, view)
        # a figure in 张 is no answer to 多少公里, nor one of another road, nor a level to 增长多少, however well its sentence fits
        chosen = [
            i
            for i, zones in enumerate(view.figures)
            if zones.sentence in near
            and unit_relation(question, zones.figure) != "other"
            and (question.kind not in ("date", "rank") or zones.figure.kind == question.kind)
            and not governed_by_another(asked, view, zones)
            and not (question.asks_growth and (features.is_level(view, zones) or _is_rate(question, zones)))
            and (not is_grade(view.text, zones.figure.start, zones.figure.end) or "级" in question.standalone)
        ]
        if question.end == "both":
            chosen = [i for i in chosen if features.starts_change(view, view.figures[i])]
        if not chosen:
            return Scored(view, (), np.zeros((0, len(features.NAMES)), np.float32), np.zeros(0, np.float32))
        rows = features.figure_features(
            question, view, matches, (dense, view.figure_vectors() @ _vector(question)), chosen
        )
        logits = self.model.figure.logits(rows, features.NAMES) if self._learned() else np.zeros(len(rows), np.float32)
        readings = tuple(
            Reading(view.text[start:end], view.report.id, start, end, view.figures[i].sentence, 0.0, float(logit), i)
            for i, logit in zip(chosen, logits, strict=True)
            for start, end in (_stated(question, view, view.figures[i]),)
        )
        return Scored(view, readings, rows, logits, matches.held())

    def score_spans(self, question: Question, view: ReportView, passages: frozenset[int] | None = None) -> Scored:
        """Every span of the best sentences with its features and logit."""
        matches, dense, scores = _sentence_scores(question, view)
        if passages is not None:
            allowed = np.asarray([sentence.passage in passages for sentence in view.sentences], bool)
            scores = np.where(allowed, scores, -1.0).astype(np.float32)
        found = spans.candidates(question, view, matches, scores)
        if not found:
            return Scored(view, (), np.zeros((0, len(span_features.NAMES)), np.float32), np.zeros(0, np.float32))
        rows = span_features.span_features(question, view, matches, dense, scores, found)
        logits = (
            self.model.span.logits(rows, span_features.NAMES) if self._learned() else np.zeros(len(rows), np.float32)
        )
        readings = tuple(
            Reading(view.text[s.start : s.end], view.report.id, s.start, s.end, s.sentence, 0.0, float(logit))
            for s, logit in zip(found, logits, strict=True)
        )
        return Scored(view, readings, rows, logits, matches.held())

    def _learned(self) -> bool:
        return self._model is not UNLEARNED


#: stands for a model that is still to be learned: candidates and features without logits
UNLEARNED: Any = object()


def pool(scored: Sequence[Scored]) -> tuple[Floats, Floats, list[Reading]]:
    """The candidates of several reports as one list with their rows and logits."""
    readings = [reading for part in scored for reading in part.readings]
    if not readings:
        return np.zeros((0, 0), np.float32), np.zeros(0, np.float32), []
    return (
        np.concatenate([part.rows for part in scored if part.readings]),
        np.concatenate([part.logits for part in scored]),
        readings,
    )


def confidence_row(
    question: Question, formal: float, rows: Floats, logits: Floats, readings: Sequence[Reading], order: Sequence[int]
) -> Floats:
    """The best candidate's features, then how it stands among the others: :data:`CONFIDENCE`.

    :param formal: the share of the question that stands word for word somewhere in the report. A question in the report's own
        words that no place holds together is likely unanswered; one in other words may well be answered.
    """
    top = order[0]
    rival = next((i for i in order[1:] if not _same(readings[i], readings[top])), None)
    second = float(logits[rival]) if rival is not None else float(logits[top]) - 6.0
    known = sum(1 for word, _ in question.content if len(word) > 1)
    extra = [
        float(logits[top]),
        float(logits[top]) - second,
        second,
        float(np.log1p(known)),
        float(np.log1p(len(readings))),
        float(question.kind in ("list", "percent")),
        float(len(question.content) > 6),
        formal,
        formal * float(rows[top][_MISSING[question.kind in FIGURE_KINDS]]),
        formal * (float(logits[top]) - second),
        formal * float(rows[top][_OWN[question.kind in FIGURE_KINDS]]),
        max(float(logits.max() - logits[top]), 0.0),
    ]
    return np.concatenate((rows[top], np.asarray(extra, np.float32))).astype(np.float32)


def _is_rate(question: Question, zones: FigureZones) -> bool:
    """Whether a figure is a rate where by how many points it rose is asked."""
    return question.unit.endswith("点") and zones.figure.unit == "%" and not zones.figure.change


def excluded(question: Question, rows: Floats) -> NDArray[np.bool_]:
    """Which candidates are no answer however well they fit; asked of no year, the value that a change starts from is none either."""
    if question.kind == "list" and (question.count or 0) > 1:
        single: NDArray[np.bool_] = rows[:, _LISTED] == 0
        return single
    if question.kind not in ("figure", "percent"):
        return np.zeros(len(rows), bool)
    now = not question.end and not question.asked.first and not question.asked.relative
    barred = [rows[:, _NEVER].any(axis=1), rows[:, _GAINED].all(axis=1)]
    if _RATE.search(question.standalone):
        barred.append(rows[:, _GREW].all(axis=1))
    if now:
        barred.append(rows[:, _START] > 0)
    found: NDArray[np.bool_] = np.logical_or.reduce(barred)
    return found


def ranked(question: Question, rows: Floats, logits: Floats) -> list[int]:
    """The candidates best first; those that are no answer however well they fit come last."""
    return [int(i) for i in np.lexsort((-logits, excluded(question, rows)))]


def _stated(question: Question, view: ReportView, zones: FigureZones) -> tuple[int, int]:
    """Where the answer stands: the figure, or 「88.6%提高到96.2%」 where both ends of a change are asked, or 「下降3.3%」 where a growth is."""
    if question.change == "up" and zones.figure.change == "down":
        fell = _FELL.search(view.text[max(0, zones.figure.start - 6) : zones.figure.start])
        return zones.figure.start - len(fell.group() if fell else ""), zones.figure.end
    last = features.starts_change(view, zones) if question.end == "both" else None
    return zones.figure.start, (last or zones).figure.end


def _same(one: Reading, other: Reading) -> bool:
    """Whether two candidates say the same: equal text, or one span inside the other."""
    return one.short == other.short or (one.report == other.report and one.start < other.end and other.start < one.end)


def _vector(question: Question) -> Floats:
    return shipped_vectors().embed_words([question.spoken()])[0]


def _sentence_scores(question: Question, view: ReportView) -> tuple[Matches, Floats, Floats]:
    """The matches, the cosine of each sentence, and a first score of each sentence that only narrows the reading down."""
    matches = match(question, view, shipped_vectors())
    dense = view.sentence_vectors() @ _vector(question)
    scores = matches.coverage(view.spoken, near=True) + 0.5 * matches.coverage(view.headed, near=True) + 0.3 * dense
    return matches, dense, scores.astype(np.float32)


def _best_sentences(view: ReportView, scores: Floats, passages: frozenset[int] | None, limit: int) -> list[int]:
    order = np.argsort(-scores, kind="stable")
    allowed = (int(i) for i in order if passages is None or view.sentences[int(i)].passage in passages)
    return [i for i, _ in zip(allowed, range(limit), strict=False)]
