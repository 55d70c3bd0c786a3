"""Scoring: answers against a question set with gold answers.

The form of question sets is described in evals/questions/README.md and read by evals/sets/questions.py.

- *correct*: the bare answer holds a gold form and little else. For "any", at most 15 characters around it, and no digit
  touching its own digits (「15.5%」 is not 「5.5%」); for "all", every item, in at most 2.5 times their length + 30. A
  refusal is correct for the type "unanswerable" only. Of places compared or ranked, the first named must be a gold one.
- *wrong*: an answer was given and is not correct. This is the figure to drive to 0.
- *cited*: among correct answers, those whose quotes come from the right file and hold the gold answer or most of the
  evidence (60% of its 4-grams); where the question rests on several files, quotes from two of them at least. Where a
  question does not say which file holds its answer, nothing is counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evals.metrics.ranking import grams, normal
from evals.sets.questions import Gold, QuestionSetError, load

__all__ = ["Gold", "QuestionSetError", "Score", "Verdict", "holds", "is_cited", "judge", "load", "percentile", "score"]

_ROOM_AROUND = 15
_ROOM_FOR_ALL = (2.5, 30)
_OVERLAP = 0.6
_RANKING = {"compare", "rank"}
_KIND_OF_PLACE = re.compile(r"省|市|壮族|回族|维吾尔|自治区")


@dataclass(frozen=True)
class Verdict:
    """How one answer fared."""

    gold: Gold
    status: str
    short: str
    correct: bool
    cited: bool
    elapsed_ms: float

    @property
    def wrong(self) -> bool:
        return self.status == "answered" and not self.correct


@dataclass(frozen=True)
class Row:
    """Shares, each in [0, 1], over a number of questions."""

    questions: int
    accuracy: float
    wrong_rate: float
    refusal_rate: float
    cited: float


@dataclass(frozen=True)
class Score:
    """The score of a question set; times in milliseconds."""

    total: Row
    by_type: Mapping[str, Row]
    p50_ms: float
    p95_ms: float
    verdicts: tuple[Verdict, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The object that ``wenbao eval --json`` prints."""
        rows = {name: _rounded(row) for name, row in self.by_type.items()}
        times = {"p50_ms": round(self.p50_ms, 2), "p95_ms": round(self.p95_ms, 2)}
        return _rounded(self.total) | times | {"by_type": rows}


def score(questions: Iterable[Gold], answers: Mapping[str, Mapping[str, Any]]) -> Score:
    """The score of answers, given by question id in the form of ``wenbao ask --json``. A missing one is not correct."""
    verdicts = tuple(judge(gold, answers.get(gold.id)) for gold in questions)
    by_type: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_type[verdict.gold.type].append(verdict)
    times = sorted(verdict.elapsed_ms for verdict in verdicts if verdict.status != "missing")
    rows = {name: _row(group) for name, group in sorted(by_type.items())}
    return Score(_row(verdicts), rows, percentile(times, 0.5), percentile(times, 0.95), verdicts)


def judge(gold: Gold, answer: Mapping[str, Any] | None) -> Verdict:
    """How an answer fares; None is an answer that is missing."""
    if answer is None:
        return Verdict(gold, "missing", "", correct=False, cited=False, elapsed_ms=0.0)
    status, short = answer["status"], answer.get("short") or ""
    if gold.answerable:
        correct = status == "answered" and holds(short, gold.answers, gold.match)
        if gold.type in _RANKING:
            correct = correct and _names_first(gold, short)
    else:
        correct = status == "refused"
    cited = correct and gold.answerable and is_cited(gold, answer.get("citations") or ())
    return Verdict(gold, status, short, correct, cited, float(answer.get("elapsed_ms") or 0.0))


def percentile(values: Sequence[float], share: float) -> float:
    """The value at a share of a sorted sequence (nearest rank); 0.0 of none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def holds(short: str, answers: Sequence[str], match: str) -> bool:
    """Whether a bare answer says a gold answer and little else."""
    said = normal(short)
    golds = [gold for gold in map(normal, answers) if gold]
    if not said or not golds:
        return False
    if match == "all":
        factor, room = _ROOM_FOR_ALL
        return all(gold in said for gold in golds) and len(said) <= factor * sum(map(len, golds)) + room
    return any(len(said) <= len(gold) + _ROOM_AROUND and _says(said, gold) for gold in golds)


def _says(said: str, gold: str) -> bool:
    """Whether the gold form is said, not as part of a longer number and not denied (不一样 is not 一样)."""
    before = r"(?<![\d.不])" if gold[0].isdigit() else "(?<!不)"
    after = r"(?!\d)" if gold[-1].isdigit() else ""
    return re.search(before + re.escape(gold) + after, said) is not None


def _names_first(gold: Gold, short: str) -> bool:
    """Whether the place an answer names first is a gold one; true where it names none, or no gold one is a place."""
    said = normal(short)
    places = [_KIND_OF_PLACE.sub("", place) for place in gold.places]
    right = {place for place in places if any(place in normal(answer) for answer in gold.answers)}
    named = [place for place in places if place and place in said]
    return not named or not right or min(named, key=said.index) in right


def is_cited(gold: Gold, citations: Iterable[Mapping[str, Any]]) -> bool:
    """Whether quotes from the right files hold the answer or overlap the evidence."""
    files = {normal(file) for file in gold.files}
    quotes = [citation for citation in citations if normal(citation["file"]) in files]
    if not quotes or (len(files) > 1 and len({normal(quote["file"]) for quote in quotes}) < 2):
        return False
    text = normal("".join(quote["quote"] for quote in quotes))
    found = [normal(answer) in text for answer in gold.answers]
    if any(found) if gold.match == "any" else all(found):
        return True
    evidence = normal("".join(gold.evidences))
    wanted = grams(evidence)
    return bool(evidence) and sum(gram in text for gram in wanted) >= _OVERLAP * len(wanted)


def _row(verdicts: Sequence[Verdict]) -> Row:
    right = [verdict for verdict in verdicts if verdict.correct and verdict.gold.answerable and verdict.gold.files]
    count = max(1, len(verdicts))
    return Row(
        questions=len(verdicts),
        accuracy=sum(verdict.correct for verdict in verdicts) / count,
        wrong_rate=sum(verdict.wrong for verdict in verdicts) / count,
        refusal_rate=sum(verdict.status == "refused" for verdict in verdicts) / count,
        cited=sum(verdict.cited for verdict in right) / max(1, len(right)),
    )


def _rounded(row: Row) -> dict[str, Any]:
    return {
        "questions": row.questions,
        "accuracy": round(row.accuracy, 4),
        "wrong_rate": round(row.wrong_rate, 4),
        "refusal_rate": round(row.refusal_rate, 4),
        "cited": round(row.cited, 4),
    }
