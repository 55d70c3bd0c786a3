"""Slides of PowerPoint and WPS (.pptx): each slide a page, its shapes in the order in which they are read.

Titles are headings; tables, diagrams (SmartArt) and the numbers behind charts are read too. Speakers' notes follow their
slide, marked as such; hidden slides and what every slide repeats (date, footer, number) are left out. Elements are known
by their local names, which the strict and the transitional variant of the format (ISO/IEC 29500) share.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers.blocks import Block, compose
from ingest.readers.charts import chart
from ingest.readers.package import Package, open_package
from ingest.readers.tables import Cells

_PRESENTATION = "ppt/presentation.xml"
#: placeholders whose words every slide repeats
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
_TITLES = frozenset({"title", "ctrTitle"})
#: shapes whose tops differ by less (English Metric Units, 914,400 an inch) stand in one row and are read from the left
_ROW = 228_600
_HAN = "一二三四五六七八九十"
#: how the paragraphs of a list are numbered (ST_TextAutonumberScheme); others are told without their numbers
_NUMBERINGS = {
    "arabicPeriod": "{0}. ",
    "arabicPlain": "{0} ",
    "arabicParenBoth": "（{0}）",
    "arabicParenR": "{0}）",
    "ea1ChsPeriod": "{1}、",
    "ea1ChsPlain": "{1}、",
    "ea1JpnChsDbPeriod": "{1}、",
}

Relations = dict[str, tuple[str, str]]
Place = tuple[int, int]


@dataclass(frozen=True)
class _Part:
    """A part of the package: its name, its XML, and what it refers to: id -> (kind, the other part's name)."""

    name: str
    root: Any
    relations: Relations

    def related(self, kind: str) -> str:
        """The name of the one part of a kind that it refers to; "" if there is none."""
        return next((name for found, name in self.relations.values() if found == kind), "")


def read(path: Path, limits: Limits) -> Document:
    """The document in a presentation.

    :raises IngestError: where the file cannot be opened, is empty, encrypted or damaged, or has more slides than
        ``limits`` allow.
    """
    package = open_package(path, limits)
    presentation = _part(package, _PRESENTATION)
    slides = [presentation.relations.get(_id(slide), ("", ""))[1] for slide in _all(presentation.root, "sldId")]
    if len(slides) > limits.pages:
        raise IngestError(
            f"{path}：有 {len(slides)} 张幻灯片，超过 {limits.pages} 张的上限。请拆分后再收入，或调大设置 WENBAO_MAX_PAGES。"
        )
    hidden: list[str] = []
    blocks: list[Block] = []
    for number, name in enumerate(slides, start=1):
        slide = _part(package, name)
        if slide.root.get("show") in ("0", "false"):
            hidden.append(str(number))
        else:
            blocks += [replace(block, page=number) for block in _slide(package, slide)]
    notes = (f"隐藏的幻灯片没有收入：第 {'、'.join(hidden)} 张。",) if hidden else ()
    return replace(compose(blocks), notes=notes)


def _slide(package: Package, slide: _Part) -> Iterator[Block]:
    tree = next(_all(slide.root, "spTree"), None)
    if tree is not None:
        yield from _shapes(package, slide, tree, _inherited(package, slide))
    notes = slide.related("notesSlide")
    if notes in package:
        bodies = (shape for shape in _all(package.xml(notes), "sp") if _placeholder(shape)[0] == "body")
        lines = [block.text for body in bodies for block in _paragraphs(body, 0)]
        yield Block("备注：" + "\n".join(lines) if any(lines) else "")


def _shapes(package: Package, slide: _Part, tree: Any, inherited: dict[tuple[str, str], Place]) -> Iterator[Block]:
    for shape in _in_order(tree, inherited):
        kind = _local(shape)
        if kind == "grpSp":
            yield from _shapes(package, slide, shape, inherited)
        elif kind == "graphicFrame":
            yield from _frame(package, slide, shape)
        elif _placeholder(shape)[0] not in _FURNITURE:
            yield from _paragraphs(shape, 1 if _placeholder(shape)[0] in _TITLES else 0)


def _in_order(tree: Any, inherited: dict[tuple[str, str], Place]) -> list[Any]:
    """The shapes of a slide or group as they are read: titles first, then row by row from the left."""
    placed: list[tuple[int, int, Any]] = []
    x = y = 0
    for shape in _children(tree):
        if _local(shape) in ("sp", "grpSp", "graphicFrame"):
            x, y = _place(shape) or inherited.get(_placeholder(shape)) or (x, y)
            placed.append((-1 if _placeholder(shape)[0] in _TITLES else y, x, shape))
    ordered: list[Any] = []
    row: list[tuple[int, int, Any]] = []
    for item in sorted(placed, key=lambda item: item[0]):
        if row and item[0] - row[0][0] >= _ROW:
            ordered += [shape for _, _, shape in sorted(row, key=lambda one: one[1])]
            row = []
        row.append(item)
    return ordered + [shape for _, _, shape in sorted(row, key=lambda one: one[1])]


def _frame(package: Package, slide: _Part, frame: Any) -> Iterator[Block]:
    """What stands in a frame: a table, a chart or a diagram."""
    for table in _all(frame, "tbl"):
        yield Block(rows=_table(table))
    for reference in _all(frame, "chart"):
        name = slide.relations.get(_id(reference), ("", ""))[1]
        if name in package:
            yield from chart(package.xml(name))
    for reference in _all(frame, "relIds"):
        name = slide.relations.get(_id(reference, "dm"), ("", ""))[1]
        if name in package:
            points = (point for point in _all(package.xml(name), "pt") if point.get("type", "node") == "node")
            yield from (block for point in points for block in _paragraphs(point, 0))


def _table(table: Any) -> tuple[Cells, ...]:
    rows: list[Cells] = []
    for row in _all(table, "tr"):
        cells: list[str | None] = []
        for column, cell in enumerate(child for child in row if _local(child) == "tc"):
            above = rows[-1][column] if rows and column < len(rows[-1]) else ""
            if cell.get("hMerge") in ("1", "true"):
                cells.append(None)
            elif cell.get("vMerge") in ("1", "true"):
                cells.append(above)
            else:
                cells.append(" ".join(block.text.replace("\n", " ") for block in _paragraphs(cell, 0)))
        rows.append(tuple(cells))
    return tuple(rows)


def _paragraphs(shape: Any, level: int) -> Iterator[Block]:
    counts: dict[str, int] = {}
    for paragraph in _all(shape, "p"):
        text = "".join(_words(paragraph))
        depth, scheme, first = _numbering(paragraph)
        counts = {known: count for known, count in counts.items() if known <= depth}
        if scheme and text.strip():
            counts[depth] = counts.get(depth, first - 1) + 1
            number = counts[depth]
            text = _NUMBERINGS[scheme].format(number, _HAN[number - 1] if number <= len(_HAN) else number) + text
        elif text.strip():
            counts.pop(depth, None)
        if text.strip():
            yield Block(text, level)


def _numbering(paragraph: Any) -> tuple[str, str, int]:
    """A paragraph's depth in lists, its scheme of numbers and the number of the list's first; "" for no scheme."""
    properties = next((child for child in paragraph if _local(child) == "pPr"), None)
    if properties is None:
        return "0", "", 1
    numbers = next((child for child in properties if _local(child) == "buAutoNum"), None)
    scheme = numbers.get("type", "") if numbers is not None else ""
    start = (numbers.get("startAt") or "1") if numbers is not None else "1"
    known = scheme if scheme in _NUMBERINGS else ""
    return properties.get("lvl", "0"), known, int(start) if start.isdecimal() and len(start) < 6 else 1


def _words(paragraph: Any) -> Iterator[str]:
    for element in _all(paragraph, "t", "br", "tab"):
        yield {"br": "\n", "tab": " "}.get(_local(element)) or element.text or ""


def _inherited(package: Package, slide: _Part) -> dict[tuple[str, str], Place]:
    """Where the slide's layout and master put the placeholders that the slide does not place itself."""
    places: dict[tuple[str, str], Place] = {}
    layout = slide.related("slideLayout")
    chain = [layout] if layout in package else []
    if chain:
        master = _part(package, layout, whole=False).related("slideMaster")
        chain += [master] if master in package else []
    for name in reversed(chain):
        for shape in _all(package.xml(name), "sp"):
            place = _place(shape)
            if place:
                kind, index = _placeholder(shape)
                places[kind, index] = places[kind, ""] = place
    return places


def _place(shape: Any) -> Place | None:
    """The left and upper edge of a shape, None where it says nothing of them."""
    holder = next((child for child in shape if _local(child) in ("spPr", "grpSpPr", "xfrm")), None)
    offset = next(_all(holder, "off"), None) if holder is not None else None
    try:
        return (int(offset.get("x")), int(offset.get("y"))) if offset is not None else None
    except (TypeError, ValueError):
        return None


def _placeholder(shape: Any) -> tuple[str, str]:
    """What kind of placeholder a shape is, and its number; ("", "") for one that is none."""
    properties = next((child for child in shape if _local(child).startswith("nv")), None)
    holder = next(_all(properties, "ph"), None) if properties is not None else None
    return ("", "") if holder is None else (holder.get("type", "obj"), holder.get("idx", ""))


def _part(package: Package, name: str, whole: bool = True) -> _Part:
    folder, base = posixpath.split(name)
    references = f"{folder}/_rels/{base}.rels"
    relations: Relations = {}
    if references in package:
        for reference in _all(package.xml(references), "Relationship"):
            if reference.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, reference.get("Target", "")))
                kind = reference.get("Type", "").rsplit("/", 1)[-1]
                relations[reference.get("Id", "")] = (kind, target.lstrip("/"))
    return _Part(name, package.xml(name) if whole else None, relations)


def _id(element: Any, name: str = "id") -> str:
    """An attribute by which an element refers to a relation, in whichever variant's namespace."""
    return next(
        (value for key, value in element.attrib.items() if "relationships}" in key and key.endswith(f"}}{name}")), ""
    )


def _children(tree: Any) -> Iterator[Any]:
    """The children of a tree of shapes; of alternatives, what is written for programs of today."""
    for child in tree:
        if _local(child) == "AlternateContent":
            yield from (shape for choice in child if _local(choice) == "Choice" for shape in choice)
        else:
            yield child


def _all(element: Any, *names: str) -> Iterator[Any]:
    """The elements below one that have one of these local names, in order; fallbacks for old programs are left out."""
    for found in element.iter(*(f"{{*}}{name}" for name in names)):
        if not any(_local(above) == "Fallback" for above in _above(found, element)):
            yield found


def _above(element: Any, root: Any) -> Iterable[Any]:
    for above in element.iterancestors():
        if above is root:
            return
        yield above


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
