"""LangChain's retriever over the library: :mod:`bot.search` for whoever speaks LangChain."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.question import understand
from bot.scope import find_scope
from bot.search import HybridSearch
from ingest.library import Library


class HybridRetriever(BaseRetriever):
    """LangChain's retriever over the library.

    .. code-block:: python

        HybridRetriever(library=library, k=5).invoke("临临高速完成多少投资")
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 40
    text_weight: float = 1.0
    vector_weight: float = 0.7
    depth: int = 100

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun | None = None, **_: Any
    ) -> list[LangChainDocument]:
        scope = find_scope(query, self.library.reports())
        documents = []
        search = HybridSearch(self.library, self.k, self.text_weight, self.vector_weight, self.depth)
        for ranked in search.find(understand(query, scope_names=scope.names), scope):
            report = self.library.report(ranked.report)
            passage = self.library.passages(ranked.report)[ranked.ordinal]
            metadata = {
                "report": report.title,
                "file": report.file,
                "section": list(passage.section),
                "start": passage.start,
                "end": passage.end,
            }
            documents.append(
                LangChainDocument(
                    page_content=passage.text,
                    metadata=metadata | {"score": ranked.score},
                    id=f"{report.id}:{passage.ordinal}",
                )
            )
        return documents
