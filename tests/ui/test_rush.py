"""What can wait, waits for whoever is waiting for an answer, and not for ever."""

from __future__ import annotations

import asyncio

from tests.ui.coroutines import run
from ui.rush import Rush


def test_work_is_done_at_once_where_nobody_waits() -> None:
    assert run(Rush().after(1, str.upper, "a")) == "A"


def test_work_is_left_where_somebody_waits_too_long() -> None:
    rush = Rush()
    with rush.answering():
        assert run(rush.after(0.1, str.upper, "a")) is None


def test_work_is_done_once_the_last_answer_is_there() -> None:
    async def both(rush: Rush) -> str | None:
        waiting = rush.answering()
        waiting.__enter__()
        put_off = asyncio.create_task(rush.after(60, str.upper, "a"))
        await asyncio.sleep(0)
        assert not put_off.done()
        assert not rush.calm()
        waiting.__exit__(None, None, None)
        return await put_off

    assert run(both(Rush())) == "A"


def test_pieces_of_work_wait_for_each_other() -> None:
    at_once: list[int] = []
    doing = 0

    def work() -> None:
        nonlocal doing
        doing += 1
        at_once.append(doing)
        doing -= 1

    async def many(rush: Rush) -> None:
        await asyncio.gather(*(rush.after(5, work) for _ in range(20)))

    run(many(Rush()))
    assert at_once == [1] * 20
