"""Text as numbers: articles cut into sentences, clauses and words once, kept as integer arrays.

``python -m ingest.training.corpus NEWS.txt.xz CACHE.npz`` writes the cache that training reads again and again.
"""

from __future__ import annotations

import argparse
import logging
import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding import content_words
from ingest.words import cut

log = logging.getLogger(__name__)

#: where a sentence ends; collected news also parts paragraphs by runs of spaces
_SENTENCE = re.compile(r"[。！？!?；;\n\r\u3000]+|\s{2,}|，正文：|原标题：")
_CLAUSE = re.compile(r"[，,：:]")

#: the id that parts two clauses of a sentence
CLAUSE_BREAK = 0


@dataclass(frozen=True)
class Corpus:
    """Segmented text.

    ``tokens`` holds word ids (``words[id]``; 0 parts clauses); sentence i is ``tokens[sentences[i]:sentences[i + 1]]``
    and article j holds the sentences ``articles[j]`` to ``articles[j + 1]``. ``counts[id]`` is how often a word stands.
    """

    tokens: NDArray[np.int32]
    sentences: NDArray[np.int64]
    articles: NDArray[np.int64]
    words: tuple[str, ...]
    counts: NDArray[np.int64]


def sentences(article: str) -> Iterator[list[list[str]]]:
    """The sentences of an article, each a list of clauses, each a list of words."""
    for sentence in _SENTENCE.split(article):
        clauses = [words for clause in _CLAUSE.split(sentence) if (words := content_words(cut(clause)))]
        if clauses:
            yield clauses


def build(articles: Iterable[str]) -> Corpus:
    """The corpus of some articles, word ids in order of first appearance."""
    ids: dict[str, int] = {"": CLAUSE_BREAK}
    counts: Counter[int] = Counter()
    blocks: list[NDArray[np.int32]] = []
    ends, article_ends = [0], [0]
    for article in articles:
        row: list[int] = []
        base = ends[-1]
        for clauses in sentences(article):
            for clause in clauses:
                row.extend(ids.setdefault(word, len(ids)) for word in clause)
                row.append(CLAUSE_BREAK)
            row.pop()
            ends.append(base + len(row))
        article_ends.append(len(ends) - 1)
        counts.update(row)
        blocks.append(np.asarray(row, np.int32))
        if len(blocks) % 5000 == 0:
            log.info("%d articles, %d tokens, %d words", len(blocks), ends[-1], len(ids))
    table = np.zeros(len(ids), np.int64)
    for word, count in counts.items():
        table[word] = count
    return Corpus(
        np.concatenate(blocks) if blocks else np.zeros(0, np.int32),
        np.asarray(ends),
        np.asarray(article_ends),
        tuple(ids),
        table,
    )


def save(corpus: Corpus, path: Path) -> None:
    """Write a corpus as one .npz file."""
    np.savez(
        path,
        tokens=corpus.tokens,
        sentences=corpus.sentences,
        articles=corpus.articles,
        words=np.asarray("\n".join(corpus.words)),
        counts=corpus.counts,
    )


def load(path: Path) -> Corpus:
    """Read a corpus that ``save`` wrote."""
    with np.load(path) as arrays:
        words = tuple(str(arrays["words"]).split("\n"))
        return Corpus(arrays["tokens"], arrays["sentences"], arrays["articles"], words, arrays["counts"])


def main() -> None:
    """Segment a file of articles, one a line, into a cache."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("articles", type=Path, help="one article a line, plain or .xz")
    parser.add_argument("cache", type=Path, help="the .npz file to write")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    opened = lzma.open if args.articles.suffix == ".xz" else open
    with opened(args.articles, "rt", encoding="utf-8") as lines:
        save(build(lines), args.cache)


if __name__ == "__main__":
    main()
