"""A cache of limited weight."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """The values used last, up to a total weight; for many threads.

    .. code-block:: python

        squares = Cache(limit=100, weigh=lambda value: 1)
        squares.get(3, lambda: 3 * 3)

    :param weigh: the weight of a value. A value heavier than the limit is returned but not kept.
    """

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under a key, made if it is not held. Two threads may make it at once; one is kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        value = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = value
                self._weight += self._weigh(value)
                while self._weight > self._limit:
                    self._weight -= self._weigh(self._held.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        """Hold nothing."""
        with self._lock:
            self._held.clear()
            self._weight = 0
