"""What flows through ingestion: documents, sections, passages, periods, figures and reports.

Every (start, end) is a half-open range of characters into one canonical text, ``Document.text``. A quote is always
``text[start:end]``, so what is highlighted cannot drift from what was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Status = Literal["done", "planned", ""]
Kind = Literal["quantity", "percent", "date", "rank", "ratio"]


@dataclass(frozen=True)
class Page:
    """One page of a paged file: its number as a reader counts (from 1) and its range in the text.

    ``confidence`` is how sure character recognition was of a page that is a picture, in [0, 1]; None where the file
    itself holds the text.
    """

    number: int
    start: int
    end: int
    confidence: float | None = None


@dataclass(frozen=True)
class Heading:
    """A heading that the file itself marks (a Word style, a Markdown #), as opposed to one found by its numbering."""

    start: int
    end: int
    level: int


@dataclass(frozen=True)
class Table:
    """A table's range in the text and its cells, row by row; the first row is the header."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Document:
    """What a reader returns: the canonical text and what the file's format knows about it.

    ``notes`` tell the user, in Chinese, what of the file could not be read: 「第 3 页是图片，没有收入。」 ``partly`` says
    that more of it could be read once what they ask for is there.
    """

    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    partly: bool = False


@dataclass(frozen=True)
class Section:
    """A heading and all it governs.

    ``start``..``body`` is the heading's own line or lead-in, ``body``..``end`` what stands under it, subsections
    included. ``path`` names the headings from the outermost to this one.
    """

    title: str
    level: int
    start: int
    body: int
    end: int
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Period:
    """Which years a text speaks of, both inclusive, and whether of things done or planned; None and "" where unknown."""

    first: int | None = None
    last: int | None = None
    status: Status = ""


@dataclass(frozen=True)
class Passage:
    """One unit of retrieval: whole sentences of one section, with the section's headings beside them, not in them."""

    ordinal: int
    start: int
    end: int
    text: str
    section: tuple[str, ...] = ()
    period: Period = Period()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One quantity that a passage states.

    ``text`` is the figure verbatim with its hedge and unit (「超30公里」「2000余处」) and ``start``..``end`` its range in
    the document; ``value`` is the plain number in units of ``unit`` (「147万辆次」: 1470000, 「辆次」), ``upper`` the
    other end of a range. ``subject`` and ``measure`` are the words that say what was counted and in which respect.
    ``change`` is "" for a level and "up" or "down" for a change.
    """

    passage: int
    start: int
    end: int
    text: str
    kind: Kind
    value: Decimal
    unit: str
    subject: str = ""
    measure: str = ""
    hedge: str = ""
    upper: Decimal | None = None
    change: Literal["", "up", "down"] = ""
    period: Period = Period()


@dataclass(frozen=True)
class Report:
    """A report in the library. ``id`` is made from the content, so the same file has the same id everywhere."""

    id: str
    file: str
    sha256: str
    title: str
    organisation: str = ""
    year: int | None = None
    text: str = field(default="", repr=False)
    pages: tuple[Page, ...] = field(default=(), repr=False)
    sections: tuple[Section, ...] = field(default=(), repr=False)
