"""Exact match and F1 of a bare answer against the gold ones, as reading comprehension is measured."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

#: a letter or digit run is one unit, every other character one by itself
_UNITS = re.compile(r"[a-z0-9.]+|\S")


def units(text: str) -> list[str]:
    """What is compared: characters, and whole words of Latin letters and digits, without punctuation (CMRC 2018's mixed
    segmentation: Cui et al. 2019)."""
    found = _UNITS.findall(unicodedata.normalize("NFKC", text).lower())
    return [unit for unit in found if not all(unicodedata.category(c)[0] in "PS" and c not in "%‰" for c in unit)]


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1 where the answer is one of the golds but for punctuation and case, else 0 (SQuAD: Rajpurkar et al. 2016)."""
    said = units(answer)
    return float(bool(said) and any(said == units(gold) for gold in golds))


def f1(answer: str, golds: Sequence[str]) -> float:
    """The best F1 over the golds, of the longest run of units that both share (CMRC 2018's F1), in [0, 1]."""
    return max((_f1(units(answer), units(gold)) for gold in golds), default=0.0)


def _f1(said: list[str], gold: list[str]) -> float:
    if not said or not gold:
        return 0.0
    common = SequenceMatcher(None, said, gold, autojunk=False).find_longest_match().size
    return 2 * common / (len(said) + len(gold))
