"""Maxima and sums over ranges, for many places at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence.ranges import Places, RangeMaximum, range_sums

ROWS = 40
VALUES = np.random.default_rng(7).random((ROWS, 3)).astype(np.float32)
in_order = st.tuples(st.integers(0, ROWS), st.integers(0, ROWS)).map(lambda bounds: (min(bounds), max(bounds)))
some_places = st.lists(st.lists(in_order, max_size=3), max_size=6)


@given(some_places)
def test_the_maximum_over_ranges_is_that_of_each_place(places: list[list[tuple[int, int]]]) -> None:
    found = RangeMaximum(VALUES).over(Places.of(places))
    assert found.shape == (3, len(places))
    for column, place in enumerate(places):
        held = [i for start, end in place for i in range(start, end)]
        expected = VALUES[held].max(axis=0) if held else np.zeros(3, np.float32)
        assert np.array_equal(found[:, column], expected)


def test_a_range_that_ends_before_it_starts_is_empty() -> None:
    assert not RangeMaximum(VALUES).over(Places.of([[(9, 4)]])).any()


def test_longer_ranges_may_be_asked_for_later() -> None:
    maximum = RangeMaximum(VALUES)
    maximum.over(Places.of([[(0, 1)]]))
    assert np.array_equal(maximum.over(Places.of([[(0, ROWS)]]))[:, 0], maximum.total)


@given(some_places)
def test_the_sum_over_ranges_is_that_of_each_place(places: list[list[tuple[int, int]]]) -> None:
    running = np.concatenate(([0.0], np.cumsum(VALUES[:, 0], dtype=np.float64)))
    expected = [sum(float(VALUES[i, 0]) for a, b in place for i in range(a, b)) for place in places]
    assert range_sums(running, Places.of(places)) == pytest.approx(expected)
