"""Many reports read briefly: of each only the passages found are laid out, some ten times quicker than all of it."""

from __future__ import annotations

from bot.computing.operands import Sources
from bot.evidence.view import ReportView
from bot.reading.reader import Reader, Reading
from bot.search.hybrid import HybridSearch
from bot.understanding.question import Question
from bot.understanding.scope import Scope
from ingest.embedding import shipped_vectors
from ingest.library.protocol import AnyLibrary

#: passages of a report that are laid out; its best is among the first five for 97 questions of 100
_FOUND = 12


class Glimpses:
    """Reads operands like the assistant does, out of brief views that live as long as it.

    :param sources: the assistant, which understands the questions.
    """

    def __init__(self, library: AnyLibrary, sources: Sources) -> None:
        self.reader: Reader = sources.reader
        self._library = library
        self._sources = sources
        self._search = HybridSearch(library, k=_FOUND)
        self._views: dict[str, ReportView] = {}

    def view(self, report: str) -> ReportView:
        """The brief view of a report that has been read."""
        return self._views[report]

    def understood(self, text: str, scope: Scope) -> Question:
        """What a text asks of the reports in scope."""
        return self._sources.understood(text, scope)

    def readings(self, question: Question, scope: Scope) -> tuple[Reading, ...]:
        """The candidates of each report in scope, best first."""
        views = {view: None for report in scope.reports if (view := self._laid_out(question, report))}
        return tuple(self.reader.read(question, views)) if views else ()

    def _laid_out(self, question: Question, report: str) -> ReportView | None:
        found = {ranked.ordinal for ranked in self._search.find(question, Scope((report,)))}
        if not found:
            return None
        passages = self._library.passages(report)
        chosen = [passage for passage in passages if passage.ordinal in found]
        figures = [figure for figure in self._library.figures(report) if figure.passage in found]
        made = ReportView(self._library.report(report), chosen, figures, shipped_vectors(), passages)
        self._views[report] = made
        return made
