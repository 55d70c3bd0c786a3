"""What is indexed for a passage: its own words, and beside them whose report and which section it stands in.

A sentence rarely repeats whose report it is. Without the context 「山东省2025年地区生产总值」 finds 海南's sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest import words
from ingest.document import Passage, Report

if TYPE_CHECKING:
    from ingest.analysis import Analysis
    from ingest.embedding import Embedder


@dataclass(frozen=True)
class Indexed:
    """An analysis and what makes its passages findable: for each its terms, of context and of body, and its vector."""

    analysis: Analysis
    terms: tuple[tuple[str, str], ...]
    vectors: np.ndarray


def index(analyses: Sequence[Analysis], embedder: Embedder) -> dict[str, Indexed]:
    """What is indexed of each report, by its id; all passages are embedded in one go."""
    vectors = embed([passage for analysis in analyses for passage in analysis.passages], embedder)
    indexed, start = {}, 0
    for analysis in analyses:
        end = start + len(analysis.passages)
        indexed[analysis.report.id] = Indexed(analysis, analysis.terms or index_terms(analysis), vectors[start:end])
        start = end
    return indexed


def index_terms(analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """For each passage the terms of its context (title, organisation, year, headings) and of its body, space-separated.

    Both also hold the names the report coins, whole: a question's names (``words.names_in``) find them as one term.
    """
    indexed = []
    for passage in analysis.passages:
        lines = above(analysis.report, passage)
        context = [*map(_terms, lines), *_names("\n".join(lines), analysis.names)]
        body = words.terms(passage.words) + _names(passage.text, analysis.names)
        indexed.append((" ".join(context), " ".join(body)))
    return tuple(indexed)


def above(report: Report, passage: Passage) -> tuple[str, ...]:
    """Whose a passage is, and the headings it stands under: title, organisation and year, then the outermost heading first."""
    year = f"{report.year}年" if report.year else ""
    return report.title, report.organisation, year, *passage.section


def embed(passages: Iterable[Passage], embedder: Embedder) -> np.ndarray:
    """The passages' vectors: float32, one row each. They are of the heading right above a passage and of its
    own words, as ``embedding.passage_text`` has it.

    Title, organisation and year are left to the full text and to scope: the same words in every passage of a report
    would draw all its vectors together.
    """
    cut = [
        [*_cut(passage.section[-1]), " / ", *passage.words] if passage.section else passage.words
        for passage in passages
    ]
    return embedder.embed_words(cut) if cut else np.empty((0, embedder.dimensions), np.float32)


@lru_cache(maxsize=4096)
def _cut(heading: str) -> tuple[str, ...]:
    return tuple(words.cut(heading))


@lru_cache(maxsize=4096)
def _terms(heading: str) -> str:
    return " ".join(words.terms(_cut(heading)))


def _names(text: str, names: Iterable[str]) -> list[str]:
    return [words.fold(name) for name in names if name in text]
