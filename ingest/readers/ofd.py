"""OFD, the national format for fixed layout (GB/T 33190-2016): printed characters by their places, read as PDF is.

The way through the package is OFD.xml -> Document.xml -> Pages and Templates -> TextObject -> TextCode. Elements are known
by their local names: producers use more than one namespace. Lengths in the file are in millimetres.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import layout, ofd_lines, ruled
from ingest.readers.blocks import compose
from ingest.readers.glyphs import Glyph, fragments
from ingest.readers.ofd_drawing import POINTS, elements, is_shown, number, numbers, placed
from ingest.readers.package import Package, open_package
from ingest.readers.sheets import Sheet

_ENTRANCE = "OFD.xml"
#: where an OFD keeps the list of what it encrypts (GM/T 0099)
_ENCRYPTIONS = "Encryptions.xml"
_A4 = (0.0, 0.0, 210.0, 297.0)
_UPRIGHT = math.radians(10)
_WIDE = re.compile(
    r"[\u1100-\u115f\u2014\u2018-\u201d\u2026\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]"
)
_NARROW = 0.5
#: the next character of a run is near if it is not farther away than so many character sizes
_NEAR = 1.6
#: characters that stand in for glyphs without a meaning
_MEANINGLESS = re.compile(r"[\x00-\x1f\ue000-\uf8ff\ufffd¤]")


@dataclass
class _Reading:
    """What has been read of the file so far."""

    package: Package
    sheets: list[Sheet]
    #: templates whose words have been read: on every page they are furniture, on their first they are text
    templates: set[str]
    unreadable: set[int]
    characters: int = 0


def read(path: Path, limits: Limits) -> Document:
    """The document in an OFD file; where it holds several, their pages follow each other.

    :raises IngestError: where the file cannot be opened, is empty, encrypted or damaged, holds more pages or text than
        ``limits`` allow, or only pictures.
    """
    package = open_package(path, limits)
    if _ENCRYPTIONS in package:
        raise IngestError(f"{path}：OFD 有密码。请用 OFD 阅读器打开，去掉密码另存后再收入。")
    reading = _Reading(package, [], set(), set())
    for body in elements(package.xml(_ENTRANCE), "DocRoot"):
        _read_document(reading, _resolved(package, "", body.text or ""), path, limits)
    document = compose(layout.blocks(reading.sheets))
    if not document.text:
        raise IngestError(f"{path}：OFD 里没有文字，可能是扫描的图片。请转成文字，或另存为图片后用文字识别收入。")
    numbers = "、".join(map(str, sorted(reading.unreadable)))
    notes = (
        (f"第 {numbers} 页有些字认不出来，没有收入。请用 OFD 阅读器核对，或另存为 PDF 后再收入。",) if numbers else ()
    )
    return replace(document, notes=notes)


def _read_document(reading: _Reading, name: str, path: Path, limits: Limits) -> None:
    root = reading.package.xml(name)
    size = next((numbers(box.text) for box in elements(root, "PhysicalBox")), [])
    templates = {
        t.get("ID", ""): _resolved(reading.package, name, t.get("BaseLoc", "")) for t in elements(root, "TemplatePage")
    }
    pages = [page for holder in elements(root, "Pages") for page in elements(holder, "Page")]
    if len(reading.sheets) + len(pages) > limits.pages:
        raise IngestError(
            f"{path}：有 {len(reading.sheets) + len(pages)} 页，超过一个文件 {limits.pages} 页的上限。"
            "请拆分后再收入，或调大设置 WENBAO_MAX_PAGES。"
        )
    for page in pages:
        part = _resolved(reading.package, name, page.get("BaseLoc", ""))
        reading.sheets.append(_sheet(reading, part, templates, size))
        if reading.characters > limits.characters:
            raise IngestError(
                f"{path}：超过一个文件 {limits.characters} 字的上限。请拆分后再收入，或调大设置 WENBAO_MAX_CHARACTERS。"
            )


def _sheet(reading: _Reading, name: str, templates: dict[str, str], size: Sequence[float]) -> Sheet:
    number = len(reading.sheets) + 1
    root = reading.package.xml(name)
    own = next((numbers(box.text) for box in elements(root, "PhysicalBox")), [])
    _, _, width, height = next((box for box in (own, size) if len(box) == 4), _A4)
    printed: list[Glyph] = []
    for template in elements(root, "Template"):
        part = templates.get(template.get("TemplateID", ""), "")
        if part and part not in reading.templates:
            reading.templates.add(part)
            printed += _glyphs(reading.package.xml(part))
    printed += _glyphs(root)
    readable = [glyph for glyph in printed if not _MEANINGLESS.match(glyph.text)]
    if len(readable) < len(printed):
        reading.unreadable.add(number)
    reading.characters += len(readable)
    grids, rest = ruled.within(ofd_lines.tables(root), readable)
    return Sheet(number, width * POINTS, height * POINTS, tuple(fragments(rest)), grids)


def _glyphs(root: Any) -> Iterator[Glyph]:
    """The upright characters of a page or template; slanting ones are watermarks and are left out."""
    for text in elements(root, "TextObject"):
        if not is_shown(text, root):
            continue
        size = number(text.get("Size") or text.get("size"), 0.0)
        matrix = placed(text)
        a, b, c, d, _, _ = matrix
        scale = math.hypot(c, d)
        if size <= 0 or scale <= 0 or abs(math.atan2(b, a)) > _UPRIGHT:
            continue
        stretch = number(text.get("HScale"), 1.0)
        for character, x, y, wide in _characters(text, size * stretch):
            wide *= math.hypot(a, b)
            x0, base = a * x + c * y + matrix[4], b * x + d * y + matrix[5]
            tall = size * scale
            box = (x0, base - 0.85 * tall, x0 + wide, base + 0.15 * tall, base, tall)
            yield Glyph(character, *(length * POINTS for length in box))


def _characters(text: Any, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Each character of a text object, its place and its width, which reaches to the next one where that is near.

    A TextCode without a place goes on from the one before.
    """
    x = y = 0.0
    for code in elements(text, "TextCode"):
        words = code.text or ""
        if "\n" in words:
            words = words.strip("\r\n\t ")
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        across, down = _deltas(code.get("DeltaX"), len(words)), _deltas(code.get("DeltaY"), len(words))
        for place, character in enumerate(words):
            wide = size * (1.0 if _WIDE.match(character) else _NARROW)
            step = across[place] if across else (0.0 if down else wide)
            yield character, x, y, step if 0 < step < _NEAR * size else wide
            x += step
            y += down[place] if down else 0.0


def _deltas(text: str | None, count: int) -> list[float]:
    """The distances between characters, of which 「g 3 4.5」 stands for three; where they end, the last goes on."""
    tokens = (text or "").split()
    found: list[float] = []
    at = 0
    while at < len(tokens) and len(found) < count:
        if tokens[at] == "g" and at + 2 < len(tokens):
            times = int(number(tokens[at + 1], 0.0))
            found += [number(tokens[at + 2], 0.0)] * max(0, min(times, count - len(found)))
            at += 3
        else:
            found.append(number(tokens[at], 0.0))
            at += 1
    return found + found[-1:] * (count - len(found)) if found else []


def _resolved(package: Package, base: str, location: str) -> str:
    """The member that a location means, from the root or from where it stands (GB/T 33190 6.4, ST_Loc)."""
    location = location.strip().replace("\\", "/")
    beside = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), location)).lstrip("/")
    from_root = posixpath.normpath("/" + location.lstrip("/")).lstrip("/")
    return beside if beside in package or from_root not in package else from_root
