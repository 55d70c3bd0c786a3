"""Sheets as plain text, in the encodings and with the delimiters that Excel writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.readers import read

_ROWS = [("路线", "里程（公里）", "备注"), ("X009淄安路", "12.3", "已完工"), ("X019鲁沟路", "8", "在建")]
_TEXT = ["路线：X009淄安路；里程12.3公里；备注：已完工。", "路线：X019鲁沟路；里程8公里；备注：在建。"]


def _file(folder: Path, data: bytes, name: str = "附表.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_sentences(delimiter: str, encoding: str, end: str, tmp_path: Path) -> None:
    data = end.join(delimiter.join(row) for row in _ROWS).encode(encoding)
    assert read(_file(tmp_path, data)).text.split("\n") == _TEXT
    assert read(_file(tmp_path, data, "附表.tsv")).text.split("\n") == _TEXT


def test_quoted_cells_may_hold_commas_and_lines(tmp_path: Path) -> None:
    data = '路线,投资（万元）,备注\r\n甲,"3,500","一期，\n二期"\r\n'.encode()
    assert read(_file(tmp_path, data)).text == "路线：甲；投资3,500万元；备注：一期， 二期。"


def test_excel_is_told_the_delimiter_by_the_first_line(tmp_path: Path) -> None:
    assert read(_file(tmp_path, "sep=;\r\n路线;里程\r\n甲,乙;3公里\r\n".encode())).text == "路线：甲,乙；里程3公里。"


def test_a_list_of_one_column(tmp_path: Path) -> None:
    assert read(_file(tmp_path, "甲路\n乙路\n".encode())).text == "甲路\n乙路"


def test_a_quote_that_does_not_end_loses_nothing(tmp_path: Path) -> None:
    assert "3公里" in read(_file(tmp_path, '路线,里程\n"甲,3公里\n乙,5公里\n'.encode())).text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(range(256)), b"a,b\x00\x01\x02,c\n" * 9])
def test_what_is_no_text_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"附表\.csv"):
        read(_file(tmp_path, data))
