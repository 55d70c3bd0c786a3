"""The source panel: a cited passage in its section, with the quote lit up and the figure in it lit up twice.

Everything here is built from character ranges into a report's text; nothing is searched for, so nothing can be lit up
in the wrong place. All text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from bot.answer import Answer, Citation
from ingest.document import Report, Section

#: characters of neighbouring text shown before and after a quote; enough for a paragraph or two on a phone's screen
NEIGHBOURHOOD = 360
#: characters of a report shown when all of it is opened; a provincial one has about 20,000
WHOLE = 200_000
#: a section shorter than this does not show where a sentence stands, so the one around it is shown
SHORTEST_SETTING = 160

_SENTENCE_END = re.compile(r"[。！？；\n]")

Range = tuple[int, int]


def panel(report: Report, answer: Answer, n: int, turn: int) -> str:
    """The panel's HTML for citation ``n`` of an answer, found in ``report``; ``turn`` is the index of its turn.

    :raises KeyError: if the answer has no citation with that number.
    """
    citation = {c.n: c for c in answer.citations}[n]
    return _panel(report, answer, citation, turn, excerpt(report, citation))


def opened(report: Report, answer: Answer, n: int, turn: int) -> str:
    """As :func:`panel`, with a way to the whole report."""
    citation = {c.n: c for c in answer.citations}[n]
    return _panel(report, answer, citation, turn, excerpt(report, citation), _step("whole", "打开全文", turn, n))


def whole(report: Report, answer: Answer, n: int, turn: int) -> str:
    """The panel with the whole report, the quote lit up in it, and a way back; of a book-length one, what is around it."""
    citation = {c.n: c for c in answer.citations}[n]
    text = report.text
    start = max(0, citation.start - WHOLE // 2) if len(text) > WHOLE else 0
    shown = _excerpt(report, citation, start, min(len(text), start + WHOLE))
    return _panel(report, answer, citation, turn, shown, _step("part", "只看这一段", turn, n))


def _step(event: str, name: str, turn: int, n: int) -> str:
    return f'<button type="button" class="step" data-do="{event}" data-turn="{turn}" data-n="{n}">{name}</button>'


def _panel(report: Report, answer: Answer, citation: Citation, turn: int, text: str, step: str = "") -> str:
    n = citation.n
    about = " · ".join(
        escape(part)
        for part in (
            report.organisation,
            f"{report.year}年" if report.year else "",
            f"第 {citation.page} 页" if citation.page else "",
            "" if citation.ocr_confidence is None else f"文字由图片识别，可信度 {citation.ocr_confidence:.0%}",
        )
        if part
    )
    return (
        f'<section class="source" aria-label="原文出处" tabindex="-1" data-turn="{turn}" data-n="{n}">'
        '<div class="source-bar"><h2>原文出处</h2>'
        f"{_choices(answer.citations, n, turn)}{step}"
        '<button type="button" class="close" data-close aria-label="关闭原文出处">关闭</button></div>'
        '<div class="source-body" tabindex="0" aria-label="原文">'
        f'<h3 class="source-title">{escape(citation.report or report.title)}</h3>'
        + (f'<p class="source-about">{about}</p>' if about else "")
        + _breadcrumb(citation.section)
        + f'<div class="source-text">{text}</div>'
        f'<p class="source-file">文件：{escape(citation.file)}</p></div></section>'
    )


HINT = '<p class="hint">点选答案旁的数字或一段原文，在这里查看它的上下文。</p>'


def gone(citation: Citation) -> str:
    """The panel's HTML for a citation whose report has since been removed: the quote alone."""
    return (
        '<section class="source" aria-label="原文出处" tabindex="-1"><div class="source-bar"><h2>原文出处</h2>'
        '<button type="button" class="close" data-close aria-label="关闭原文出处">关闭</button></div>'
        f'<div class="source-body"><h3 class="source-title">{escape(citation.report)}</h3>'
        '<p class="source-about">这份报告已不在资料库里，下面是回答时引用的原文。</p>'
        f'<div class="source-text"><p><mark>{escape(citation.quote)}</mark></p></div></div></section>'
    )


def absent(reason: str) -> str:
    """The panel's HTML where there is nothing to show, and why."""
    return (
        '<section class="source" aria-label="原文出处" tabindex="-1"><div class="source-bar"><h2>原文出处</h2>'
        '<button type="button" class="close" data-close aria-label="关闭原文出处">关闭</button></div>'
        f'<div class="source-body"><p class="source-about">{escape(reason)}</p></div></section>'
    )


def _choices(citations: Sequence[Citation], n: int, turn: int) -> str:
    """Buttons for an answer's other citations; none when there is only one."""
    if len(citations) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" class="cite" data-turn="{turn}" data-cite="{c.n}" aria-label="出处 {c.n}" '
        f'aria-pressed="{"true" if c.n == n else "false"}">{c.n}</button>'
        for c in citations
    )
    return f'<div class="source-choices" role="group" aria-label="选择出处">{buttons}</div>'


def _breadcrumb(path: Sequence[str]) -> str:
    if not path:
        return ""
    steps = "".join(f"<li>{escape(title)}</li>" for title in path)
    return f'<ol class="breadcrumb" aria-label="所在章节">{steps}</ol>'


def excerpt(report: Report, citation: Citation) -> str:
    """A citation's surroundings as HTML paragraphs, the quote in ``<mark>``, its figure in ``<b class="figure">``.

    Without its tags the HTML reads exactly as the report does, but for 「……」 where text was left out. Headings that
    open a line are set bold; points inside a paragraph (「一是…」) are not, or half the text would be.
    """
    return _excerpt(report, citation, *window(report, citation))


def _excerpt(report: Report, citation: Citation, start: int, end: int) -> str:
    headings = [(s.start, s.body) for s in _line_sections(report)]
    quote = (citation.start, citation.end)
    figure = citation.mark or (0, 0)
    paragraphs = []
    for span in _lines(report.text, start, end):
        own = [heading for heading in headings if heading[0] < span[1] and span[0] < heading[1]]
        paragraphs.append(f"<p>{_paragraph(report.text, span, quote, figure, own)}</p>")
    if start > 0:
        paragraphs.insert(0, '<p class="gap" aria-label="上文略">……</p>')
    if end < len(report.text.rstrip()):
        paragraphs.append('<p class="gap" aria-label="下文略">……</p>')
    return "".join(paragraphs)


def window(report: Report, citation: Citation) -> Range:
    """The range of a report's text to show around a citation: its section, cut at sentence ends when that is long."""
    low, high = _setting(report, citation)
    text = report.text
    start, end = max(low, citation.start - NEIGHBOURHOOD), min(high, citation.end + NEIGHBOURHOOD)
    if start > low:
        cut = _SENTENCE_END.search(text, start, citation.start)
        start = cut.end() if cut else citation.start
    if end < high:
        cut = _SENTENCE_END.search(text, end, high)
        end = cut.end() if cut else high
    return start, end


def _setting(report: Report, citation: Citation) -> Range:
    """The smallest section of whole lines that holds a citation; the whole text where there is none."""
    around = [
        s
        for s in _line_sections(report)
        if s.start <= citation.start and citation.end <= s.end and s.end - s.start >= SHORTEST_SETTING
    ]
    smallest = min(around, key=lambda s: s.end - s.start, default=None)
    return (smallest.start, smallest.end) if smallest else (0, len(report.text))


def _line_sections(report: Report) -> list[Section]:
    """The sections whose heading opens a line, as opposed to points inside a paragraph (「一是…」)."""
    return [s for s in report.sections if not report.text[s.start - 1 : s.start].strip()]


def _lines(text: str, start: int, end: int) -> Iterator[Range]:
    """The ranges of the lines of ``text[start:end]`` that are not blank."""
    for line in re.finditer(r"[^\n]+", text[start:end]):
        if line.group().strip():
            yield start + line.start(), start + line.end()


def _paragraph(text: str, span: Range, quote: Range, figure: Range, headings: Sequence[Range]) -> str:
    """One line as HTML. It is cut wherever a heading, the quote or the figure begins or ends, so that tags nest."""
    cuts = sorted({min(max(at, span[0]), span[1]) for pair in (span, quote, figure, *headings) for at in pair})

    def piece(start: int, end: int) -> str:
        inner = escape(text[start:end])
        if any(h[0] <= start and end <= h[1] for h in headings):
            inner = f'<b class="heading">{inner}</b>'
        return f'<b class="figure">{inner}</b>' if figure[0] <= start and end <= figure[1] else inner

    parts = []
    for quoted, group in groupby(pairwise(cuts), lambda cut: quote[0] <= cut[0] and cut[1] <= quote[1]):
        inner = "".join(piece(*cut) for cut in group)
        parts.append(f"<mark>{inner}</mark>" if quoted else inner)
    return "".join(parts)
