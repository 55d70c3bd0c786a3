"""A small writer of OFD files after GB/T 33190-2016, for the tests: no tool that writes them is free to use here."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACE = "http://www.ofdspec.org/2016"
SIZE = 4.5
LEADING = 8.0
LEFT, TOP, RIGHT = 28.0, 30.0, 182.0


@dataclass
class Page:
    """A page: the XML of its text objects, and whether it stands on the template."""

    objects: list[str] = field(default_factory=list)
    template: bool = False


def advance(character: str) -> float:
    """How wide a character is printed, in character sizes."""
    return 0.5 if character < "\u2000" else 1.0


def text(words: str, x: float, y: float, size: float = SIZE, attributes: str = "", code: str = "") -> str:
    """A text object whose baseline is at (x, y); the distances between characters in the shorthand of the standard."""
    runs = ((width, len(list(run))) for width, run in groupby(advance(character) for character in words[:-1]))
    deltas = " ".join(
        f"g {count} {width * size}" if count > 2 else " ".join([f"{width * size}"] * count) for width, count in runs
    )
    code = code or f'X="0" Y="{size}" DeltaX="{deltas}"'
    box = f"{x} {y - size} {sum(map(advance, words)) * size} {size * 1.3}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{box}" Font="2" Size="{size}" {attributes}>'
        f"<ofd:TextCode {code}>{escape(words)}</ofd:TextCode></ofd:TextObject>"
    )


def flowed(paragraphs: Sequence[str], lines_per_page: int = 30) -> list[Page]:
    """Paragraphs as an office prints them: the first line of each indented by two characters, one object a line."""
    width = (RIGHT - LEFT) / SIZE
    lines: list[tuple[float, str]] = []
    for paragraph in paragraphs:
        rest, indent = paragraph, 2
        while rest:
            end = _fitting(rest, width - indent)
            lines.append((LEFT + indent * SIZE, rest[:end]))
            rest, indent = rest[end:], 0
    pages = []
    for start in range(0, len(lines), lines_per_page):
        own = lines[start : start + lines_per_page]
        pages.append(Page([text(words, x, TOP + LEADING * place) for place, (x, words) in enumerate(own)]))
    return pages


def _fitting(words: str, width: float) -> int:
    """How many characters stand on a line; no line begins with a closing mark, and no number is broken."""
    end, used = 0, 0.0
    while end < len(words) and used + advance(words[end]) <= width:
        used += advance(words[end])
        end += 1
    while 1 < end < len(words) and (words[end] in "，。、；：！？）”%" or words[end - 1 : end + 1].isascii()):
        end -= 1
    return end


def write(
    path: Path, pages: Sequence[Page], template: Sequence[str] = (), namespace: str = NAMESPACE, **extra: str
) -> Path:
    """An OFD file of one document; ``extra`` are more members, name to text."""
    spaces = f'xmlns:ofd="{namespace}"'
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    own = '<ofd:TemplatePage ID="50" Name="版头" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    members = {
        "OFD.xml": f'{head}<ofd:OFD {spaces} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{head}<ofd:Document {spaces}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>{area}{own}"
        f"</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
    }
    if template:
        members["Doc_0/Tpls/Tpl_0/Content.xml"] = f"{head}<ofd:Page {spaces}>{_layer(template)}</ofd:Page>"
    for number, page in enumerate(pages):
        uses = '<ofd:Template TemplateID="50" ZOrder="Background"/>' if page.template else ""
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"{head}<ofd:Page {spaces}>{uses}{_layer(page.objects)}</ofd:Page>"
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | extra).items():
            archive.writestr(name, content)
    return path


def _layer(objects: Sequence[str]) -> str:
    return f'<ofd:Content><ofd:Layer ID="3" Type="Body">{"".join(objects)}</ofd:Layer></ofd:Content>'
