"""Markdown: headings become headings, tables tables, and the markup goes; the words stay as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.document import Document
from ingest.limits import Limits
from ingest.readers.blocks import Block, compose
from ingest.readers.files import content
from ingest.readers.text import decode

_TAG = re.compile(r"<[^<>]*>")
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]*>", re.IGNORECASE)
_BREAKS = ("softbreak", "hardbreak")

#: emphasis that CommonMark does not see because Chinese has no spaces around it: 「推进**“四好农村路”**建设」
_UNSEEN_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


def read(path: Path, limits: Limits) -> Document:
    """The document in a Markdown file.

    :raises IngestError: where the file cannot be opened, is empty, or is not text.
    """
    tokens = MarkdownIt("commonmark").enable("table").parse(decode(content(path, limits), path))
    return compose(_blocks(SyntaxTreeNode(tokens)))


def _blocks(node: SyntaxTreeNode, number: str = "") -> Iterator[Block]:
    """The blocks below a node; ``number`` is the number of the list item it is, which stands before its first words."""
    for child in node.children:
        if child.type == "heading":
            yield Block(_plain(child), int(child.tag[1:]))
        elif child.type == "paragraph":
            yield Block(number + _plain(child))
        elif child.type == "table":
            rows = (row for part in child.children for row in part.children)
            yield Block(rows=tuple(tuple(map(_plain, row.children)) for row in rows))
        elif child.type in ("code_block", "fence"):  # a paragraph indented by four spaces is code to Markdown
            yield Block(child.content)
        elif child.type == "html_block":
            yield Block(_TAG.sub("", _LINE_TAG.sub("\n", child.content)))
        elif child.type == "list_item":
            yield from _blocks(child, f"{child.info}{child.markup} " if child.info else "")
        else:
            yield from _blocks(child)
        number = ""


def _plain(node: SyntaxTreeNode) -> str:
    """The words of inline markup; a line break stays one, an image leaves nothing."""
    parts = []
    for piece in node.walk(include_self=False):
        if piece.type in _BREAKS or (piece.type == "html_inline" and _LINE_TAG.match(piece.content)):
            parts.append("\n")
        elif piece.type in ("text", "code_inline") and (piece.parent is None or piece.parent.type != "image"):
            parts.append(piece.content)
    return _UNSEEN_EMPHASIS.sub(r"\2", "".join(parts))
