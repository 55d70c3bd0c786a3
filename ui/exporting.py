"""A conversation as a document of its own, .docx or .md. What was asked and quoted is text there, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from bot.answer import Answer
from ui.accounts.blocks import person_of
from ui.conversations import Conversation, Conversations, Turn
from ui.reply import Table, blocks, source_line

if TYPE_CHECKING:
    from docx.document import Document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "宋体"
#: what Markdown takes for its own anywhere, links and HTML included, and what only at the head of a line
_INLINE = re.compile(r"[\\`*_{}\[\]<>|~$&@]|:(?=//)|(?<=www)\.")
_HEAD = re.compile(r"^(\d*)([.)#+=-])")
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s.]+')


def router(conversations: Conversations) -> APIRouter:
    """/conversations/{number}.docx and .md: a conversation of the person who asks for it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/conversations/{number}.{kind}")
    def exported(number: int, kind: str, request: Request) -> Response:
        person = person_of(request)
        found = conversations.get(person.name, number, most=None) if person else None
        if found is None or kind not in ("docx", "md"):
            raise HTTPException(404, "没有这段对话。")
        body, media = (as_word(found), WORD) if kind == "docx" else (as_markdown(found).encode(), "text/markdown")
        name = _NOT_IN_NAMES.sub(" ", _UNPRINTABLE.sub("", found.title)).strip() or "对话"
        disposition = f"attachment; filename=\"wenbao.{kind}\"; filename*=UTF-8''{quote(f'问报 {name}.{kind}')}"
        return Response(
            body, media_type=media, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
        )

    return routes


def as_markdown(conversation: Conversation) -> str:
    """The conversation in Markdown; everything that was asked, answered or quoted is escaped."""
    parts = [f"# {_escaped(conversation.title)}"]
    for turn in conversation.turns:
        parts.append(f"## {_escaped(turn.question)}")
        parts += [_escaped(line) for line in _about(turn)]
        if turn.answer is None:
            parts.append(_escaped(turn.message))
            continue
        if _leads(turn.answer):
            parts.append(f"**{_escaped(turn.answer.short)}**")
        for block in blocks(turn.answer.answer):
            parts.append(_markdown_table(block) if isinstance(block, Table) else _escaped(block))
        parts.append("\n".join(f"> {_escaped(source_line(c))}  " for c in turn.answer.citations))
    return "\n\n".join(part for part in parts if part) + "\n"


def as_word(conversation: Conversation) -> bytes:
    """The conversation as a Word document."""
    document = _blank(conversation.title)
    document.add_heading(_clean(conversation.title), 0)
    for turn in conversation.turns:
        document.add_heading(_clean(turn.question), 2)
        for line in _about(turn):
            _paragraph(document, line, size=9)
        if turn.answer is None:
            _paragraph(document, turn.message)
            continue
        if _leads(turn.answer):
            _paragraph(document, turn.answer.short, size=20, bold=True)
        for block in blocks(turn.answer.answer):
            if isinstance(block, Table):
                _word_table(document, block)
            else:
                _paragraph(document, block)
        for citation in turn.answer.citations:
            _paragraph(document, source_line(citation), size=9, style="Quote")
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _about(turn: Turn) -> Iterator[str]:
    """What the page shows beside an answer: how it was understood, and which reports and year it was asked of."""
    if turn.answer and turn.answer.standalone not in ("", turn.question):
        yield f"理解为：{turn.answer.standalone}"
    if turn.reports:
        yield f"范围：{turn.reports}，{turn.year}"


def _leads(answer: Answer) -> bool:
    """Whether the bare answer stands above the text, which does not begin with it."""
    return bool(answer.short) and not answer.answer.startswith(answer.short) and "|" not in answer.answer


def _clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is, on lines of its own."""
    lines = (_HEAD.sub(r"\1\\\2", _INLINE.sub(r"\\\g<0>", line.strip())) for line in _clean(text).splitlines())
    return "  \n".join(lines)


def _markdown_table(table: Table) -> str:
    rows = ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in table.rows]
    return "\n".join([rows[0], "| " + " | ".join("---" for _ in table.rows[0]) + " |", *rows[1:]])


def _blank(title: str) -> Document:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()
    document.core_properties.author, document.core_properties.title = "问报", _clean(title)[:255]
    for name in ("Normal", "Title", "Heading 2", "Quote"):
        style: Any = document.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    return document


def _paragraph(document: Document, text: str, size: int = 11, bold: bool = False, style: str | None = None) -> None:
    from docx.shared import Pt

    run = document.add_paragraph(style=style).add_run(_clean(text))
    run.font.size, run.bold = Pt(size), bold


def _word_table(document: Document, table: Table) -> None:
    grid = document.add_table(0, len(table.rows[0]), style="Table Grid")
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = _clean(text)
