"""How much of a question stands where: every zone of a report scored against the question's words at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.evidence.ranges import Floats, Places, Range, RangeMaximum, range_sums
from bot.evidence.view import ReportView
from bot.understanding import contrasts
from bot.understanding.question import Question
from ingest import words
from ingest.embedding import StaticEmbedder

#: cosine of two word vectors at which they begin to count as the same, and from which on they fully do
_NEAR, _SAME = 0.4, 0.9
_VERBATIM = 0.99
#: one word inside the other (养老 in 养老床位) counts at least this much
_PART = 0.5


@dataclass(frozen=True)
class Matches:
    """What of a question stands where in a report.

    ``words`` are those looked for. ``exact`` and ``near``: how well question word j is matched by token i, in [0, 1]; ``near``
    counts words of like meaning too. ``contrary``: 1 where a token excludes the word (进口, 出口), else 0. ``weights``: the words' shares of the question, shape (words,), summing to 1.
    ``token_idf``: the idf of each token; ``token_near``: the best match of each token with any word.
    """

    words: tuple[str, ...]
    exact: RangeMaximum
    near: RangeMaximum
    contrary: RangeMaximum
    weights: Floats
    token_idf: Floats
    token_near: Floats

    def known(self) -> Floats:
        """1 for each question word that stands word for word anywhere in the report, else 0; shape (words,)."""
        return (self.exact.total >= _VERBATIM).astype(np.float32)

    def held(self) -> float:
        """The share of the question that stands word for word anywhere in the report."""
        return float(self.weights @ self.known())

    def coverage(self, places: Places | Sequence[Sequence[Range]], near: bool = False) -> Floats:
        """The share of the question that stands in each place, a place being several ranges together; shape (places,)."""
        return self.weights @ self.best(places, near)

    def best(self, places: Places | Sequence[Sequence[Range]], near: bool = False) -> Floats:
        """The best match of each question word in each place; shape (words, places)."""
        return (self.near if near else self.exact).over(_laid_out(places))

    def contrary_over(self, places: Places | Sequence[Sequence[Range]]) -> Floats:
        """1 where a place holds a word that excludes the question word, else 0; shape (words, places)."""
        return self.contrary.over(_laid_out(places))

    def aliens(self, places: Places | Sequence[Sequence[Range]]) -> Floats:
        """How many words of each place the question does not ask about; shape (places,)."""
        return range_sums(self._alien, _laid_out(places)).astype(np.float32)

    def precision(self, places: Places | Sequence[Sequence[Range]]) -> Floats:
        """The share of each place's own words, by idf, that the question asks about; 0 where a place has no words."""
        laid_out = _laid_out(places)
        hit, total = (range_sums(running, laid_out).astype(np.float32) for running in self._running)
        return (hit / np.maximum(total, 1e-6)).astype(np.float32)

    @cached_property
    def _alien(self) -> NDArray[np.float64]:
        """The running number of the tokens that are not asked about."""
        return np.concatenate(([0.0], np.cumsum(self.token_near < _PART)))

    @cached_property
    def _running(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The running sums of the idf of the tokens asked about, and of all tokens."""
        hit, total = np.cumsum(self.token_idf * self.token_near), np.cumsum(self.token_idf)
        return np.concatenate(([0.0], hit)), np.concatenate(([0.0], total))


def _laid_out(places: Places | Sequence[Sequence[Range]]) -> Places:
    return places if isinstance(places, Places) else Places.of(places)


def expand(question: Question, view: ReportView) -> list[tuple[str, float]]:
    """The words to look for in one report, with their weights.

    An everyday word that the report does not use gives way to the first of its official terms that it does use.
    """
    synonyms = dict(question.synonyms)
    found: dict[str, float] = {}
    for word, weight in question.content:
        form = word
        if word in synonyms and word not in view.folded:
            form = next((term for term in synonyms[word] if words.fold(term) in view.folded), word)
        parts = words.cut(form) if word in synonyms else [form]
        for part in parts:
            part = words.fold(part)
            if words.is_word(part):
                found[part] = max(found.get(part, 0.0), weight / len(parts) ** 0.5)
    return list(found.items())


@lru_cache(maxsize=16)
def match(question: Question, view: ReportView, embedder: StaticEmbedder) -> Matches:
    """The matches of a question's content words in a report."""
    expanded = expand(question, view)
    asked = [word for word, _ in expanded] or [""]
    weights = np.asarray([weight for _, weight in expanded] or [1.0], np.float32)
    exact = np.zeros((len(asked), len(view.vectors)), np.float32)
    idf = np.full(len(asked), view.unknown_idf, np.float32)
    for row, word in enumerate(asked):
        number = view.number(word)
        for column in view.sharing(word):
            exact[row, column] = _overlap(word, view.vocabulary[column])
        if number is not None:
            exact[row, number] = 1.0
            idf[row] = view.idf[number]
        elif exact[row].any():
            idf[row] = view.idf[exact[row] >= exact[row].max()].mean()
    contrary = np.zeros_like(exact)
    for row, word in enumerate(asked):
        contrary[row, _contraries(word, question.standalone, view)] = 1.0
    cosine = embedder.embed_words([[word] for word in asked]) @ view.vectors.T
    cosine[:, view.characters] = 0  # a lone character's vector is that of all its words; it counts only as itself
    near = np.maximum(exact, np.clip((cosine - _NEAR) / (_SAME - _NEAR), 0, 1).astype(np.float32))
    exact_by_token, near_by_token = (
        np.ascontiguousarray(values.T).take(view.tokens, axis=0) for values in (exact, near)
    )
    token_near = near.max(axis=0)[view.tokens]
    for row, tokens in _same_said(question, view, asked):
        exact_by_token[tokens, row] = near_by_token[tokens, row] = token_near[tokens] = 1.0
    weights = weights * idf
    shares = weights / max(float(weights.sum()), 1e-6)
    return Matches(
        tuple(asked),
        RangeMaximum(exact_by_token),
        RangeMaximum(near_by_token),
        RangeMaximum(np.ascontiguousarray(contrary.T).take(view.tokens, axis=0)),
        shares,
        view.idf[view.tokens],
        token_near,
    )


def _same_said(question: Question, view: ReportView, asked: Sequence[str]) -> Iterator[tuple[int, slice]]:
    """Where terms stand that say exactly the same as a word looked for: the word's number and the tokens."""
    for number, word in enumerate(asked):
        for term in question.said_as(word)[1:]:
            parts = [part for part in map(words.fold, words.cut(term)) if words.is_word(part)]
            run = [known for part in parts if (known := view.number(part)) is not None]
            if run and len(run) == len(parts):
                yield from ((number, slice(start, start + len(run))) for start in view.runs_of(run))


def _contraries(word: str, asked: str, view: ReportView) -> list[int]:
    """The numbers of the report's words that exclude a word; what the question names itself (从初中到高中) excludes nothing."""
    others = [other for other in contrasts.excluded(word) if other not in asked]
    found = {number for other in others for number in view.sharing(other[:1])}
    return sorted(number for number in found if contrasts.contrary(word, view.vocabulary[number], asked))


def shares_a_word(
    question: Question, view: ReportView, sentence: int, embedder: StaticEmbedder, near: bool = True
) -> bool:
    """Whether a sentence or a heading above it holds a word of the question, one that holds it or is held by it, or one that means
    the same: 老外 where 入境游客 stands.

    :param near: whether meaning is enough.
    """
    place = view.sentences[sentence]
    best = match(question, view, embedder).best([[place.span.words, place.heading]], near=near)
    return bool((best >= _PART).any())


def _overlap(one: str, other: str) -> float:
    """How far two words share characters: 1 for the same word, more than a half where one holds the other, else their overlap."""
    short, long = sorted((one, other), key=len)
    if short in long:
        if len(short) > 1 and contrasts.tells_apart(long.replace(short, "", 1)):  # 农村居民 are not all 居民
            return _PART
        return _PART + (1 - _PART) * len(short) / len(long) if len(short) > 1 else 0.5 * _PART
    shared = len(set(one) & set(other))
    return 0.6 * shared / max(len(set(one)), len(set(other))) if shared > 1 else 0.0
