"""The chain: question | retriever | reader | guard, as LangChain runnables, and the assistant that runs it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.answering.refusal import explain
from bot.answering.telling import tell
from bot.computing.glimpses import Glimpses
from bot.computing.plans import Doubt, arithmetic, compute
from bot.computing.table import TablePlan, plan_table, tabulate
from bot.evidence.matching import shares_a_word
from bot.evidence.views import Views
from bot.quoting.citing import cite, cite_passage
from bot.quoting.guard import unstated
from bot.reading.reader import Reader, Reading
from bot.search.hybrid import HybridSearch, Ranked
from bot.understanding.conversation import make_whole
from bot.understanding.question import Question, understand
from bot.understanding.scope import Scope, find_scope, names_of, unknown_places
from ingest import words
from ingest.library import Library
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.search.retriever import HybridRetriever

_NEAREST = 3
#: a reading of another report whose score is within this of the best one's makes the question ambiguous
_NEARLY = 0.8
#: what a report may state itself where it cannot be worked out
_ALSO_STATED = ("rise", "growth", "average", "share")


@dataclass(frozen=True)
class Turn:
    """One question on its way through the chain."""

    question: Question
    scope: Scope
    plan: arithmetic.Plan | None = None
    table: TablePlan | None = None
    ranked: tuple[Ranked, ...] = ()
    readings: tuple[Reading, ...] = ()
    answer: Answer | None = None

    @property
    def taken_apart(self) -> bool:
        """Whether its figures are read one by one, and it cannot be answered by one of them."""
        return bool(self.table or (self.plan and self.plan.operation not in _ALSO_STATED))


class Assistant:
    """Answers questions from a library.

    .. code-block:: python

        Assistant(library, settings).ask("临临高速完成多少投资").short  # 36亿元
    """

    def __init__(
        self, library: Library, settings: Settings, reader: Reader | None = None, search: HybridSearch | None = None
    ) -> None:
        self.library = library
        self.settings = settings
        self.reader = reader or Reader()
        self.search = search or HybridSearch(library, Views(library))
        #: a report laid out for reading, kept while it is among the last asked about
        self.view = self.search.view or Views(library)
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
        from bot.search.retriever import HybridRetriever

        return HybridRetriever(library=self.library, search=self.search)

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
        question = understand(text, whole.text, scope.names, whole.faded, self._roads())
        table = None if scope.groups else plan_table(question.standalone)
        return Turn(question, scope, None if table else arithmetic.plan(question.standalone, scope.groups), table)

    def understood(self, text: str, scope: Scope) -> Question:
        """What a text asks of the reports in scope."""
        return understand(text, scope_names=scope.names, known=self._roads())

    def retrieve(self, turn: Turn) -> Turn:
        """The passages nearest to the question inside its scope; where it is taken apart, each operand finds its own."""
        if turn.taken_apart:
            return turn
        return replace(turn, ranked=tuple(self.search.find(turn.question, turn.scope)))

    def read(self, turn: Turn) -> Turn:
        """What the passages answer; where it is to be worked out, each operand is read by itself when it is settled."""
        if turn.taken_apart:
            return turn
        return replace(turn, readings=self._read(turn.question, turn.ranked))

    def readings(self, question: Question, scope: Scope) -> tuple[Reading, ...]:
        """The candidates for an answer inside a scope, best first."""
        return self._read(question, self.search.find(question, scope))

    def _read(self, question: Question, ranked: Sequence[Ranked]) -> tuple[Reading, ...]:
        wanted: dict[str, set[int]] = {}
        for passage in ranked:
            wanted.setdefault(passage.report, set()).add(passage.ordinal)
        views = {self.view(report): frozenset(ordinals) for report, ordinals in wanted.items()}
        return tuple(self.reader.read(question, views))

    def settle(self, turn: Turn) -> Turn:
        """The answer if it is sure and every figure of it stands in its quote; else a refusal that helps."""
        answer: Answer | Doubt | None
        if turn.table:
            answer = tabulate(turn.table, turn.question, self.library.reports(), Glimpses(self.library, self))
        elif turn.plan:
            answer = compute(turn.plan, turn.question, turn.scope, self)
            if not isinstance(answer, Answer) and turn.plan.operation in _ALSO_STATED:
                answer = self._read_out(turn)
        elif turn.question.kind in ("open", "yesno"):
            views = [self.view(report) for report in dict.fromkeys(found.report for found in turn.ranked)]
            answer = tell(turn.question, turn.scope, views, self)
        else:
            answer = self._read_out(turn)
        if isinstance(answer, Answer) and not self._elsewhere(turn, answer):
            return replace(turn, answer=answer)
        return replace(turn, answer=self._refusal(turn, answer.names if isinstance(answer, Doubt) else ()))

    def _read_out(self, turn: Turn) -> Answer | None:
        """The best reading with its sentence; None where it is unsure, or another report says something else."""
        best = turn.readings[0] if turn.readings else None
        if not best or best.confidence < self.reader.threshold(turn.question) or self._rival(turn):
            return None
        if not self._to_the_point(turn, best):
            return None
        citation = cite(self.view(best.report), best, 1)
        if unstated(best.short, [citation.quote]):
            return None
        where = " › ".join((citation.report, *citation.section[-1:]))
        text = f"{best.short}[1]\n\n{where}：{citation.quote}"
        question, sure = turn.question, round(best.confidence, 4)
        return Answer(question.text, question.standalone, "answered", best.short, text, sure, (citation,))

    def _rival(self, turn: Turn) -> Reading | None:
        """What another report says nearly as well, where the question does not say which report it means."""
        if turn.scope.reports or not turn.readings:
            return None
        best = turn.readings[0]
        others = (r for r in turn.readings if r.report != best.report and r.short != best.short)
        return next((r for r in others if r.logit > best.logit - _NEARLY), None)

    def _roads(self) -> frozenset[str]:
        """The numbered roads of the library; each stays one word of a question, as it is one word of a report's view."""
        names = self.library.names()
        if self._roads_of[0] is not names:
            self._roads_of = (names, words.roads_among(names))
        return self._roads_of[1]

    def _to_the_point(self, turn: Turn, best: Reading) -> bool:
        """Whether a figure's sentence shares a word with a question, or gives the unit it asks for."""
        if turn.question.unit or best.figure is None:
            return True
        return shares_a_word(turn.question, self.view(best.report), best.sentence)

    def _elsewhere(self, turn: Turn, answer: Answer) -> bool:
        """Whether the evidence speaks of another place than the question: 江苏's GDP is not read out of 浙江's report."""
        if turn.scope.reports:
            evidence = "".join(
                self.view(report).text for report in dict.fromkeys(c.report_id for c in answer.citations)
            )
        else:
            evidence = "".join("".join((c.report, *c.section, c.quote)) for c in answer.citations)
        return bool(unknown_places(turn.question, turn.scope, evidence))

    def _refusal(self, turn: Turn, doubtful: Sequence[str] = ()) -> Answer:
        """Why there is no answer, and the nearest passages.

        :param doubtful: the places whose figure is not sure, where several are computed with.
        """
        question, best = turn.question, turn.readings[0] if turn.readings else None
        found = (turn.ranked or self.search.find(question, turn.scope))[:_NEAREST]
        nearest = [cite_passage(self.view(r.report), r.ordinal, n) for n, r in enumerate(found, start=1)]
        views = [self.view(report) for report in dict.fromkeys(ranked.report for ranked in found)]
        rival = self._rival(turn)
        torn = [self.view(reading.report).report.title for reading in (best, rival) if best and rival and reading]
        text = explain(question, turn.scope, views, bool(nearest), torn, doubtful)
        confidence = round(best.confidence, 4) if best else 0.0
        return Answer(question.text, question.standalone, "refused", "", text, confidence, tuple(nearest))
