"""Hybrid search: full text and vectors, confined to the reports asked about, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import Question
from bot.scope import Scope
from ingest import words
from ingest.library import Hit, Library

#: the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)
RRF_K = 60


@dataclass(frozen=True)
class Ranked:
    """A passage and its fused score; ``text_rank`` and ``vector_rank`` count from 1, None where that half missed it."""

    report: str
    ordinal: int
    score: float
    text_rank: int | None = None
    vector_rank: int | None = None


def fuse(
    text: Sequence[Hit], vector: Sequence[Hit], text_weight: float = 1.0, vector_weight: float = 1.0, k: int = RRF_K
) -> list[Ranked]:
    """Two rankings as one: each passage scores weight / (k + rank) from each; ties by report and ordinal."""
    text_ranks = {(hit.report, hit.ordinal): rank for rank, hit in enumerate(text, start=1)}
    vector_ranks = {(hit.report, hit.ordinal): rank for rank, hit in enumerate(vector, start=1)}
    fused = [
        Ranked(
            *place,
            (text_weight / (k + text_ranks[place]) if place in text_ranks else 0.0)
            + (vector_weight / (k + vector_ranks[place]) if place in vector_ranks else 0.0),
            text_ranks.get(place),
            vector_ranks.get(place),
        )
        for place in {**text_ranks, **vector_ranks}
    ]
    return sorted(fused, key=lambda ranked: (-ranked.score, ranked.report, ranked.ordinal))


def search_terms(question: Question, library: Library) -> list[str]:
    """The full-text terms of a question: its content words, the dictionary words in them, and the library's names it holds."""
    return list(
        dict.fromkeys(
            words.terms(question.spoken())
            + [words.fold(name) for name in words.names_in(question.standalone, library.names())]
        )
    )


@dataclass(frozen=True)
class HybridSearch:
    """The passages of a library nearest to a question. Without LangChain, whose import takes longer than an answer;
    :class:`bot.retriever.HybridRetriever` is LangChain's view of it.

    :param k: the most passages found; ``depth`` as many are taken from each of the two rankings.
    """

    library: Library
    k: int = 40
    text_weight: float = 1.0
    vector_weight: float = 0.7
    depth: int = 100

    def find(self, question: Question, scope: Scope) -> list[Ranked]:
        """The passages nearest to a question, best first, at most ``k`` of them."""
        reports = scope.reports or None
        text = (
            self.library.search_text(search_terms(question, self.library), reports, self.depth)
            if self.text_weight
            else []
        )
        wanted = "".join(question.spoken()) or question.standalone
        vector = (
            self.library.search_vectors(self.library.embedder.embed_question(wanted), reports, self.depth)
            if self.vector_weight
            else []
        )
        return fuse(text, vector, self.text_weight, self.vector_weight)[: self.k]
