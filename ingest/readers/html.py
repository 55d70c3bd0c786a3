"""Web pages (.html, .mht): the report's own words, without what the site puts around them.

What a browser does not show is left out, and so is everything outside the smallest part of the page that holds nearly
all of its prose; only the title and what follows it up to there stays. Labels that remain are ``chrome``'s business.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as parsing

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import markup
from ingest.readers.blocks import Block, compose
from ingest.readers.files import content
from ingest.readers.text import decode

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARED = re.compile(rb"<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096
#: browsers read what calls itself GB 2312 or GBK as its superset (WHATWG Encoding Standard, 10.1)
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
#: a page may hold a few damaged characters; with more, what it declares is wrong
_MOST_DAMAGED = 0.005
_MHT = re.compile(rb"\s*(?:From|Subject|Date|MIME-Version|Content-Type|Content-Location|X-[\w-]+)\s*:", re.IGNORECASE)

#: the share of a page's prose that the report's part must hold; text above it in the page is looked at for the title
_NEARLY_ALL = 0.95
#: with less prose than this (characters), a page is kept as it is
_LEAST_PROSE = 80
_PROSE = re.compile(r"[，。；！？]")
_SHORTEST_TITLE = 6


@dataclass
class _Piece:
    """One block, the elements that it lies in from the outermost, and how many of its characters are links."""

    block: Block
    inside: tuple[int, ...]
    links: int = 0
    prose: int = field(init=False)

    def __post_init__(self) -> None:
        words = self.block.text or "".join(cell or "" for row in self.block.rows for cell in row)
        own = len(words) - self.links
        self.prose = own if self.links < own and (self.block.rows or _PROSE.search(words)) else 0

    @property
    def is_links(self) -> bool:
        """Whether it is nothing but links."""
        return bool(self.links) and self.links * 2 >= len(self.block.text)


def read(path: Path, limits: Limits) -> Document:
    """The document in a web page, or in one packed with its pictures (.mht).

    :raises IngestError: where the file cannot be opened, is empty, is not text, or nests its elements too deeply.
    """
    return parse(content(path, limits), path)


def parse(data: bytes, path: Path) -> Document:
    """The document in the bytes of a web page; ``path`` is named in messages.

    :raises IngestError: as :func:`read` does.
    """
    if _MHT.match(data):
        data, declared = _page_of_mail(data, path)
        source = _decoded(data, path, declared)
    else:
        source = _decoded(data, path)
    root = _tree(source, path)
    if root is None:
        return Document("")
    pieces = [_Piece(found.block, found.inside, found.links) for found in markup.walk(root)]
    return compose(piece.block for piece in _report(pieces, _titles(root)))


def _page_of_mail(data: bytes, path: Path) -> tuple[bytes, str]:
    """The page in an MHTML file (RFC 2557) and the encoding it is said to have."""
    for part in message_from_bytes(data, policy=policy.compat32).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                return payload, str(part.get_content_charset() or "")
    raise IngestError(f"{path}：里面没有网页的内容，文件可能已损坏。请用浏览器打开，另存为网页后再收入。")


def _decoded(data: bytes, path: Path, declared: str = "") -> str:
    """The text of a page: by its byte order mark, as UTF-8 where it is that, as it declares, or as plain text is."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    match = _DECLARED.search(data[:_HEAD_BYTES])
    named = (declared or (match.group(1).decode("ascii", errors="ignore") if match else "")).lower()
    for encoding in (_SUPERSETS.get(named, named), "utf-8"):
        if text := _nearly_whole(data, encoding):
            return text
    try:
        return decode(data, path)
    except IngestError:
        if text := _nearly_whole(data, "gb18030"):
            return text
        raise


def _nearly_whole(data: bytes, encoding: str) -> str:
    """The text of data in an encoding, a few damaged characters in it replaced; "" where there are many."""
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        return ""
    return text if text.count("\ufffd") <= _MOST_DAMAGED * len(text) else ""


def _tree(source: str, path: Path) -> Any:
    """The page's root element, None where there is none."""
    parser = parsing.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = parsing.document_fromstring(source.encode("utf-8", errors="ignore"), parser=parser)
    except etree.ParserError:  # nothing there but comments or white space
        root = None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise IngestError(
            f"{path}：网页的标签嵌套太深，读不出来。请用浏览器打开，把文字另存为 .txt 或 .docx 后再收入。"
        )
    return root


def _titles(root: Any) -> tuple[str, ...]:
    """What the page says its title is: the field that the rules for government sites prescribe, then ``<title>``."""
    named = [meta.get("content", "") for meta in root.iter("meta") if meta.get("name", "").lower() == "articletitle"]
    titled = ["".join(title.itertext()) for title in root.iter("title")]
    return tuple(filter(None, (re.sub(r"\s", "", title) for title in (*named, *titled))))


def _report(pieces: Sequence[_Piece], titles: Sequence[str]) -> Iterator[_Piece]:
    """The pieces of the part that holds nearly all prose, with the title before it and what stands between them."""
    masses: Counter[int] = Counter()
    for piece in pieces:
        for element in piece.inside:
            masses[element] += piece.prose
    whole = sum(piece.prose for piece in pieces)
    if whole < _LEAST_PROSE:
        yield from pieces
        return
    depths = {element: depth for piece in pieces for depth, element in enumerate(piece.inside)}
    large = [element for element, mass in masses.items() if mass >= _NEARLY_ALL * whole]
    main = max(large, key=lambda element: depths[element], default=None)
    inside = [place for place, piece in enumerate(pieces) if main is None or main in piece.inside]
    begin = _title_place(pieces, inside[0], titles)
    for place in range(begin, inside[-1] + 1):
        if place >= inside[0] or not pieces[place].is_links:
            yield pieces[place]


def _title_place(pieces: Sequence[_Piece], first: int, titles: Sequence[str]) -> int:
    """Where the report's title stands before its part of the page, which begins at ``first``; that, if nowhere."""
    words = [re.sub(r"\s", "", piece.block.text) for piece in pieces[:first]]
    for title in titles:
        fitting = [place for place, word in enumerate(words) if len(word) >= _SHORTEST_TITLE and word in title]
        if fitting:
            longest = max(len(words[place]) for place in fitting)
            return max(place for place in fitting if len(words[place]) == longest)
    headings = [place for place in range(first) if pieces[place].block.level in (1, 2)]
    return headings[-1] if headings else first
