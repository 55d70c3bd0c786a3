"""Questions for an evaluation made of what people thought of answers.

👍 makes the answer shown the gold one, and a refusal that was liked an unanswerable question. 👎 makes a question only where
somebody said what the answer should have been. The latest opinion of a question counts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evals.sets.questions import UNANSWERABLE, Gold

TYPE = "feedback"
#: characters; a longer answer is an overview, of which no wording is the right one
LONGEST_ANSWER = 60
_MARK = re.compile(r"\[\d+\]")
#: what may stand between the items of a list that somebody typed
_BETWEEN = re.compile(r"[、；;\n]+")
NOTHING = ("没有", "无", "不可答", "没有答案", "报告里没有")


@dataclass(frozen=True)
class Opinion:
    """What somebody thought of an answer; ``answer`` as it was shown or bare, "" or a refusal's text where refused.

    ``file`` is the report that the answer was taken from, "" where unknown; ``quote`` the sentence it stood in.
    """

    question: str
    answer: str
    verdict: Literal["up", "down"]
    expected: str = ""
    comment: str = ""
    refused: bool = False
    history: tuple[str, ...] = ()
    quote: str = ""
    file: str = ""


@dataclass(frozen=True)
class Collected:
    """The questions made, and those for which somebody has yet to say the answer."""

    questions: tuple[Gold, ...]
    waiting: tuple[Opinion, ...]


def collect(opinions: Iterable[Opinion]) -> Collected:
    """The questions of opinions.

    :param opinions: oldest first.
    """
    latest: dict[tuple[str, tuple[str, ...]], Opinion] = {}
    for opinion in opinions:
        latest.pop((opinion.question.strip(), opinion.history), None)
        latest[opinion.question.strip(), opinion.history] = opinion
    made = [(opinion, _gold(opinion)) for opinion in latest.values() if opinion.question.strip()]
    return Collected(tuple(gold for _, gold in made if gold), tuple(opinion for opinion, gold in made if gold is None))


def _gold(opinion: Opinion) -> Gold | None:
    """The question of one opinion; None where its answer is not known."""
    question = opinion.question.strip()
    digest = hashlib.sha256("\n".join((*opinion.history, question)).encode("utf-8", "replace")).hexdigest()
    extra = {"note": opinion.comment} if opinion.comment else {}
    liked = opinion.verdict == "up"

    def gold(kind: str, answers: tuple[str, ...], match: Literal["any", "all"] = "any") -> Gold:
        sure = liked and kind != UNANSWERABLE
        evidences = (opinion.quote,) if opinion.quote and sure else ()
        files = (opinion.file,) if opinion.file and sure else ()
        return Gold(
            f"feedback-{digest[:12]}", kind, question, answers, match, evidences, files, opinion.history, extra=extra
        )

    expected = opinion.expected.strip()
    if expected in NOTHING or (liked and not expected and opinion.refused):
        return gold(UNANSWERABLE, ())
    said = expected or (_bare(opinion.answer) if liked else "")
    if not said or (len(said) > LONGEST_ANSWER and not expected):
        return None
    items = tuple(filter(None, (item.strip() for item in _BETWEEN.split(said))))
    return gold(TYPE, items, "all") if len(items) > 1 else gold(TYPE, (said,))


def _bare(answer: str) -> str:
    """The bare answer: the first line of what was shown, without its marks."""
    lines = answer.strip().splitlines()
    return _MARK.sub("", lines[0]).strip() if lines else ""
