"""Two runs of the same questions side by side: what became better or worse, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evals.metrics.intervals import Difference, differences, mcnemar
from evals.runs.run import Item, Run, RunError
from evals.runs.summary import ALL, QUANTITIES, grouped, shares


@dataclass(frozen=True)
class Pair:
    """A question as two runs answered it."""

    before: Item
    after: Item

    @property
    def change(self) -> str:
        """``gained`` (right now), ``lost`` (no longer right), ``changed`` (another answer, no more right) or ``same``."""
        was, now = self.before.verdict.correct, self.after.verdict.correct
        if was != now:
            return "gained" if now else "lost"
        told = [(item.answer.get("status"), item.answer.get("short") or "") for item in (self.before, self.after)]
        return "same" if told[0] == told[1] else "changed"


@dataclass(frozen=True)
class Comparison:
    """Two runs compared over the questions that both have.

    ``differences``: by type of question and key of a quantity. ``mcnemar``: the probability of so one-sided a change of right
    answers if both runs were equally good. ``unpaired``: questions that only one of them has, or that were changed.
    """

    before: Run
    after: Run
    pairs: tuple[Pair, ...]
    differences: dict[str, dict[str, Difference]]
    mcnemar: float
    unpaired: int

    def of(self, change: str) -> list[Pair]:
        """The questions that changed in a way."""
        return [pair for pair in self.pairs if pair.change == change]

    def to_dict(self) -> dict[str, Any]:
        """The object that ``wenbao eval --compare --json`` prints."""
        return {
            "questions": len(self.pairs),
            "unpaired": self.unpaired,
            "metrics": {kind: _rows(row) for kind, row in self.differences.items()},
            "mcnemar_p": round(self.mcnemar, 4),
            **{change: [pair.after.gold.id for pair in self.of(change)] for change in ("gained", "lost", "changed")},
        }


def _rows(row: dict[str, Difference]) -> dict[str, Any]:
    return {
        key: {"before": round(d.before, 4), "after": round(d.after, 4), "difference": round(d.value, 4),
              "low": round(d.low, 4), "high": round(d.high, 4), "p": round(d.p, 4)}
        for key, d in row.items() if d.known
    }  # fmt: skip


def compare(before: Run, after: Run) -> Comparison:
    """Two runs compared.

    :raises RunError: if they have no question in common.
    """
    pairs = _paired(before.items, after.items)
    if not pairs:
        raise RunError(f"「{before.name}」和「{after.name}」没有相同的题目，不能比较。请比较同一题集的两次评测。")
    found = {}
    for kind, items in grouped(pair.after for pair in pairs).items():
        ids = {item.gold.id for item in items}
        chosen = [pair for pair in pairs if pair.after.gold.id in ids]
        each = differences(shares([pair.before for pair in chosen]), shares([pair.after for pair in chosen]))
        found[kind] = {quantity.key: one for quantity, one in zip(QUANTITIES, each, strict=True)}
    chance = mcnemar([p.before.verdict.correct for p in pairs], [p.after.verdict.correct for p in pairs])
    unpaired = len(before.items) + len(after.items) - 2 * len(pairs)
    return Comparison(before, after, tuple(pairs), found, chance, unpaired)


def _paired(before: Iterable[Item], after: Iterable[Item]) -> list[Pair]:
    earlier = {item.gold.id: item for item in before}
    return [
        Pair(earlier[item.gold.id], item)
        for item in after
        if item.gold.id in earlier and earlier[item.gold.id].gold == item.gold
    ]


def overall(comparison: Comparison) -> dict[str, Difference]:
    """The differences over all questions, of the quantities that have one."""
    return {key: one for key, one in comparison.differences[ALL].items() if one.known}
