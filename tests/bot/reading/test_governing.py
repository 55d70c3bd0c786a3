"""A figure is of the road that its clause, or the one before it, names."""

from __future__ import annotations

import pytest

from bot.reading.governing import governed_by_another, roads_asked
from bot.understanding.question import understand
from tests.bot.reports import view_of

VIEW = view_of(
    "二、下一步计划\n3月底前完成Y027青山路各项前期手续办理，力争6月底前开工建设；8月底前完成X031白水路改建手续办理，"
    "确保年底前开工建设；全年造林5万亩。\n"
)


def left(question: str) -> list[str]:
    """The figures that may answer a question about a road."""
    asked = roads_asked(understand(question), VIEW)
    return [zones.figure.text for zones in VIEW.figures if not governed_by_another(asked, VIEW, zones)]


@pytest.mark.parametrize("name", ["青山路", "Y027青山路"])
def test_the_clauses_after_a_road_are_its_own(name: str) -> None:
    assert left(f"{name}什么时候开工？") == ["3月底前", "6月底前"]


def test_the_next_road_takes_over() -> None:
    assert left("白水路什么时候开工？")[:2] == ["8月底前", "年底前"]


def test_a_question_of_no_road_leaves_all() -> None:
    assert len(left("什么时候开工？")) == len(VIEW.figures)
