"""A worker process: what its calls come to, and that a bad one costs nothing but itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.worker import Failed, Returned
from ingest.workers import Worker
from tests.ingest import hostile

MEMORY = 4 << 30


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker(seconds=60, memory_bytes=MEMORY) as worker:
        yield worker


def test_calls_are_answered_by_one_process(worker: Worker) -> None:
    assert worker.call(hostile.double, 21) == Returned(42)
    assert worker.call(hostile.number_of_process) == worker.call(hostile.number_of_process)


def test_a_refusal_and_a_fault_are_told_and_the_process_lives(worker: Worker) -> None:
    first = worker.call(hostile.number_of_process)
    assert worker.call(hostile.refuse, "甲.txt") == Failed("refused", "甲.txt：不收。")
    fault = worker.call(hostile.stumble)
    assert isinstance(fault, Failed)
    assert (fault.kind, fault.text) == ("fault", "ZeroDivisionError")
    assert "hostile.py" in fault.trace
    assert worker.call(hostile.number_of_process) == first


def test_what_a_library_prints_is_no_answer(worker: Worker) -> None:
    assert worker.call(hostile.chatter) == Returned("said")


def test_a_process_that_dies_is_replaced(worker: Worker) -> None:
    assert worker.call(hostile.die) == Failed("died", "SIGSEGV" if os.name == "posix" else "退出码 11")
    assert worker.call(hostile.double, 1) == Returned(2)


def test_a_call_that_takes_too_long_is_killed() -> None:
    with Worker(seconds=0.3, memory_bytes=MEMORY) as worker:
        assert worker.call(hostile.hang) == Failed("time")
        assert worker.call(hostile.double, 1) == Returned(2)


@pytest.mark.skipif(os.name != "posix", reason="needs a named pipe")
def test_what_a_killed_call_had_started_is_killed_too(tmp_path: Path) -> None:
    """The pipe comes to its end when nobody holds it open any more."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with Worker(seconds=60, memory_bytes=MEMORY) as worker, ThreadPoolExecutor() as threads:
        answer = threads.submit(worker.call, hostile.hang_with_a_child, str(pipe))
        with pipe.open(encoding="utf-8") as held:
            assert held.readline() == "here\n"
            worker.close()
            assert held.read() == ""
        assert answer.result() == Failed("died", "SIGKILL")


@pytest.mark.skipif(os.name != "posix", reason="no limit on memory here")
@pytest.mark.parametrize("call", [hostile.devour, hostile.devour_and_hide])
def test_a_call_that_wants_too_much_memory_is_told(worker: Worker, call: object) -> None:
    assert worker.call(call) == Failed("memory")  # type: ignore[arg-type]
    assert worker.call(hostile.double, 1) == Returned(2)


def test_closing_ends_a_call_that_is_under_way(worker: Worker) -> None:
    worker.call(hostile.double, 1)
    threading.Timer(0.2, worker.close).start()
    answer = worker.call(hostile.hang)
    assert isinstance(answer, Failed)
    assert answer.kind == "died"
    with pytest.raises(IngestError):
        worker.call(hostile.double, 1)


def test_a_process_that_cannot_start_is_told(worker: Worker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "没有"))
    with pytest.raises(IngestError, match="WENBAO_MAX_MEMORY_MB"):
        worker.call(hostile.double, 1)


def test_what_the_caller_holds_in_memory_does_not_make_the_process_fat(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.workers.FAT", 512 << 20)
    held = b"1" * (600 << 20)
    first = worker.call(hostile.number_of_process)
    assert worker.call(hostile.number_of_process) == first
    assert held
