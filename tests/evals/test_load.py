"""Many people asking at once, through the page's own interface: a short run of what evals/load.py measures."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from evals import load
from ingest.settings import Settings
from tests.ui.coroutines import run
from ui import web

if TYPE_CHECKING:
    from pathlib import Path

    from bot.chain import Assistant
    from ingest.library import Library

QUESTIONS = ("临临高速完成多少投资", "2022年新增和改建农村公路多少公里？", "地铁三号线开通了几个车站？")


@pytest.fixture
def address(corpus_assistant: Assistant, corpus_library: Library, tmp_path: Path) -> Iterator[str]:
    listener = web.listen("127.0.0.1", 0)
    app = web.application(corpus_assistant, corpus_library, Settings(home=tmp_path))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_nobodys_answer_is_lost_where_many_ask_at_once(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(load.measure(address, os.getpid(), QUESTIONS, people=6, rounds=2, many=30)) == 0
    told = capsys.readouterr().out
    assert "6 at once" in told
    assert "30 by 6, no pause" in told


def test_an_answer_that_is_not_this_questions_counts_as_lost() -> None:
    outcome = load.Outcome([0.5, 1.5], ["投资多少: 没有回答"])
    asked, lost, *seconds = outcome.row("run", wall=2.0, processor=0.3).split()[1:]
    assert (asked, lost, seconds[-2:]) == ("3", "1", ["1.5", "100"])
