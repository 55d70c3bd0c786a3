"""Readers: one module a format, each turning a file into a Document with one clean, canonical text."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import DEFAULT, Limits
from ingest.readers import kinds

#: suffix -> module in this package with ``read(path, limits) -> Document``; loaded when first needed
_MODULES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".docx": "docx",
    ".docm": "docx",
    **dict.fromkeys((".html", ".htm", ".mht", ".mhtml"), "html"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    **dict.fromkeys((".csv", ".tsv"), "delimited"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), "pptx"),
    ".ofd": "ofd",
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt"), "office"),
    **dict.fromkeys((".xls", ".et", ".ods", ".ppt", ".dps", ".odp"), "office"),
    ".pdf": "pdf",
    ".png": "ocr",
    ".jpg": "ocr",
    ".jpeg": "ocr",
    ".tif": "ocr",
    ".tiff": "ocr",
    ".bmp": "ocr",
}

SUFFIXES: frozenset[str] = frozenset(_MODULES)


def read(path: Path, limits: Limits = DEFAULT) -> Document:
    """The document in a file, its format told by the suffix, or by the content where that says something else.

    :param limits: the most that the file may cost.
    :raises IngestError: naming the file and the remedy, when the file is missing, empty, damaged, encrypted, without
        text, not to be read, or of a format that no reader knows.
    """
    if path.suffix.lower() not in _MODULES:
        known = "、".join(sorted(SUFFIXES))
        suffix = path.suffix or "无后缀"
        raise IngestError(f"{path}：不支持的文件类型「{suffix}」。支持的类型：{known}。请另存为其中一种。")
    module = _MODULES[kinds.suffix_of(path)]
    document: Document = import_module(f"{__name__}.{module}").read(path, limits)
    if not document.text:
        raise IngestError(f"{path}：文件里没有文字。如果内容是图片，请先转成文字再收入。")
    if len(document.text) > limits.characters:
        raise IngestError(
            f"{path}：有 {len(document.text)} 字，超过一个文件 {limits.characters} 字的上限。"
            "请拆分后再收入，或调大设置 WENBAO_MAX_CHARACTERS。"
        )
    return document
