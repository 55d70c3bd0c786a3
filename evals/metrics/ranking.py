"""Whether the passages found hold the evidence, and how far up: hit@k, mean reciprocal rank, nDCG.

A passage *hits* an evidence when it stands in a file that the question names and

- holds the evidence (compared without white space, quotes and punctuation), or
- holds at least 60% of the evidence's character 4-grams, or
- holds that sentence of an evidence of several which has one of the answers, or
- lies inside an evidence longer than itself (60% of *its* 4-grams are the evidence's) and holds one of the answers.

The rank of an evidence is that of the first passage that hits it, from 1. With several evidences a question's passages are
complete only where each has been found.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

_OVERLAP = 0.6
_GRAM = 4
_SENTENCE_END = re.compile("[。！？；]")
_IGNORED = re.compile(r"[\s\"'“”‘’《》、,，。；;:：·]")

#: the rank of each evidence of a question; None where it was not found
Ranks = Sequence[int | None]


def normal(text: str) -> str:
    """A text without white space, quotes and punctuation, half-width: how evidence and passages are compared."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_hit(passage: str, evidence: str, answers: Iterable[str]) -> bool:
    """Whether a passage holds the evidence, or enough of it; all three are given in their ``normal`` form."""
    if evidence in passage:
        return True
    sought, held = grams(evidence), grams(passage)
    common = len(sought & held)
    if common >= _OVERLAP * len(sought):
        return True
    return common >= _OVERLAP * len(held) and any(answer in passage for answer in answers)


def grams(text: str) -> set[str]:
    """The character 4-grams of a text; of a shorter one, itself."""
    return {text[at : at + _GRAM] for at in range(max(1, len(text) - _GRAM + 1))}


def hits(passage: str, evidence: str, answers: Sequence[str]) -> bool:
    """Whether a passage hits an evidence.

    :param passage: in its ``normal`` form, as are ``answers``; ``evidence`` as it is written.
    """
    wanted = normal(evidence)
    if not passage or not wanted:
        return False
    sentences = map(normal, _SENTENCE_END.split(evidence))
    told = (text for text in sentences if any(answer in text for answer in answers))
    return is_hit(passage, wanted, answers) or any(sentence in passage for sentence in told)


def ranks(passages: Sequence[str], evidences: Iterable[str], answers: Iterable[str]) -> tuple[int | None, ...]:
    """The rank of each evidence among passages.

    :param passages: in the order found and in their ``normal`` form; "" for one that stands in another file.
    """
    said = [normal(answer) for answer in answers]
    return tuple(
        next((at for at, text in enumerate(passages, start=1) if hits(text, evidence, said)), None)
        for evidence in evidences
    )


def hit_at(found: Ranks, k: int) -> bool:
    """Whether the first k passages are complete (hit@k, also success@k; Manning, Raghavan and Schütze 2008, chapter 8)."""
    return bool(found) and all(rank is not None and rank <= k for rank in found)


def reciprocal_rank(found: Ranks) -> float:
    """1 / the rank of the first passage that hits, 0 without one (Voorhees 1999, TREC-8 question answering track)."""
    return max((1 / rank for rank in found if rank is not None), default=0.0)


def ndcg(found: Ranks, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k passages, in [0, 1] (Järvelin and Kekäläinen 2002).

    Each evidence is worth 1 at the first passage that hits it and nothing after (α-nDCG with α = 1: Clarke et al. 2008), discounted by
    log2(1 + rank). The ideal is an evidence a rank; one passage that holds two does no better.
    """
    gain = sum(1 / math.log2(1 + rank) for rank in found if rank is not None and rank <= k)
    ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(found), k) + 1))
    return min(1.0, gain / ideal) if ideal else 0.0
