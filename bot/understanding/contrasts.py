"""Words that exclude each other (进口, 出口), from bot/understanding/contrasts.txt: a figure of the one is no answer about the other.

Word vectors put them close together, for they stand in the same sentences; only a list tells them from synonyms.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from ingest import wordlists

PATH = Path(__file__).resolve().parent / "contrasts.txt"


@lru_cache(maxsize=1)
def load() -> dict[str, frozenset[str]]:
    """Each word with those that exclude it; a line is 「进口、出口」, # begins a comment.

    :raises ValueError: naming the line that is not of this form.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for (group,) in wordlists.groups(PATH):
        for word in group:
            found[word] |= {other for other in group if other != word}
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=65_536)
def excluded(word: str) -> frozenset[str]:
    """The words that exclude a word or a part of it: 农村居民 is told apart from whatever 城镇 stands in."""
    others = (other for part, found in load().items() if _within(part, word) for other in found)
    return frozenset(other for other in others if not _within(other, word))


@lru_cache(maxsize=65_536)
def tells_apart(text: str) -> bool:
    """Whether a text holds one of the words that exclude others."""
    return any(len(part) > 1 and part in text for part in load())


def contrary(one: str, other: str, asked: str = "") -> bool:
    """Whether two words exclude each other: 农村居民 and 城镇居民, 出口额 and 进口, but not 进出口.

    :param asked: the question that one of them is from; what it names itself (新建 and 改建) excludes nothing.
    """
    return any(_within(part, other) and part not in asked for part in excluded(one)) and any(
        _within(part, one) for part in excluded(other)
    )


def _within(part: str, word: str) -> bool:
    return part == word or (len(part) > 1 and part in word)
