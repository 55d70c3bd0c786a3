"""How like what a figure is of is to what a question asks, other names included: GDP is 地区生产总值."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher
from functools import lru_cache

from bot.understanding import thesaurus
from bot.understanding.question import Question
from ingest.words import fold


def likeness_to(question: Question, subject: str) -> float:
    """How like a figure's subject is to what is asked, official terms for everyday words included."""
    words = [word for word, _ in question.content]
    plain = "".join(words)
    forms = [plain, *(plain.replace(word, term) for word in words for term in _other_names().get(word, ()))]
    return max(likeness(form, fold(subject)) for form in forms)


@lru_cache(maxsize=1)
def _other_names() -> dict[str, frozenset[str]]:
    """The thesaurus read both ways: the official terms of each everyday word, and the everyday words of each term."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, terms in thesaurus.load().items():
        for term in terms:
            found[fold(word)].add(fold(term))
            found[fold(term)].add(fold(word))
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1 << 12)
def likeness(one: str, other: str) -> float:
    """The share of two names that they have in common, in order (Ratcliff and Obershelp 1988); in [0, 1]."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@lru_cache(maxsize=1 << 10)
def names_of(word: str) -> frozenset[str]:
    """A word and its other names, and theirs: gdp, 地区生产总值, 经济总量."""
    once = _other_names().get(word, frozenset())
    return frozenset({word, *once, *(name for other in once for name in _other_names().get(other, ()))})
