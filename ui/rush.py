"""What can wait, waits until nobody is waiting for an answer."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio.to_thread

Result = TypeVar("Result")

#: seconds between two looks at whether anybody is waiting, and for how long nobody must have been: of many who ask at once
#: only some are being answered, and the next one's turn comes a moment after the one before
_LOOK, _CALM = 0.05, 0.3


class Rush:
    """Counts the questions that are being answered, from any thread.

    .. code-block:: python

        with rush.answering():
            ...
        await rush.after(5, suggest, conversation)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = 0
        self._last = -_CALM
        self._turn = asyncio.Lock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for an answer while the block runs."""
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                self._last = time.monotonic()

    def calm(self) -> bool:
        """Whether nobody is waiting for an answer, nor was a moment ago."""
        return not self._waiting and time.monotonic() - self._last >= _CALM

    async def after(self, seconds: float, work: Callable[..., Result], *given: object) -> Result | None:
        """What a piece of work comes to once nobody waits, one piece at a time, in a thread; None where nobody got
        round to it in so many seconds."""
        until = time.monotonic() + seconds
        async with self._turn:
            while not self.calm() and time.monotonic() < until:
                await asyncio.sleep(_LOOK)
            if time.monotonic() >= until:
                return None
            return await anyio.to_thread.run_sync(work, *given)
