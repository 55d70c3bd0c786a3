"""The chain: question | retriever | reader | guard, as LangChain runnables, and the assistant that runs it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from bot import arithmetic
from bot.answer import Answer
from bot.citing import cite, cite_passage, cite_range
from bot.conversation import make_whole
from bot.evidence import ReportView
from bot.guard import unstated
from bot.matching import shares_a_word
from bot.overview import confirm, survey
from bot.question import Question, understand
from bot.reader import Reader, Reading, shipped_vectors
from bot.refusal import explain
from bot.scope import Scope, find_scope, names_of, unknown_places
from bot.search import HybridSearch, Ranked
from ingest import words
from ingest.library import Library
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.retriever import HybridRetriever

_NEAREST = 3
#: an operand may be this much less sure than an answer: the others vouch for its unit and measure
_OPERAND_SHARE = 0.4
#: a reading of another report whose score is within this of the best one's makes the question ambiguous
_NEARLY = 0.8
#: what a report may state itself where it cannot be worked out
_ALSO_STATED = ("rise", "growth", "average", "share")
_VIEWS_KEPT = 64


@dataclass(frozen=True)
class Turn:
    """One question on its way through the chain."""

    question: Question
    scope: Scope
    ranked: tuple[Ranked, ...] = ()
    readings: tuple[Reading, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True)
class Operand:
    """One figure of a computation: how it was read, and what may be read in its place where units must agree."""

    name: str
    readings: tuple[Reading, ...]


class Assistant:
    """Answers questions from a library.

    .. code-block:: python

        Assistant(library, settings).ask("临临高速完成多少投资").short  # 36亿元
    """

    def __init__(self, library: Library, settings: Settings, reader: Reader | None = None) -> None:
        self.library = library
        self.settings = settings
        self.reader = reader or Reader()
        self.search = HybridSearch(library)
        self._views: OrderedDict[str, ReportView] = OrderedDict()
        self._lock = Lock()
        self._roads_of: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())

    @cached_property
    def chain(self) -> Runnable[tuple[str, tuple[str, ...]], Turn]:
        """The steps of :meth:`ask` as a LangChain chain, to be traced, streamed or built into another one.

        ``ask`` takes the steps itself: importing LangChain's runnables takes longer than answering.
        """
        from langchain_core.runnables import RunnableLambda

        return (
            RunnableLambda(self.understand)
            | RunnableLambda(self.retrieve)
            | RunnableLambda(self.read)
            | RunnableLambda(self.settle)
        )

    @cached_property
    def retriever(self) -> HybridRetriever:
        """The search as a LangChain retriever."""
        from bot.retriever import HybridRetriever

        return HybridRetriever(library=self.library)

    def ask(self, question: str, history: Sequence[str] = ()) -> Answer:
        """The answer to a question.

        :param history: the conversation's earlier questions, oldest first.
        """
        began = time.perf_counter()
        answer = self.settle(self.read(self.retrieve(self.understand((question, tuple(history)))))).answer
        assert answer is not None
        return replace(answer, elapsed_ms=round((time.perf_counter() - began) * 1000, 2))

    def understand(self, asked: tuple[str, tuple[str, ...]]) -> Turn:
        """The question made whole, its scope and what it asks."""
        text, history = asked
        reports = self.library.reports()
        places = sorted({name for report in reports for name in names_of(report)}, key=len, reverse=True)
        whole = make_whole(text, history, places)
        scope = find_scope(whole.text, reports)
        return Turn(understand(text, whole.text, scope.names, whole.faded, self._roads()), scope)

    def retrieve(self, turn: Turn) -> Turn:
        """The passages nearest to the question inside its scope."""
        return replace(turn, ranked=tuple(self.search.find(turn.question, turn.scope)))

    def read(self, turn: Turn) -> Turn:
        """What the passages answer; where it is to be worked out, each operand is read by itself when it is settled."""
        plan = arithmetic.plan(turn.question.standalone, turn.scope.groups)
        if plan and plan.operation not in _ALSO_STATED:
            return turn
        return replace(turn, readings=self._readings(turn.question, turn.ranked))

    def _readings(self, question: Question, ranked: Sequence[Ranked]) -> tuple[Reading, ...]:
        wanted: dict[str, set[int]] = {}
        for passage in ranked:
            wanted.setdefault(passage.report, set()).add(passage.ordinal)
        views = {self.view(report): frozenset(ordinals) for report, ordinals in wanted.items()}
        return tuple(self.reader.read(question, views))

    def settle(self, turn: Turn) -> Turn:
        """The answer if it is sure and every figure of it stands in its quote; else a refusal that helps."""
        plan = arithmetic.plan(turn.question.standalone, turn.scope.groups)
        if plan:
            computed = self._compute(plan, turn)
            if computed or plan.operation not in _ALSO_STATED:
                return replace(turn, answer=computed or self._refusal(turn, None))
        if turn.question.kind in ("open", "yesno"):
            told = self._tell(turn)
            return replace(turn, answer=told or self._refusal(turn, None))
        best = turn.readings[0] if turn.readings else None
        rival = self._rival(turn)
        if (
            best
            and not rival
            and best.confidence >= self.reader.threshold(turn.question)
            and not self._foreign(turn, best)
        ):
            citation = cite(self.view(best.report), best, 1)
            if not unstated(best.short, [citation.quote]):
                where = " › ".join((citation.report, *citation.section[-1:]))
                text = f"{best.short}[1]\n\n{where}：{citation.quote}"
                return replace(
                    turn,
                    answer=Answer(
                        turn.question.text,
                        turn.question.standalone,
                        "answered",
                        best.short,
                        text,
                        round(best.confidence, 4),
                        (citation,),
                    ),
                )
        return replace(turn, answer=self._refusal(turn, best, [best.report, rival.report] if best and rival else ()))

    def _rival(self, turn: Turn) -> Reading | None:
        """What another report says nearly as well, where the question does not say which report it means."""
        if turn.scope.reports or not turn.readings:
            return None
        best = turn.readings[0]
        others = (r for r in turn.readings if r.report != best.report and r.short != best.short)
        return next((r for r in others if r.logit > best.logit - _NEARLY), None)

    def _tell(self, turn: Turn) -> Answer | None:
        """The points of the section an open question is about, or the sentence that confirms a yes-or-no question."""
        question = turn.question
        views = [self.view(report) for report in dict.fromkeys(ranked.report for ranked in turn.ranked)]
        if question.kind == "yesno":
            found = confirm(question, views)
            if not found:
                return None
            view, point, share = found
            citation = cite_range(view, point.sentence, point.start, point.end, 1)
            text = f"是[1]\n\n{citation.quote}"
            return Answer(question.text, question.standalone, "answered", "是", text, round(share, 4), (citation,))
        overview = survey(question, views)
        if not overview:
            return None
        citations = tuple(
            cite_range(overview.view, point.sentence, point.start, point.end, n)
            for n, point in enumerate(overview.points, start=1)
        )
        lines = [f"{c.n}. {point.title}[{c.n}]" for c, point in zip(citations, overview.points, strict=True)]
        where = " › ".join((overview.view.report.title, overview.section.title))
        short = "；".join(point.title for point in overview.points)
        text = f"{where}：\n\n" + "\n".join(lines)
        return Answer(question.text, question.standalone, "answered", short, text, round(overview.share, 4), citations)

    def _compute(self, plan: arithmetic.Plan, turn: Turn) -> Answer | None:
        """The answer worked out from one reading an operand; None where an operand is in doubt or units differ."""
        groups = dict(turn.scope.groups)
        operands = []
        for name, text in plan.operands:
            scope = Scope(groups.get(name, turn.scope.reports), (name,) if name else turn.scope.names)
            question = understand(text, scope_names=scope.names, known=self._roads())
            readings = [r for r in self._readings(question, self.search.find(question, scope)) if r.figure is not None]
            if not readings or readings[0].confidence < self.reader.threshold(question) * _OPERAND_SHARE:
                return None
            operands.append(Operand(name, tuple(readings)))
        chosen = self._of_one_unit(operands, plan)
        if plan.operation in ("growth", "rise"):
            chosen = self._start_and_end(chosen[0])
        if len({(r.report, r.start) for r in chosen}) < len(chosen):
            return None  # one figure read for two things answers one of them at most
        figures = [self.view(r.report).figures[r.figure].figure for r in chosen if r.figure is not None]
        result = arithmetic.work_out(plan, figures, turn.question.scale)
        if not result:
            return None
        citations = tuple(cite(self.view(r.report), r, n) for n, r in enumerate(chosen, start=1))
        if any(unstated(reading.short, [citation.quote]) for reading, citation in zip(chosen, citations, strict=True)):
            return None
        marks = "".join(f"[{c.n}]" for c in citations)
        sources = "\n".join(f"{c.report}：{c.quote}[{c.n}]" for c in citations)
        text = f"{result.short}{marks}\n\n" + (f"{result.formula}\n\n" if result.formula else "") + sources
        sure = min(operand.readings[0].confidence for operand in operands)
        return Answer(
            turn.question.text, turn.question.standalone, "answered", result.short, text, round(sure, 4), citations
        )

    def _of_one_unit(self, operands: Sequence[Operand], plan: arithmetic.Plan) -> list[Reading]:
        """Each operand's best reading, or, where these differ in unit, the readings of the unit that all have with the best sum of logits."""

        def unit(reading: Reading) -> str:
            return arithmetic.unit_of(self.view(reading.report).figures[reading.figure or 0].figure)

        best: dict[str, list[Reading]] = {}
        for option in dict.fromkeys(unit(reading) for operand in operands for reading in operand.readings):
            row = [next((r for r in operand.readings if unit(r) == option), None) for operand in operands]
            if all(row):
                best[option] = [r for r in row if r]
        if plan.operation in ("pair", "share") or not best:
            return [operand.readings[0] for operand in operands]
        return max(best.values(), key=lambda row: sum(r.logit for r in row))

    def _start_and_end(self, reading: Reading) -> list[Reading]:
        """The two figures of 「从518家增加到731家」, if that is where a reading stands."""
        view = self.view(reading.report)
        zones = view.figures[reading.figure or 0]
        inside = [
            (i, z.figure)
            for i, z in enumerate(view.figures)
            if z.sentence == zones.sentence and z.clause == zones.clause and z.figure.unit == zones.figure.unit
        ]
        at = next(n for n, (i, _) in enumerate(inside) if i == reading.figure)
        pair = inside[at - 1 : at + 1] if at else inside[at : at + 2]
        if len(pair) != 2 or pair[0][1].period == pair[1][1].period:
            return [reading]
        return [replace(reading, short=f.text, start=f.start, end=f.end, figure=i) for i, f in pair]

    def _roads(self) -> frozenset[str]:
        """The numbered roads of the library; each stays one word of a question, as it is one word of a report's view."""
        names = self.library.names()
        if self._roads_of[0] is not names:
            self._roads_of = (names, words.roads_among(names))
        return self._roads_of[1]

    def _foreign(self, turn: Turn, best: Reading) -> bool:
        """Whether the evidence speaks of something else: 江苏's GDP is not read out of 浙江's report, and a sentence that shares no
        word with a question, nor gives the unit it asks for, does not answer it."""
        view = self.view(best.report)
        span = view.sentences[best.sentence].span
        evidence = (
            view.text
            if turn.scope.reports
            else view.report.title + "".join(view.sentences[best.sentence].section) + view.text[span.start : span.end]
        )
        if not turn.question.unit and best.figure is not None and not shares_a_word(turn.question, view, best.sentence):
            return True
        return bool(unknown_places(turn.question, turn.scope, evidence))

    def view(self, report: str) -> ReportView:
        """A report laid out for reading, kept while it is among the last asked about."""
        with self._lock:
            if report in self._views:
                self._views.move_to_end(report)
                return self._views[report]
        made = ReportView(
            self.library.report(report), self.library.passages(report), self.library.figures(report), shipped_vectors()
        )
        with self._lock:
            self._views[report] = made
            while len(self._views) > _VIEWS_KEPT:
                self._views.popitem(last=False)
        return made

    def _refusal(self, turn: Turn, best: Reading | None, torn: Sequence[str] = ()) -> Answer:
        nearest = [
            cite_passage(self.view(ranked.report), ranked.ordinal, n)
            for n, ranked in enumerate(turn.ranked[:_NEAREST], start=1)
        ]
        views = [self.view(report) for report in dict.fromkeys(ranked.report for ranked in turn.ranked[:_NEAREST])]
        text = explain(
            turn.question, turn.scope, views, bool(nearest), [self.view(report).report.title for report in torn]
        )
        confidence = round(best.confidence, 4) if best else 0.0
        return Answer(turn.question.text, turn.question.standalone, "refused", "", text, confidence, tuple(nearest))
