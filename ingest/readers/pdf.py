"""PDF: the text that is printed on each page, put together again into paragraphs; pages that are pictures by OCR."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from ingest.document import Document
from ingest.errors import AGAIN, IngestError
from ingest.limits import Limits
from ingest.readers import layout, ocr
from ingest.readers.blocks import compose
from ingest.readers.files import content
from ingest.readers.glyphs import Glyph, fragments, glyphs
from ingest.readers.ruled import grids
from ingest.readers.sheets import Sheet

#: fewer characters than this are a page number or a stamp on a scan, not the page's text
_LEAST_GLYPHS = 12
#: the length of a page's sides, in points: a stamp's, and what PDF programs can show at most (200 inches)
_SMALLEST, _LARGEST = 20, 14_400
#: the share of a page that a picture covers if it is a scan of the page
_SCAN = 0.5
#: a page without text on which so many lines and curves are drawn holds its text as outlines
_OUTLINES = 40
#: of the characters of a page whose fonts do not say what they mean
_MOST_UNREADABLE = 0.3
#: the share of the time for a file after which no further page is recognised, which takes seconds a page
_OCR_TIME = 0.8


@dataclass
class _Read:
    """What has been read of a file: its sheets, how sure OCR was of them, and the pages that could not be read.

    ``ends`` is when the time for OCR is over, on the monotonic clock.
    """

    ends: float
    sheets: list[Sheet] = field(default_factory=list)
    confidences: dict[int, float] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


def read(path: Path, limits: Limits) -> Document:
    """The document in a PDF file, with its pages. Pages without text are read by OCR where that is installed.

    :raises IngestError: where the file cannot be opened, is empty, damaged or encrypted, has more pages or characters
        than ``limits`` allow, or holds nothing but pictures that cannot be read.
    """
    data = content(path, limits)
    with _opened(path, data) as pdf:
        if len(pdf) > limits.pages:
            raise IngestError(
                f"{path}：有 {len(pdf)} 页，超过一个文件 {limits.pages} 页的上限。请拆分后再收入，或调大设置 WENBAO_MAX_PAGES。"
            )
        found = _sheets(pdf, data, path, limits)
    document = compose(layout.blocks(found.sheets))
    if not document.text:
        raise _nothing(path, found)
    pages = tuple(replace(page, confidence=found.confidences.get(page.number)) for page in document.pages)
    return replace(document, pages=pages, notes=tuple(_notes(found)), partly=bool(found.pictures or found.late))


def _opened(path: Path, data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        if fault.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise IngestError(f"{path}：PDF 有密码。请用 PDF 阅读器打开，去掉密码另存后再收入。") from fault
        raise IngestError(f"{path}：PDF 已损坏，或不是 PDF。请用 PDF 阅读器打开检查，重新导出后再收入。") from fault


def _sheets(pdf: pypdfium2.PdfDocument, data: bytes, path: Path, limits: Limits) -> _Read:
    found = _Read(time.monotonic() + _OCR_TIME * limits.seconds)
    characters = 0
    for number in range(1, len(pdf) + 1):
        try:
            page = pdf[number - 1]
        except pypdfium2.PdfiumError:
            found.broken.append(number)
            continue
        try:
            if not all(_SMALLEST < side < _LARGEST for side in page.get_size()):
                found.broken.append(number)
                continue
            printed = glyphs(page)
            if _is_picture(page, printed.glyphs, printed.unreadable):
                _recognise(page, number, found)
            else:
                _print(page, number, printed.glyphs, data, found)
        finally:
            page.close()
        characters += len(printed.glyphs)
        if characters > limits.characters:
            raise IngestError(
                f"{path}：超过一个文件 {limits.characters} 字的上限。请拆分后再收入，或调大设置 WENBAO_MAX_CHARACTERS。"
            )
    return found


def _print(page: Any, number: int, printed: Sequence[Glyph], data: bytes, found: _Read) -> None:
    """Put down what a page's own text says, tables apart."""
    tables, rest = grids(page, number, printed, data)
    width, height = page.get_size()
    found.sheets.append(Sheet(number, width, height, tuple(fragments(rest)), tables))


def _recognise(page: Any, number: int, found: _Read) -> None:
    """Put down what OCR reads on a page that is a picture."""
    if not ocr.available():
        found.pictures.append(number)
        return
    if time.monotonic() > found.ends:
        found.late.append(number)
        return
    width, height = page.get_size()
    scale = ocr.LONGEST_SIDE / max(width, height)
    recognised = ocr.recognise(page.render(scale=scale).to_pil(), scale)
    found.sheets.append(Sheet(number, width, height, recognised.fragments))
    if recognised.fragments:
        found.confidences[number] = recognised.confidence


def _is_picture(page: Any, printed: Sequence[Glyph], unreadable: int) -> bool:
    """Whether a page's text is not to be had from its characters: a scan, outlines, fonts without meaning."""
    if unreadable > _MOST_UNREADABLE * (len(printed) + unreadable):
        return True
    if len(printed) >= _LEAST_GLYPHS:
        return False
    width, height = page.get_size()
    outlines = 0
    for thing in page.get_objects():
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if (right - left) * (top - bottom) > _SCAN * width * height:
                return True
        outlines += thing.type == raw.FPDF_PAGEOBJ_PATH
    return outlines > _OUTLINES and not printed


def _nothing(path: Path, found: _Read) -> IngestError:
    """The error for a file of which no word could be read."""
    if found.pictures:
        return IngestError(
            f"{path}：全是扫描的图片，没有文字（第 {_ranges(found.pictures)} 页）。{ocr.REMEDY}，或请转成文字再收入。"
        )
    if found.late:
        return IngestError(f"{path}：限定的时间内没有识别出一页。请调大设置 WENBAO_MAX_SECONDS 后再收入。")
    if found.broken:
        return IngestError(f"{path}：PDF 已损坏，没有一页读得出来。请用 PDF 阅读器打开检查，重新导出后再收入。")
    return IngestError(f"{path}：PDF 里没有文字。请检查是不是空白文件。")


def _notes(found: _Read) -> Iterator[str]:
    if found.pictures:
        yield f"第 {_ranges(found.pictures)} 页是图片，没有收入。{ocr.REMEDY}，{AGAIN}。"
    if found.late:
        yield (
            f"第 {_ranges(found.late)} 页是图片，限定的时间内没有来得及识别。"
            f"请调大设置 WENBAO_MAX_SECONDS，{AGAIN}；或把文件拆成几份。"
        )
    if found.broken:
        yield f"第 {_ranges(found.broken)} 页已损坏，没有收入。请重新导出 PDF 后再收入。"


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in order as a person writes them: 「1-3、7」."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
