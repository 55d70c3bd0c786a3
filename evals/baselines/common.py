"""What all ways to search have in common: the files' texts, the size of a piece, the words, and what is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import jieba

from evals.throughput import text_of

#: characters of a piece, and how many of them are the end of the one before
SIZE, OVERLAP = 500, 50
#: passages found for a question
DEPTH = 20
#: a word worth looking for, in a text whose words are set apart by spaces: what begins with punctuation is none
WORD = r"[^\W_]\S*"
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")


class Found(NamedTuple):
    """A passage found: the name of its file and its text."""

    file: str
    text: str


#: from a question to at most DEPTH passages, best first
Finder = Callable[[str], Sequence[Found]]


def texts(files: Iterable[Path]) -> list[Found]:
    """The whole text of each file (.txt in UTF-8, .docx)."""
    return [Found(file.name, text_of(file)) for file in files]


def segmented(text: str) -> str:
    """A text with spaces between its words, as jieba tells them: for libraries that look for words between spaces."""
    return " ".join(jieba.cut(text))


def words(text: str) -> list[str]:
    """The words of a text as jieba tells them, without punctuation."""
    return re.findall(WORD, segmented(text))


def sentences(text: str) -> list[str]:
    """A text cut after its full stops and line breaks; put together again they are the text."""
    return _SENTENCE.findall(text)
