"""What people think of answers: kept, listed, and made into questions for an evaluation."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from ui.accounts.store import Database

if TYPE_CHECKING:
    from evals.sets.opinions import Collected

#: how the text of every refusal begins
REFUSAL = "没有找到确切的答案"

Verdict = Literal["up", "down"]


@dataclass(frozen=True)
class Opinion:
    """One person's opinion of one answer; ``expected`` is what the answer should have been, where they say."""

    question: str
    answer: str
    verdict: Verdict
    comment: str = ""
    expected: str = ""
    who: str = ""
    at: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self) | {"at": self.at.isoformat(timespec="seconds") if self.at else None}


class Feedback:
    """The opinions, in the people's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, opinion: Opinion) -> None:
        """Keep an opinion."""
        self._database.write(
            "INSERT INTO feedback (at, who, question, answer, verdict, comment, expected) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(time.time(), opinion.who, opinion.question, opinion.answer),
            *(opinion.verdict, opinion.comment, opinion.expected),
        )

    def opinions(self, limit: int, offset: int = 0) -> list[Opinion]:
        """The newest opinions, newest first."""
        found = self._database.rows(
            "SELECT question, answer, verdict, comment, expected, who, at FROM feedback ORDER BY id DESC LIMIT ? OFFSET ?",
            *(limit, offset),
        )
        return [
            Opinion(question, answer, verdict, comment, expected, who, datetime.fromtimestamp(at, UTC))
            for question, answer, verdict, comment, expected, who, at in found
        ]

    def count(self) -> int:
        """How many opinions there are."""
        ((number,),) = self._database.rows("SELECT count(*) FROM feedback")
        return int(number)

    def questions(self) -> Collected:
        """The questions for an evaluation that the opinions make, and the opinions that still lack a right answer."""
        from evals.sets import opinions

        return opinions.collect(
            opinions.Opinion(
                one.question, one.answer, one.verdict, one.expected, one.comment, one.answer.startswith(REFUSAL)
            )
            for one in reversed(self.opinions(-1))
        )
