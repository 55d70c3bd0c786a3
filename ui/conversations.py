"""Conversations: what was asked and answered, kept for the person who asked it, in the people's file."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal

from bot.answer import Answer, Citation
from bot.understanding.chosen import ANYTHING, Chosen
from ui.accounts.store import Database

#: turns held on a page; the file keeps them all
SHOWN = 100
#: conversations kept for one person; of more the oldest go
MOST_KEPT = 1_000
#: conversations listed at a time
LISTED = 200
#: characters of a conversation's title
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Turn:
    """One question and what came of it: an answer, or a message to the asker; neither while it is being looked for.

    ``within`` is what the asker confined it to; ``reports`` and ``year`` say in words which it was asked of; ``verdict`` is
    what the asker thinks of the answer; ``key`` its number in the file, 0 where it is not kept.
    """

    question: str
    answer: Answer | None = None
    message: str = ""
    within: Chosen = ANYTHING
    reports: str = ""
    year: str = ""
    verdict: Literal["", "up", "down"] = ""
    key: int = 0

    @property
    def pending(self) -> bool:
        return self.answer is None and not self.message

    @property
    def answered(self) -> bool:
        return self.answer is not None and self.answer.status == "answered"

    @property
    def whole(self) -> str:
        """The question as a conversation's later ones see it: as understood, where it was asked of other reports."""
        return self.answer.standalone if self.answer and self.within != ANYTHING else self.question


@dataclass(frozen=True)
class Conversation:
    """Turns in their order; ``id`` is 0 while nothing of it is kept."""

    turns: tuple[Turn, ...] = ()
    id: int = 0
    title: str = ""


@dataclass(frozen=True)
class Kept:
    """A line of the list: a conversation's title, when something was last asked in it, and how many questions it holds."""

    id: int
    title: str
    at: datetime
    questions: int


class Conversations:
    """Everybody's conversations. Whose they are is told with each call, and nobody else's is ever found.

    :param days: for how many days after its last question a conversation is kept; 0 for ever.
    :raises PeopleError: from every method, if the file cannot be read or written.
    """

    def __init__(self, database: Database, days: int = 0) -> None:
        self._database = database
        self._days = days

    def keep(self, who: str, conversation: Conversation) -> Conversation:
        """Keep the turns that are not kept yet, in a conversation of their own where they have none (any more)."""
        kept = conversation
        with self._database.transaction():
            touched = "UPDATE conversations SET at = ? WHERE id = ? AND who = ?"
            if not kept.id or not self._database.write(touched, time.time(), kept.id, who):
                title = kept.title or titled(kept.turns[0].question if kept.turns else "")
                turns = tuple(replace(turn, key=0) for turn in kept.turns)
                kept = Conversation(turns, self._added(who, title), title)
                self._prune(who)
            return replace(kept, turns=tuple(turn if turn.key else self._kept(kept.id, turn) for turn in kept.turns))

    def get(self, who: str, number: int, most: int | None = SHOWN) -> Conversation | None:
        """A conversation with its last turns; None where this person has none of that number.

        :param most: how many turns; None for all.
        """
        found = self._database.rows("SELECT title FROM conversations WHERE id = ? AND who = ?", _number(number), who)
        if not found:
            return None
        rows = self._database.rows(
            "SELECT id, content FROM turns WHERE conversation = ? ORDER BY id DESC LIMIT ?",
            *(_number(number), -1 if most is None else most),
        )
        return Conversation(tuple(_turn(key, content) for key, content in reversed(rows)), number, found[0][0])

    def find(self, who: str, text: str = "") -> list[Kept]:
        """A person's conversations, the latest first: those in whose title, questions or answers a text stands."""
        rows = self._database.rows(
            "SELECT c.id, c.title, c.at, (SELECT count(*) FROM turns t WHERE t.conversation = c.id)"
            " FROM conversations c WHERE who = ? AND (? = '' OR instr(lower(title), ?) OR EXISTS (SELECT 1 FROM turns t"
            " WHERE t.conversation = c.id AND (instr(lower(question), ?) OR instr(lower(answer), ?))))"
            " ORDER BY at DESC, id DESC LIMIT ?",
            *(who, *[text.strip().lower()] * 4, LISTED),
        )
        return [Kept(number, title, datetime.fromtimestamp(at, UTC), count) for number, title, at, count in rows]

    def rename(self, who: str, number: int, title: str) -> bool:
        """Give a conversation another title; False where this person has no such conversation or the title is blank."""
        title = titled(title)
        sql = "UPDATE conversations SET title = ? WHERE id = ? AND who = ?"
        return bool(title and self._database.write(sql, title, _number(number), who))

    def delete(self, who: str, number: int) -> bool:
        """Delete a conversation with its turns; False where this person has no such conversation."""
        sql = "DELETE FROM conversations WHERE id = ? AND who = ?"
        return bool(self._database.write(sql, _number(number), who))

    def judge(self, who: str, turn: Turn) -> None:
        """Keep what the asker thinks of an answer that is kept."""
        self._database.write(
            "UPDATE turns SET content = ? WHERE id = ? AND conversation IN (SELECT id FROM conversations WHERE who = ?)",
            *(_content(turn), turn.key, who),
        )

    def prune(self) -> int:
        """Delete everybody's conversations that are too old to be kept; how many there were."""
        old = time.time() - self._days * 86_400
        return self._database.write("DELETE FROM conversations WHERE at < ?", old) if self._days else 0

    def _prune(self, who: str) -> None:
        """Delete what one person has had too long, or too much of."""
        old = time.time() - self._days * 86_400 if self._days else 0
        self._database.write(
            "DELETE FROM conversations WHERE who = ? AND (at < ? OR id IN (SELECT id FROM conversations WHERE who = ?"
            " ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?))",
            *(who, old, who, MOST_KEPT),
        )

    def _added(self, who: str, title: str) -> int:
        sql = "INSERT INTO conversations (who, title, at) VALUES (?, ?, ?) RETURNING id"
        ((number,),) = self._database.rows(sql, who, title, time.time())
        return int(number)

    def _kept(self, conversation: int, turn: Turn) -> Turn:
        ((key,),) = self._database.rows(
            "INSERT INTO turns (conversation, question, answer, content) VALUES (?, ?, ?, ?) RETURNING id",
            *(conversation, turn.question, turn.answer.answer if turn.answer else turn.message, _content(turn)),
        )
        return replace(turn, key=int(key))


def titled(text: str) -> str:
    """A conversation's title out of its first question, or of what somebody typed: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def _number(number: int) -> int:
    """A number as SQLite can hold it; what is out of its range is nobody's."""
    return number if 0 < number < 1 << 63 else 0


def _content(turn: Turn) -> str:
    return json.dumps(asdict(turn), ensure_ascii=False)


def _turn(key: int, content: str) -> Turn:
    """A turn as it was kept; what a version before or after this one knows of it is left out."""
    row = json.loads(content)
    within = Chosen(tuple(row["within"]["reports"]), row["within"]["year"])
    answer = _answer(row["answer"]) if row["answer"] else None
    return Turn(**_known(Turn, row) | {"answer": answer, "within": within, "key": key})


def _answer(row: Mapping[str, Any]) -> Answer:
    citations = tuple(
        Citation(
            **_known(Citation, c) | {"section": tuple(c["section"]), "mark": tuple(c["mark"]) if c["mark"] else None}
        )
        for c in row["citations"]
    )
    return Answer(**_known(Answer, row) | {"citations": citations})


def _known(kind: type[Any], row: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in row.items() if name in names}
