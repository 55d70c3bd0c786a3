"""Calibration by hand."""

from __future__ import annotations

import pytest

from evals.metrics.calibration import (
    area_under_risk_coverage,
    expected_calibration_error,
    reliability,
    risk_coverage,
)


def test_a_confidence_that_is_right_as_often_as_it_says_has_no_error() -> None:
    assert expected_calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)


def test_the_error_is_weighed_by_how_many_answers_a_bin_holds() -> None:
    sure, right = [0.95, 0.95, 0.95, 0.55], [True, True, True, False]
    assert expected_calibration_error(sure, right) == pytest.approx((3 * 0.05 + 0.55) / 4)


def test_full_confidence_falls_into_the_last_bin_and_empty_bins_are_left_out() -> None:
    (one,) = reliability([1.0, 0.9], [True, False])
    assert (one.low, one.high, one.count, one.accuracy) == (0.9, 1.0, 2, 0.5)


def test_risk_rises_as_less_sure_answers_are_given() -> None:
    curve = risk_coverage([0.6, 0.9], [False, True], total=4)
    assert curve == [(0.25, 0.0), (0.5, 0.5)]
    assert area_under_risk_coverage([0.6, 0.9], [False, True]) == pytest.approx(0.25)


def test_what_no_threshold_can_part_is_told_at_its_worst() -> None:
    assert risk_coverage([0.9, 0.9], [True, False], total=2) == [(0.5, 1.0), (1.0, 0.5)]


def test_without_answers_there_is_nothing_to_tell() -> None:
    assert expected_calibration_error([], []) == area_under_risk_coverage([], []) == 0
    assert risk_coverage([], [], 3) == []
