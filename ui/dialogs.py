"""The dialogs of the chat as HTML: which reports and year to ask again, and what somebody thinks of an answer.

Each stands in the browser's own dialog element, which holds the focus, closes by Esc and gives the focus back.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape

from bot.understanding.chosen import Chosen
from ingest.document import Report
from ui.limits import LONGEST_QUESTION

#: reports to choose from; beyond that the latest ones, and the question has to name the report
MOST_CHOICES = 1_500
#: characters of a comment
LONGEST_COMMENT = 1_000


def dialog(title: str, body: str, kind: str = "box") -> str:
    """A dialog that assets/page.js opens; no two are alike, so that each is seen as new."""
    return (
        f'<dialog class="{kind}" aria-label="{escape(title)}" data-made="{time.time_ns()}"><div class="dialog-bar">'
        f"<h2>{escape(title)}</h2>"
        f'<button type="button" class="close" data-closes aria-label="关闭{escape(title)}">关闭</button></div>'
        f'<div class="dialog-body">{body}</div></dialog>'
    )


def chooser(question: str, turn: int, chosen: Chosen, reports: Sequence[Report], years: Sequence[int]) -> str:
    """Ask a question again of other reports or another year.

    :param turn: the index of the question's turn.
    :param chosen: what it was asked of; ticked.
    :param years: the years that can be chosen.
    """
    ticked = set(chosen.reports)
    order = sorted(reports, key=lambda r: (r.id not in ticked, -(r.year or 0), r.title))
    items = "".join(_choice(report, report.id in ticked) for report in order[:MOST_CHOICES])
    left = len(order) - MOST_CHOICES
    options = "".join(
        f'<label><input type="radio" name="year" value="{value}"{" checked" if value == (chosen.year or "") else ""}>'
        f"<span>{name}</span></label>"
        for value, name in [("", "按问题"), *((year, f"{year}年") for year in years)]
    )
    return dialog(
        "换报告或年份再问",
        f'<form data-send="reask" data-turn="{turn}"><p class="asked">{escape(question)}</p>'
        f'<fieldset class="years"><legend>年份</legend>{options}</fieldset>'
        '<fieldset class="choices"><legend>报告<span>（不选就按问题里写的；选多份时逐份列出）</span></legend>'
        '<input type="search" data-filter placeholder="按名称筛选" aria-label="按名称筛选报告" autocomplete="off">'
        f'<ul tabindex="-1">{items}</ul>'
        + (f'<p class="left">只列出 {MOST_CHOICES:,} 份，其余 {left:,} 份请在问题里写出名称。</p>' if left > 0 else "")
        + '</fieldset><div class="dialog-end"><button type="button" data-clears>全部不选</button>'
        '<button type="submit" class="go">重新提问</button></div></form>',
    )


def _choice(report: Report, ticked: bool) -> str:
    place = f"<span>{escape(report.organisation)}</span>" if report.organisation not in report.title else ""
    return (
        f'<li><label><input type="checkbox" name="reports" value="{escape(report.id)}"{" checked" if ticked else ""}>'
        f"<b>{escape(report.title)}</b>{place}</label></li>"
    )


def opinion(verdict: str, turn: int) -> str:
    """What was good or wrong about the answer of a turn: a comment, and where it was wrong what is right."""
    wrong = verdict == "down"
    expected = (
        f'<label>正确的答案<span>（知道的话）</span><input name="expected" maxlength="{LONGEST_QUESTION}" autocomplete="off"></label>'
        if wrong
        else ""
    )
    said = "哪里不对？" if wrong else "说说哪里好"
    return dialog(
        "回答有误" if wrong else "回答有用",
        f'<form data-send="opine" data-turn="{turn}" data-verdict="{"down" if wrong else "up"}">{expected}'
        f'<label>{said}<span>（可以不填）</span><textarea name="comment" rows="3" maxlength="{LONGEST_COMMENT}"></textarea></label>'
        '<div class="dialog-end"><button type="submit" class="go">提交</button></div></form>',
    )
