"""Word files, built by python-docx and, where it cannot, from the XML that Word writes."""

from __future__ import annotations

import random
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import IngestError
from ingest.readers import read


@pytest.fixture
def word() -> WordDocument:
    return docx.Document()


def _saved(document: WordDocument, folder: Path) -> Path:
    path = folder / "报告.docx"
    document.save(str(path))
    return path


def test_headings_paragraphs_and_tables_in_order(word: WordDocument, tmp_path: Path) -> None:
    word.add_paragraph("交通局２０２２年工作总结", style="Title")
    word.add_heading("一、工程建设", level=1)
    word.add_paragraph("完成投资３６亿元。")
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ["路线", "里程", "X009淄安路", "12公里"], strict=True):
        cell.text = text
    word.add_heading("（一）农村公路", level=2)
    word.add_paragraph("新增\n改建23公里。")
    document = read(_saved(word, tmp_path))
    assert document.text.split("\n") == [
        "交通局2022年工作总结",
        "一、工程建设",
        "完成投资36亿元。",
        "路线：X009淄安路；里程：12公里。",
        "（一）农村公路",
        "新增",
        "改建23公里。",
    ]
    headings = [(document.text[h.start : h.end], h.level) for h in document.headings]
    assert headings == [("一、工程建设", 1), ("（一）农村公路", 2)]
    assert document.tables[0].rows == (("路线", "里程"), ("X009淄安路", "12公里"))


def test_a_style_based_on_a_heading_is_one(word: WordDocument, tmp_path: Path) -> None:
    style = word.styles.add_style("公文一级", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Heading 2"]
    word.add_paragraph("（一）工程建设", style="公文一级")
    assert read(_saved(word, tmp_path)).headings[0].level == 2


def test_an_outline_level_of_the_paragraph_counts(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("一、工程建设")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    assert read(_saved(word, tmp_path)).headings[0].level == 1


def test_tracked_changes_count_as_accepted(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("完成投资")
    for kind, tag, text in (("del", "delText", "30亿元"), ("ins", "t", "36亿元")):
        run = f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"
        paragraph._p.append(parse_xml(f'<w:{kind} {nsdecls("w")} w:id="1" w:author="甲">{run}</w:{kind}>'))
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元"


def test_content_controls_and_links_keep_their_words(word: WordDocument, tmp_path: Path) -> None:
    inner = "<w:p><w:hyperlink w:anchor='a'><w:r><w:t>临临高速</w:t></w:r></w:hyperlink></w:p>"
    word.element.body.insert(0, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{inner}</w:sdtContent></w:sdt>"))
    assert read(_saved(word, tmp_path)).text == "临临高速"


def test_the_table_of_contents_is_left_out(word: WordDocument, tmp_path: Path) -> None:
    word.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("一、工程建设\t1", style="toc 1")
    word.add_paragraph("完成投资36亿元。")
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元。"


def test_merged_cells_are_told_once_across_and_in_every_row_down(word: WordDocument, tmp_path: Path) -> None:
    table = word.add_table(4, 3)
    rows = [["重点工程", "", ""], ["类别", "路线", "里程"], ["县道", "X009", "12公里"], ["", "X019", "8公里"]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    assert read(_saved(word, tmp_path)).text.split("\n") == [
        "重点工程",
        "类别：县道；路线：X009；里程：12公里。",
        "类别：县道；路线：X019；里程：8公里。",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空文件"),
        (b"not a zip file", "已损坏"),
        (b"PK\x03\x04" + bytes(100), "已损坏"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "密码"),
    ],
)
def test_damaged_and_encrypted_files_are_refused(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(data)
    with pytest.raises(IngestError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_document_without_words_is_refused(word: WordDocument, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="没有文字"):
        read(_saved(word, tmp_path))


def test_a_file_damaged_anywhere_is_read_or_refused(word: WordDocument, tmp_path: Path) -> None:
    word.add_heading("一、工程建设", 1)
    word.add_paragraph("完成投资36亿元。" * 20)
    path = _saved(word, tmp_path)
    whole = path.read_bytes()
    dice = random.Random(7)
    for _ in range(60):
        data = bytearray(whole[: dice.randrange(1, len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            assert read(path).text
        except IngestError as fault:
            assert str(path) in str(fault)
