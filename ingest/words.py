"""Words: jieba's segmentation, the search terms made from it, and the names that a report coins.

The segmentation of a text never depends on what else is in the library, so an index built in any order is the same.
Names that jieba's dictionary does not know (临临高速, X019鲁沟路) are a user dictionary *added to* the words, not a
change of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from ingest import lexicon

LONGEST_NAME = 16

#: a road with its number (X019鲁沟路, G341黄海线) or a bare name of a road, line, bridge, port, station …
_CODED_ROAD = re.compile(r"[GSXYCZK]\d{3}[\u4e00-\u9fff]{2,5}?(?:路|线|道)")
_QUOTED = re.compile(rf"[“《「]([^“”《》「」，。；]{{2,{LONGEST_NAME}}})[”》」]")


def cut(text: str) -> list[str]:
    """The words of a text in order; joined they are the text again.

    HMM guessing is off: it cuts one name differently in two sentences, and then neither finds the other.
    """
    return lexicon.load().cut(text)


def is_known(word: str) -> bool:
    """Whether a word of two characters or more stands in jieba's dictionary."""
    return len(word) > 1 and bool(lexicon.load().read(word).get(word))


@lru_cache(maxsize=1 << 12)
def is_place(word: str) -> bool:
    """Whether jieba's dictionary knows a word as the name of a place: 青岛市, but not 开发区."""
    return is_known(word) and lexicon.load().tag(word) == "ns"


def fold(word: str) -> str:
    """The form in which words are compared: half-width, lower case."""
    return _folded(word) if len(word) <= LONGEST_NAME else unicodedata.normalize("NFKC", word).lower()


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower()


@lru_cache(maxsize=1 << 15)
def is_word(word: str) -> bool:
    """Whether a token carries letters, digits or characters, as opposed to punctuation and white space."""
    return any(character.isalnum() for character in word)


def terms(words: Iterable[str]) -> list[str]:
    """The search terms of a segmented text: each word folded, then the dictionary words inside long ones.

    「基础设施」 also yields 「基础」 and 「设施」, so that a question's shorter word finds it (jieba's search mode).
    """
    return [
        term for word in words for term in (_terms(word) if len(word) <= LONGEST_NAME else _terms.__wrapped__(word))
    ]


@lru_cache(maxsize=1 << 15)
def _terms(word: str) -> tuple[str, ...]:
    if not is_word(word):
        return ()
    word = fold(word)
    found = [word]
    known = lexicon.load().read(word)
    for size in (2, 3):
        if len(word) > size:
            grams = (word[i : i + size] for i in range(len(word) - size + 1))
            found.extend(gram for gram in grams if known.get(gram))
    return tuple(found)


def roads(text: str) -> list[str]:
    """The numbered roads a text names, with and without their numbers: X019鲁沟路, 鲁沟路."""
    found: dict[str, None] = {}
    for match in _CODED_ROAD.finditer(text):
        found[match.group()] = None
        found[match.group()[4:]] = None
    return list(found)


def roads_among(names: Iterable[str]) -> frozenset[str]:
    """Of the names a library knows, the numbered roads, with and without their numbers."""
    return frozenset(road for name in names if _CODED_ROAD.fullmatch(name) for road in (name, name[4:]))


def merged(cut: Sequence[str], known: Collection[str]) -> list[str]:
    """A segmented text with the known names in it as one word each; joined it is the same text."""
    if not known:
        return list(cut)
    result: list[str] = []
    at = 0
    while at < len(cut):
        size = next((n for n in range(min(8, len(cut) - at), 1, -1) if "".join(cut[at : at + n]) in known), 1)
        result.append("".join(cut[at : at + size]))
        at += size
    return result


def names(text: str) -> list[str]:
    """Names a text coins, in order of first appearance: numbered roads with and without number, titles in quotes."""
    found: dict[str, None] = dict.fromkeys(roads(text))
    for match in _QUOTED.finditer(text):
        found[match.group(1)] = None
    return list(found)


def names_in(text: str, known: Collection[str]) -> list[str]:
    """The known names that stand in a text, longest first at each place; costs its length, not the number of names."""
    known = known if isinstance(known, (set, frozenset)) else set(known)
    found = []
    at = 0
    while at < len(text):
        for size in range(min(LONGEST_NAME, len(text) - at), 1, -1):
            if text[at : at + size] in known:
                found.append(text[at : at + size])
                at += size - 1
                break
        at += 1
    return found
