"""Plain text in the encodings that offices use, and what is not text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IngestError
from ingest.readers import read
from ingest.readers.text import decode

REPORT = (
    "沂源县交通运输局工作总结\n一、工程建设\n2022年累计完成投资36亿元，新增和改建农村公路23公里。镕、喆、㙦等字也在内。"
)
TRADITIONAL = (
    "交通運輸局工作總結\n一、工程建設\n累計完成投資36億元，新增和改建農村公路23公里，路面狀況改善133公里。" * 4
)


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "报告.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding(encoding: str, tmp_path: Path) -> None:
    assert read(_file(tmp_path, REPORT.encode(encoding))).text == REPORT


def test_utf_16_of_either_byte_order(tmp_path: Path) -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read(_file(tmp_path, mark + REPORT.encode(encoding))).text == REPORT


def test_big5_is_not_read_as_gb18030(tmp_path: Path) -> None:
    assert read(_file(tmp_path, TRADITIONAL.encode("big5"))).text == TRADITIONAL


def test_short_gbk_text(tmp_path: Path) -> None:
    assert read(_file(tmp_path, "投资36亿元".encode("gbk"))).text == "投资36亿元"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空文件"),
        (b" \r\n\t\n", "没有文字"),
        ("\ufeff\u3000\n".encode(), "没有文字"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "不是文本文件"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(200), "不是文本文件"),
        (b"\x01\x02\x03\x04abc\x05\x06", "不是文本文件"),
        (
            REPORT.encode() + b"\xff\xfe\xfd",
            "编码",
        ),  # UTF-8 with a damaged end: read as another encoding it is nonsense
    ],
)
def test_what_is_not_text_is_refused_with_the_file_named(data: bytes, message: str, tmp_path: Path) -> None:
    path = _file(tmp_path, data)
    with pytest.raises(IngestError, match=message) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="找不到"):
        read(tmp_path / "没有.txt")


def test_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "文件夹.txt").mkdir()
    with pytest.raises(IngestError, match="文件夹"):
        read(tmp_path / "文件夹.txt")


@pytest.mark.skipif(os.name != "posix", reason="links that go round in a circle are made on POSIX")
def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    link = tmp_path / "回环.txt"
    link.symlink_to(link)
    with pytest.raises(IngestError, match="读不出来"):
        read(link)


@pytest.mark.parametrize("name", ["报告.xyz", "报告", "报告.txt.bak"])
def test_unknown_suffixes_are_told_which_are_known(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(REPORT, encoding="utf-8")
    with pytest.raises(IngestError, match=r"支持的类型：.*\.docx、.*\.md、.*\.txt"):
        read(tmp_path / name)


def test_suffixes_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "报告.TXT"
    path.write_text(REPORT, encoding="utf-8")
    assert read(path).text == REPORT


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_text_or_one_clear_error(data: bytes) -> None:
    try:
        text = decode(data, Path("任意.txt"))
    except IngestError as fault:
        assert "任意.txt" in str(fault)
    else:
        assert isinstance(text, str)


def test_the_report_that_ships_is_read_whole(report_file: Path) -> None:
    text = read(report_file).text
    assert text.startswith("2022年工作总结和2023年工作计划\n\n一、2022年全局工作情况\n")
    assert "累计完成投资36亿元。" in text
    assert "bookmark" not in text
    assert text.count("\n") >= 25
