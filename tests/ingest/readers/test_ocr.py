"""Pictures are read by the models that come with RapidOCR, and refused with a remedy where it is not installed."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import SUFFIXES, ocr, read

FONTS = sorted(Path("/usr/share/fonts").rglob("NotoS*CJK-Regular.ttc"))


def _picture(*lines: str, font: Path | None = None) -> Image.Image:
    picture = Image.new("RGB", (900, 80 + 60 * len(lines)), "white")
    letters = ImageFont.truetype(str(font), 36) if font else ImageFont.load_default(40)
    for row, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 60 * row), line, "black", letters)
    return picture


@pytest.fixture
def _installed() -> None:
    pytest.importorskip("rapidocr")


@pytest.fixture
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("_installed", "_offline")
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_pictures_are_read_without_the_network(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"scan{suffix}"
    _picture("X009 12.5 km").save(path)
    document = read(path)
    assert document.text == "X009 12.5 km"
    (page,) = document.pages
    assert (page.number, page.start, page.end) == (1, 0, len(document.text))
    assert page.confidence is not None
    assert 0.8 < page.confidence <= 1


@pytest.mark.usefixtures("_installed")
def test_each_picture_of_a_tif_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.tiff"
    pictures = [_picture(text) for text in ("X009 12 km", "X019 8 km")]
    pictures[0].save(path, save_all=True, append_images=pictures[1:])
    document = read(path)
    assert [document.text[page.start : page.end].strip() for page in document.pages] == ["X009 12 km", "X019 8 km"]
    with pytest.raises(IngestError, match="WENBAO_MAX_PAGES"):
        read(path, Limits(pages=1))


@pytest.mark.slow
@pytest.mark.usefixtures("_installed")
@pytest.mark.skipif(not FONTS, reason="no Chinese font is installed")
def test_chinese_is_read(tmp_path: Path) -> None:
    lines = ["一、工程建设情况", "全年累计完成投资36亿元，", "同比增长12.5%。"]
    path = tmp_path / "扫描.png"
    _picture(*lines, font=FONTS[0]).save(path)
    assert read(path).text.replace("\n", "") == "".join(lines)


@pytest.mark.usefixtures("_installed")
def test_a_picture_without_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("RGB", (300, 300), "white").save(path)
    with pytest.raises(IngestError, match="没有认出文字"):
        read(path)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("data", [b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_damaged_pictures_are_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(data)
    with pytest.raises(IngestError, match="已损坏") as caught:
        read(path)
    assert str(path) in str(caught.value)


@pytest.mark.usefixtures("_installed")
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("L", (4000, 4000)).save(path)
    with pytest.raises(IngestError, match="太大"):
        read(path, Limits(expanded_bytes=10_000_000))


def test_without_ocr_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    assert {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"} <= SUFFIXES
    path = tmp_path / "scan.png"
    _picture("X009").save(path)
    with pytest.raises(IngestError, match=r"pip install 'wenbao\[ocr\]'"):
        read(path)
