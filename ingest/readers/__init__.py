"""Readers: one module a format, each turning a file into a Document with one clean, canonical text."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import DEFAULT, Limits

#: suffix -> module in this package with ``read(path, limits) -> Document``; loaded when first needed
_MODULES = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".docx": "docx",
}

SUFFIXES: frozenset[str] = frozenset(_MODULES)


def read(path: Path, limits: Limits = DEFAULT) -> Document:
    """The document in a file, its format told by the suffix.

    :param limits: the most that the file may cost.
    :raises IngestError: naming the file and the remedy, when the file is missing, empty, damaged, encrypted, without
        text, not to be read, or of a format that no reader knows.
    """
    module = _MODULES.get(path.suffix.lower())
    if module is None:
        known = "、".join(sorted(SUFFIXES))
        suffix = path.suffix or "无后缀"
        raise IngestError(f"{path}：不支持的文件类型「{suffix}」。支持的类型：{known}。请另存为其中一种。")
    document: Document = import_module(f"{__name__}.{module}").read(path, limits)
    if not document.text:
        raise IngestError(f"{path}：文件里没有文字。如果内容是图片，请先转成文字再收入。")
    return document
