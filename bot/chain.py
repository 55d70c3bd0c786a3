"""The chain: question | retriever | reader | guard, as LangChain runnables, and the assistant that runs it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.answer import PLANNED, Answer
from bot.answering.joining import joined
from bot.answering.refusal import explain, out_of_reach
from bot.answering.telling import tell
from bot.computing.glimpses import Glimpses
from bot.computing.plans import Doubt, arithmetic, compute
from bot.computing.table import TablePlan, plan_table, spans_places, tabulate
from bot.evidence.matching import shares_a_word
from bot.evidence.relations import resolve
from bot.evidence.views import Views
from bot.quoting.citing import cite, cite_passage
from bot.quoting.guard import unstated
from bot.quoting.instructions import is_instruction
from bot.reading.features import is_difference
from bot.reading.reader import Reader, Reading
from bot.search.hybrid import HybridSearch, Ranked
from bot.search.reranking import Reranker
from bot.understanding.chosen import ANYTHING, Chosen
from bot.understanding.conversation import make_whole
from bot.understanding.question import Question, understand
from bot.understanding.scope import Scope, names_among, unknown_places
from bot.writing.answers import read_out, written
from bot.writing.evidence import gather
from bot.writing.patience import Clock
from bot.writing.prompting import fixed_tokens
from bot.writing.rewriting import decompose, may_be_several, rewrite, split_up
from bot.writing.writer import Draft, Task, Writer
from ingest import words
from ingest.embedding import shipped_vectors
from ingest.library.protocol import AnyLibrary
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from bot.search.retriever import HybridRetriever

_NEAREST = 3
#: a reading of another report whose score is within this of the best one's makes the question ambiguous
_NEARLY = 3.0
#: a question of so few words is short
_FEW_WORDS = 2
#: so many characters around a quote may name the place that it speaks of, where the question names the report
_AROUND = 300
#: reports laid out before they are asked about: a provincial one takes some 150 ms and 8 MB
WARMED = 20
#: what a report may state itself where it cannot be worked out
_ALSO_STATED = ("rise", "growth", "average", "share", "difference")


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
    within: Chosen = ANYTHING

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
        self,
        library: AnyLibrary,
        settings: Settings,
        reader: Reader | None = None,
        search: HybridSearch | None = None,
        writer: Writer | None = None,
    ) -> None:
        self.library = library
        self.settings = settings
        self.reader = reader or Reader()
        self.search = search or HybridSearch(library, Views(library))
        #: a report laid out for reading, kept while it is among the last asked about
        self.view = self.search.view or Views(library)
        self._roads_of: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self.reranker = Reranker(settings.reranker) if settings.reranker else None
        #: writes answers with a language model; None where the settings name none
        self.writer = writer or (Writer(settings) if settings.llm_model or settings.llm_base_url else None)

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
            | RunnableLambda(lambda turn: [*self.write(turn)][-1])
        )

    @cached_property
    def retriever(self) -> HybridRetriever:
        """The search as a LangChain retriever."""
        from bot.search.retriever import HybridRetriever

        return HybridRetriever(library=self.library, search=self.search)

    def ask(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Answer:
        """The answer to a question.

        :param history: the conversation's earlier questions, oldest first.
        :param within: the reports and year picked for it, in the place of those it names.
        """
        *_, last = self.steps(question, history, within)
        assert last.answer is not None
        return last.answer

    def steps(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Iterator[Turn]:
        """What :meth:`ask` does, step by step: the turn once it is understood, found and read, and last with its answer.

        Where a language model writes, turns with the answer as far as it has passed the check come before the last.
        """
        began = time.perf_counter()
        clock = self.writer.clock() if self.writer else None
        parts = self._parts(question, clock)
        answers: list[Answer] = []
        for number, part in enumerate(parts):
            last: Turn | None = None
            for last in self._steps(part, (*history, *parts[:number]), within, clock):
                if last.answer is None:
                    yield last
                    continue
                elapsed = round((time.perf_counter() - began - (clock.stopped if clock else 0.0)) * 1000, 2)
                answer = replace(joined(question, [*answers, last.answer]), elapsed_ms=elapsed)
                if self.writer and clock and clock.spent.calls and not answer.usage:
                    answer = replace(answer, usage=self.writer.usage("rewritten", clock))
                yield replace(last, answer=answer)
            if last and last.answer:
                answers.append(last.answer)

    def _steps(self, question: str, history: tuple[str, ...], within: Chosen, clock: Clock | None) -> Iterator[Turn]:
        """The steps for a question that asks one thing."""
        turn = self.understand((question, history), within, clock)
        for step in (self.retrieve, self.read, self.settle):
            yield turn
            turn = step(turn)
        yield from self.write(turn, clock)

    def _parts(self, question: str, clock: Clock | None) -> list[str]:
        """The questions that are asked at once, taken apart by a model where there is one, else by rules."""
        if self.writer and clock and may_be_several(question) and len(split_up(question)) > 1:
            return decompose(question, self.writer.model, clock)
        return split_up(question)

    def stream(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Iterator[Answer]:
        """The answer as it grows; the last one is what :meth:`ask` returns."""
        return (turn.answer for turn in self.steps(question, history, within) if turn.answer)

    def understand(
        self, asked: tuple[str, tuple[str, ...]], within: Chosen = ANYTHING, clock: Clock | None = None
    ) -> Turn:
        """The question made whole, its scope and what it asks.

        :param clock: how long a language model may take to make it whole; None leaves that to rules.
        """
        text, history = asked
        reports = self.library.reports()
        named = names_among(reports)
        places = sorted(
            {name for said in (*history, text) for _, name in named.standing_in(said)}, key=len, reverse=True
        )
        whole = make_whole(text, history, places, self._roads())
        if self.writer and clock and whole.text != text:
            made = rewrite(text, history, self.writer.model, clock)
            whole = replace(whole, text=made) if made else whole
        whole = replace(whole, text=within.worded(whole.text, reports))
        scope = within.scope(whole.text, reports)
        question = understand(text, whole.text, scope.names, whole.faded, self._roads())
        table = None if scope.groups else plan_table(question.standalone)
        table = table if table and spans_places(table, within.among(reports)) else None
        plan = None if table else arithmetic.plan(question.standalone, scope.groups)
        return Turn(question, scope, plan, table, within=within)

    def warm(self, most: int = WARMED) -> Iterator[str]:
        """Lay out the reports of the latest years, so that the first questions about them need not wait for it; yields the
        id of each when it is done, for others to be let through.

        :raises LibraryError: if the library cannot be read.
        """
        for report in sorted(self.library.reports(), key=lambda report: -(report.year or 0))[:most]:
            self.view(report.id)
            yield report.id

    def understood(self, text: str, scope: Scope) -> Question:
        """What a text asks of the reports in scope."""
        return understand(text, scope_names=scope.names, known=self._roads())

    def retrieve(self, turn: Turn) -> Turn:
        """The passages nearest to the question inside its scope; where it is taken apart, each operand finds its own."""
        if turn.taken_apart:
            return turn
        ranked = self.search.find(turn.question, turn.scope)
        if self.reranker:
            ranked = self.reranker.order(turn.question.standalone, ranked, self.view)
        return replace(turn, ranked=tuple(ranked))

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
            reports = turn.within.among(self.library.reports())
            answer = tabulate(turn.table, turn.question, reports, Glimpses(self.library, self))
        elif turn.plan:
            stated = self._read_out(turn) if turn.plan.operation == "share" else None  # better than worked out
            answer = stated or compute(turn.plan, turn.question, turn.scope, self)
            if not isinstance(answer, Answer) and turn.plan.operation in _ALSO_STATED:
                answer = self._read_out(turn) if self._states(turn) else answer
        elif turn.question.kind in ("open", "yesno"):
            views = [self.view(report) for report in dict.fromkeys(found.report for found in turn.ranked)]
            answer = tell(turn.question, turn.scope, views, self)
        else:
            answer = self._read_out(turn)
        if isinstance(answer, Answer) and not self._elsewhere(turn, answer):
            return replace(turn, answer=answer)
        return replace(turn, answer=self._refusal(turn, answer.names if isinstance(answer, Doubt) else ()))

    def write(self, turn: Turn, clock: Clock | None = None) -> Iterator[Turn]:
        """The turn with a written answer as it grows, where a model writes; else the turn as it is. The last one counts."""
        task = self._task(turn)
        if not self.writer or not task or not turn.answer:
            yield turn
            return
        read, draft = turn.answer, Draft()
        for draft in self.writer.write(task, clock):
            if draft.sentences and not draft.whole and not draft.fault:
                yield replace(turn, answer=written(read, draft, task))
        answer = read_out(read, draft) if draft.fault or not draft.sentences else written(read, draft, task)
        yield replace(turn, answer=read_out(read, draft) if self._elsewhere(turn, answer) else answer)

    def _task(self, turn: Turn) -> Task | None:
        """What a model is to write: an open question's answer, or one of which the reader is not sure. None where the
        figures are worked out, the reader is sure, or the library cannot hold the answer whoever gives it."""
        if not self.writer or turn.table or turn.plan or not turn.answer or not turn.ranked or self._rival(turn):
            return None
        if turn.answer.status == "answered" and turn.question.kind != "open":
            return None
        views = [self.view(report) for report in dict.fromkeys(found.report for found in turn.ranked)]
        if out_of_reach(turn.question, turn.scope, views[:_NEAREST]):
            return None
        room = self.settings.llm_prompt_tokens - fixed_tokens(turn.question.standalone)
        return Task(turn.question, gather(turn.ranked, views, room), self.library.names())

    def _read_out(self, turn: Turn) -> Answer | None:
        """The best reading with its sentence; None where it is unsure, or another report says something else."""
        best = turn.readings[0] if turn.readings else None
        if not best or best.confidence < self.reader.threshold(turn.question) or self._rival(turn):
            return None
        if not self._to_the_point(turn, best):
            return None
        citation = cite(self.view(best.report), best, 1)
        if unstated(best.short, [citation.quote]) or is_instruction(citation.quote):
            return None
        where = " › ".join((citation.report, *citation.section[-1:]))
        text = f"{best.short}[1]{self._remark(turn, best)}\n\n{where}：{citation.quote}"
        question, sure = turn.question, round(best.confidence, 4)
        return Answer(question.text, question.standalone, "answered", best.short, text, sure, (citation,))

    def _states(self, turn: Turn) -> bool:
        """Whether the best figure may be what was to be worked out: of a difference one by which something is more or less."""
        best = turn.readings[0] if turn.readings else None
        if turn.plan is None or turn.plan.operation != "difference" or best is None or best.figure is None:
            return True
        view = self.view(best.report)
        return is_difference(view, view.figures[best.figure])

    def _remark(self, turn: Turn, best: Reading) -> str:
        """That a figure is planned, where the question does not ask for a plan."""
        view = self.view(best.report)
        planned = best.figure is not None and view.figures[best.figure].figure.period.status == "planned"
        return PLANNED if planned and resolve(turn.question.asked, view)[2] != "planned" else ""

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
        """Whether a figure's sentence says or means a word of a short question, or gives the unit it asks for.

        A long question may be in everyday words throughout. A short one that names none of several reports must share a word
        to the letter: it may well be about something that no report is about.
        """
        question, anywhere = turn.question, not turn.scope.reports and len(self.library.reports()) > 1
        if best.figure is None or len(question.content) > _FEW_WORDS or (question.unit and not anywhere):
            return True
        return shares_a_word(question, self.view(best.report), best.sentence, shipped_vectors(), near=not anywhere)

    def _elsewhere(self, turn: Turn, answer: Answer) -> bool:
        """Whether the evidence speaks of another place than the question: 江苏's GDP is not read out of 浙江's report."""
        around = _AROUND if turn.scope.reports else 0
        evidence = "".join(
            "".join((c.report, *c.section, self.view(c.report_id).text[max(0, c.start - around) : c.end + around]))
            for c in answer.citations
        )
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
