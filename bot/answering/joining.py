"""The answers to several questions asked at once as one answer, with one row of citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Citation, Usage

_MARK = re.compile(r"\[(\d{1,3})\]")


def joined(question: str, answers: Sequence[Answer]) -> Answer:
    """One answer to a compound question; answered where any part is, as sure as its least sure part.

    :param answers: one for each part, in order; at least one.
    """
    if len(answers) == 1:
        return replace(answers[0], question=question)
    citations: list[Citation] = []
    texts = []
    for answer in answers:
        first = len(citations)
        citations += [replace(c, n=c.n + first) for c in answer.citations]
        texts.append(f"{answer.standalone}\n\n{_shifted(answer.answer, first)}")
    answered = [answer for answer in answers if answer.status == "answered"]
    usages = [answer.usage for answer in answers if answer.usage]
    return Answer(
        question,
        "；".join(answer.standalone for answer in answers),
        "answered" if answered else "refused",
        "；".join(dict.fromkeys(answer.short for answer in answered)),
        "\n\n".join(texts),
        min(answer.confidence for answer in answered or answers),
        tuple(citations),
        answers[-1].elapsed_ms,
        _together(usages) if usages else None,
    )


def _shifted(text: str, by: int) -> str:
    return _MARK.sub(lambda match: f"[{int(match.group(1)) + by}]", text)


def _together(usages: Sequence[Usage]) -> Usage:
    """The parts share one count of calls and tokens; the last of them holds it."""
    return replace(usages[-1], passed=sum(u.passed for u in usages), removed=sum(u.removed for u in usages))
