"""Words that exclude each other."""

from __future__ import annotations

import pytest

from bot.understanding import contrasts


@pytest.mark.parametrize(
    ("one", "other"),
    [("出口", "进口"), ("农村居民", "城镇居民"), ("出口额", "进口"), ("小学", "中学"), ("客运量", "货运量")],
)
def test_words_of_one_kind_exclude_each_other(one: str, other: str) -> None:
    assert contrasts.contrary(one, other)
    assert contrasts.contrary(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("出口", "进出口"), ("农村居民", "居民"), ("养老", "养老床位"), ("出口", "出口")]
)
def test_a_word_that_holds_the_other_does_not_exclude_it(one: str, other: str) -> None:
    assert not contrasts.contrary(one, other)


def test_every_word_of_the_list_excludes_only_others() -> None:
    assert all(others and word not in others for word, others in contrasts.load().items())
