"""Intervals against scipy's bootstrap, and comparisons of runs that do and do not differ."""

from __future__ import annotations

import numpy as np
import pytest

from evals.metrics.intervals import differences, intervals, mcnemar

RIGHT = np.array([[1.0] * 70 + [0.0] * 30])
ONES = np.ones((1, 100))


def test_an_interval_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    (ours,) = intervals(RIGHT, ONES)
    theirs = stats.bootstrap(
        (RIGHT[0],), np.mean, n_resamples=2000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours.value == 0.7
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)


def test_the_same_questions_give_the_same_interval_every_time() -> None:
    assert intervals(RIGHT, ONES) == intervals(RIGHT, ONES)


def test_a_ratio_counts_only_the_questions_below_its_line() -> None:
    (one,) = intervals(np.array([[1.0, 0.0, 0.0]]), np.array([[1.0, 1.0, 0.0]]))
    assert one.value == 0.5


def test_a_ratio_of_nothing_is_not_known() -> None:
    (one,) = intervals(np.zeros((1, 3)), np.zeros((1, 3)))
    assert not one.known


def test_a_change_on_many_questions_is_beyond_noise_and_on_two_it_is_not() -> None:
    much, little = RIGHT.copy(), RIGHT.copy()
    much[0, :20] = 0
    little[0, :1] = 0
    little[0, 70:72] = 1
    (lost,), (same,) = (differences((RIGHT, ONES), (after, ONES)) for after in (much, little))
    assert lost.value == pytest.approx(-0.2)
    assert lost.beyond_noise
    assert lost.p < 0.01
    assert not same.beyond_noise


def test_runs_that_do_not_differ_do_not_differ_by_chance_either() -> None:
    (none,) = differences((RIGHT, ONES), (RIGHT, ONES))
    assert (none.value, none.low, none.high, none.p) == (0, 0, 0, 1)


def test_mcnemar_looks_only_at_what_changed() -> None:
    before = [True] * 50 + [False] * 10
    assert mcnemar(before, before) == 1
    assert mcnemar(before, [True] * 60) == pytest.approx(2 * 0.5**10)
    assert mcnemar(before, [False] + [True] * 49 + [True] + [False] * 9) == 1
