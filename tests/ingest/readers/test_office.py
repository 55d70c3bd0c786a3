"""Old Office, WPS and OpenDocument files, made and converted by LibreOffice itself where it is installed."""

from __future__ import annotations

import http.server
import io
import random
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import olefile
import openpyxl
import pptx
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import kinds, office, read
from tests.ingest.readers import libreoffice

_LINES = ["一、工程建设", "完成投资36亿元。", "路线：X009；里程12.5公里。", "特此报告。"]


def _word(folder: Path) -> Path:
    document = docx.Document()
    document.add_heading(_LINES[0], 1)
    document.add_paragraph(_LINES[1])
    table = document.add_table(2, 2, style="Table Grid")
    for cell, text in zip(table._cells, ["路线", "里程（公里）", "X009", "12.5"], strict=True):
        cell.text = text
    document.add_paragraph(_LINES[3])
    path = folder / "报告.docx"
    document.save(str(path))
    return path


def _sheet(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["路线", "里程（公里）", "完成率"], ["X009", 12.5, 0.955]):
        book.worksheets[0].append(row)
    book.worksheets[0]["C2"].number_format = "0.0%"
    path = folder / "报告.xlsx"
    book.save(path)
    return path


def _deck(folder: Path) -> Path:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "工作总结"  # type: ignore[union-attr]
    slide.placeholders[1].text = "完成投资36亿元。"  # type: ignore[attr-defined]
    path = folder / "报告.pptx"
    deck.save(str(path))
    return path


@libreoffice.needed
@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".doc", ".rtf", ".odt"])
def test_texts(suffix: str, tmp_path: Path) -> None:
    document = read(libreoffice.save_as(_word(tmp_path), suffix))
    assert document.text.split("\n") == _LINES
    assert document.text[document.headings[0].start : document.headings[0].end] == _LINES[0]


@libreoffice.needed
@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_sheets(suffix: str, tmp_path: Path) -> None:
    assert read(libreoffice.save_as(_sheet(tmp_path), suffix)).text == "路线：X009；里程12.5公里；完成率95.5%。"


@libreoffice.needed
@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".ppt", ".odp"])
def test_slides(suffix: str, tmp_path: Path) -> None:
    document = read(libreoffice.save_as(_deck(tmp_path), suffix))
    assert document.text.split("\n") == ["工作总结", "完成投资36亿元。"]
    assert [page.number for page in document.pages] == [1]


@libreoffice.needed
@pytest.mark.slow
@pytest.mark.parametrize(("made", "suffix"), [(".doc", ".wps"), (".doc", ".docx"), (".rtf", ".doc")])
def test_what_has_another_suffix_is_converted_all_the_same(made: str, suffix: str, tmp_path: Path) -> None:
    path = libreoffice.save_as(_word(tmp_path), made)
    assert read(path.rename(tmp_path / f"改名{suffix}")).text.split("\n") == _LINES


@pytest.mark.parametrize("make", [_word, _sheet, _deck])
def test_files_with_a_password_are_named_so(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path)
    encrypted = io.BytesIO()
    with path.open("rb") as file:
        OOXMLFile(file).encrypt("36", encrypted)
    for suffix in (path.suffix, ".doc", ".et"):
        again = path.with_name(f"加密{suffix}")
        again.write_bytes(encrypted.getvalue())
        with pytest.raises(IngestError, match=r"加密.*有密码"):
            read(again)


def test_an_open_document_with_a_password_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "报告.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "META-INF/manifest.xml", "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        )
    with pytest.raises(IngestError, match="密码"):
        read(path)


def test_a_workbook_with_a_password_is_named_so() -> None:
    opening = (0x0809).to_bytes(2, "little") + (4).to_bytes(2, "little") + bytes(4)
    assert office._has_file_pass(opening + (0x2F).to_bytes(2, "little") + bytes(2))
    assert not office._has_file_pass(opening + bytes(40))
    assert not office._has_file_pass(b"")


@pytest.mark.parametrize("suffix", [".doc", ".et", ".dps"])
def test_without_libreoffice_one_is_told_what_to_do(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_PLACES", ())
    path = tmp_path / f"报告{suffix}"
    path.write_bytes(b"{\\rtf1 36}")
    monkeypatch.setattr(kinds, "suffix_of", lambda path: suffix)
    with pytest.raises(IngestError, match=r"LibreOffice.*另存为") as caught:
        read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("data", [olefile.MAGIC + random.Random(1).randbytes(5000), bytes(3000), b"\x00\x01\x02 36"])
def test_bytes_that_are_no_document_are_not_guessed_at(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(data)
    with pytest.raises(IngestError, match=r"报告\.doc：文件已损坏"):
        read(path)


@pytest.mark.parametrize(("suffix", "text"), [(".doc", "完成投资36亿元。"), (".xls", "路线\t里程\r\nX009\t12公里\r\n")])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_plain_text_with_the_suffix_of_office_is_read_as_text(
    suffix: str, text: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes(text.encode(encoding))
    assert read(path).text in ("完成投资36亿元。", "路线：X009；里程12公里。")


@libreoffice.needed
@pytest.mark.slow
def test_a_document_cut_off_is_one_clear_error_or_what_is_left_of_it(tmp_path: Path) -> None:
    path = libreoffice.save_as(_word(tmp_path), ".doc")
    path.write_bytes(path.read_bytes()[:-4000])
    try:
        assert "36" in read(path).text
    except IngestError as fault:
        assert str(path) in str(fault)


@libreoffice.needed
@pytest.mark.slow
def test_an_error_of_the_reader_behind_names_the_file_itself(tmp_path: Path) -> None:
    path = libreoffice.save_as(_deck(tmp_path), ".odp")
    with pytest.raises(IngestError, match=r"报告\.odp：.*WENBAO_MAX_CHARACTERS"):
        read(path, Limits(characters=5))


@libreoffice.needed
@pytest.mark.slow
def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = libreoffice.save_as(_word(tmp_path), ".doc")
    begun = time.monotonic()
    with pytest.raises(IngestError, match="WENBAO_MAX_SECONDS"):
        read(path, Limits(seconds=0.2))
    assert time.monotonic() - begun < 5


@libreoffice.needed
@pytest.mark.slow
def test_no_host_is_asked_for_what_a_file_links_to(tmp_path: Path) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/a.png"
        field = r'{\field{\*\fldinst { INCLUDEPICTURE "' + url + r'" \\d }}{\fldrslt {x}}}'
        path = tmp_path / "报告.rtf"
        path.write_text(r"{\rtf1\ansi\deff0 " + field + r" Done 36.\par}", encoding="ascii")
        assert "Done 36." in read(path).text
        server.shutdown()
    assert not asked
