"""The report that ships says the same sentences whatever format an office has saved it in."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from ingest.document import Document
from ingest.readers import read
from ingest.sentences import sentences
from tests.ingest.readers import libreoffice
from tests.ingest.readers.ofd_writer import flowed, write


@pytest.fixture(scope="module")
def lines(report_file: Path) -> list[str]:
    return [line for line in read(report_file).text.split("\n") if line]


def _said(document: Document) -> list[str]:
    """The sentences, without the spaces that no fixed layout keeps."""
    return [re.sub(r"\s", "", document.text[start:end]) for start, end in sentences(document.text)]


def _word(lines: list[str], folder: Path) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    path = folder / "报告.docx"
    document.save(str(path))
    return path


def test_as_a_web_page(lines: list[str], report_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    body = "".join(f"<p>　　{line}</p>" for line in lines[1:])
    path.write_text(
        f"<html><head><meta charset=gb2312><title>{lines[0]}-某局</title></head><body><div><a>首页</a> &gt; <a>公开</a></div>"
        f"<h3>{lines[0]}</h3><div>{body}</div><div>【打印】【关闭】</div><p>主办：某局 备案号：1</p></body></html>",
        encoding="gb18030",
    )
    assert _said(read(path)) == _said(read(report_file))


def test_as_ofd(lines: list[str], report_file: Path, tmp_path: Path) -> None:
    assert _said(read(write(tmp_path / "报告.ofd", flowed(lines)))) == _said(read(report_file))


@libreoffice.needed
@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".doc", ".rtf", ".odt", ".html", ".pdf"])
def test_as_an_office_program_saves_it(suffix: str, lines: list[str], report_file: Path, tmp_path: Path) -> None:
    path = libreoffice.save_as(_word(lines, tmp_path), suffix)
    assert _said(read(path)) == _said(read(report_file))
