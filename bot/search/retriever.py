"""LangChain's retriever over the library: :mod:`bot.search.hybrid` for whoever speaks LangChain."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.evidence.views import Views
from bot.search.hybrid import HybridSearch, Ranked
from bot.understanding.question import understand
from bot.understanding.scope import find_scope
from ingest import words
from ingest.library.protocol import AnyLibrary


class HybridRetriever(BaseRetriever):
    """LangChain's retriever over the library.

    .. code-block:: python

        HybridRetriever(library=library, k=5).invoke("临临高速完成多少投资")

    :param k: the most passages returned.
    :param search: what finds them; None for the program's own search.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: AnyLibrary
    k: int = 40
    search: HybridSearch | None = None

    @cached_property
    def _searching(self) -> HybridSearch:
        return replace(self.search or HybridSearch(self.library, Views(self.library)), k=self.k)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun | None = None, **_: Any
    ) -> list[LangChainDocument]:
        scope = find_scope(query, self.library.reports())
        roads = words.roads_among(words.names_in(query, self.library.names()))
        found = self._searching.find(understand(query, scope_names=scope.names, known=roads), scope)
        return [self._document(ranked) for ranked in found]

    def _document(self, ranked: Ranked) -> LangChainDocument:
        report = self.library.report(ranked.report)
        passage = self.library.passages(ranked.report)[ranked.ordinal]
        metadata = {
            "report": report.title,
            "file": report.file,
            "section": list(passage.section),
            "start": passage.start,
            "end": passage.end,
            "score": ranked.score,
        }
        return LangChainDocument(page_content=passage.text, metadata=metadata, id=f"{report.id}:{passage.ordinal}")
