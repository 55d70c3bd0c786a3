"""A document becomes a report: its outline, passages, periods, figures and names, all from the text alone."""

from __future__ import annotations

from dataclasses import dataclass

from ingest import figures, frontmatter, outline, period, splitter, words
from ingest.document import Document, Figure, Passage, Report


@dataclass(frozen=True)
class Analysis:
    """Everything the library keeps of one report.

    ``terms`` are what the full text holds of each passage, of its context and of its body, as ``library.indexing`` makes
    them; empty as long as it has not.
    """

    report: Report
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    names: tuple[str, ...]
    terms: tuple[tuple[str, str], ...] = ()


def analyse(document: Document, file: str, sha256: str, passage_words: int = splitter.PASSAGE_WORDS) -> Analysis:
    """The analysis of a document read from ``file``; the same document and file name always give the same analysis."""
    front = frontmatter.describe(document, file)
    sections = outline.outline(document, front.title)
    timeline = period.timeline(document.text, sections, front)
    passages = splitter.split(document, sections, timeline, passage_words)
    report = Report(
        id=sha256[:16],
        file=file,
        sha256=sha256,
        title=front.title,
        organisation=front.organisation,
        year=front.year,
        text=document.text,
        pages=document.pages,
        sections=sections,
    )
    found = figures.extract(document.text, passages, timeline)
    return Analysis(report, passages, found, tuple(words.names(document.text)))
