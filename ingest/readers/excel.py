"""Sheets of Excel and WPS (.xlsx): every table of every sheet that is shown, its cells as they are displayed.

Hidden sheets, rows and columns are left out, for nobody could check there what is quoted; rows that only a filter hides
are read. A formula gives the value that was last worked out for it; where a program wrote formulas and never worked them out,
LibreOffice does, where it is installed.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet.worksheet import Worksheet

from ingest.document import Document
from ingest.errors import AGAIN, IngestError
from ingest.limits import Limits
from ingest.readers import office, tables
from ingest.readers.blocks import Block, compose
from ingest.readers.displayed import CHINESE_FORMATS, displayed
from ingest.readers.package import checked
from ingest.readers.tables import Cells

#: the names that programs give to sheets, which say nothing
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)

#: the part of a package that is a sheet; in it, an element that is a formula
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")

#: a line broken by hand inside a name: 「X009⏎淄安路」; between two words of Chinese it may part the items of a list
_TORN = re.compile(r"(?<=[A-Za-z0-9])\s*\n\s*(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])\s*\n\s*(?=[（(])")


def read(path: Path, limits: Limits) -> Document:
    """The document in a workbook; the sheets' names are headings, where they are names.

    :raises IngestError: where the file cannot be opened, is empty, encrypted or damaged, or holds more sheets or text
        than ``limits`` allow.
    """
    stream = checked(path, limits)
    missing = _uncalculated(stream)
    worked_out = office.calculated(stream.getvalue(), path, limits) if missing else None
    if worked_out:
        stream, missing = BytesIO(worked_out), 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl cannot keep, which is nothing that is read here
            book = openpyxl.load_workbook(stream, data_only=True, keep_links=False)
    except Exception as fault:  # a damaged file can fail anywhere in XML or the format itself
        reason = type(fault).__name__
        raise IngestError(
            f"{path}：表格文件已损坏（{reason}）。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后再收入。"
        ) from fault
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if len(shown) > limits.pages:
        raise IngestError(
            f"{path}：有 {len(shown)} 张工作表，超过 {limits.pages} 张的上限。请拆分后再收入，或调大设置 WENBAO_MAX_PAGES。"
        )
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    document = compose(_blocks(shown, book.epoch, path, limits))
    notes: tuple[str, ...] = (f"隐藏的工作表没有收入：{'、'.join(hidden)}。",) if hidden else ()
    if missing:
        notes += (
            f"{missing} 个公式没有算出结果，没有收入。请用 Excel 或 WPS 打开，保存后重新收入；或安装 LibreOffice，{AGAIN}。",
        )
    return replace(document, notes=notes, partly=bool(missing))


def _uncalculated(stream: BytesIO) -> int:
    """How many formulas of a workbook have no value, as those that a program wrote which cannot calculate.

    A text that is empty is a value (ECMA-376-1 §18.18.11, "str").
    """
    found = 0
    try:
        with zipfile.ZipFile(stream) as package:
            for name in package.namelist():
                if not _SHEET.fullmatch(name) or not _FORMULA.search(sheet := package.read(name)):
                    continue
                for _, row in etree.iterparse(BytesIO(sheet), tag="{*}row", resolve_entities=False, no_network=True):
                    found += sum(
                        cell.find("{*}f") is not None and cell.get("t") != "str" and not cell.findtext("{*}v")
                        for cell in row
                    )
                    row.clear()
    except Exception:  # openpyxl will say what is damaged
        return 0
    finally:
        stream.seek(0)
    return found


def _blocks(sheets: Sequence[Any], epoch: Any, path: Path, limits: Limits) -> Iterator[Block]:
    left = limits.characters
    for sheet in sheets:
        rows = _rows(sheet, epoch)
        left -= sum(len(cell or "") for row in rows for cell in row)
        if left < 0:
            raise IngestError(
                f"{path}：文字超过 {limits.characters} 字的上限。请拆分后再收入，或调大设置 WENBAO_MAX_CHARACTERS。"
            )
        if any(map(any, rows)) and not _UNNAMED.fullmatch(sheet.title):
            yield Block(sheet.title, level=1)
        yield from (Block(rows=part) for part in tables.apart(rows))


def _rows(sheet: Worksheet, epoch: Any) -> list[Cells]:
    """The rows of a sheet that hold anything, with an empty row wherever some between them hold nothing."""
    words = _words(sheet, epoch)
    if not words:
        return []
    columns = sorted({column for _, column in words})
    found: list[Cells] = []
    last = 0
    for row in sorted({row for row, _ in words}):
        if last and row > last + 1:
            found.append(())
        found.append(tuple(words.get((row, column), "") for column in columns))
        last = row
    return found


def _words(sheet: Worksheet, epoch: Any) -> dict[tuple[int, int], str | None]:
    """(row, column) -> what is displayed there, for the cells that show anything and those merged with one."""
    columns = _hidden_columns(sheet)
    rows = _hidden_rows(sheet)
    # Only cells that the file holds: to walk over the rectangle would create every cell of a sheet that is formatted
    # down to row 1,048,576.
    words: dict[tuple[int, int], str | None] = {}
    for (row, column), cell in sheet._cells.items():
        if row not in rows and column not in columns and (text := _TORN.sub("", _shown(cell, epoch).strip())):
            words[row, column] = text
    used = {row for row, _ in words}, {column for _, column in words}
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = merged.bounds
        if shown := words.get((top, left)):
            for row in [row for row in used[0] if top <= row <= bottom]:
                words.update({(row, c): None for c in used[1] if left < c <= right})
                words[row, left] = shown
    return words


def _shown(cell: Any, epoch: Any) -> str:
    number = cell._style.numFmtId if cell.has_style else 0
    if number not in CHINESE_FORMATS:
        return displayed(cell.value, cell.number_format)
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):  # openpyxl does not know these for dates
        try:
            value = from_excel(value, epoch)
        except (ValueError, OverflowError):
            return displayed(value)
    return displayed(value, CHINESE_FORMATS[number])


def _hidden_rows(sheet: Worksheet) -> set[int]:
    hidden = {row for row, dimension in sheet.row_dimensions.items() if dimension.hidden}
    filtered = sheet.auto_filter.ref
    if filtered and sheet.auto_filter.filterColumn:
        try:
            _, top, _, bottom = range_boundaries(filtered)
        except ValueError:
            return hidden
        return {row for row in hidden if not (top or 0) <= row <= (bottom or 0)}
    return hidden


def _hidden_columns(sheet: Worksheet) -> set[int]:
    return {
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for column in range(dimension.min or 0, (dimension.max or 0) + 1)
    }
