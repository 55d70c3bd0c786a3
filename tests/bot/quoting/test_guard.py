"""The guard: numbers of an answer must stand verbatim in its quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quoting.guard import unstated

QUOTE = "累计完成投资36亿元，新建公路23.5公里，发放补贴1,200万元。"


@pytest.mark.parametrize("short", ["36亿元", "23.5公里", "1,200万元", "36亿元和23.5公里", "沂路先锋", ""])
def test_what_the_quote_states_may_leave(short: str) -> None:
    assert unstated(short, [QUOTE]) == []


@pytest.mark.parametrize(
    ("short", "missing"),
    [
        ("37亿元", ["37"]),
        ("6亿元", ["6"]),
        ("3.5公里", ["3.5"]),
        ("23公里", ["23"]),
        ("200万元", ["200"]),
        ("36亿元，同比增长8%", ["8"]),
    ],
)
def test_a_number_that_only_stands_inside_another_is_not_stated(short: str, missing: list[str]) -> None:
    assert unstated(short, [QUOTE]) == missing


def test_each_number_may_stand_in_a_quote_of_its_own() -> None:
    assert unstated("5座，7座", ["甲县5座。", "乙县7座。"]) == []
    assert unstated("5座，7座", ["甲县5座。"]) == ["7"]


@given(st.text("0123456789.,亿元约", max_size=20), st.text("0123456789.,亿元约", max_size=20))
def test_whatever_is_quoted_whole_is_stated(before: str, after: str) -> None:
    assert unstated(before, [f"{before}，后来{after}"]) == []
