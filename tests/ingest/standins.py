"""Stand-ins for the tests of the library: an embedder that needs no model, and reports made from lines of text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ingest import words
from ingest.analysis import Analysis
from ingest.document import Figure, Passage, Period, Report, Section
from ingest.embedding import Embedder, Vectors


class HashEmbedder(Embedder):
    """A bag of hashed words: the same words give the same vector, on every machine and in every process."""

    def __init__(self, name: str = "", dimensions: int = 64) -> None:
        self.name = name
        self.fingerprint = f"hash-{name}-{dimensions}"
        self.dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embed_words([words.cut(text) for text in texts])

    def embed_words(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        rows = np.zeros((len(sentences), self.dimensions), np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            for word in filter(words.is_word, sentence):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest[:4]) % self.dimensions] += 1 if digest[4] % 2 else -1
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths == 0, 1, lengths)


def analysis_of(
    text: str,
    file: str = "报告.txt",
    title: str = "工作总结",
    organisation: str = "",
    year: int | None = 2022,
    names: Sequence[str] = (),
    figures: Sequence[Figure] = (),
) -> Analysis:
    """A report whose first line is its only heading and whose other lines are its passages."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    heading, *lines = text.split("\n")
    section = Section(heading, 1, 0, len(heading), len(text), (heading,))
    passages, start = [], len(heading) + 1
    for ordinal, line in enumerate(lines):
        end = start + len(line)
        period = Period(year, year, "done")
        passages.append(Passage(ordinal, start, end, line, (heading,), period, tuple(words.cut(line))))
        start = end + 1
    report = Report(sha256[:16], file, sha256, title, organisation, year, text, (), (section,))
    return Analysis(report, tuple(passages), tuple(figures), tuple(names))


def numbered(number: int, lines: int = 4, file: str = "") -> Analysis:
    """A report of its own for every number."""
    text = "\n".join(
        ["一、工程建设", *(f"第{number}号公路第{line}段完成投资{number}{line}亿元。" for line in range(lines))]
    )
    return analysis_of(text, file or f"报告{number}.txt", f"第{number}号报告")
