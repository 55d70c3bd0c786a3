"""Exact match and F1 of bare answers."""

from __future__ import annotations

import pytest

from evals.metrics.spans import exact_match, f1, units


@pytest.mark.parametrize(
    ("answer", "golds", "same"),
    [
        ("36亿元", ["36亿元"], 1),
        ("３６亿元。", ["36亿元"], 1),
        ("36亿", ["36亿元", "36亿"], 1),
        ("约36亿元", ["36亿元"], 0),
        ("136亿元", ["36亿元"], 0),
        ("5.5%", ["5.5"], 0),
        ("", ["36亿元"], 0),
        ("", ["。"], 0),
    ],
)
def test_an_exact_match_says_neither_more_nor_less(answer: str, golds: list[str], same: int) -> None:
    assert exact_match(answer, golds) == same


def test_a_number_is_one_unit() -> None:
    assert units("完成投资36.5亿元，G341") == ["完", "成", "投", "资", "36.5", "亿", "元", "g341"]


def test_f1_is_of_the_longest_run_shared_with_the_best_gold() -> None:
    assert f1("约36亿元", ["9个", "36亿元"]) == pytest.approx(2 * 3 / (4 + 3))
    assert f1("136亿元", ["36亿元"]) == pytest.approx(2 * 2 / 6)
    assert f1("", ["36亿元"]) == 0
