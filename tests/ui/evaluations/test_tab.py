"""The tab's own work, and who may use it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.chain import Assistant
from evals.sets.questions import Gold
from ingest.errors import WenbaoError
from ui.accounts.blocks import needed
from ui.accounts.store import Database
from ui.evaluations import shown
from ui.evaluations.keeping import Evaluations, Progress
from ui.evaluations.tab import COLLECTED, Desk, tools_of
from ui.feedback import Feedback, Opinion

if TYPE_CHECKING:
    from tests.ui.conftest import Office

HOSTILE = "<img src=x onerror=alert(1)>"
GOLDS = [Gold("1", "fact_done", f"临临高速完成多少投资{HOSTILE}", ("36亿元",))]


@pytest.fixture
def desk(tmp_path: Path, corpus_assistant: Assistant) -> Desk:
    """A desk in a library of its own, with one run."""
    made = Desk(Evaluations(tmp_path, corpus_assistant), Feedback(Database(tmp_path)))
    made.evaluations.start(made.evaluations.keep("题集", GOLDS))
    made.evaluations.join()
    return made


def test_a_run_is_viewed_and_compared_and_everything_is_inert(desk: Desk) -> None:
    (head,) = desk.evaluations.runs()
    html = desk.view(head.id)
    assert "&lt;img" in html
    assert "<img" not in html
    assert html.count("<svg") >= 3
    assert "每一题的答案都一样" in desk.compared([head.id, head.id])


@pytest.mark.parametrize("names", [[], ["x"], "ab", ["20240101-000000", "20240101-000001"], None])
def test_only_two_runs_that_there_are_can_be_compared(desk: Desk, names: Any) -> None:
    with pytest.raises((WenbaoError, KeyError)):
        desk.compared(names)


def test_the_page_is_told_only_what_is_new(desk: Desk) -> None:
    progress, listed, seen = desk.look(None)
    assert "做完了" in progress
    assert "题集" in listed
    assert all(isinstance(part, dict) for part in desk.look(seen)), "Gradio's way of leaving a part as it is"


def test_opinions_become_a_form_and_without_any_that_is_said(desk: Desk) -> None:
    with pytest.raises(WenbaoError, match="还没有用户评价"):
        desk.collected()
    assert desk.feedback
    desk.feedback.note(Opinion("投资多少", "36亿元", "up"))
    desk.feedback.note(Opinion("里程多少", "3公里", "down"))
    html, held = desk.collected()
    assert [gold.answers for gold in held] == [("36亿元",)]
    assert f'value="{COLLECTED}"' in html
    assert "当时答：3公里" in html


def test_progress_tells_how_far_it_is() -> None:
    at = Progress("题集", 10, "running", {"correct": 3, "wrong": 1}, HOSTILE, seconds=8.0)
    html = shown.progress(at)
    assert "4 / 10 题，约剩 12 秒" in html
    assert "正确 3　该答未答 0　答错 1" in html
    assert "<img" not in html
    assert "已停止，没有保存" in shown.progress(replace(at, state="stopped"))
    assert "磁盘满了" in shown.progress(replace(at, state="failed", message="磁盘满了。"))
    assert shown.progress(None) == ""


def test_only_own_sets_can_be_deleted() -> None:
    assert "discard" in tools_of("own/甲")
    assert "discard" not in tools_of("shipped/甲")
    assert "/evaluations/sets/own/%E7%94%B2.jsonl" in tools_of("own/甲")


def test_a_reader_may_call_none_of_the_tabs_functions(office: Office) -> None:
    page = next(route.app for route in office.app.routes if hasattr(getattr(route, "app", None), "get_blocks"))
    functions = [block.fn for block in page.get_blocks().fns.values() if block.fn]
    own = [fn for fn in functions if getattr(fn, "__module__", "") == "ui.evaluations.tab" and fn.__name__ != "rights"]
    assert len(own) >= 8
    assert {needed(fn) for fn in own} == {"editor"}


def test_files_are_for_editors(office: Office) -> None:
    kept = Evaluations(office.settings.home, Assistant(office.library, office.settings))
    kept.start(kept.keep("某镇", [Gold("1", "fact_done", "2024年新建光伏电站几座", ("7座",))]))
    kept.join()
    (head,) = kept.runs()
    try:
        for path, kind in ((f"/evaluations/runs/{head.id}.html", "text/html"), ("/evaluations/sets/own/某镇.jsonl", "application/jsonl")):  # fmt: skip
            assert office.client("reader").get(path).status_code == 403
            assert office.client().get(path).status_code == 401
            reply = office.client("editor").get(path)
            assert reply.status_code == 200
            assert reply.headers["content-type"].startswith(kind)
            assert reply.headers["content-disposition"].startswith("attachment")
            assert "7座" in reply.text
        for path in ("/evaluations/runs/20240101-000000.html", "/evaluations/sets/own/没有.jsonl", "/evaluations/sets/else/甲.jsonl"):  # fmt: skip
            assert office.client("editor").get(path).status_code == 404
    finally:
        kept.forget(head.id)
        kept.discard("own/某镇")
