"""Months between deadlines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.computing.deadlines import month_of
from ingest.document import Figure, Period


def deadline(text: str, year: int | None = 2033) -> Figure:
    return Figure(0, 0, len(text), text, "date", Decimal(year or 0), "", period=Period(year, year))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("3月底前", 3),
        ("2033年6月底前", 6),
        ("12月", 12),
        ("第三季度", 9),
        ("4季度", 12),
        ("上半年", 6),
        ("年底前", 12),
        ("2033年底前", 12),
        ("年内", 12),
    ],
)
def test_a_deadline_is_the_end_of_its_month(text: str, month: int) -> None:
    assert month_of(deadline(text)) == 2033 * 12 + month


@pytest.mark.parametrize(("text", "year"), [("3月底前", None), ("2033年", 2033), ("近期", 2033), ("13月", 2033)])
def test_a_date_without_a_month_or_a_year_has_none(text: str, year: int | None) -> None:
    assert month_of(deadline(text, year)) is None
