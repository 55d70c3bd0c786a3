"""Everyday words and the official terms that reports use for them, from bot/understanding/thesaurus.txt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ingest import wordlists, words

PATH = Path(__file__).resolve().parent / "thesaurus.txt"


@lru_cache(maxsize=1)
def load() -> dict[str, tuple[str, ...]]:
    """Each everyday word with its official terms; lines are 「上了年纪的人、老人家 = 老年人」, # begins a comment.

    :raises ValueError: naming the line that is not of this form.
    """
    found: dict[str, tuple[str, ...]] = {}
    for group in wordlists.groups(PATH):
        if len(group) != 2:
            raise ValueError(f"{PATH.name}: {group!r} is not of the form 「everyday、… = official、…」")
        said, official = group
        for word in said:
            found[word] = official
    return found


@lru_cache(maxsize=1)
def _equal() -> dict[str, tuple[str, ...]]:
    known = load()
    found = ((word, tuple(term for term in terms if word in known.get(term, ()))) for word, terms in known.items())
    return {words.fold(word): terms for word, terms in found if terms}


def equals(word: str) -> tuple[str, ...]:
    """The terms that say exactly the same as a folded word: those it stands for and that stand for it, 规上 and 规模以上."""
    return _equal().get(word, ())


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, load()), default=0)


def sayings_in(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The everyday words in a text as (start, end, official terms), the longest at each place, none inside another."""
    known, longest = load(), _longest()
    at = 0
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 1, -1) if text[at : at + n] in known), 0)
        if size:
            yield at, at + size, known[text[at : at + size]]
        at += size or 1
