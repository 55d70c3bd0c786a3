"""Two runs compared question by question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.runs.comparing import compare, overall
from evals.runs.run import Item, Run, RunError


def changed(run: Run, number: int, **answer: object) -> Run:
    """The run with another answer to one question."""
    items = list(run.items)
    items[number] = Item(items[number].gold, {**items[number].answer, **answer}, ranks=items[number].ranks)
    return replace(run, items=tuple(items))


def test_a_run_does_not_differ_from_itself(run: Run) -> None:
    found = compare(run, run)
    assert {pair.change for pair in found.pairs} == {"same"}
    assert found.mcnemar == 1
    assert not any(one.beyond_noise for one in overall(found).values())


def test_questions_are_gained_lost_and_changed(run: Run) -> None:
    after = changed(
        changed(changed(run, 0, status="refused", short=""), 1, short="8亿元"), 3, status="answered", short="7座"
    )
    told = compare(run, after).to_dict()
    assert (told["lost"], told["changed"], told["gained"]) == (["1"], ["2"], ["4"])
    assert told["metrics"]["all"]["accuracy"]["difference"] == 0
    assert told["metrics"]["plan"]["accuracy"]["difference"] == 1


def test_a_question_that_was_changed_is_not_compared(run: Run) -> None:
    first = replace(run.items[0], gold=replace(run.items[0].gold, answers=("24公里",)))
    found = compare(run, replace(run, items=(first, *run.items[1:])))
    assert len(found.pairs) == 3
    assert found.unpaired == 2


def test_runs_of_other_questions_cannot_be_compared(run: Run) -> None:
    with pytest.raises(RunError, match="没有相同的题目"):
        compare(run, replace(run, items=()))
