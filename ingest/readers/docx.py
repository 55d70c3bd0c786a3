"""Word (.docx): what a reader of the printed document would see, in the order in which it stands.

Tracked changes count as accepted; comments, hidden text, headers and footers and tables of contents are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.opc.part import PartFactory
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers.blocks import Block, compose
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_styles import Styles, is_on
from ingest.readers.package import checked
from ingest.readers.tables import Cells, tell

#: files with macros and templates, which python-docx does not know for Word files; macros are never looked at
for _kind in (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
):
    PartFactory.part_type_for.setdefault(_kind, DocumentPart)

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN = map(qn, ("w:p", "w:tbl", "w:tr", "w:tc", "w:r"))
_PROPERTIES, _BOX = qn("w:pPr"), qn("w:txbxContent")
_WORDS = {qn("w:t"), f"{_MATHS}t"}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:noBreakHyphen"): "-"}
#: what was deleted or moved away, the reading above a word, the properties, and the copy of a text box for old programs
_LEFT_OUT = {
    *map(qn, ("w:del", "w:moveFrom", "w:rt", "w:pPr", "w:rPr", "w:sectPr", "w:tblPr", "w:trPr", "w:tcPr", "w:sdtPr")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
#: notes that are no notes: the lines that part them from the text
_NO_NOTES = {"separator", "continuationSeparator", "continuationNotice"}
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]")


def read(path: Path, limits: Limits) -> Document:
    """The document in a Word file.

    :raises IngestError: where the file cannot be opened, is empty, encrypted, in the format of old Word, damaged, or
        costs more than ``limits`` allow.
    """
    data = checked(path, limits)
    try:
        return compose(_Word(Package.open(data).main_document_part).blocks())
    except MemoryError:
        raise
    except Exception as fault:  # a damaged file can fail anywhere in zip, XML or the format itself
        reason = type(fault).__name__
        raise IngestError(f"{path}：.docx 文件已损坏（{reason}）。请用 Word 或 WPS 打开检查，另存后再收入。") from fault


class _Word:
    """One Word file while it is read from its beginning to its end; lists are counted on the way."""

    def __init__(self, part: Any) -> None:
        self._body = part.element.body
        self._styles = Styles(part.styles.element)
        parts = {relation.reltype: relation for relation in part.rels.values() if not relation.is_external}
        self._numbering = Numbering(self._part(parts, "numbering"))
        self._notes = {kind: self._part(parts, kind + "s") for kind in ("footnote", "endnote")}
        self._cited: list[tuple[str, str]] = []

    @staticmethod
    def _part(parts: dict[str, Any], name: str) -> Any | None:
        """The root of a part of the file; None where there is none."""
        relation = parts.get(_RELATIONS + name)
        return None if relation is None else parse_xml(relation.target_part.blob)

    def blocks(self) -> Iterator[Block]:
        """The blocks of the body, then the notes in the order in which they are cited."""
        yield from self._within(self._body)
        for number, (kind, identifier) in enumerate(self._cited, start=1):
            words = self._note(kind, identifier)
            if words:
                yield Block(f"[{number}]{words}")

    def _within(self, container: Any) -> Iterator[Block]:
        """The blocks in a body, a table's cell or a text box."""
        carried = ""
        for element in _inside(container, {_PARAGRAPH, _TABLE}):
            if element.tag == _TABLE:
                yield from self._table(element)
                continue
            level = self._level(element)
            if level is None:
                continue
            text = carried + self._label(element, bool(carried)) + self._words(element)
            carried = text if _mark_is_deleted(element) else ""
            if not carried:
                yield Block(text, level)
            for box in _inside(element, {_BOX}):
                yield from self._within(box)
        if carried:
            yield Block(carried)

    def _level(self, paragraph: Any) -> int | None:
        """A paragraph's heading level, 0 for body text, None for a line of a table of contents."""
        level = self._styles.level(_style(paragraph))
        own = paragraph.find(f"{_PROPERTIES}/{qn('w:outlineLvl')}")
        return level if own is None or level is None else self._styles.heading(own)

    def _label(self, paragraph: Any, goes_on: bool = False) -> str:
        """The number that Word prints before a paragraph, and what parts it from the words."""
        if goes_on:
            return ""
        style = _style(paragraph)
        own = paragraph.find(f"{_PROPERTIES}/{qn('w:numPr')}")
        label = self._numbering.label(own, self._styles.numbering(style), style)
        words = self._words(paragraph, cite=False)
        if not words.strip():
            return ""
        # 「1.」 before 「2022年」 must not become a decimal, nor 「1.1」 before 「2022年」 another number
        parted = bool(_ALPHANUMERIC.match(label[-1:])) or (label[-1:] in ".．" and words[:1].isdigit())
        return label + " " if label and parted else label

    def _words(self, paragraph: Any, cite: bool = True) -> str:
        """The visible words of a paragraph, text boxes apart; notes that it cites are remembered."""
        style = _style(paragraph)
        parts = []
        for run in _inside(paragraph, {_RUN, f"{_MATHS}r"}, but={_BOX}):
            if self._styles.hides(run, style):
                continue
            for element in _inside(run, {*_WORDS, *_BREAKS, *_REFERENCES}, but={_BOX}):
                if element.tag in _REFERENCES:
                    if cite:
                        self._cited.append((_REFERENCES[element.tag], element.get(qn("w:id"), "")))
                else:
                    parts.append(_BREAKS.get(element.tag) or element.text or "")
        return "".join(parts)

    def _note(self, kind: str, identifier: str) -> str:
        root = self._notes[kind]
        for note in () if root is None else root.iter(qn(f"w:{kind}")):
            if note.get(qn("w:id")) == identifier and note.get(qn("w:type")) not in _NO_NOTES:
                return " ".join(self._words(paragraph, cite=False).strip() for paragraph in note.iter(_PARAGRAPH))
        return ""

    def _table(self, table: Any) -> Iterator[Block]:
        """A table as one block; one that has a single column only frames what stands in it."""
        rows = [list(_inside(row, {_CELL})) for row in _inside(table, {_ROW}) if not _is_deleted(row)]
        if all(len(cells) <= 1 for cells in rows):
            for cell in (cell for cells in rows for cell in cells):
                yield from self._within(cell)
            return
        block = self._rows(table)
        if block:
            yield Block(rows=block)

    def _rows(self, table: Any) -> tuple[Cells, ...]:
        """The words of a table's cells, row by row."""
        above: dict[int, str] = {}
        rows = (list(_inside(row, {_CELL})) for row in _inside(table, {_ROW}) if not _is_deleted(row))
        return tuple(self._row(cells, above) for cells in rows)

    def _lines(self, cell: Any) -> Iterator[str]:
        """The words of the paragraphs in a cell, those of tables and text boxes in it included."""
        for paragraph in _inside(cell, {_PARAGRAPH, _TABLE}):
            if paragraph.tag == _TABLE:
                rows = [row for row in self._rows(paragraph) if any(row)]
                yield " ".join(line for line in tell(rows).lines if line) if rows else ""
                continue
            yield self._label(paragraph) + self._words(paragraph)
            for box in _inside(paragraph, {_BOX}):
                yield from self._lines(box)

    def _row(self, cells: list[Any], above: dict[int, str]) -> Cells:
        """The words of a row's cells. A cell that goes on the one above, by the column where it begins, repeats it."""
        words: list[str | None] = []
        properties = cells[0].getparent().find(qn("w:trPr")) if cells else None
        skipped = 0 if properties is None else _number(properties.find(qn("w:gridBefore")))
        words.extend([""] * skipped)
        for cell in cells:
            column = len(words)
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
            if not goes_on:
                above[column] = " ".join(filter(str.strip, self._lines(cell)))
            words.append(above.get(column, ""))
            words.extend([None] * (_number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1) - 1))
        return tuple(words)


_REFERENCES = {qn("w:footnoteReference"): "footnote", qn("w:endnoteReference"): "endnote"}


def _inside(element: Any, wanted: set[str], but: set[str] | frozenset[str] = frozenset()) -> Iterator[Any]:
    """The wanted elements below one, in order, outermost only; content controls and insertions are looked into.

    What asks for words in an empty content control is not looked into, nor is what ``but`` names.
    """
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag not in _LEFT_OUT and child.tag not in but and not _asks(child):
            yield from _inside(child, wanted, but)


def _asks(element: Any) -> bool:
    """Whether an element is a content control that shows only what should be written in it."""
    asks = element.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") if element.tag == qn("w:sdt") else None
    return asks is not None and is_on(asks)


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_PROPERTIES}/{qn('w:pStyle')}")
    return "" if style is None else style.get(qn("w:val"), "")


def _mark_is_deleted(paragraph: Any) -> bool:
    """Whether a tracked change has deleted the end of a paragraph, so that the next one goes on in it."""
    return paragraph.find(f"{_PROPERTIES}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _is_deleted(row: Any) -> bool:
    return row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def _number(element: Any | None, default: int = 0) -> int:
    """The number that an element's value is, within the columns that Word allows."""
    return default if element is None else max(default, min(int(element.get(qn("w:val"), default)), 63))
