"""A report to leaf through: its outline, and its text cut into the passages that are searched. All text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ingest.document import Passage, Report, Section

#: characters shown at a time; a provincial report has about 20,000
WINDOW = 60_000
#: headings in the outline
MOST_HEADINGS = 400

_STATUS = {"done": "完成", "planned": "计划", "": ""}


def preview(report: Report, passages: Sequence[Passage], at: int = 0) -> str:
    """The panel's HTML: the outline, and the text from the passage at ``at`` on."""
    start = next((passage.start for passage in passages if passage.end > at), 0) if at and at > WINDOW // 2 else 0
    end = min(len(report.text), start + WINDOW)
    left = len(report.text.rstrip()) - end
    about = " · ".join(
        escape(part)
        for part in (
            report.organisation,
            f"{report.year}年" if report.year else "",
            f"{len(report.pages)} 页" if report.pages else "",
            f"{len(report.text):,} 字",
            f"{len(passages):,} 段",
        )
        if part
    )
    return (
        '<section class="source" aria-label="报告预览" tabindex="-1">'
        '<div class="source-bar"><h2>报告预览</h2>'
        '<button type="button" class="close" data-close aria-label="关闭报告预览">关闭</button></div>'
        '<div class="source-body" tabindex="0" aria-label="报告内容">'
        f'<h3 class="source-title">{escape(report.title)}</h3><p class="source-about">{about}</p>'
        f"{_outline(report)}"
        f'<div class="source-text preview">{_gap(start > 0)}{_text(report, passages, start, end)}{_gap(left > 0)}</div>'
        + (f'<p class="source-about">其余 {left:,} 字请从提纲打开。</p>' if left > 0 else "")
        + f'<p class="source-file">文件：{escape(report.file)}</p></div></section>'
    )


def _outline(report: Report) -> str:
    sections = [section for section in report.sections if section.title.strip()][:MOST_HEADINGS]
    if not sections:
        return '<p class="source-about">这份报告没有识别出标题。</p>'
    rank = {level: n for n, level in enumerate(sorted({section.level for section in sections}))}
    items = "".join(
        f'<li class="rank-{min(rank[section.level], 3)}"><button type="button" data-at="{section.start}" '
        f'data-report="{escape(report.id, quote=True)}">{escape(section.title)}</button></li>'
        for section in sections
    )
    return f'<details class="outline" open><summary>提纲（{len(sections)}）</summary><ol>{items}</ol></details>'


def _gap(there: bool) -> str:
    return '<p class="gap">……</p>' if there else ""


def _text(report: Report, passages: Sequence[Passage], start: int, end: int) -> str:
    """The text as passages with their numbers, and what stands between them (headings) as it is."""
    parts, at = [], start
    inside = [passage for passage in passages if start <= passage.start < end]
    for passage in inside:
        parts.append(_between(report, at, passage.start))
        parts.append(
            f'<div class="passage"><span class="passage-number">{passage.ordinal + 1}</span>'
            f"<p>{_marked(report, passage.start, passage.end)}</p>{_period(passage)}</div>"
        )
        at = max(at, passage.end)
    parts.append(_between(report, at, end))
    return "".join(parts)


def _period(passage: Passage) -> str:
    period = passage.period
    years = "" if period.first is None else f"{period.first}年"
    if period.last not in (None, period.first):
        years = f"{period.first}—{period.last}年"
    said = " ".join(filter(None, (years, _STATUS[period.status])))
    return f'<span class="passage-period">{said}</span>' if said else ""


def _between(report: Report, start: int, end: int) -> str:
    return f'<p class="between">{_marked(report, start, end)}</p>' if report.text[start:end].strip() else ""


def _marked(report: Report, start: int, end: int) -> str:
    """A range of the text with its headings bold and a place to jump to where each section begins."""
    html, at = [], start
    for section in _beginning(report.sections, start, end):
        if section.start < at:
            continue
        stop = min(max(section.body, section.start), end)
        html.append(escape(report.text[at : section.start]))
        heading = escape(report.text[section.start : stop])
        html.append(f'<b class="heading" id="at-{section.start}">{heading}</b>')
        at = stop
    html.append(escape(report.text[at:end]))
    return "".join(html).strip("\n")


def _beginning(sections: Sequence[Section], start: int, end: int) -> list[Section]:
    return [section for section in sections if start <= section.start < end]
