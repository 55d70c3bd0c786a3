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
        starts, sizes = self.offsets[which], self.offsets[which + 1] - self.offsets[which]
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

#: sentences of fewer or more words are not trained on: bylines, and lists of names
SHORTEST, LONGEST = 4, 60


def bags(rows: Sequence[Sequence[int]]) -> Bags:
    """Bags from lists of rows."""
    sizes = [len(row) for row in rows]
    return Bags(
        np.array([token for row in rows for token in row], np.int64),
        np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))),
    )


def sentence_bags(corpus: Corpus, rows: NDArray[np.int64]) -> tuple[Bags, NDArray[np.int64]]:
    """Every sentence as a bag, and the article it stands in.

    :param rows: of each corpus word its row in the vocabulary, -1 where it has none.
    """
    mapped = np.where(corpus.tokens == CLAUSE_BREAK, -1, rows[corpus.tokens])
    all_bags = Bags(mapped, corpus.sentences).keep(mapped >= 0)
    articles = np.repeat(np.arange(len(corpus.articles) - 1), np.diff(corpus.articles))
    return all_bags, articles


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
    given: Bags,
    articles: NDArray[np.int64],
    size: int,
    share: float,
    reach: int,
    random: np.random.Generator,
    groups: NDArray[np.int64] | None = None,
) -> Iterator[Pair]:
    """Endless batches of sentence against a sentence at most ``reach`` further on in the same article.

    :param groups: of each sentence its topic; a batch then holds one topic only, which makes the others in it hard to
        tell from the right one (topic-aware sampling, Hofstätter et al. 2021).
    """
    lengths = np.diff(given.offsets)
    usable = np.flatnonzero((lengths >= SHORTEST) & (lengths <= LONGEST))
    while True:
        for first in _draws(usable, size, random, groups):
            second = np.minimum(first + random.integers(1, reach + 1, size), len(given) - 1)
            good = (articles[first] == articles[second]) & (lengths[second] >= SHORTEST) & (lengths[second] <= LONGEST)
            flip = random.random(size) < 0.5
            left, right = np.where(flip, second, first)[good], np.where(flip, first, second)[good]
            pair = drop_shared(given.take(left), given.take(right), share, random)
            yield shorten(pair[0], 3, 12, random), pair[1]


def _draws(
    usable: NDArray[np.int64], size: int, random: np.random.Generator, groups: NDArray[np.int64] | None
) -> Iterator[NDArray[np.int64]]:
    """All usable sentences once, in random batches; with groups, batches of one group each."""
    order = random.permutation(usable)
    if groups is not None:
        order = order[np.argsort(groups[order], kind="stable")]
    starts = np.arange(0, len(order) - size + 1, size)
    for start in random.permutation(starts):
        yield order[start : start + size]


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
