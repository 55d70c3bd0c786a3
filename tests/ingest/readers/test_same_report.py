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


#: ways in which the editors of web pages lay out paragraphs
_LAID_OUT = {
    "paragraphs": lambda lines: "".join(f"<p>　　{line}</p>" for line in lines),
    "breaks": lambda lines: "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in lines),
    "divisions": lambda lines: "".join(f"<div>　　{line}</div>" for line in lines),
    "a cell": lambda lines: "<table><tr><td>" + "<br><br>".join(lines) + "</td></tr></table>",
    "rows": lambda lines: (
        "<table>" + "".join(f"<tr><td>&nbsp;</td><td>　　{line}</td></tr>" for line in lines) + "</table>"
    ),
    "Word": lambda lines: "".join(
        f"<p class=MsoNormal><b>{line[:4]}</b><span>{line[4:]}<o:p></o:p></span></p>" for line in lines
    ),
    "wrapped source": lambda lines: "".join(
        "<p>" + re.sub(r"(?<=[\u4e00-\u9fff]{20})(?=[\u4e00-\u9fff\d])", "\n", line) + "</p>" for line in lines
    ),
}


@pytest.mark.parametrize("way", _LAID_OUT)
def test_as_a_web_page(way: str, lines: list[str], report_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    path.write_text(
        f"""<html><head><meta charset=gb2312><title>{lines[0]}-某局</title></head><body><ul class=nav><li><a>首页</a></li>
        <li><a>政务公开</a></li></ul><div>您的位置：<a>首页</a> &gt; <a>公开</a></div><div class=main><h3>{lines[0]}</h3>
        <div><span>浏览次数：1,254次</span><span>字号：[ <a>大</a> <a>中</a> <a>小</a> ]</span><span>分享到：<a>微信</a></span>
        </div><div>{_LAID_OUT[way](lines[1:])}</div><div>【打印】【关闭】</div><p>上一篇：<a>2021年工作总结</a></p></div>
        <div class=side><h3>相关信息</h3><ul><li><a>2022年全县完成投资99亿元，同比增长15%。</a></li></ul></div>
        <p>主办：某局 备案号：1</p></body></html>""",
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
