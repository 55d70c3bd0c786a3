"""How far a text bears out words that were written, and what is said of a sentence that it does not bear out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.understanding import contrasts, thesaurus
from ingest import words

Kind = Literal["mark", "figure", "unit", "subject", "period", "date", "name", "direction", "unsaid", "alien"]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a sentence; ``text`` says it in Chinese, to a model that is to write it again."""

    kind: Kind
    text: str


@lru_cache(maxsize=1)
def _wordings() -> dict[str, tuple[str, ...]]:
    """The thesaurus in the form in which words are compared: gdp -> 生产总值."""
    found: dict[str, tuple[str, ...]] = {}
    for said, official in thesaurus.load().items():
        folded = tuple(map(words.fold, official))
        found[words.fold(said)] = found.get(words.fold(said), ()) + folded
        for term in folded:  # whoever writes may turn the official term into the short one, too: 生产总值 -> GDP
            if term.isascii():
                found[term] = (*found.get(term, ()), words.fold(said))
    return found


def held(word: str, text: str) -> bool:
    """Whether a text holds a word or another wording of it; both folded."""
    return word in text or any(term in text for term in _wordings().get(word, ()))


def share(word: str, text: str) -> float:
    """How much of a word a text holds: all of it, or those of its characters that stand in it in pairs."""
    if held(word, text):
        return 1.0
    if len(word) < 3:
        return 0.0
    covered = [any(word[at : at + 2] in text for at in (i - 1, i) if 0 <= at < len(word) - 1) for i in range(len(word))]
    return sum(covered) / len(word)


def unsupported(said: Sequence[str], text: str) -> float:
    """The share of words, by their characters, that a text does not hold; of a word made of parts those it lacks."""
    total = sum(map(len, said))
    return sum(len(word) * (1 - share(word, text)) for word in said) / total if total else 0.0


def overlap(said: str, text: str) -> float:
    """The share of the pairs of neighbouring characters of what is said that a text holds, too."""
    pairs = {said[at : at + 2] for at in range(len(said) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def contrary_to(word: str, others: Sequence[str]) -> str:
    """The first of some words that a word excludes, "" where it excludes none: 支出 excludes 收入, 存款 not 存贷款."""
    return next((o for o in others if contrasts.contrary(word, o) and not set(word) <= set(o)), "")
