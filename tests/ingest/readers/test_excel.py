"""Workbooks, built by openpyxl as an office lays its sheets out."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import office, read
from tests.ingest.readers import libreoffice
from tests.ingest.readers.damage import read_or_refused
from tests.ingest.readers.strictly import strict


@pytest.fixture
def book() -> Workbook:
    return openpyxl.Workbook()


def _saved(book: Workbook, folder: Path) -> Path:
    path = folder / "附表.xlsx"
    book.save(path)
    return path


def _filled(book: Workbook, rows: list[list[object]]):
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    return sheet


def test_every_row_can_be_asked_for(book: Workbook, tmp_path: Path) -> None:
    _filled(book, [["路线", "里程（公里）", "投资（万元）"], ["X009淄安路", 12.3, 3500], ["X019鲁沟路", 8, 2100]])
    document = read(_saved(book, tmp_path))
    assert document.text.split("\n") == [
        "路线：X009淄安路；里程12.3公里；投资3500万元。",
        "路线：X019鲁沟路；里程8公里；投资2100万元。",
    ]
    assert document.tables[0].rows[1] == ("X009淄安路", "12.3", "3500")


def test_the_sheet_that_an_office_prints(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(
        book,
        [
            ["2022年农村公路建设情况表", None, None, None, None],
            ["填报单位：交通运输局", None, None, None, "单位：公里、万元"],
            ["序号", "路线", "建设里程", None, "投资"],
            [None, None, "新建", "改建", None],
            [1, "X009\n淄安路", 12.3, 3, 3500],
            [2, None, 8, 0, 2100],
            ["合计", None, 20.3, 3, 5600],
        ],
    )
    for area in ("A1:E1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "B5:B6", "A7:B7"):
        sheet.merge_cells(area)
    assert read(_saved(book, tmp_path)).text.split("\n") == [
        "2022年农村公路建设情况表",
        "填报单位：交通运输局 单位：公里、万元",
        "序号：1；路线：X009淄安路；建设里程新建12.3公里；建设里程改建3公里；投资3500万元。",
        "序号：2；路线：X009淄安路；建设里程新建8公里；建设里程改建0公里；投资2100万元。",
        "序号：合计；建设里程新建20.3公里；建设里程改建3公里；投资5600万元。",
    ]


def test_sheets_are_sections(book: Workbook, tmp_path: Path) -> None:
    _filled(book, [["路线", "里程"], ["甲", "3公里"]]).title = "县道"
    for name in ("乡道", "Sheet2", "空表"):
        book.create_sheet(name)
    book["乡道"].append(["路线", "里程"])
    book["乡道"].append(["乙", "5公里"])
    book["Sheet2"].append(["备注"])
    document = read(_saved(book, tmp_path))
    assert document.text.split("\n") == ["县道", "路线：甲；里程3公里。", "乡道", "路线：乙；里程5公里。", "备注"]
    assert [document.text[heading.start : heading.end] for heading in document.headings] == ["县道", "乡道"]


def test_numbers_and_dates_are_as_displayed(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(
        book, [["指标", "值"], ["甲", 0.955], ["乙", 1234567.5], ["丙", datetime(2022, 3, 5)], ["丁", 44621]]
    )
    for cell, number_format in (("B2", "0.0%"), ("B3", "#,##0.00"), ("B4", 'yyyy"年"m"月"d"日"')):
        sheet[cell].number_format = number_format
    sheet["B5"].number_format = "0.00"  # so that it has a style of its own; 57 is a date that openpyxl does not know
    sheet["B5"]._style.numFmtId = 57
    assert read(_saved(book, tmp_path)).text.split("\n") == [
        "指标：甲；值95.5%。",
        "指标：乙；值为1,234,567.50。",
        "指标：丙；值2022年3月5日。",
        "指标：丁；值2022年3月。",
    ]


def test_what_is_hidden_is_left_out_and_what_is_filtered_is_not(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(
        book, [["路线", "内部", "里程"], ["甲", "密", "3公里"], ["乙", "密", "5公里"], ["丙", "密", "7公里"]]
    )
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("草稿").append(["不要"])
    book["草稿"].sheet_state = "hidden"
    document = read(_saved(book, tmp_path))
    assert document.text.split("\n") == ["路线：甲；里程3公里。", "路线：丙；里程7公里。"]
    assert "草稿" in document.notes[0]
    sheet.auto_filter.ref = "A1:C4"
    sheet.auto_filter.add_filter_column(0, ["甲", "丙"])
    assert "乙" in read(_saved(book, tmp_path)).text


def test_several_tables_on_a_sheet(book: Workbook, tmp_path: Path) -> None:
    rows = [["路线", "里程"], ["甲", "3公里"], [], ["乙", "5公里"], [], ["养护情况"], ["单位", "人数"], ["养护站", 12]]
    _filled(book, rows)
    assert read(_saved(book, tmp_path)).text.split("\n") == [
        "路线：甲；里程3公里。",
        "路线：乙；里程5公里。",
        "养护情况",
        "单位：养护站；人数为12。",
    ]


def test_a_sheet_formatted_to_its_last_row_is_read_at_once(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(book, [["路线", "里程"], ["甲", "3公里"]])
    sheet["XFD1048576"].number_format = "0.00"
    sheet["A1048576"] = "注：以上为年报数。"
    sheet.merge_cells("A1048576:XFD1048576")
    assert read(_saved(book, tmp_path)).text.split("\n") == ["路线：甲；里程3公里。", "注：以上为年报数。"]


def test_formulas_give_the_value_worked_out_last(book: Workbook, tmp_path: Path) -> None:
    _filled(book, [["路线", "里程（公里）"], ["甲", 3], ["合计", "=SUM(B2:B2)"]])
    path = _saved(book, tmp_path)
    whole = path.with_name("算过.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"<f>SUM(B2:B2)</f><v />", b"<f>SUM(B2:B2)</f><v>3</v>")
            new.writestr(name, data.replace(b"<f>SUM(B2:B2)</f><v></v>", b"<f>SUM(B2:B2)</f><v>3</v>"))
    assert read(whole).text.split("\n")[-1] == "路线：合计；里程3公里。"


@pytest.mark.parametrize(
    ("limits", "setting"),
    [(Limits(pages=1), "WENBAO_MAX_PAGES"), (Limits(characters=10), "WENBAO_MAX_CHARACTERS")],
)
def test_limits_are_kept_with_the_setting_named(limits: Limits, setting: str, book: Workbook, tmp_path: Path) -> None:
    _filled(book, [["路线", "里程"], ["甲" * 20, "3公里"]])
    book.create_sheet("乡道")
    with pytest.raises(IngestError, match=setting):
        read(_saved(book, tmp_path), limits)


def test_an_empty_workbook_is_refused(book: Workbook, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="没有文字"):
        read(_saved(book, tmp_path))


def test_a_workbook_damaged_anywhere_is_read_or_refused(book: Workbook, tmp_path: Path) -> None:
    _filled(book, [["路线", "里程"], ["甲", "3公里"]])
    path = _saved(book, tmp_path)
    read_or_refused(read, path, times=60)


def test_the_strict_variant_is_read_as_the_transitional_one(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(book, [["路线", "完成时间", "比例"], ["X009淄安路", datetime(2024, 3, 5), 0.125]])
    sheet["B2"].number_format, sheet["C2"].number_format = "yyyy/m/d", "0.0%"
    book.iso_dates = True  # as the strict variant writes them
    path = _saved(book, tmp_path)
    assert read(strict(path)) == read(path)
    assert "2024/3/5" in read(strict(path)).text


FORMULAS = [
    ["项目", "2023年", "2024年", "增长"],
    ["公路", 100, 120, "=(C2-B2)/B2"],
    ["合计", "=SUM(B2:B2)", 120, '=""'],
]


def test_formulas_that_were_never_worked_out_are_told(
    book: Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a workbook that openpyxl or a database has written."""
    monkeypatch.setattr(office, "find_program", lambda: None)
    _filled(book, FORMULAS)
    document = read(_saved(book, tmp_path))
    assert document.text.split("\n") == ["项目：公路；2023年：100；2024年：120。", "项目：合计；2024年：120。"]
    assert document.partly
    assert "3 个公式没有算出结果" in document.notes[0]
    assert "--retry-failed" in document.notes[0]


@pytest.mark.slow
@libreoffice.needed
def test_formulas_that_were_never_worked_out_are_worked_out_by_libreoffice(book: Workbook, tmp_path: Path) -> None:
    sheet = _filled(book, FORMULAS)
    sheet["D2"].number_format = "0.0%"
    document = read(_saved(book, tmp_path))
    assert "项目：公路；2023年：100；2024年：120；增长20.0%。" in document.text
    assert (document.notes, document.partly) == ((), False)
    again = read(libreoffice.save_as(tmp_path / "附表.xlsx", ".ods"))
    assert again.text == document.text
