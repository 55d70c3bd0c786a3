"""Everyday words and the official terms that reports use for them, from bot/thesaurus.txt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).resolve().parent / "thesaurus.txt"


@lru_cache(maxsize=1)
def load() -> dict[str, tuple[str, ...]]:
    """Each everyday word with its official terms; lines are 「上了年纪的人、老人家 = 老年人」, # begins a comment.

    :raises ValueError: naming the line that is not of this form.
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(PATH.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        left, equals, right = line.partition("=")
        said = [word.strip() for word in left.split("、") if word.strip()]
        official = tuple(word.strip() for word in right.split("、") if word.strip())
        if not (equals and said and official):
            raise ValueError(f"{PATH.name}, line {number}: {line!r} is not of the form 「everyday、… = official、…」")
        for word in said:
            found[word] = official
    return found


def sayings_in(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The everyday words in a text as (start, end, official terms), the longest at each place, none inside another."""
    known = load()
    longest = max(map(len, known), default=0)
    at = 0
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 1, -1) if text[at : at + n] in known), 0)
        if size:
            yield at, at + size, known[text[at : at + size]]
        at += size or 1
