"""How much of a question stands where: every zone of a report scored against the question's words at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.evidence import Floats, Range, ReportView
from bot.question import Question
from ingest import words
from ingest.embedding import StaticEmbedder

#: cosine of two word vectors at which they begin to count as the same, and from which on they fully do
_NEAR, _SAME = 0.15, 0.6
#: one word inside the other (养老 in 养老床位) counts at least this much
_PART = 0.5
#: what an official term counts where the question used an everyday word
_OFFICIAL = 0.9


@dataclass(frozen=True)
class Matches:
    """What of a question stands where in a report.

    ``exact`` and ``near``: how well question word i is matched by token j, shape (words, tokens + 1), in [0, 1]; ``near``
    counts words of like meaning too. ``weights``: the words' shares of the question, shape (words,), summing to 1.
    ``token_idf``: the idf of each token; ``token_near``: the best match of each token with any word.
    """

    exact: Floats
    near: Floats
    weights: Floats
    token_idf: Floats
    token_near: Floats

    def held(self) -> float:
        """The share of the question that stands word for word anywhere in the report."""
        return float(self.weights @ (self.exact.max(axis=1) >= 0.99))

    def coverage(self, ranges: Sequence[Sequence[Range]], near: bool = False) -> Floats:
        """The share of the question that stands in each place, a place being several ranges together; shape (places,)."""
        return self.weights @ self.best(ranges, near)

    def best(self, ranges: Sequence[Sequence[Range]], near: bool = False) -> Floats:
        """The best match of each question word in each place; shape (words, places)."""
        return range_maximum(self.near if near else self.exact, ranges)

    def precision(self, ranges: Sequence[Sequence[Range]]) -> Floats:
        """The share of each place's own words, by idf, that the question asks about; 0 where a place has no words."""
        hit = np.concatenate(([0.0], np.cumsum(self.token_idf * self.token_near)))
        total = np.concatenate(([0.0], np.cumsum(self.token_idf)))
        sums = np.asarray([[sum(hit[b] - hit[a] for a, b in place), sum(total[b] - total[a] for a, b in place)] for place in ranges], np.float32)
        return sums[:, 0] / np.maximum(sums[:, 1], 1e-6) if len(ranges) else np.zeros(0, np.float32)


def range_maximum(values: Floats, places: Sequence[Sequence[Range]]) -> Floats:
    """For each row of ``values`` (rows, columns + 1 spare) the maximum over each place's ranges; shape (rows, places)."""
    result = np.zeros((values.shape[0], len(places)), np.float32)
    depth = max((len(place) for place in places), default=0)
    for layer in range(depth):
        which = np.asarray([i for i, place in enumerate(places) if len(place) > layer and place[layer][0] < place[layer][1]], np.intp)
        if not len(which):
            continue
        bounds = np.asarray([places[i][layer] for i in which], np.intp).ravel()
        found = np.maximum.reduceat(values, bounds, axis=1)[:, ::2]
        result[:, which] = np.maximum(result[:, which], found)
    return result


def match(question: Question, view: ReportView, embedder: StaticEmbedder) -> Matches:
    """The matches of a question's content words in a report."""
    asked = [word for word, _ in question.content] or [""]
    synonyms = dict(question.synonyms)
    weights = np.asarray([weight for _, weight in question.content] or [1.0], np.float32)
    exact = np.zeros((len(asked), len(view.vocabulary)), np.float32)
    idf = np.full(len(asked), view.unknown_idf, np.float32)
    for row, word in enumerate(asked):
        number = view.number(word)
        for form, worth in _forms(word, synonyms):
            for column in view.sharing(form):
                exact[row, column] = max(exact[row, column], worth * _overlap(form, view.vocabulary[column]))
        if number is not None:
            exact[row, number] = 1.0
            idf[row] = view.idf[number]
        elif exact[row].any():
            idf[row] = view.idf[exact[row] >= exact[row].max()].mean()
    near = exact
    if view.vectors.shape[1] > 1:
        cosine = embedder.embed_words([words.cut(word) + [w for t in synonyms.get(word, ()) for w in words.cut(t)] for word in asked]) @ view.vectors.T
        near = np.maximum(exact, np.clip((cosine - _NEAR) / (_SAME - _NEAR), 0, 1).astype(np.float32))
    weights = weights * idf
    spare = np.zeros((len(asked), 1), np.float32)
    token_exact = np.concatenate((exact[:, view.tokens], spare), axis=1)
    token_near = np.concatenate((near[:, view.tokens], spare), axis=1)
    return Matches(token_exact, token_near, weights / max(float(weights.sum()), 1e-6), view.idf[view.tokens], token_near[:, :-1].max(axis=0))


def _forms(word: str, synonyms: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, float]]:
    """The forms in which a word of the question may stand in the text, each with its worth: itself, its official terms, and the
    words that these consist of by their share of it."""
    yield word, 1.0
    for term in synonyms.get(word, ()):
        yield term, _OFFICIAL
        parts = [part for part in words.cut(term) if len(part) > 1]
        if len(parts) > 1:
            for part in parts:
                yield part, _OFFICIAL * min(1.0, len(part) / len(term) + 0.2)


def _overlap(one: str, other: str) -> float:
    """How far two words share characters: 1 for the same word, more than a half where one holds the other, else their overlap."""
    short, long = sorted((one, other), key=len)
    if short in long:
        return _PART + (1 - _PART) * len(short) / len(long) if len(short) > 1 else 0.5 * _PART
    shared = len(set(one) & set(other))
    return 0.6 * shared / max(len(set(one)), len(set(other))) if shared > 1 else 0.0
