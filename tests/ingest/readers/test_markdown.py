"""Markdown: the words as they were written, without the markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Document, Heading
from ingest.readers import read


@pytest.fixture
def markdown(tmp_path: Path):
    def read_markdown(text: str) -> Document:
        path = tmp_path / "报告.md"
        path.write_text(text, encoding="utf-8")
        return read(path)

    return read_markdown


def test_headings_have_their_level_and_offsets(markdown) -> None:
    document = markdown("# 工作总结\n\n前言\n\n## 一、**工程**建设\n\n完成投资36亿元。\n")
    assert document.text == "工作总结\n前言\n一、工程建设\n完成投资36亿元。"
    assert document.headings == (Heading(0, 4, 1), Heading(8, 14, 2))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("完成**36亿元**的*投资*", "完成36亿元的投资"),
        ("推进**“四好农村路”**建设", "推进“四好农村路”建设"),  # CommonMark sees no emphasis here
        ("见[附件](http://a.example/1)和`代码`", "见附件和代码"),
        ("![图片说明](a.png)正文", "正文"),
        ("1. 一是建路\n2. 二是修桥", "1. 一是建路\n2. 二是修桥"),
        ("- 建路\n- 修桥", "建路\n修桥"),
        ("> 引文", "引文"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("    缩进的段落", "缩进的段落"),
        ("<p>段落<br>换行</p>", "段落\n换行"),
        ("甲\n\n---\n\n乙", "甲\n乙"),
        ("5\\*3", "5*3"),
        ("- 一层\n  1. 二层**重点**", "一层\n1. 二层重点"),
    ],
)
def test_markup_goes_and_words_stay(markdown, raw: str, words: str) -> None:
    assert markdown(raw).text == words


def test_tables_are_kept_as_tables(markdown) -> None:
    document = markdown("| 路线 | 里程 |\n|---|---:|\n| X009 | **12**公里 |\n")
    assert document.tables[0].rows == (("路线", "里程"), ("X009", "12公里"))
    assert document.text == "路线：X009；里程12公里。"


def test_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "报告.md"
    path.write_bytes("# 工作总结\n\n完成投资36亿元。".encode("gb18030"))
    assert read(path).text == "工作总结\n完成投资36亿元。"
