"""Words for a part of what reports also state as a whole."""

from __future__ import annotations

import pytest

from bot.understanding import parts


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("农村居民人均收入是多少", "农民"),
        ("规上工业增加值增长多少", "规模以上"),
        ("出口总额是多少", "出口"),
    ],
)
def test_what_is_asked_about_is_known_by_its_other_names(question: str, says: str) -> None:
    assert any(says in words for words in parts.asked_for(question))


def test_both_parts_together_are_no_part() -> None:
    assert not parts.asked_for("进出口总额是多少")
    assert not parts.is_said("出口", "进出口总额")
    assert parts.is_said("出口", "进出口总额8亿元，其中出口5亿元")


def test_no_way_to_ask_stands_in_two_lines() -> None:
    asked = [word for words, _ in parts.load() for word in words]
    assert len(asked) == len(set(asked))
