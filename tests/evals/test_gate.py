"""The regression gate: what fails it, what does not, and how a new result is accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals import gate
from evals.gate import RESULTS, SUITES, Suite, check, compare, read, result_of
from evals.runs.run import Item, Run
from evals.sets.questions import load
from ingest.errors import WenbaoError
from ingest.settings import Settings


def many(run: Run, wrong: int) -> dict[str, Any]:
    """The result of a hundred questions, of which so many are answered wrong."""
    right, refusal = run.items[0], {**run.items[0].answer, "status": "answered", "short": "99公里"}
    items = [
        Item(replace(right.gold, id=str(n)), refusal if n < wrong else right.answer, ranks=right.ranks)
        for n in range(100)
    ]
    return result_of(items)


def test_a_drop_beyond_noise_is_worse_and_a_small_one_is_not(run: Run) -> None:
    before = many(run, 10)
    worse = {line.key for line in compare("甲", before, many(run, 30)) if line.worse}
    assert worse == {"accuracy", "wrong_rate"}
    assert not any(line.worse for line in compare("甲", before, many(run, 12)))
    assert not any(line.worse for line in compare("甲", many(run, 30), before)), "what is better fails nothing"


def test_a_result_of_other_questions_must_be_accepted_anew(run: Run) -> None:
    before = many(run, 0)
    before["items"].pop("0")
    with pytest.raises(WenbaoError, match="make eval-accept"):
        compare("甲", before, many(run, 0))


def test_a_result_is_written_compared_and_fails_once_it_is_worse(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = 0
    monkeypatch.setattr(gate, "ask", lambda suite, settings: many(run, wrong))
    suites = [Suite("甲", tmp_path)]
    with pytest.raises(WenbaoError, match="make eval-accept"):
        check(suites, tmp_path, Settings(), accept=False)
    assert check(suites, tmp_path, Settings(), accept=True) == 0
    assert json.loads((tmp_path / "甲.json").read_text(encoding="utf-8")) == many(run, 0)
    assert check(suites, tmp_path, Settings(), accept=False) == 0
    wrong = 20
    assert check(suites, tmp_path, Settings(), accept=False) == 1
    assert "变差" in capsys.readouterr().out


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_committed_results_are_of_the_questions_in_the_repository(suite: Suite) -> None:
    committed = read(RESULTS / f"{suite.name}.json")
    assert set(committed["items"]) == {gold.id for gold in load(gate.QUESTIONS / f"{suite.name}.jsonl")}
    assert suite.reports.is_dir()
