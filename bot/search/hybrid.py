"""Hybrid search: full text and vectors confined to the reports asked about, then the passages of the likeliest reports ranked
by all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.evidence.scoring import Scorer
from bot.evidence.view import Floats, ReportView
from bot.search import ranking
from bot.understanding.question import Question
from bot.understanding.scope import Scope
from ingest import words
from ingest.library import Hit
from ingest.library.protocol import AnyLibrary, Fusing

#: where the scope holds more reports than this, the passages of so many are ranked: those whose best passages score highest,
#: and at least this share of the very best one's. Each costs milliseconds, or tens of them where it is laid out anew
MOST_REPORTS, NEARLY_AS_LIKELY = 6, 0.5


@dataclass(frozen=True)
class Ranked:
    """A passage found and its score; scores of one search can be compared."""

    report: str
    ordinal: int
    score: float = 0.0


@dataclass(frozen=True)
class Half:
    """What full text or vectors found: each passage's score as a share of the best one's.

    ``rest`` is the most that a passage not found can have: the share of the last one found, or 0 where nothing was cut off.
    """

    shares: dict[tuple[str, int], float]
    rest: float

    @classmethod
    def of(cls, hits: Sequence[Hit], depth: int) -> Half:
        """From the hits of a search for at most ``depth`` passages, best first."""
        best = (hits[0].score if hits else 0.0) or 1.0
        shares = {(hit.report, hit.ordinal): hit.score / best for hit in hits}
        return cls(shares, hits[-1].score / best if len(hits) == depth else 0.0)

    def share(self, report: str, ordinal: int) -> float:
        """The score of a passage as a share of the best one's, found or not."""
        return self.shares.get((report, ordinal), self.rest)


def fuse(text: Half, vector: Half, text_weight: float = 1.0, vector_weight: float = 1.0) -> list[Ranked]:
    """What either half found, by the weighted sum of both shares; ties by report and ordinal."""
    fused = [
        Ranked(*place, text_weight * text.share(*place) + vector_weight * vector.share(*place))
        for place in {**text.shares, **vector.shares}
    ]
    return sorted(fused, key=_order)


def _order(ranked: Ranked) -> tuple[float, str, int]:
    return -ranked.score, ranked.report, ranked.ordinal


def search_terms(question: Question, library: AnyLibrary) -> list[str]:
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
    :class:`bot.search.retriever.HybridRetriever` is LangChain's view of it.

    Where a question may be about any of many reports, the passages that full text and vectors find say which are the likeliest.
    Every passage of these, found or not, is then ranked by :mod:`bot.search.ranking`.

    :param view: lays a report out for reading; None leaves the passages as full text and vectors together rank them.
    :param k: the most passages found; ``depth`` as many are taken from each half.
    :param text_weight: what full text counts in the sum of both; 0 leaves it out. ``vector_weight`` likewise.
    :param weights: what each feature of a passage is worth; None for the learned weights.
    """

    library: AnyLibrary
    view: Callable[[str], ReportView] | None = None
    k: int = 40
    text_weight: float = 1.0
    vector_weight: float = 1.0
    depth: int = 200
    weights: Scorer | None = None

    def find(self, question: Question, scope: Scope) -> list[Ranked]:
        """The passages nearest to a question, best first, at most ``k`` of them."""
        if not self.view:
            return self._fused(question, scope)[: self.k]
        passages, rows = self.candidates(question, scope)
        scores = (self.weights or ranking.learned()).logits(rows, ranking.NAMES)
        least = np.partition(scores, -self.k)[-self.k] if len(scores) > self.k else -np.inf
        best = (replace(passages[n], score=float(scores[n])) for n in np.flatnonzero(scores >= least))
        return sorted(best, key=_order)[: self.k]

    def candidates(self, question: Question, scope: Scope) -> tuple[list[Ranked], Floats]:
        """Every passage of the likeliest reports, unranked, and its features: shape (passages, len(ranking.NAMES)).

        :raises ValueError: if the search has no views.
        """
        if not self.view:
            raise ValueError("a search without views knows no features of passages")
        vector = self._vector(question, scope)
        passages: list[Ranked] = []
        rows = [np.zeros((0, len(ranking.NAMES)), np.float32)]
        for report in self._likeliest(question, scope, vector):
            view = self.view(report)
            own = range(len(view.periods))
            shares = np.asarray([vector.share(report, n) for n in own], np.float32)
            rows.append(ranking.passage_features(question, view, shares))
            passages += [Ranked(report, n) for n in own]
        return passages, np.concatenate(rows)

    def _likeliest(self, question: Question, scope: Scope, vector: Half) -> list[str]:
        """The reports asked about or, where these are many, those of the best passages; none for a question without words."""
        if 0 < len(scope.reports) <= MOST_REPORTS:
            return list(scope.reports) if question.content or vector.shares else []
        fused = self._fused(question, scope, vector)
        likely = dict.fromkeys(r.report for r in fused if r.score >= NEARLY_AS_LIKELY * fused[0].score)
        return list(likely)[:MOST_REPORTS]

    def _fused(self, question: Question, scope: Scope, vector: Half | None = None) -> list[Ranked]:
        """What full text and vectors find together, fused by the library's server where it does that.

        :param vector: what vectors find, where that has been asked already.
        """
        if isinstance(self.library, Fusing) and self.text_weight == self.vector_weight > 0:
            terms, wanted = search_terms(question, self.library), self._wanted(question)
            found = self.library.search_both(terms, wanted, scope.reports or None, 2 * self.depth, self.depth)
            return [Ranked(hit.report, hit.ordinal, hit.score) for hit in found]
        near = self._vector(question, scope) if vector is None else vector
        return fuse(self._text(question, scope), near, self.text_weight, self.vector_weight)

    def _text(self, question: Question, scope: Scope) -> Half:
        if not self.text_weight:
            return Half({}, 0.0)
        terms = search_terms(question, self.library)
        return Half.of(self.library.search_text(terms, scope.reports or None, self.depth), self.depth)

    def _vector(self, question: Question, scope: Scope) -> Half:
        if not self.vector_weight:
            return Half({}, 0.0)
        wanted = self._wanted(question)
        return Half.of(self.library.search_vectors(wanted, scope.reports or None, self.depth), self.depth)

    def _wanted(self, question: Question) -> Floats:
        """The vector of what a question asks for."""
        return self.library.embedder.embed_question("".join(question.spoken()) or question.standalone)
