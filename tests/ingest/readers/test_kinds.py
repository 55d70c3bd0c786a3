"""Files whose suffix says something else than their content."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import olefile
import openpyxl
import pptx
import pytest

from ingest.readers import read
from ingest.readers.kinds import suffix_of
from tests.ingest.readers.ofd_writer import flowed, write


def _made(folder: Path, kind: str) -> Path:
    """A real file of a kind, whose name has no suffix."""
    path = folder / "原件"
    if kind == ".docx":
        document = docx.Document()
        document.add_paragraph("完成投资36亿元。")
        document.save(str(path))
    elif kind == ".xlsx":
        book = openpyxl.Workbook()
        book.worksheets[0].append(["完成投资36亿元。"])
        book.save(path)
    elif kind == ".pptx":
        deck = pptx.Presentation()
        deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "完成投资36亿元。"  # type: ignore[union-attr]
        deck.save(str(path))
    elif kind == ".ofd":
        write(path, flowed(["完成投资36亿元。"]))
    elif kind == ".html":
        path.write_bytes('\r\n<!-- x --><HTML xmlns:o="urn"><body>完成投资36亿元。</body>'.encode("utf-16"))
    else:
        path.write_bytes(
            b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>" + "完成投资36亿元。".encode()
        )
    return path


@pytest.mark.parametrize("kind", [".docx", ".xlsx", ".pptx", ".ofd", ".html", ".mht"])
@pytest.mark.parametrize("suffix", [".doc", ".docx", ".xls", ".xlsx", ".pdf", ".html"])
def test_a_file_is_read_as_what_it_is(kind: str, suffix: str, tmp_path: Path) -> None:
    made = _made(tmp_path, kind)
    path = made.rename(made.with_name(f"报告{suffix}"))
    assert suffix_of(path) == (".html" if kind == ".mht" else kind)
    assert read(path).text == "完成投资36亿元。"


def test_a_workbook_called_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    made = _made(tmp_path, ".xlsx")
    assert read(made.rename(made.with_name("报告.csv"))).text == "完成投资36亿元。"


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"{\\rtf1\\ansi}", ".rtf"),
        (b"%PDF-1.7", ".pdf"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>', ".doc"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', ".xls"),
        (b"<table><tr><td>1", ".html"),
        (b"PK\x03\x04" + bytes(100), ".xyz"),
        (b"", ".xyz"),
        ("报告：<html>".encode(), ".xyz"),
    ],
)
def test_marks_of_the_formats(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.xyz"
    path.write_bytes(data)
    assert suffix_of(path) == suffix


def test_open_documents_say_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert suffix_of(path) == ".ods"


def test_a_plain_text_that_begins_with_a_tag_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "说明.txt"
    path.write_text("<html>是网页的标签。", encoding="utf-8")
    assert suffix_of(path) == ".txt"


def test_damaged_files_of_old_office_keep_their_suffix(tmp_path: Path) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(olefile.MAGIC + bytes(2000))
    assert suffix_of(path) == ".doc"
    assert suffix_of(tmp_path / "没有.doc") == ".doc"
