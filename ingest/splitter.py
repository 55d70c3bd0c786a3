"""Sections become passages: whole sentences of one section, up to a limit of jieba words, at true offsets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_text_splitters import TextSplitter

from ingest import words
from ingest.document import Document, Passage, Section
from ingest.outline import outline
from ingest.period import Timeline
from ingest.sentences import sentences

PASSAGE_WORDS = 96


def split(
    document: Document, sections: Sequence[Section], timeline: Timeline, limit: int = PASSAGE_WORDS
) -> tuple[Passage, ...]:
    """The passages of a document in order; together they hold every character that is not white space exactly once.

    :param limit: words a passage may have; a single sentence that is longer stays whole.
    """
    passages = []
    for ordinal, (start, end, cut) in enumerate(_packed(document, sections, limit)):
        path = _path(sections, start, end)
        passages.append(Passage(ordinal, start, end, document.text[start:end], path, timeline.at(start), tuple(cut)))
    return tuple(passages)


def _packed(document: Document, sections: Sequence[Section], limit: int) -> Iterator[tuple[int, int, list[str]]]:
    """Sentences joined while they stay in one section and under the limit. A section that begins in mid-sentence
    (「一是…；二是…」) begins a passage of its own: each point is a unit of meaning, and ends at a semicolon."""
    text = document.text
    starts = {section.start for section in sections}
    held: tuple[int, int, list[str]] | None = None
    for start, end in _units(text, sorted(starts)):
        cut = words.cut(text[start:end])
        gap = text[held[1] : start] if held else ""
        between = [gap] if gap else []
        if held and start not in starts and len(held[2]) + len(between) + len(cut) <= limit and "\n" not in gap:
            held = (held[0], end, held[2] + between + cut)
            continue
        if held:
            yield held
        held = (start, end, cut)
    if held:
        yield held


def _units(text: str, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sentences of a text, cut also where a section begins inside one."""
    at = 0
    for start, end in sentences(text):
        inside = []
        while at < len(starts) and starts[at] < end:
            if starts[at] > start:
                inside.append(starts[at])
            at += 1
        for cut in (*inside, end):
            yield from sentences(text, start, cut)
            start = cut


def _path(sections: Sequence[Section], start: int, end: int) -> tuple[str, ...]:
    """The headings above a passage: the innermost section that holds its start."""
    path: tuple[str, ...] = ()
    for section in sections:
        if section.start >= end:
            break
        if section.start <= start < section.end:
            path = section.path
    return path


class ReportSplitter(TextSplitter):
    """The same passages as a LangChain text splitter, for chains that start from plain text.

    .. code-block:: python

        ReportSplitter(limit=96).split_text(report)
    """

    def __init__(self, limit: int = PASSAGE_WORDS, **kwargs: Any) -> None:
        super().__init__(chunk_size=limit, chunk_overlap=0, length_function=lambda text: len(words.cut(text)), **kwargs)
        self._limit = limit

    def split_text(self, text: str) -> list[str]:
        """The texts of the passages in order."""
        document = Document(text)
        return [passage.text for passage in split(document, outline(document), Timeline((), ()), self._limit)]
