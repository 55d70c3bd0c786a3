"""What Milvus is given of a passage and of a question, as texts that its own analyzer cuts into words.

A text is folded before it is sent: every analyzer then sees half-width, lower-case characters. The names that a report
coins (临临高速, X019鲁沟路) stand in no dictionary, and an analyzer may cut one name differently in two sentences. Each
stands in the text a second time as a code of letters and digits, which no analyzer cuts, and a question asks for the code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ingest import words
from ingest.library.indexing import above
from ingest.library.rows import passage_key

if TYPE_CHECKING:
    from ingest.analysis import Analysis

#: A passage's key, its text as it is searched, and its vector.
Row = tuple[int, str, np.ndarray]

#: The most bytes that Milvus keeps of a text; a longer one is cut off there.
LONGEST = 65_000

#: What jieba finds inside a longer word by itself has two or three characters.
_INNER = (2, 3)


def searched(key: int, analysis: Analysis, vectors: np.ndarray) -> Iterator[Row]:
    """What Milvus holds of a report's passages.

    A body stands in the text twice, its context once, which weighs them 1 to 0.5 as the SQLite home does.
    """
    for passage, vector in zip(analysis.passages, vectors, strict=True):
        context = _with_codes("\n".join(above(analysis.report, passage)), analysis.names)
        body = _with_codes(passage.text, analysis.names)
        yield passage_key(key, passage.ordinal), _cut_off(f"{context}\n{body}\n{body}"), vector


def asked(terms: Sequence[str], names: Collection[str]) -> str:
    """The question that finds the passages with any of some terms.

    :param names: the names known, folded. Of other terms those are left out that stand inside a longer one: the analyzer
        finds them there by itself, and would count them twice.
    """
    wanted = list(dict.fromkeys(map(_plain, terms)))
    codes = [_code(term) for term in wanted if term in names]
    others = _joined(term for term in wanted if term not in names)
    outer = [term for term in others if not any(_is_inside(term, other) for other in others)]
    return " ".join([*outer, *codes]).strip()


def _joined(terms: Iterable[str]) -> list[str]:
    """Terms with characters that follow one another joined: 鲁 沟 is no word of our dictionary, but the analyzer guesses
    words of such characters, in the passage and in the question alike if it sees them together."""
    joined: list[str] = []
    was_single = False
    for term in terms:
        single = len(term) == 1 and not term.isascii()
        if single and was_single:
            joined[-1] += term
        else:
            joined.append(term)
        was_single = single
    return joined


def _is_inside(term: str, other: str) -> bool:
    return len(term) in _INNER and len(other) > len(term) and term in other


def _with_codes(text: str, names: Iterable[str]) -> str:
    return " ".join([words.fold(_plain(text)), *(_code(words.fold(name)) for name in names if name in text)])


def _code(name: str) -> str:
    """17 letters and digits that stand for a folded name."""
    return "n" + hashlib.blake2b(_plain(name).encode(), digest_size=8).hexdigest()


def _plain(text: str) -> str:
    """A text as it can be sent: without halves of surrogate pairs and NUL."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def _cut_off(text: str) -> str:
    return text.encode()[:LONGEST].decode("utf-8", "ignore")
