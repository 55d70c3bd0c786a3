"""Sets and runs in a library's folder, and one run at a time in the background."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.chain import Assistant
from evals.sets.questions import Gold, QuestionSetError, write
from ingest.errors import WenbaoError
from ui.evaluations.keeping import Evaluations

GOLDS = [
    Gold("1", "fact_done", "临临高速完成多少投资", ("36亿元",)),
    Gold("2", "fact_done", "2022年改建农村公路多少公里", ("23公里",)),
]


class Slow:
    """An assistant that answers only when it is let: one question a permit."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.permits = threading.Semaphore(0)
        self.asked = threading.Semaphore(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, history: Sequence[str] = (), within: Any = None) -> Any:
        self.asked.release()
        assert self.permits.acquire(timeout=20)
        return self._assistant.ask(question, history)


@pytest.fixture
def kept(tmp_path: Path, corpus_assistant: Assistant) -> Evaluations:
    """No sets and no runs yet."""
    return Evaluations(tmp_path, corpus_assistant, tmp_path / "shipped")


def test_a_set_is_kept_listed_read_and_deleted(kept: Evaluations) -> None:
    key = kept.keep("我的题集", GOLDS)
    assert [(one.key, one.name, one.questions, one.own) for one in kept.sets()] == [(key, "我的题集", 2, True)]
    assert kept.questions(key) == GOLDS
    kept.keep("我的题集", GOLDS[:1])
    assert kept.sets()[0].questions == 1, "kept anew, it is counted anew"
    kept.discard(key)
    assert kept.sets() == []


def test_a_set_that_ships_is_listed_where_the_library_holds_its_reports(
    tmp_path: Path, corpus_assistant: Assistant
) -> None:
    names = {one.key for one in Evaluations(tmp_path, corpus_assistant).sets()}
    assert "shipped/yiyuan_dev" in names
    assert "shipped/provinces_dev" not in names


@pytest.mark.parametrize("name", ["../甲", "甲/乙", "甲\\乙", "", " ", ".hidden", "con"])
def test_a_name_never_leads_out_of_the_folder(kept: Evaluations, name: str, tmp_path: Path) -> None:
    with pytest.raises(WenbaoError):
        kept.keep(name, GOLDS)
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize("key", ["own/../../x", "shipped/../甲", "else/甲", "甲", "own/"])
def test_a_key_that_was_not_listed_is_refused(kept: Evaluations, key: str) -> None:
    with pytest.raises(WenbaoError):
        kept.questions(key)


@pytest.mark.parametrize("name", ["..", "20240101-000000/..", "", "x"])
def test_a_run_that_was_not_listed_is_refused(kept: Evaluations, name: str) -> None:
    with pytest.raises(WenbaoError, match="没有这次评测"):
        kept.forget(name)


def test_what_ships_cannot_be_deleted(kept: Evaluations, tmp_path: Path) -> None:
    write(GOLDS, tmp_path / "shipped" / "甲.jsonl")
    with pytest.raises(QuestionSetError, match="不能删除"):
        kept.discard("shipped/甲")


def test_a_run_is_kept_with_its_report_and_deleted(kept: Evaluations) -> None:
    kept.start(kept.keep("我的题集", GOLDS))
    kept.join()
    assert kept.progress
    assert (kept.progress.state, kept.progress.done) == ("finished", 2)
    (head,) = kept.runs()
    assert (head.id, head.name, head.questions) == (kept.progress.run, "我的题集", 2)
    assert {path.name for path in kept.folder(head.id).iterdir()} == {
        "head.json",
        "run.json",
        "report.md",
        "report.html",
    }
    assert [item.gold for item in kept.run(head.id).items] == GOLDS
    kept.forget(head.id)
    assert kept.runs() == []


def test_a_run_can_be_watched_and_stopped_and_only_one_is_at_hand(tmp_path: Path, corpus_assistant: Assistant) -> None:
    slow = Slow(corpus_assistant)
    kept = Evaluations(tmp_path, slow)  # type: ignore[arg-type]
    key = kept.keep("我的题集", GOLDS)
    assert kept.start(key).state == "running"
    assert slow.asked.acquire(timeout=20)
    with pytest.raises(WenbaoError, match="正在进行"):
        kept.start(key)
    kept.stop()
    assert kept.progress
    assert kept.progress.state == "stopping"
    slow.permits.release()
    kept.join()
    assert (kept.progress.state, kept.progress.done) == ("stopped", 1)
    assert kept.runs() == []


def test_what_goes_wrong_is_said_and_another_run_may_follow(kept: Evaluations, monkeypatch: pytest.MonkeyPatch) -> None:
    key = kept.keep("我的题集", GOLDS)

    def fail(*_: object) -> None:
        raise WenbaoError("资料库读不出来。")

    with monkeypatch.context() as broken:
        broken.setattr("ui.evaluations.keeping.ask_all", fail)
        kept.start(key)
        kept.join()
    assert kept.progress
    assert (kept.progress.state, kept.progress.message) == ("failed", "资料库读不出来。")
    kept.start(key)
    kept.join()
    assert len(kept.runs()) == 1


def test_a_folder_that_holds_no_run_is_passed_over(kept: Evaluations, tmp_path: Path) -> None:
    folder = tmp_path / "evaluations" / "runs" / "20240101-000000"
    folder.mkdir(parents=True)
    (folder / "head.json").write_text(json.dumps({"id": "?"}), encoding="utf-8")
    assert kept.runs() == []
