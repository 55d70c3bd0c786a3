"""Months between two deadlines: 「3月底前」 and 「6月底前」 are three months apart."""

from __future__ import annotations

import re

from ingest.document import Figure

_MONTH = re.compile(r"(\d{1,2})月")
_QUARTER = re.compile(r"(?:第?([一二三四1-4])季度)")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_HALF = re.compile(r"上半年|年中")
_YEAR_END = re.compile(r"年(?:内|底|末|终)|全年|下半年")


def month_of(figure: Figure) -> int | None:
    """The month in which a deadline ends, counted from year 0; None where a date says no month, or its year is not known."""
    year = figure.period.last
    month = _MONTH.search(figure.text)
    quarter = _QUARTER.search(figure.text)
    if year is None:
        return None
    if month and 1 <= int(month.group(1)) <= 12:
        return year * 12 + int(month.group(1))
    if quarter:
        number = quarter.group(1)
        return year * 12 + 3 * (_QUARTERS.get(number) or int(number))
    if _HALF.search(figure.text):
        return year * 12 + 6
    return year * 12 + 12 if _YEAR_END.search(figure.text) else None
