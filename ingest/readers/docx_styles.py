"""Styles of Word files: what a paragraph's or a run's style says that matters to its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
#: outline level 9 means body text
_BODY_LEVEL = 9


class Styles:
    """The styles of a document; each says what it does not say itself as the style it is based on.

    :param root: the root element of styles.xml.
    """

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(qn("w:styleId")): style for style in root.iter(qn("w:style"))}
        defaults = (style for style in self._styles.values() if is_default(style))
        self._default = next((style.get(qn("w:styleId")) for style in defaults), "")
        self._levels: dict[str, int | None] = {}
        self._hidden: dict[str, bool] = {}

    def level(self, style: str) -> int | None:
        """A paragraph style's heading level, 0 for body text, None for the lines of a table of contents."""
        if style not in self._levels:
            self._levels[style] = self._level(style)
        return self._levels[style]

    def numbering(self, style: str) -> Any | None:
        """The ``w:numPr`` that a paragraph style names; None where it names none."""
        for known in self._chain(style or self._default):
            found = known.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None:
                return found
        return None

    def hides(self, run: Any, paragraph_style: str) -> bool:
        """Whether a run is hidden text: by its own properties, its style's or its paragraph's style's."""
        own = run.find(qn("w:rPr"))
        if own is not None:
            vanish = own.find(qn("w:vanish"))
            if vanish is not None:
                return is_on(vanish)
            style = own.find(qn("w:rStyle"))
            if style is not None and self._hides(style.get(qn("w:val"), "")):
                return True
        return self._hides(paragraph_style or self._default)

    def heading(self, outline: Any) -> int:
        """The heading level that an outline level of Word means, which counts from 0."""
        level = int(outline.get(qn("w:val")))
        return 0 if level >= _BODY_LEVEL else level + 1

    def _level(self, style: str) -> int | None:
        for known in self._chain(style):
            name = known.find(qn("w:name"))
            named = "" if name is None else name.get(qn("w:val"), "")
            if _CONTENTS.fullmatch(named):
                return None
            outline = known.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline is not None:
                return self.heading(outline)
            heading = _HEADING.fullmatch(named)
            if heading:
                return int(heading.group(1))
        return 0

    def _hides(self, style: str) -> bool:
        if style not in self._hidden:
            marks = (known.find(f"{qn('w:rPr')}/{qn('w:vanish')}") for known in self._chain(style))
            first = next((mark for mark in marks if mark is not None), None)
            self._hidden[style] = first is not None and is_on(first)
        return self._hidden[style]

    def _chain(self, style: str) -> Iterator[Any]:
        """A style and those it is based on, each once."""
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            base = self._styles[style].find(qn("w:basedOn"))
            style = base.get(qn("w:val"), "") if base is not None else ""


def is_on(mark: Any) -> bool:
    """Whether an on-off property is on, which it is where it has no value."""
    return mark.get(qn("w:val"), "1") not in ("0", "false", "off")


def is_default(style: Any) -> bool:
    """Whether a style is that of paragraphs which name none."""
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default"), "0") not in ("0", "false", "off")
