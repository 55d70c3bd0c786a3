"""What is exported can be read in Excel and runs nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bot.answer import Citation
from bot.indicators import Indicator
from bot.lookup import Group, Line
from ingest.document import Figure, Period, Report
from ingest.errors import LibraryError
from ui import workbook

FORMULA = '=HYPERLINK("http://evil.example","点")'


def line(subject: str, text: str = "36亿元", status: str = "done", year: int = 2024) -> Line:
    report = Report("r1", "总结.txt", "0" * 64, "工作总结", "青石县", 2024)
    period = Period(year, year, status)  # type: ignore[arg-type]
    figure = Figure(0, 5, 9, text, "quantity", Decimal("3600000000"), "元", subject, period=period)
    return Line(report, figure, Indicator(subject, "元", "quantity", "", False))


def cite(found: Line) -> Citation:
    return Citation(1, "工作总结", "总结.txt", ("一、工程",), f"{found.figure.subject}36亿元。", 0, 9, 2, "r1")


def written(tmp_path: Path, lines: tuple[Line, ...], citing: object = cite) -> openpyxl.Workbook:
    path = tmp_path / "a.xlsx"
    workbook.write(path, [Group(lines[0].indicator, "投资", lines)], citing)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


def test_a_line_stands_with_its_number_its_sentence_and_its_place(tmp_path: Path) -> None:
    heads, row = written(tmp_path, (line("投资"),))["数据"].values
    found = dict(zip(heads, row, strict=True))
    assert found["数值"] == 3_600_000_000
    assert (found["原文数值"], found["单位"], found["年份"], found["完成/计划"]) == ("36亿元", "元", "2024年", "完成")
    assert (found["章节"], found["原文"], found["文件"], found["页"]) == ("一、工程", "投资36亿元。", "总结.txt", 2)


@pytest.mark.parametrize("text", [FORMULA, "+1+1", "-1", "@SUM(A1)", "\t=1"])
def test_text_that_looks_like_a_formula_is_text(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path, (line(text),))["数据"]
    cell = next(cell for cell in sheet[2] if cell.value == text)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_what_no_file_may_hold_is_left_out(tmp_path: Path) -> None:
    sheet = written(tmp_path, (line("投\x00资\x1f" + "长" * 40_000),))["数据"]
    assert sheet.cell(2, 1).value.startswith("投资长")
    assert len(sheet.cell(2, 1).value) <= 32_767


def test_done_stands_beside_planned_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    lines = (line("投资"), line("投资", "40亿元", "planned", 2025))
    _, row = written(tmp_path, lines)["完成与计划"].values
    assert row == ("投资", "青石县", "36亿元", "2024年", "40亿元", "2025年")


def test_a_report_that_has_left_leaves_its_line(tmp_path: Path) -> None:
    def gone(found: Line) -> Citation:
        raise LibraryError("已移除")

    _, row = written(tmp_path, (line("投资"),), gone)["数据"].values
    assert "36亿元" in row
