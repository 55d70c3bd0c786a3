"""PDF files for tests, made by reportlab with one of the fonts that every PDF program knows without its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Table, TableStyle

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

BODY = ParagraphStyle("正文", fontName=FONT, fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
TITLE = ParagraphStyle("标题", fontName=FONT, fontSize=22, leading=30, alignment=TA_CENTER, wordWrap="CJK")
HEADING = ParagraphStyle("一级", fontName=FONT, fontSize=16, leading=24, wordWrap="CJK")


def printed(path: Path, story: Sequence[Flowable], header: str = "", footer: str = "", columns: int = 1) -> Path:
    """A PDF file of A4 pages; ``{}`` in the header or footer is the page's number."""
    width, height = A4
    gutter, margin = 24, 72
    share = (width - 2 * margin - (columns - 1) * gutter) / columns
    frames = [
        Frame(margin + at * (share + gutter), margin, share, height - 2 * margin, 0, 0, 0, 0) for at in range(columns)
    ]

    def around(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawString(margin, height - 40, header.format(document.page))
        canvas.drawCentredString(width / 2, 36, footer.format(document.page))

    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=around))
    document.build(list(story))
    return path


def paragraphs(*texts: str, style: ParagraphStyle = BODY) -> list[Flowable]:
    """Paragraphs of one style."""
    return [Paragraph(text, style) for text in texts]


def ruled(rows: Sequence[Sequence[str]], *spans: tuple[tuple[int, int], tuple[int, int]], repeated: int = 0) -> Table:
    """A table with lines around its cells; ``spans`` are (column, row) of the corners of merged cells."""
    table = Table([list(row) for row in rows], repeatRows=repeated)
    lines = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT)]
    table.setStyle(TableStyle([*lines, *(("SPAN", *span) for span in spans)]))
    return table
