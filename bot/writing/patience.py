"""How long a language model is waited for, and when it is left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Spent:
    """What calls of a model have cost so far."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Clock:
    """The time that one answer may take: ``patience`` seconds to each next sentence, ``total`` for all of it.

    What the calls of a model cost on the way is counted in ``spent``.

    :param now: the seconds of a clock that never goes back.
    """

    def __init__(self, patience: float, total: float, now: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._now = now
        self.began = now()
        self._end = self.began + total
        self._due = self.began + patience
        self.spent = Spent()
        #: seconds that are not counted: the program was still being loaded
        self.stopped = 0.0

    def left(self) -> float:
        """Seconds until the next sentence is due, 0.0 once it is late."""
        return max(0.0, min(self._due, self._end) - self._now())

    def shown(self) -> None:
        """A sentence has passed: the next one is waited for as long again."""
        self._due = self._now() + self._patience

    def stop(self, wait: Callable[[], None]) -> None:
        """Wait for something whose time does not count."""
        since = self._now()
        wait()
        paused = self._now() - since
        self.stopped += paused
        self._due += paused
        self._end += paused

    def elapsed(self) -> float:
        """Seconds since it began, less those that are not counted."""
        return self._now() - self.began - self.stopped


class Breaker:
    """Leaves a service alone for a while after it has failed several times in a row; for many threads.

    https://martinfowler.com/bliki/CircuitBreaker.html: closed, open, and half open when one call may try again.

    :param failures: so many in a row open it.
    :param seconds: it stays open so long.
    """

    def __init__(self, failures: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._seconds = seconds
        self._now = now
        self._failed = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether the service may be called; after the rest, one caller at a time may try."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._until:
                return False
            self._until = self._now() + self._seconds
            return True

    def succeeded(self) -> None:
        """The service has answered."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The service has not."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._until = self._now() + self._seconds
