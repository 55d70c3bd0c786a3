"""Sentences and clauses with true offsets; nothing is ever cut inside a number or before a closing mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: a full stop and the closing marks that belong to it; a Latin full stop ends a sentence only before white space
_SENTENCE_END = re.compile(r"(?:[。！？!?]+|(?<=[^\d\s])\.(?=\s|$)|\n)[”’」』）)\]】]*")
_CLAUSE_END = re.compile(r"[，；;：:]|,(?!\d)")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The sentences of ``text[start:end]`` as (start, end), without white space at the ends; a line's end ends one."""
    end = len(text) if end is None else end
    at = start
    for match in _SENTENCE_END.finditer(text, start, end):
        yield from _trimmed(text, at, match.end())
        at = match.end()
    yield from _trimmed(text, at, end)


def clauses(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The clauses of one sentence as (start, end), without the mark that ends each; 、 and brackets do not end one."""
    end = len(text) if end is None else end
    at = start
    for match in _CLAUSE_END.finditer(text, start, end):
        around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        if match.group() in "：:" and len(around) == 2 and around.isdigit():
            continue  # a ratio: 2.50:1
        yield from _trimmed(text, at, match.start())
        at = match.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
