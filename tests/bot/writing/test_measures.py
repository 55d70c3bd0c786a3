"""When two written quantities are the same."""

from __future__ import annotations

import pytest

from bot.writing.measures import liken
from ingest.quantities import quantities


def alike(said: str, stated: str) -> bool:
    (one,), (other,) = quantities(said), quantities(stated)
    return liken(one, other).same


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        ("124000万元", "12.4亿元"),
        ("40%", "四成"),
        ("15000米", "15公里"),
        ("百分之六点二", "6.2%"),
        ("15亩", "1公顷"),
        ("90秒", "1.5分钟"),
        ("36人", "36名"),
        ("8个", "8家"),
        ("30公里", "超30公里"),
        ("约30公里", "30公里"),
    ],
)
def test_equal_values_are_the_same(said: str, stated: str) -> None:
    assert alike(said, stated)


@pytest.mark.parametrize(
    ("said", "stated"),
    [
        ("12.5亿元", "12.4亿元"),
        ("12.4万元", "12.4亿元"),
        ("60199.42亿元", "60199.41亿元"),
        ("6.2个百分点", "6.2%"),
        ("15公里", "15公顷"),
        ("36人", "36户"),
        ("超30公里", "30公里"),
        ("3至5家", "3家"),
    ],
)
def test_others_are_not(said: str, stated: str) -> None:
    assert not alike(said, stated)
