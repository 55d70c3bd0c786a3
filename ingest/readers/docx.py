"""Word (.docx): headings, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table, _Row

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers.blocks import Block, compose
from ingest.readers.files import content

#: the file format of encrypted Office files, and of Word before 2007
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
#: outline level 9 means body text
_BODY_LEVEL = 9

_PARAGRAPH, _TABLE = qn("w:p"), qn("w:tbl")
_WORDS = qn("w:t")
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
#: what was deleted or moved away, the properties, and the copy of a text box kept for old programs
_LEFT_OUT = {
    *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sectPr", "w:txbxContent")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read(path: Path, limits: Limits) -> Document:
    """The document in a Word file; tracked changes count as accepted, a table of contents is left out.

    :raises IngestError: where the file cannot be opened, is empty, encrypted, in the format of old Word, or damaged.
    """
    data = content(path, limits)
    if data.startswith(_OLE):
        raise IngestError(f"{path}：文件有密码，或是旧版 Word 的 .doc。请用 Word 或 WPS 去掉密码，另存为 .docx。")
    try:
        opened = docx.Document(io.BytesIO(data))
        return compose(_blocks(opened.element.body, _levels(opened.styles.element)))
    except Exception as fault:  # a damaged file can fail anywhere in zip, XML or the format itself
        reason = type(fault).__name__
        raise IngestError(f"{path}：.docx 文件已损坏（{reason}）。请用 Word 或 WPS 打开检查，另存后再收入。") from fault


def _blocks(body: Any, levels: dict[str, int | None]) -> Iterator[Block]:
    for element in _inside(body, {_PARAGRAPH, _TABLE}):
        if element.tag == _TABLE:
            yield from _table(element)
            continue
        own = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = levels.get(style.get(qn("w:val")), 0) if style is not None else 0
        if level is None:
            continue
        yield Block(_words(element), level if own is None else _level(own))


def _inside(element: Any, wanted: set[str]) -> Iterator[Any]:
    """The wanted elements below one, in order, outermost only; content controls and insertions are looked into."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _inside(child, wanted)


def _words(paragraph: Any) -> str:
    parts = []
    for element in _inside(paragraph, {_WORDS, *_BREAKS}):
        parts.append(_BREAKS.get(element.tag) or element.text or "")
    return "".join(parts)


def _levels(styles: Any) -> dict[str, int | None]:
    """Style id -> its heading level, 0 for body text, None for the lines of a table of contents.

    A style's level is its own outline level, or told by its name, or that of the style it is based on.
    """
    by_id = {style.get(qn("w:styleId")): style for style in styles.iter(qn("w:style"))}
    return {identifier: _style_level(identifier, by_id) for identifier in by_id}


def _style_level(identifier: str, by_id: dict[str, Any]) -> int | None:
    seen: set[str] = set()
    while identifier in by_id and identifier not in seen:
        seen.add(identifier)
        style = by_id[identifier]
        name = style.find(qn("w:name")).get(qn("w:val"))
        outline = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        heading = _HEADING.fullmatch(name)
        if _CONTENTS.fullmatch(name):
            return None
        if outline is not None or heading:
            return _level(outline) if outline is not None else int(heading.group(1))  # type: ignore[union-attr]
        base = style.find(qn("w:basedOn"))
        identifier = base.get(qn("w:val")) if base is not None else ""
    return 0


def _level(outline: Any) -> int:
    """The heading level that an outline level of Word means, which counts from 0."""
    level = int(outline.get(qn("w:val")))
    return 0 if level >= _BODY_LEVEL else level + 1


def _table(element: Any) -> Iterator[Block]:
    """A table as one block; first rows merged over the whole width are its captions, paragraphs before it."""
    rows = [_cells(row) for row in Table(element, None).rows]
    while len(rows) > 1 and len(rows[0]) > 1 and not any(rows[0][1:]):
        yield Block(rows.pop(0)[0])
    yield Block(rows=tuple(rows))


def _cells(row: _Row) -> tuple[str, ...]:
    """The words of a row's cells. A cell merged over columns counts once, one merged over rows in each of them."""
    words = []
    before = None
    for cell in row.cells:
        element = cell._tc
        words.append("" if element is before else " ".join(map(_words, element.iter(_PARAGRAPH))))
        before = element
    return tuple(words)
