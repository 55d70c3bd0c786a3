"""Training pairs: two bags of words that mean alike, from neighbouring sentences without labels, or from questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import content_words
from ingest.training.corpus import CLAUSE_BREAK, Corpus
from ingest.words import cut


@dataclass(frozen=True)
class Bags:
    """Bags of words by their rows in the vocabulary: bag i holds the rows ``tokens[offsets[i]:offsets[i + 1]]``."""

    tokens: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, which: NDArray[np.int64]) -> Bags:
        """The bags at some places, in that order."""
        return self.joined(which, which + 1)

    def joined(self, first: NDArray[np.int64], end: NDArray[np.int64]) -> Bags:
        """Bags that hold all tokens of the bags from ``first[i]`` up to ``end[i]``."""
        starts, sizes = self.offsets[first], self.offsets[end] - self.offsets[first]
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sizes)
        return Bags(self.tokens[np.repeat(starts, sizes) + inside], offsets)

    def owners(self) -> NDArray[np.int64]:
        """For each token, the bag it lies in."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    def keep(self, kept: NDArray[np.bool_]) -> Bags:
        """The bags with only the tokens that are kept."""
        sizes = np.bincount(self.owners()[kept], minlength=len(self))
        return Bags(self.tokens[kept], np.concatenate(([0], np.cumsum(sizes))))


Pair = tuple[Bags, Bags]

#: spans of fewer or more words are not trained on: bylines, and lists of names
SHORTEST, LONGEST = 3, 60
#: the most clauses in either half of a pair
SPAN_FIRST, SPAN_SECOND = 3, 8


def bags(rows: Sequence[Sequence[int]]) -> Bags:
    """Bags from lists of rows."""
    sizes = [len(row) for row in rows]
    return Bags(
        np.array([token for row in rows for token in row], np.int64),
        np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))),
    )


def clause_bags(corpus: Corpus, rows: NDArray[np.int64]) -> tuple[Bags, NDArray[np.int64]]:
    """Every clause as a bag, and the article it stands in.

    :param rows: of each corpus word its row in the vocabulary, -1 where it has none.
    """
    cuts = np.unique(np.concatenate((corpus.sentences, np.flatnonzero(corpus.tokens == CLAUSE_BREAK))))
    mapped = np.where(corpus.tokens == CLAUSE_BREAK, -1, rows[corpus.tokens])
    ends_of_articles = corpus.sentences[corpus.articles]
    return Bags(mapped, cuts).keep(mapped >= 0), np.searchsorted(ends_of_articles, cuts[:-1], side="right") - 1


def drop_shared(first: Bags, second: Bags, share: float, random: np.random.Generator) -> Pair:
    """Drop words that stand in both bags of a pair from one of them, either at random, with probability ``share`` each.

    What is left can only be matched by meaning; without this the model learns what full text knows already.
    """
    width = int(max(first.tokens.max(initial=0), second.tokens.max(initial=0))) + 1
    keys_first, keys_second = first.owners() * width + first.tokens, second.owners() * width + second.tokens
    common = np.intersect1d(keys_first, keys_second)
    fate = random.random(len(common))
    from_first, from_second = common[fate < share / 2], common[(fate >= share / 2) & (fate < share)]
    return first.keep(~np.isin(keys_first, from_first)), second.keep(~np.isin(keys_second, from_second))


def shorten(given: Bags, least: int, most: int, random: np.random.Generator) -> Bags:
    """Keep a random ``least`` to ``most`` words of each bag: questions are shorter than sentences."""
    wanted = random.integers(least, most + 1, len(given))
    order = np.lexsort((random.random(len(given.tokens)), given.owners()))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(given.offsets[:-1], np.diff(given.offsets))
    return given.keep(rank < wanted[given.owners()])


def neighbours(
    clauses: Bags, articles: NDArray[np.int64], size: int, share: float, random: np.random.Generator
) -> Iterator[Pair]:
    """Endless batches of at most ``size`` pairs: a few clauses against some more right before or after them.

    The first half is thinned to as few words as a question has; ``share`` is that of ``drop_shared``.
    """
    margin = SPAN_FIRST + SPAN_SECOND
    drawn = 3 * size // 2  # a third or so is too short, too long, or reaches into another article
    while True:
        start = random.integers(margin, len(clauses) - margin, drawn)
        end = start + random.integers(1, SPAN_FIRST + 1, drawn)
        reach = random.integers(1, SPAN_SECOND + 1, drawn)
        after = random.random(drawn) < 0.5
        other, other_end = np.where(after, end, start - reach), np.where(after, end + reach, start)
        first, second = clauses.joined(start, end), clauses.joined(other, other_end)
        together = articles[np.minimum(start, other)] == articles[np.maximum(end, other_end) - 1]
        good = np.flatnonzero(together & _sized(first) & _sized(second))[:size]
        one, two = drop_shared(first.take(good), second.take(good), share, random)
        yield shorten(one, 3, 12, random), two


def _sized(given: Bags) -> NDArray[np.bool_]:
    sizes = np.diff(given.offsets)
    return (sizes >= SHORTEST) & (sizes <= LONGEST)


def squad_pairs(paths: Sequence[Path], rows: dict[str, int], simplify: Callable[[str], str]) -> Pair:
    """Questions and the sentence that holds the answer (with its neighbours), from files in SQuAD form."""
    questions, answers = [], []
    for path in paths:
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                context = paragraph["context"]
                for item in paragraph["qas"]:
                    at = int(item["answers"][0]["answer_start"])
                    begin = max(context.rfind(mark, 0, at) for mark in "。！？\n") + 1
                    ends = [end for mark in "。！？\n" if (end := context.find(mark, at)) >= 0]
                    sentence = context[begin : min(ends, default=len(context))]
                    questions.append(_rows(simplify(item["question"]), rows))
                    answers.append(_rows(simplify(sentence), rows))
    return bags(questions), bags(answers)


def _rows(text: str, rows: dict[str, int]) -> list[int]:
    return [rows[word] for word in content_words(cut(text)) if word in rows]
