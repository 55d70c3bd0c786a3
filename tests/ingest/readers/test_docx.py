"""Word files, built by python-docx and, where it cannot, from the XML that Word writes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import IngestError
from ingest.readers import read
from tests.ingest.readers.damage import read_or_refused
from tests.ingest.readers.strictly import strict


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
        "路线：X009淄安路；里程12公里。",
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
        "类别：县道；路线：X009；里程12公里。",
        "类别：县道；路线：X019；里程8公里。",
    ]


def _numbered(word: WordDocument, levels: list[tuple[str, str]], number: int = 90) -> None:
    """Define a list whose levels have the given formats and texts."""
    root = word.part.numbering_part.element
    defined = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{defined}</w:abstractNum>'))
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'),
    )


def _listed(word: WordDocument, text: str, level: int, number: int = 90) -> None:
    """Add a paragraph that is an item of a list."""
    properties = word.add_paragraph(text)._p.get_or_add_pPr()
    item = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{item}</w:numPr>"))


def test_automatic_numbers_stand_in_the_text(word: WordDocument, tmp_path: Path) -> None:
    _numbered(word, [("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")])
    items = [("工程建设", 0), ("农村公路", 1), ("国省道", 1), ("2022年完成投资", 2), ("资金保障", 0), ("争取资金", 1)]
    for text, level in items:
        _listed(word, text, level)
    for _ in range(9):
        _listed(word, "其他", 0)
    lines = read(_saved(word, tmp_path)).text.split("\n")
    assert lines[:6] == [
        "一、工程建设",
        "（一）农村公路",
        "（二）国省道",
        "1. 2022年完成投资",
        "二、资金保障",
        "（一）争取资金",
    ]
    assert lines[-1] == "十一、其他"


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("decimal", "105"),
        ("chineseCountingThousand", "一百零五"),
        ("chineseLegalSimplified", "壹佰零伍"),
        ("ideographDigital", "一〇五"),
        ("upperLetter", "AAAAA"),
        ("lowerRoman", "cv"),
        ("decimalZero", "105"),
        ("bullet", ""),
    ],
)
def test_number_formats(word: WordDocument, form: str, printed: str, tmp_path: Path) -> None:
    _numbered(word, [(form, "（%1）" if printed else "●")])
    for _ in range(105):
        _listed(word, "事项", 0)
    assert read(_saved(word, tmp_path)).text.split("\n")[-1] == (f"（{printed}）事项" if printed else "事项")


def test_a_level_of_several_numbers_and_a_list_begun_anew(word: WordDocument, tmp_path: Path) -> None:
    _numbered(word, [("chineseCounting", "第%1章"), ("decimal", "%1.%2")])
    root = word.part.numbering_part.element
    root.find(f"{{{root.nsmap['w']}}}abstractNum")[1].insert(0, parse_xml(f"<w:isLgl {nsdecls('w')}/>"))
    again = '<w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91">{again}</w:num>'))
    for text, level, number in [("总则", 0, 90), ("目的", 1, 90), ("范围", 1, 90), ("附则", 1, 91), ("解释", 1, 91)]:
        _listed(word, text, level, number)
    assert read(_saved(word, tmp_path)).text.split("\n") == [
        "第一章总则",
        "1.1 目的",
        "1.2 范围",
        "1.5 附则",
        "1.6 解释",
    ]


def test_a_style_numbers_its_headings(word: WordDocument, tmp_path: Path) -> None:
    _numbered(word, [("chineseCounting", "%1、")])
    properties = word.styles["Heading 1"].element.get_or_add_pPr()
    properties.append(parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='90'/></w:numPr>"))
    word.add_heading("工程建设", 1)
    word.add_paragraph("完成投资36亿元。")
    word.add_heading("资金保障", 1)
    document = read(_saved(word, tmp_path))
    assert document.text.split("\n") == ["一、工程建设", "完成投资36亿元。", "二、资金保障"]
    assert [document.text[h.start : h.end] for h in document.headings] == ["一、工程建设", "二、资金保障"]


def test_a_text_box_is_read_once_after_its_paragraph(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("完成投资36亿元。")
    box = "<w:txbxContent><w:p><w:r><w:t>临临高速</w:t></w:r></w:p></w:txbxContent>"
    spaces = f'{nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    spaces += ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    shape = (
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
    )
    copy = f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    paragraph._p.append(parse_xml(f"<w:r {spaces}><mc:AlternateContent>{shape}{copy}</mc:AlternateContent></w:r>"))
    assert read(_saved(word, tmp_path)).text.split("\n") == ["完成投资36亿元。", "临临高速"]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_stand_at_the_end_and_their_marks_nowhere(word: WordDocument, kind: str, tmp_path: Path) -> None:
    note = f'<w:{kind} w:id="2"><w:p><w:r><w:t>含地方配套资金。</w:t></w:r></w:p></w:{kind}>'
    line = f'<w:{kind} w:id="0" w:type="separator"><w:p/></w:{kind}>'
    content = f"<w:{kind}s {nsdecls('w')}>{line}{note}</w:{kind}s>".encode()
    name = PackURI(f"/word/{kind}s.xml")
    part = Part(name, f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml", content)
    relation = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s"
    word.part.relate_to(part, relation)
    paragraph = word.add_paragraph("完成投资36亿元")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:{kind}Reference w:id="2"/></w:r>'))
    paragraph.add_run("。")
    word.add_paragraph("争取资金1.2亿元。")
    lines = ["完成投资36亿元。", "争取资金1.2亿元。", "[1]含地方配套资金。"]
    assert read(_saved(word, tmp_path)).text.split("\n") == lines


def test_hidden_text_is_left_out(word: WordDocument, tmp_path: Path) -> None:
    style = word.styles.add_style("批注样式", WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    paragraph = word.add_paragraph("完成投资")
    paragraph.add_run("（待核实）").font.hidden = True
    paragraph.add_run("（内部）", style="批注样式")
    paragraph.add_run("36亿元。", style="批注样式").font.hidden = False
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元。"


def test_headers_footers_and_comments_are_left_out(word: WordDocument, tmp_path: Path) -> None:
    word.sections[0].header.paragraphs[0].text = "内部资料"
    word.sections[0].footer.paragraphs[0].text = "第1页"
    run = word.add_paragraph().add_run("完成投资36亿元。")
    word.add_comment(run, text="请核实", author="甲")
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元。"


def test_a_paragraph_whose_end_was_deleted_goes_on(word: WordDocument, tmp_path: Path) -> None:
    paragraph = word.add_paragraph("完成投资")
    mark = f'<w:rPr {nsdecls("w")}><w:del w:id="1" w:author="甲"/></w:rPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(mark))
    word.add_paragraph("36亿元。")
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元。"


def test_what_an_empty_content_control_asks_for_is_left_out(word: WordDocument, tmp_path: Path) -> None:
    inner = "<w:p><w:r><w:t>单击此处输入文字。</w:t></w:r></w:p>"
    control = f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    word.element.body.insert(0, parse_xml(control))
    word.add_paragraph("完成投资36亿元。")
    assert read(_saved(word, tmp_path)).text == "完成投资36亿元。"


def test_a_table_of_one_cell_frames_paragraphs(word: WordDocument, tmp_path: Path) -> None:
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "一、工程建设"
    cell.add_paragraph("完成投资36亿元。")
    document = read(_saved(word, tmp_path))
    assert document.text.split("\n") == ["一、工程建设", "完成投资36亿元。"]
    assert document.tables == ()


def test_a_deleted_row_is_left_out_and_numbers_in_cells_are_kept(word: WordDocument, tmp_path: Path) -> None:
    _numbered(word, [("decimal", "%1")])
    table = word.add_table(3, 3)
    rows = [["序号", "路线", "里程"], ["", "X009", "12公里"], ["", "X019", "8公里"]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for cell in table.columns[0].cells[1:]:
        cell.paragraphs[0].add_run("第")
        item = f"<w:numPr {nsdecls('w')}><w:ilvl w:val='0'/><w:numId w:val='90'/></w:numPr>"
        cell.paragraphs[0]._p.get_or_add_pPr().append(parse_xml(item))
    deleted = f"<w:trPr {nsdecls('w')}><w:del w:id='1' w:author='甲'/></w:trPr>"
    table.rows[2]._tr.insert(0, parse_xml(deleted))
    assert read(_saved(word, tmp_path)).text.split("\n") == ["序号：1 第；路线：X009；里程12公里。"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04" + bytes(100), "已损坏"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "旧版"),
    ],
)
def test_damaged_and_encrypted_files_are_refused(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(data)
    with pytest.raises(IngestError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_file_with_macros_is_read(word: WordDocument, tmp_path: Path) -> None:
    word.add_paragraph("完成投资36亿元。")
    word.part._content_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    path = tmp_path / "报告.docm"
    word.save(str(path))
    assert read(path).text == "完成投资36亿元。"


def test_a_document_without_words_is_refused(word: WordDocument, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="没有文字"):
        read(_saved(word, tmp_path))


def test_a_file_damaged_anywhere_is_read_or_refused(word: WordDocument, tmp_path: Path) -> None:
    word.add_heading("一、工程建设", 1)
    word.add_paragraph("完成投资36亿元。" * 20)
    path = _saved(word, tmp_path)
    read_or_refused(read, path, times=60)


def test_the_strict_variant_is_read_as_the_transitional_one(word: WordDocument, tmp_path: Path) -> None:
    word.add_heading("一、工程建设", level=1)
    word.add_paragraph("完成投资36亿元。", style="List Number")
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ["路线", "里程", "X009淄安路", "12公里"], strict=True):
        cell.text = text
    path = _saved(word, tmp_path)
    assert "purl.oclc.org" in zipfile.ZipFile(strict(path)).read("word/document.xml").decode()
    assert read(strict(path)) == read(path)


def test_a_table_in_a_cell_is_told_in_it(word: WordDocument, tmp_path: Path) -> None:
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ["村名", "工程", "东村", ""], strict=True):
        cell.text = text
    inner = table.cell(1, 1).add_table(2, 2)
    for cell, text in zip(inner._cells, ["道路（公里）", "桥梁（座）", "3.5", "2"], strict=True):
        cell.text = text
    assert read(_saved(word, tmp_path)).text == "村名：东村；工程：道路3.5公里；桥梁2座。"
