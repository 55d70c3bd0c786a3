"""Tables without lines are told from prose, from lists and from columns by the places of their words alone."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from ingest.readers import read
from ingest.readers.aligned import tables
from ingest.readers.sheets import Fragment
from tests.ingest.readers.printing import FONT

TABLE = [
    ("指标", "单位", "2023年", "2024年"),
    ("公路总里程", "公里", "2630.5", "2688.1"),
    ("客运量", "万人", "356", "401"),
    ("货运周转量", "万吨公里", "98765", "102345"),
]
PLACES = (70, 200, 280, 360)


def _row(top: float, cells: tuple[str, ...], places: tuple[float, ...] = PLACES) -> list[Fragment]:
    return [
        Fragment(cell, x0, top, x0 + 11 * len(cell), top + 11, 11)
        for x0, cell in zip(places, cells, strict=True)
        if cell
    ]


def _page(*rows: tuple[str, ...], places: tuple[float, ...] = PLACES) -> list[Fragment]:
    return [fragment for at, row in enumerate(rows) for fragment in _row(100 + 20 * at, row, places)]


def test_figures_in_columns_under_their_names_are_a_table() -> None:
    prose = [Fragment("主要指标完成情况如下。", 70, 70, 190, 81, 11)]
    (grid,), rest = tables([*prose, *_page(*TABLE)])
    assert grid.rows == tuple(TABLE)
    assert rest == prose


def test_a_cell_may_be_empty_and_a_figure_stand_at_either_edge_of_its_column() -> None:
    fragments = _page(*TABLE[:2], ("客运量", "万人", "", "401"), TABLE[3])
    moved = [Fragment(f.text, f.x0 + 8, f.top, f.x1 + 8, f.bottom, f.size) if f.text == "401" else f for f in fragments]
    (grid,), _ = tables(moved)
    assert grid.rows[2] == ("客运量", "万人", "", "401")


def test_a_line_over_the_table_that_crosses_its_columns_is_none_of_its_rows() -> None:
    above = [Fragment("2024年主要指标完成情况", 120, 85, 290, 96, 11), Fragment("单位见表", 320, 85, 364, 96, 11)]
    (grid,), rest = tables([*above, *_page(*TABLE)])
    assert grid.rows == tuple(TABLE)
    assert rest == above


def test_prose_in_three_columns_lists_of_names_and_two_columns_are_no_tables() -> None:
    prose = [("完成投资三十六亿元", "新建公路二十三公里", "建成桥梁五座并通车")] * 8
    names = [("张某", "李某", "王某")] * 5
    assert tables(_page(*prose, places=(70, 230, 390)))[0] == []
    assert tables(_page(*names, places=(70, 230, 390)))[0] == []
    assert tables(_page(*[row[:2] for row in TABLE], places=PLACES[:2]))[0] == []
    assert tables(_page(*TABLE[:2]))[0] == []


def test_the_rows_of_a_printed_table_without_lines_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "指标.pdf"
    canvas = Canvas(str(path))
    for page in (TABLE, [("旅客周转量", "万人公里", "6512", "7034"), ("港口吞吐量", "万吨", "120", "131")]):
        canvas.setFont(FONT, 11)
        for at, row in enumerate(page):
            for x, cell in zip(PLACES, row, strict=True):
                canvas.drawString(x, 780 - 22 * at, cell)
        canvas.drawString(70, 660, "2024年完成投资36亿元。")
        canvas.showPage()
    canvas.save()
    assert read(path).text.split("\n")[:4] == [
        "指标：公路总里程；单位：公里；2023年2630.5公里；2024年2688.1公里。",
        "指标：客运量；单位：万人；2023年356万人；2024年401万人。",
        "指标：货运周转量；单位：万吨公里；2023年98765万吨公里；2024年102345万吨公里。",
        "2024年完成投资36亿元。",
    ]
