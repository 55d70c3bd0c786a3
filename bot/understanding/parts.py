"""Words that name a part of what reports also state as a whole (农村, 出口), from bot/understanding/parts.txt.

A figure of the whole is no answer about the part: 「居民人均可支配收入9.2万元」 does not say what 农村居民 earn. In everyday speech a part
has too many names to be looked for; these are the terms of statistics, which a sentence about the part does say.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ingest import wordlists

PATH = Path(__file__).resolve().parent / "parts.txt"
#: words for two parts at once end with the one and do not say it
_BOTH = frozenset({"进出口"})


@lru_cache(maxsize=1)
def load() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The parts: how each is asked for, and what says it; a line is 「农村 = 乡村、农民」, # begins a comment.

    :raises ValueError: naming the line that is not of this form.
    """
    found = []
    for group in wordlists.groups(PATH):
        if len(group) != 2:
            raise ValueError(f"{PATH.name}: {group!r} is not of the form 「part = other names、…」")
        asked, others = (frozenset(words) for words in group)
        found.append((asked, asked | others))
    return tuple(found)


@lru_cache(maxsize=1 << 12)
def asked_for(words: str) -> frozenset[frozenset[str]]:
    """The parts that words name by the terms of statistics, each as the words that say it: 「农村居民人均收入」 is of one.

    :param words: what a question looks for, without the names of offices in it, or what a report says of a figure.
    """
    return frozenset(said for asked, said in load() if any(is_said(word, words) for word in asked))


def is_said(word: str, text: str) -> bool:
    """Whether a word stands in a text, and not merely as an end of one for both parts: 出口 in 进出口."""
    return any(text[max(0, at.start() - 1) : at.end()] not in _BOTH for at in re.finditer(re.escape(word), text))
