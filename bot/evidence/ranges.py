"""Maxima and sums over ranges of a report's words, for many places at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Range = tuple[int, int]
Floats = NDArray[np.float32]
Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Places:
    """Places of a report, a place being several ranges of words together.

    ``starts`` and ``ends`` have shape (ranges, places); a place of fewer ranges than another is filled up with empty ones.
    """

    starts: Integers
    ends: Integers

    @classmethod
    def of(cls, places: Sequence[Sequence[Range]]) -> Places:
        """Places as arrays."""
        depth = max(map(len, places), default=0)
        even = (place if len(place) == depth else (*place, *[(0, 0)] * (depth - len(place))) for place in places)
        bounds = chain.from_iterable(chain.from_iterable(even))
        flat = np.fromiter(bounds, np.intp, 2 * depth * len(places)).reshape(len(places), depth, 2)
        return cls(flat[:, :, 0].T, flat[:, :, 1].T)

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """Which ranges hold any words; shape (ranges, places)."""
        return self.ends > self.starts

    @cached_property
    def level(self) -> Integers:
        """The largest k for which 2**k words are in the range, 0 for an empty one; shape (ranges, places)."""
        return np.maximum(np.frexp(self.ends - self.starts)[1] - 1, 0).astype(np.intp)


class RangeMaximum:
    """The maximum of each column over any range of rows, from a sparse table: each range is two overlapping ones whose
    lengths are a power of two (Bender and Farach-Colton, The LCA Problem Revisited, 2000).

    :param values: shape (rows, columns), none negative; an empty range has maximum 0.
    """

    def __init__(self, values: Floats) -> None:
        self._values = values
        self._table = values[None]

    @cached_property
    def total(self) -> Floats:
        """The maximum of each column over all rows; shape (columns,)."""
        return np.asarray(np.ascontiguousarray(self._values.T).max(axis=1))

    def over(self, places: Places) -> Floats:
        """The maximum of each column over each place; shape (columns, places)."""
        rows, columns = self._values.shape
        level, filled = places.level, places.filled
        if not level.size:
            return np.zeros((columns, level.shape[-1]), np.float32)
        table = self._deepened(int(level.max()) + 1).reshape(-1, columns)
        starts = np.where(filled, places.starts, 0) + level * rows
        ends = np.where(filled, places.ends - (1 << level), 0) + level * rows
        found = np.maximum(table.take(starts, axis=0), table.take(ends, axis=0))
        found[~filled] = 0.0
        return np.ascontiguousarray(reduce(np.maximum, found).T)

    def _deepened(self, levels: int) -> Floats:
        """The table with at least so many levels; row i of level k is the maximum over the 2**k rows from i on.

        Threads that ask one question share it: each reads the table it is given, whichever they leave behind.
        """
        held = self._table
        if len(held) >= levels:
            return held
        rows = held.shape[1]
        table = np.empty((levels, *held.shape[1:]), np.float32)
        table[: len(held)] = held
        for level in range(len(held), levels):
            half = 1 << (level - 1)
            last = rows - 2 * half + 1
            np.maximum(table[level - 1, :last], table[level - 1, half : half + last], out=table[level, :last])
        self._table = table
        return table


def range_sums(running: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    """The sum over each place of the values whose running sums, from 0 on, are given; shape (places,)."""
    if not places.starts.size:
        return np.zeros(places.starts.shape[-1])
    return np.asarray(reduce(np.add, running[places.ends] - running[places.starts]))
