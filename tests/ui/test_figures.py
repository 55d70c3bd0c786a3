"""What is looked up, as HTML: numbers and units apart, done and planned told apart, text inert."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.indicators import Indicator
from bot.lookup import Found, Group, Line
from ingest.document import Figure, Period, Report
from ui import figures

HOSTILE = '"><img src=x onerror=alert(1)>'


def line(text: str, value: int, whose: str = "青石县", status: str = "done", year: int = 2024, start: int = 5) -> Line:
    report = Report("r1", "a.txt", "0" * 64, f"{whose}报告", whose, year)
    period = Period(year, year, status)  # type: ignore[arg-type]
    figure = Figure(0, start, start + 4, text, "quantity", Decimal(value), "元", "投资", period=period)
    return Line(report, figure, Indicator("投资", "元", "quantity", "", False))


def group(*lines: Line) -> Group:
    return Group(lines[0].indicator, "投资", lines)


@pytest.mark.parametrize(
    ("text", "unit", "kind", "expected"),
    [
        ("36亿元", "元", "quantity", ("36", "亿元")),
        ("约2.8万亿元", "元", "quantity", ("约2.8", "万亿元")),
        ("4.5%左右", "%", "percent", ("4.5左右", "%")),
        ("4.5%—5%", "%", "percent", ("4.5—5", "%")),
        ("2000余处", "处", "quantity", ("2000余", "处")),
        ("全国第4位", "名", "rank", ("全国第4位", "")),
        ("翻一番", "倍", "ratio", ("翻一番", "")),
    ],
)
def test_a_figure_is_parted_into_number_and_unit(text: str, unit: str, kind: str, expected: tuple[str, str]) -> None:
    assert figures.parted(Figure(0, 0, 1, text, kind, Decimal(1), unit)) == expected  # type: ignore[arg-type]


def test_every_row_says_which_sentence_it_opens() -> None:
    html = figures.table([group(line("36亿元", 36, start=17))], None)
    assert 'data-report="r1" data-start="17"' in html


def test_long_tables_are_cut_and_say_by_how_much() -> None:
    html = figures.table([group(*(line("36亿元", 36, start=n) for n in range(30)))], 10)
    assert html.count("<tr data-report") == 10
    assert "显示其余 20 条" in html


def test_bars_are_as_long_as_their_figures_and_tell_plans_from_results() -> None:
    html = figures.bars(group(line("40亿元", 40), line("10亿元", 10, "白水县", "planned")))
    assert 'bar-fill done" style="width:100.0%' in html
    assert 'bar-fill planned" style="width:25.0%' in html


def test_one_figure_makes_no_chart_and_a_result_without_a_plan_no_comparison() -> None:
    assert figures.bars(group(line("36亿元", 36))) == ""
    assert figures.comparison(group(line("36亿元", 36), line("40亿元", 40, "白水县"))) == ""


def test_done_stands_beside_planned() -> None:
    html = figures.comparison(group(line("36亿元", 36), line("40亿元", 40, status="planned", year=2025)))
    done, planned = html.partition("</td>")[::2]
    assert "36亿元" in done
    assert "40亿元" in planned


def test_text_of_reports_is_never_taken_for_html() -> None:
    lines = (line(HOSTILE, 36, HOSTILE), line(HOSTILE, 40, HOSTILE, "planned"))
    held = Group(lines[0].indicator, HOSTILE, lines)
    html = figures.result(Found(lines, 2, (HOSTILE,)), [held, held], 0, 0.1) + figures.nothing(HOSTILE)
    assert "<img" not in html
