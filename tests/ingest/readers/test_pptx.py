"""Slides, built by python-pptx."""

from __future__ import annotations

from pathlib import Path

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Inches

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import read
from tests.ingest.readers.damage import read_or_refused
from tests.ingest.readers.strictly import strict


@pytest.fixture
def deck() -> Presentation:
    return pptx.Presentation()


def _saved(deck: Presentation, folder: Path) -> Path:
    path = folder / "汇报.pptx"
    deck.save(str(path))
    return path


def _slide(deck: Presentation, title: str, *lines: str) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title  # type: ignore[union-attr]
    slide.placeholders[1].text = "\n".join(lines)  # type: ignore[attr-defined]
    return slide


def _box(slide: Slide, text: str, left: float, top: float) -> None:
    slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5)).text_frame.text = text


def test_slides_are_pages_and_titles_headings(deck: Presentation, tmp_path: Path) -> None:
    _slide(deck, "2022年工作总结", "完成投资３６亿元。", "新增23公里。")
    _slide(deck, "2023年工作计划", "计划投资40亿元。")
    document = read(_saved(deck, tmp_path))
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "2022年工作总结\n完成投资36亿元。\n新增23公里。\n"),
        (2, "2023年工作计划\n计划投资40亿元。"),
    ]
    assert [document.text[heading.start : heading.end] for heading in document.headings] == [
        "2022年工作总结",
        "2023年工作计划",
    ]


def test_shapes_are_read_row_by_row_whatever_their_order_in_the_file(deck: Presentation, tmp_path: Path) -> None:
    slide = _slide(deck, "总体情况", "概述")
    for text, left, top in (("右下", 5, 6.4), ("左下", 1, 6.5), ("最上", 1, 0.1), ("右中", 5, 5.0), ("左中", 1, 5.1)):
        _box(slide, text, left, top)
    assert read(_saved(deck, tmp_path)).text.split("\n") == "总体情况 最上 概述 左中 右中 左下 右下".split()


def test_groups_are_looked_into(deck: Presentation, tmp_path: Path) -> None:
    slide = _slide(deck, "情况", "概述")
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(1), Inches(5), Inches(2), Inches(1))
    box.text_frame.text = "完成36亿元"
    assert read(_saved(deck, tmp_path)).text.split("\n") == ["情况", "概述", "完成36亿元"]


def test_tables_are_sentences_and_merged_cells_are_told_once(deck: Presentation, tmp_path: Path) -> None:
    slide = _slide(deck, "附表", "概述")
    table = slide.shapes.add_table(4, 3, Inches(1), Inches(5), Inches(5), Inches(1)).table
    rows = ["类别 规模（公里） _", "类别 新建 改建", "县道 12 3", "_ 8 0"]
    for place, row in enumerate(rows):
        for column, text in enumerate(row.split()):
            table.cell(place, column).text = text.strip("_")
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    document = read(_saved(deck, tmp_path))
    assert document.text.split("\n")[2:] == [
        "类别：县道；规模新建12公里；规模改建3公里。",
        "类别：县道；规模新建8公里；规模改建0公里。",
    ]


def test_the_numbers_of_a_chart_are_read(deck: Presentation, tmp_path: Path) -> None:
    slide = _slide(deck, "投资", "概述")
    data = CategoryChartData(number_format='0.0"亿元"')
    data.categories = ["2021年", "2022年"]
    data.add_series("完成投资", (30, 36.5))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(5), Inches(4), Inches(2), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "历年完成投资"
    lines = read(_saved(deck, tmp_path)).text.split("\n")
    assert lines[2:] == ["历年完成投资", "2021年；完成投资30.0亿元。", "2022年；完成投资36.5亿元。"]


def test_notes_are_marked_and_hidden_slides_and_furniture_left_out(deck: Presentation, tmp_path: Path) -> None:
    _slide(deck, "情况", "概述").notes_slide.notes_text_frame.text = "讲到36亿元。"  # type: ignore[union-attr]
    _slide(deck, "草稿", "不要")._element.set("show", "0")
    footer = _slide(deck, "结束", "谢谢")
    footer.shapes._spTree.append(
        parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="9" name="x"/><p:cNvSpPr/><p:nvPr><p:ph type="ftr"/></p:nvPr>'
            "</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>某局</a:t></a:r></a:p></p:txBody></p:sp>"
        )
    )
    document = read(_saved(deck, tmp_path))
    assert document.text.split("\n") == ["情况", "概述", "备注：讲到36亿元。", "结束", "谢谢"]
    assert [page.number for page in document.pages] == [1, 3]
    assert "第 2 张" in document.notes[0]


def test_numbers_of_lists_are_written_out(deck: Presentation, tmp_path: Path) -> None:
    slide = _slide(deck, "情况", "建路", "修桥", "其他")
    for paragraph in slide.placeholders[1].text_frame.paragraphs[:2]:  # type: ignore[attr-defined]
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum {nsdecls("a")} type="ea1ChsPeriod"/>'))
    assert read(_saved(deck, tmp_path)).text.split("\n") == ["情况", "一、建路", "二、修桥", "其他"]


def test_too_many_slides_are_refused_with_the_setting_named(deck: Presentation, tmp_path: Path) -> None:
    for _ in range(3):
        _slide(deck, "情况", "概述")
    with pytest.raises(IngestError, match="WENBAO_MAX_PAGES"):
        read(_saved(deck, tmp_path), Limits(pages=2))


def test_a_presentation_damaged_anywhere_is_read_or_refused(deck: Presentation, tmp_path: Path) -> None:
    _slide(deck, "情况", "概述")
    path = _saved(deck, tmp_path)
    read_or_refused(read, path, times=100)


def test_the_strict_variant_is_read_as_the_transitional_one(deck: Presentation, tmp_path: Path) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "2024年工作汇报"
    slide.placeholders[1].text = "完成投资36亿元。"
    path = _saved(deck, tmp_path)
    assert read(path).text == "2024年工作汇报\n完成投资36亿元。"
    assert read(strict(path)) == read(path)
