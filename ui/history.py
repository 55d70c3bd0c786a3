"""The list of earlier conversations as HTML: found by a text in them, opened, renamed, deleted. All text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from ui.conversations import LISTED, LONGEST_TITLE, Kept
from ui.dialogs import dialog

NONE = "还没有保存的对话。提问之后，对话会自动保存在这里。"
NOT_FOUND = "没有找到含有「{}」的对话。"


def drawer(kept: Sequence[Kept], sought: str = "", now: datetime | None = None, current: int = 0) -> str:
    """The list in a dialog.

    :param sought: the text looked for; ``kept`` are those that hold it.
    :param now: with a time zone; today where unset.
    :param current: the conversation that is open on the page.
    """
    today = now or datetime.now().astimezone()
    items = "".join(_item(one, today, one.id == current) for one in kept)
    if not kept:
        items = f'<li class="none">{escape(NOT_FOUND.format(sought) if sought else NONE)}</li>'
    more = f'<p class="left">只列出最近的 {LISTED} 段，请输入要找的文字。</p>' if len(kept) == LISTED else ""
    return dialog(
        "历史对话",
        f'<input id="history-text" type="search" data-seek="seek" value="{escape(sought)}" maxlength="100" '
        'placeholder="找问题、回答或标题里的文字" aria-label="在历史对话里查找" autocomplete="off">'
        f'<ul class="history" aria-label="历史对话">{items}</ul>{more}',
        kind="drawer",
    )


def _item(one: Kept, today: datetime, current: bool) -> str:
    title = escape(one.title)
    here = ' aria-current="true"' if current else ""
    return (
        f'<li data-id="{one.id}"><button type="button" class="kept" data-do="reopen" data-id="{one.id}" data-closes'
        f"{here}><b>{title}</b>"
        f"<span>{_when(one.at.astimezone(today.tzinfo), today)} · {one.questions} 问</span></button>"
        f'<span class="kept-tools"><button type="button" data-unfold aria-label="给「{title}」改名">改名</button>'
        f'<button type="button" class="danger" data-do="forget" data-id="{one.id}" data-sure="确认删除" '
        f'aria-label="删除「{title}」">删除</button></span>'
        f'<form data-send="rename" data-id="{one.id}" hidden><input name="title" value="{title}" required '
        f'maxlength="{LONGEST_TITLE}" aria-label="新的标题"><button type="submit">保存</button></form></li>'
    )


def _when(at: datetime, today: datetime) -> str:
    if at.date() == today.date():
        return f"今天 {at:%H:%M}"
    return f"{at.month}月{at.day}日" if at.year == today.year else f"{at.year}年{at.month}月{at.day}日"
