"""What a cell of a sheet shows."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.displayed import displayed


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (12.3, "General", "12.3"),
        (12, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.33333333333"),
        (1e-7, "General", "0.0000001"),
        (370302198001011234, "General", "370302198001011000"),
        (1234567890123, "General", "1234567890123"),
        (12.345, "0.00", "12.35"),
        (2.675, "0.00", "2.68"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (1234567, "#,##0", "1,234,567"),
        (0, "#,##0", "0"),
        (0.5, "#.##", ".5"),
        (12, "#.##", "12"),
        (12.5, "0.0#", "12.5"),
        (12.0, "0.0#", "12.0"),
        (0.125, "0.0%", "12.5%"),
        (0.955, "0%", "96%"),
        (-3.2, "0.0", "-3.2"),
        (-3.2, "0.0;(0.0)", "(3.2)"),
        (0, '0.0;-0.0;"—"', "—"),
        (-1234.5, "#,##0.00_);[Red](#,##0.00)", "(1,234.50)"),
        (1234.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234.50"),
        (36, '0"亿元"', "36亿元"),
        (36, "0\\亿\\元", "36亿元"),
        (1234, "[$¥-804]#,##0", "¥1,234"),
        (1234, '"¥"#,##0.00', "¥1,234.00"),
        (123456, '0!.0,"万"', "12.3万"),
        (123456, '0.0,"千"', "123.5千"),
        (123456, "0.00,,", "0.12"),
        (12345, '[>=10000]0!.0,"万";0', "1.2万"),
        (1234, '[>=10000]0!.0,"万";0', "1234"),
        (9, "000", "009"),
        (13812345678, "000-0000-0000", "138-1234-5678"),
        (1.5, "# ?/?", "1.5"),
        (12345, "0.00E+00", "12345"),
        (5, ";;;", ""),
        (7, 'G/通用格式"座"', "7座"),
        (7, "@", "7"),
        (0.5, "[nonsense", "0.5"),
        ("文字", "0.00", "文字"),
        ("#DIV/0!", "0", ""),
        (None, "0", ""),
        (True, "General", "TRUE"),
        (math.nan, "0", ""),
        (datetime(2022, 3, 5), "yyyy/m/d", "2022/3/5"),
        (datetime(2022, 3, 5), 'yyyy"年"m"月"d"日"', "2022年3月5日"),
        (datetime(2022, 3, 5), '[$-804]yyyy"年"m"月";@', "2022年3月"),
        (datetime(2022, 3, 5), "yy-mm-dd", "22-03-05"),
        (datetime(2022, 3, 5), "aaaa", "星期六"),
        (datetime(2022, 3, 5, 14, 7, 9), "yyyy-mm-dd hh:mm:ss", "2022-03-05 14:07:09"),
        (datetime(2022, 3, 5, 14, 7), "h:mm AM/PM", "2:07 PM"),
        (datetime(2022, 3, 5, 14, 7), "上午/下午h:mm", "下午2:07"),
        (date(2022, 3, 5), "General", "2022-03-05"),
        (time(14, 7), "h:mm", "14:07"),
        (timedelta(hours=30), "[h]:mm:ss", "30:00:00"),
    ],
)
def test_a_cell_shows(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format) == shown


@given(
    st.one_of(st.integers(), st.floats(), st.datetimes(), st.times()),
    st.text('0#?.,%;"\\!_*[]$-ymdhsE+年G/@', max_size=12),
)
def test_any_format_shows_something(value: object, number_format: str) -> None:
    assert isinstance(displayed(value, number_format), str)


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_number_shown_with_two_decimals_is_the_number(value: float) -> None:
    assert abs(float(displayed(value, "#,##0.00").replace(",", "")) - value) <= 0.005 + 1e-9 * abs(value)
