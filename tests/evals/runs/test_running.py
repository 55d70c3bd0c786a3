"""A run: what is asked, found and kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chain import Assistant
from evals.runs.run import FILE, Run, RunError, load, save
from evals.runs.running import ask_all, library_of, own_report
from evals.sets.questions import Gold
from ingest.errors import IngestError
from ingest.settings import Settings


def test_every_question_is_answered_with_the_passages_found_for_it(run: Run) -> None:
    assert [item.outcome for item in run.items] == ["correct", "wrong", "correct", "refused"]
    first = run.items[0]
    assert first.answer["short"] == "23公里"
    assert first.ranks[0] == 1
    assert first.retrieved[0].hits == (0,)
    assert "23公里" in first.retrieved[0].text
    assert run.items[2].ranks == (), "what cannot be answered is not sought"
    assert run.items[3].ranks == (None,)


def test_what_was_asked_is_said(run: Run) -> None:
    assert run.about["报告"] == 2
    assert run.about["向量模型"] == "自带模型"


def test_a_question_that_names_no_report_is_answered_from_its_own(counties: Assistant) -> None:
    gold = Gold("a", "fact_done", "新改建农村公路多少公里", ("41公里",), files=("西河县.txt",))
    (item,) = ask_all([gold], counties, within=own_report(counties.library))
    assert item.outcome == "correct"


def test_a_judge_scores_the_answers_given_alone(counties: Assistant, run: Run) -> None:
    asked: list[tuple[str, list[str]]] = []

    def judge(question: str, answer: str, contexts: list[str]) -> dict[str, float]:
        asked.append((question, contexts))
        return {"faithfulness": 0.5}

    items = list(ask_all([item.gold for item in run.items], counties, judge))
    assert [dict(item.judged) for item in items] == [{"faithfulness": 0.5}, {"faithfulness": 0.5}, {}, {}]
    assert len(asked) == 2
    assert "23公里" in asked[0][1][0]


def test_a_run_is_read_as_it_was_kept(run: Run, tmp_path: Path) -> None:
    save(run, tmp_path / FILE, {"questions": 4})
    again = load(tmp_path)
    assert [item.gold for item in again.items] == [item.gold for item in run.items]
    assert [item.outcome for item in again.items] == [item.outcome for item in run.items]
    assert again.items[0].retrieved == run.items[0].retrieved
    assert json.loads(json.dumps(again.to_dict())) == json.loads(json.dumps(run.to_dict()))


@pytest.mark.parametrize("text", ["", "{}", '{"format": 99}', '{"format": 1, "name": "", "began": "", "seconds": 0, "about": {}, "items": [{}]}'])  # fmt: skip
def test_what_is_no_run_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"run\.json"):
        load(tmp_path)


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="读不出来"):
        load(tmp_path / "没有")


def test_reports_that_are_not_there_or_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="--reports"), library_of([tmp_path / "没有"], Settings()):
        pass
    with pytest.raises(IngestError, match="没有可以收入的报告"), library_of([tmp_path], Settings()):
        pass
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(IngestError, match=r"坏\.docx"), library_of([tmp_path], Settings(workers=1)):
        pass


def test_a_missing_status_makes_no_answer(run: Run) -> None:
    assert replace(run.items[0], answer={"status": "refused"}).outcome == "refused"
