"""PDF files, printed by reportlab and LibreOffice, are read as the text that was printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak

from ingest.analysis import analyse
from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import ocr, read
from tests.ingest.readers.damage import read_or_refused
from tests.ingest.readers.printing import FONT, HEADING, TITLE, paragraphs, printed, ruled

SENTENCE = "全年完成投资36亿元，新增和改建农村公路23公里，路面状况改善133公里。"


def _lines(document: Document) -> list[str]:
    return [line for line in document.text.split("\n") if line]


def _page_of(document: Document, words: str) -> int:
    at = document.text.index(words)
    return next(page.number for page in document.pages if page.start <= at < page.end)


def test_the_report_reads_alike_as_txt_docx_and_pdf(report_file: Path, tmp_path: Path) -> None:
    plain = read(report_file)
    word = docx.Document()
    for line in _lines(plain):
        word.add_paragraph(line)
    word.save(str(tmp_path / "报告.docx"))
    story = paragraphs(*_lines(plain))
    pdf = read(printed(tmp_path / "报告.pdf", story, header="沂源县交通运输局", footer="— {} —"))
    assert _lines(read(tmp_path / "报告.docx")) == _lines(plain)
    assert _lines(pdf) == _lines(plain)


def test_pages_lie_end_to_end_and_tell_where_a_sentence_stands(tmp_path: Path) -> None:
    story = [
        *paragraphs("第一页的话。"),
        PageBreak(),
        *paragraphs("第二页的话。"),
        PageBreak(),
        *paragraphs("第三页的话。"),
    ]
    document = read(printed(tmp_path / "报告.pdf", story))
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.pages[0].start == 0
    assert document.pages[-1].end == len(document.text)
    assert all(one.end == other.start for one, other in zip(document.pages, document.pages[1:], strict=False))
    assert [_page_of(document, f"第{page}页") for page in "一二三"] == [1, 2, 3]
    assert all(page.confidence is None for page in document.pages)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_paragraphs_go_on_over_columns_and_pages(columns: int, report_file: Path, tmp_path: Path) -> None:
    texts = _lines(read(report_file))
    document = read(printed(tmp_path / "报告.pdf", paragraphs(*texts), footer="{}", columns=columns))
    assert len(document.pages) > 4
    assert _lines(document) == texts


def test_a_title_over_two_columns_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    canvas = Canvas(str(path))
    canvas.setFont(FONT, 22)
    canvas.drawCentredString(300, 780, "沂源县交通运输局2022年工作总结")
    canvas.setFont(FONT, 10)
    for row in range(20):
        canvas.drawString(60, 740 - 16 * row, f"左栏第{row + 10}行，" + "完成投资额" * 3)
        canvas.drawString(320, 738 - 16 * row, f"右栏第{row + 10}行，" + "争取资金额" * 3)
    canvas.save()
    text = read(path).text
    places = [text.index(words) for words in ("工作总结", "左栏第10行", "左栏第29行", "右栏第10行", "右栏第29行")]
    assert places == sorted(places)


@pytest.mark.parametrize("footer", ["— {} —", "{}", "第 {} 页", "{}/9"])
def test_running_lines_and_page_numbers_go(footer: str, report_file: Path, tmp_path: Path) -> None:
    texts = _lines(read(report_file))
    for story in (paragraphs(*texts), paragraphs(SENTENCE)):
        text = read(printed(tmp_path / "报告.pdf", story, footer=footer)).text
        assert text.split("\n") in (texts, [SENTENCE])
    story = paragraphs(*texts)
    document = read(printed(tmp_path / "报告.pdf", story, header="内部资料 第{}期", footer=footer))
    assert _lines(document) == texts


def test_a_table_is_told_row_by_row_over_pages(tmp_path: Path) -> None:
    records = [[f"X{number:03}淄安路", f"{number + 2}公里"] for number in range(60)]
    table = ruled([["路线", "里程"], *records], repeated=1)
    story = [*paragraphs("附表如下。"), table, *paragraphs("以上为全部路线。")]
    document = read(printed(tmp_path / "报告.pdf", story, footer="{}"))
    assert _lines(document) == [
        "附表如下。",
        *(f"路线：X{number:03}淄安路；里程{number + 2}公里。" for number in range(60)),
        "以上为全部路线。",
    ]
    assert len(document.tables) == 1
    assert document.tables[0].rows == (("路线", "里程"), *map(tuple, records))
    assert _page_of(document, "X000") == 1
    assert _page_of(document, "X059") == 2


def test_merged_cells_are_told_as_in_word_files(tmp_path: Path) -> None:
    rows = [["重点工程", "", ""], ["类别", "路线", "里程"], ["县道", "X009", "12公里"], ["", "X019", "8公里"]]
    table = ruled(rows, ((0, 0), (2, 0)), ((0, 2), (0, 3)))
    assert _lines(read(printed(tmp_path / "报告.pdf", [table]))) == [
        "重点工程",
        "类别：县道；路线：X009；里程12公里。",
        "类别：县道；路线：X019；里程8公里。",
    ]


def test_larger_lines_are_headings_but_the_title_is_not(tmp_path: Path) -> None:
    story = [*paragraphs("沂源县交通运输局2022年工作总结和2023年工作计划汇编", style=TITLE)]
    for heading in ("工程建设", "资金保障"):
        story += [*paragraphs(heading, style=HEADING), *paragraphs(SENTENCE * 4)]
    document = read(printed(tmp_path / "报告.pdf", story))
    assert _lines(document)[0] == "沂源县交通运输局2022年工作总结和2023年工作计划汇编"
    found = [document.text[heading.start : heading.end] for heading in document.headings]
    assert "资金保障" in found
    assert not any("工作总结" in heading or "36亿元" in heading for heading in found)


def test_a_turned_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path = printed(tmp_path / "报告.pdf", paragraphs(SENTENCE * 5, SENTENCE * 2))
    for turn in (90, 180, 270):
        canvas = Canvas(str(path), pagesize=(600, 800))
        canvas.setPageRotation(turn)
        canvas.setFont(FONT, 12)
        canvas.translate(*{90: (800, 0), 180: (600, 800), 270: (0, 600)}[turn])
        canvas.rotate(turn)
        canvas.drawString(60, 500, "一、工程建设情况")
        canvas.drawString(60, 480, "完成投资36亿元。")
        canvas.save()
        assert _lines(read(path)) == ["一、工程建设情况", "完成投资36亿元。"]


def test_slanting_watermarks_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    canvas = Canvas(str(path))
    canvas.setFont(FONT, 12)
    canvas.drawString(72, 700, SENTENCE)
    canvas.rotate(45)
    canvas.setFont(FONT, 60)
    canvas.drawString(300, 100, "内部资料注意保存")
    canvas.save()
    assert read(path).text == SENTENCE


def test_characters_printed_twice_to_look_bold_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    canvas = Canvas(str(path))
    canvas.setFont(FONT, 16)
    for shift in (0, 0.4):
        canvas.drawString(72 + shift, 700, "一、工程建设——人人参与的好好路")
    canvas.save()
    assert re.fullmatch("一、工程建设—{2,4}人人参与的好好路", read(path).text)


def test_encrypted_files_are_refused_unless_they_can_be_read_anyhow(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    for user, readable in (("secret", False), ("", True)):
        canvas = Canvas(str(path), encrypt=StandardEncryption(user, "owner", canPrint=0, canCopy=0))
        canvas.setFont(FONT, 12)
        canvas.drawString(72, 700, SENTENCE)
        canvas.save()
        if readable:
            assert read(path).text == SENTENCE
        else:
            with pytest.raises(IngestError, match="密码") as caught:
                read(path)
            assert str(path) in str(caught.value)


@pytest.mark.parametrize(("data", "message"), [(b"", "空文件"), (b"%PDF-1.4\n", "已损坏"), (b"PK\x03\x04", "已损坏")])
def test_damaged_files_are_refused(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(data)
    with pytest.raises(IngestError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_limits_of_pages_and_characters_name_their_settings(tmp_path: Path) -> None:
    path = printed(tmp_path / "报告.pdf", [*paragraphs(SENTENCE), PageBreak(), *paragraphs(SENTENCE)])
    with pytest.raises(IngestError, match="WENBAO_MAX_PAGES"):
        read(path, Limits(pages=1))
    with pytest.raises(IngestError, match="WENBAO_MAX_CHARACTERS"):
        read(path, Limits(characters=50))


def test_an_empty_page_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    canvas = Canvas(str(path))
    canvas.showPage()
    canvas.save()
    with pytest.raises(IngestError, match="没有文字"):
        read(path)


def _scanned(path: Path, *pages: str) -> Path:
    """A PDF file of which the pages whose text begins with # are pictures of it."""
    canvas = Canvas(str(path))
    for text in pages:
        if text.startswith("#"):
            one = path.with_suffix(".page.pdf")
            drawn = Canvas(str(one))
            drawn.setFont("Helvetica", 30)
            drawn.drawString(72, 700, text[1:])
            drawn.save()
            picture = pypdfium2.PdfDocument(one)[0].render(scale=2).to_pil()
            canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        else:
            canvas.setFont(FONT, 12)
            canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return path


def test_without_ocr_pages_that_are_pictures_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    pages = ["#X009", "第二页完成投资36亿元。", "#X019", "#X029", "第五页争取资金1.2亿元。"]
    document = read(_scanned(tmp_path / "报告.pdf", *pages))
    assert _lines(document) == [pages[1], pages[4]]
    assert [page.number for page in document.pages] == [2, 5]
    assert len(document.notes) == 1
    assert "第 1、3-4 页" in document.notes[0]
    assert "pip install 'wenbao[ocr]'" in document.notes[0]
    with pytest.raises(IngestError, match=r"第 1-2 页.*pip install 'wenbao\[ocr\]'"):
        read(_scanned(tmp_path / "扫描.pdf", "#X009", "#X019"))


def test_pages_that_are_pictures_are_recognised(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    document = read(_scanned(tmp_path / "报告.pdf", "第一页完成投资36亿元。", "#X009 12.5 km"))
    assert _lines(document) == ["第一页完成投资36亿元。", "X009 12.5 km"]
    assert document.pages[0].confidence is None
    confidence = document.pages[1].confidence
    assert confidence is not None
    assert 0.8 < confidence <= 1
    assert document.notes == ()


def test_pages_for_which_the_time_is_over_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: True)
    path = _scanned(tmp_path / "报告.pdf", "第一页完成投资36亿元。", "#X009 12.5 km")
    document = read(path, Limits(seconds=0))
    assert "第 2 页" in document.notes[0]
    assert "WENBAO_MAX_SECONDS" in document.notes[0]


def test_a_file_damaged_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    story = [*paragraphs(SENTENCE * 20), ruled([["路线", "里程"], ["X009", "12公里"]]), *paragraphs(SENTENCE)]
    path = printed(tmp_path / "报告.pdf", story)
    read_or_refused(read, path, times=60)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_report_printed_by_libreoffice_gives_the_same_figures(report_file: Path, tmp_path: Path) -> None:
    plain = read(report_file)
    word = docx.Document()
    normal = word.styles["Normal"]
    normal.font.size = Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Noto Serif CJK SC")
    word.sections[0].header.paragraphs[0].text = "沂源县交通运输局文件"
    for line in _lines(plain):
        paragraph = word.add_paragraph(line)
        paragraph.paragraph_format.first_line_indent = Pt(32)
    word.save(str(tmp_path / "报告.docx"))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "报告.docx")], check=True, capture_output=True)
    found = {
        path.suffix: [
            (figure.text, figure.subject, figure.measure, figure.period)
            for figure in analyse(read(path), report_file.name, "0" * 64).figures
        ]
        for path in (report_file, tmp_path / "报告.pdf")
    }
    shared = set(found[".txt"]) & set(found[".pdf"])
    assert len(shared) >= 0.98 * max(len(set(figures)) for figures in found.values())
