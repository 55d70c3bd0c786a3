"""Figures as an .xlsx file: every line with its sentence and where it stands, and done beside planned.

Report text is data: no cell is ever a formula, whatever it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.answer import Citation
from bot.lookup import Comparison, Group, Line, compare
from ingest.errors import WenbaoError
from ui.figures import STATUSES, parted

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

#: Excel's limit for one cell
_LONGEST = 32_000
#: what no XML may hold
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_COLUMNS = (
    ("指标", 34), ("口径", 12), ("原文数值", 16), ("数值", 16), ("至", 12), ("单位", 10), ("年份", 14), ("完成/计划", 10),
    ("单位或地区", 20), ("报告", 36), ("章节", 36), ("原文", 70), ("文件", 34), ("页", 6),
)  # fmt: skip


def write(path: Path, groups: Sequence[Group], cite: Callable[[Line], Citation]) -> None:
    """Write the figures found to a file, in the order of the page.

    :param cite: a line's citation; where it raises WenbaoError, the line stands without its sentence.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    _lay_out(sheet, [name for name, _ in _COLUMNS], [width for _, width in _COLUMNS])
    for group in groups:
        for line in group.lines:
            sheet.append(_cells(sheet, _row(group, line, cite)))
    sheet = book.create_sheet("完成与计划")
    _lay_out(sheet, ["指标", "单位或地区", "完成", "完成年份", "计划", "计划年份"], [34, 20, 18, 14, 18, 14])
    for group in groups:
        for row in compare(group.lines):
            sheet.append(_cells(sheet, [group.name, row.whose, *_sides(row)]))
    book.save(path)


def _lay_out(sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    cells = _cells(sheet, names)
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)


def _row(group: Group, line: Line, cite: Callable[[Line], Citation]) -> list[Any]:
    figure = line.figure
    try:
        citation = cite(line)
        where: list[Any] = [" › ".join(citation.section), citation.quote.strip(), line.report.file, citation.page]
    except WenbaoError:  # the report has left since it was found
        where = ["", "", line.report.file, None]
    change = {"up": "增长", "down": "下降"}.get(figure.change, "")
    return [
        line.subject or group.name, change or "水平", figure.text, figure.value, figure.upper,
        figure.unit or parted(figure)[1], line.years, STATUSES[figure.period.status], line.whose, line.report.title, *where,
    ]  # fmt: skip


def _sides(row: Comparison) -> list[str]:
    return [
        "；".join(part(line) for line in side)
        for side in (row.done, row.planned)
        for part in (lambda line: line.figure.text, lambda line: line.years)
    ]


def _cells(sheet: Any, values: Iterable[Any]) -> list[Cell]:
    """Cells that are numbers or text, never formulas: text keeps Excel's own mark that it is (the leading quote)."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    cells = []
    for value in values:
        text = isinstance(value, str)
        cell = WriteOnlyCell(sheet, _CONTROL.sub("", value)[:_LONGEST] if text else value)
        if text:
            cell.data_type = "s"
            cell.quotePrefix = value[:1] in ("=", "+", "-", "@", "\t", "\r")
            cell.alignment = Alignment(vertical="top", wrap_text=len(value) > 40)
        cells.append(cell)
    return cells
