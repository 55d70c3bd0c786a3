"""The conversation as HTML: each question with its answer, the bare figure first. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bot.answer import PLANNED, Answer, Citation
from ui.conversations import Conversation, Turn
from ui.reply import Table, blocks, source_line

#: characters above which a bare answer is set smaller, and above which as running text
LONG_FIGURE = 9
LONGEST_FIGURE = 26

#: how a refusal opens, here and in the reader's own words
VERDICT = "没有找到确切的答案"

_THUMB = (
    '<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false"><path fill="none" stroke="currentColor" '
    'stroke-width="1.8" stroke-linejoin="round" d="M7 21V10l4.5-7.5c1.6 0 2.6 1.2 2.3 2.8L13 9h5.6a2.2 2.2 0 0 1 2.2 2.7l-1.5 '
    '7.2A2.6 2.6 0 0 1 16.7 21H7Zm0 0H3.5V10H7"/></svg>'
)
#: the column of a table that a phone has no room for: each row's mark opens its source
_SOURCES = "出处"
_MARK = re.compile(r"\[(\d{1,3})\]")
#: what follows a bare answer that stands by itself: its marks, the end of its line, the rest of the text
_AFTER_LEAD = re.compile(rf"((?:\[\d{{1,3}}\])*)({PLANNED})?(?:[。\s]+|\Z)(.*)", re.DOTALL)


def transcript(conversation: Conversation) -> str:
    """The turns as an HTML list; a mark carries its turn's index and its citation's number."""
    items = "".join(_turn(turn, index) for index, turn in enumerate(conversation.turns))
    return f'<ol class="turns" aria-label="对话" data-conversation="{conversation.id}">{items}</ol>'


def tools(conversation: Conversation, kept: bool) -> str:
    """What can be done with conversations, as buttons under the question box.

    :param kept: whether conversations are kept at all.
    """
    parts = ['<button type="button" data-do="recall" aria-haspopup="dialog">历史对话</button>'] if kept else []
    if conversation.turns:
        parts.append('<button type="button" data-do="restart">新对话</button>')
    if conversation.id:
        parts += [
            f'<a href="/conversations/{conversation.id}.{kind}" download>导出 {name}</a>'
            for kind, name in (("docx", "Word"), ("md", "Markdown"))
        ]
    return f'<div class="tools" role="group" aria-label="对话">{"".join(parts)}</div>'


def waiting(stage: str) -> str:
    """What is being done for a question that has no answer yet."""
    return f'<p class="pending"><span class="dots" aria-hidden="true"></span>{escape(stage)}……</p>'


def follow_ups(questions: Sequence[str]) -> str:
    """Questions to go on with, each of which has an answer; "" where there are none."""
    items = "".join(f"<li>{_ask_button(question, 'next')}</li>" for question in questions)
    return f'<p class="next-title">还可以问</p><ul class="nexts" aria-label="还可以问">{items}</ul>' if items else ""


def welcome(examples: Sequence[str], reports: Sequence[str]) -> str:
    """What stands in an empty conversation: what can be asked, and of which reports (their titles)."""
    buttons = "".join(f"<li>{_ask_button(example, 'example')}</li>" for example in examples)
    if not reports:
        holdings = "资料库里还没有报告。请用命令 wenbao ingest 收入文件。"
    elif len(reports) <= 3:
        holdings = "可以问的报告：" + "、".join(f"《{title}》" for title in reports)
    else:
        holdings = f"可以问的报告：{'、'.join(f'《{title}》' for title in reports[:3])}等 {len(reports)} 份"
    return (
        '<div class="welcome"><h2>向工作报告提问</h2>'
        "<p>直接给出数字，并附上它在原文里的那句话；找不到确切的答案，就如实告知。</p>"
        + (f'<ul class="examples" aria-label="可以这样问">{buttons}</ul>' if buttons else "")
        + f'<p class="holdings">{escape(holdings)}</p></div>'
    )


def _ask_button(question: str, kind: str) -> str:
    asked = escape(question)
    return f'<button type="button" class="{kind}" data-question="{asked}">{asked}</button>'


def spoken(turn: Turn) -> str:
    """What a screen reader says of a turn; not seen on the page, where the transcript shows it."""
    said = turn.message or "正在查找"
    if turn.answer is not None:
        said = f"回答：{turn.answer.short}" if turn.answered and turn.answer.short else turn.answer.answer
    return f'<p class="spoken" role="status">{escape(said)}</p>'


def good(news: str) -> str:
    """A notice over the question box that something was done."""
    return f'<p class="good" role="status">{escape(news)}</p>'


def warning(complaint: str) -> str:
    """A notice over the question box that says why a question was not asked."""
    return f'<p class="warning" role="alert">{escape(complaint)}</p>'


def _turn(turn: Turn, index: int) -> str:
    question = f'<h2 class="question">{escape(turn.question)}</h2>'
    body = ""
    if turn.answer is not None:
        body = _answered(turn.answer, index) if turn.answered else _refused(turn.answer, index)
        body = f'{body}<div class="after">{_scope(turn, index)}{_actions(turn, turn.answer, index)}</div></div>'
    elif turn.message:
        body = f'<div class="reply message"><p>{escape(turn.message)}</p></div>'
    return f'<li class="turn" data-turn="{index}">{question}{body}</li>'


def _answered(answer: Answer, index: int) -> str:
    """An answer's figure and text; the element is left open for what can be done with it."""
    marks, below = _marks_and_below(answer, index)
    tabular = any(isinstance(block, Table) for block in blocks(answer.answer))
    bare = "" if _said_below(answer) else answer.short
    short = f'<span class="short {_size(bare)}">{escape(bare)}</span>' if bare else ""
    return (
        f'<div class="reply answered">{_standalone(answer)}'
        + (f'<p class="lead">{short}{marks}</p>' if short and not tabular else "")
        + below
        + ("" if tabular else _origin(answer, index))
    )


def _said_below(answer: Answer) -> bool:
    """Whether the bare answer is as long as a text and stands in it part by part, as the points of an overview do."""
    parts = answer.short.split("；")
    return (
        len(answer.short) > LONGEST_FIGURE
        and not answer.answer.startswith(answer.short)
        and all(part in answer.answer for part in parts)
    )


def _marks_and_below(answer: Answer, index: int) -> tuple[str, str]:
    """The marks of the bare answer, and the HTML below it without what the page shows in another place.

    The reader writes 「36亿元[1]\\n\\n报告 › 章节：原文」: the figure is set large and the place is a line of its own.
    """
    marks = {c.n for c in answer.citations}
    text = answer.answer.strip()
    after = _AFTER_LEAD.fullmatch(text, len(answer.short)) if text.startswith(answer.short) else None
    if not answer.short or not after:
        return "", _running(text, marks, index)
    own_marks, remark, rest = after.groups()
    first = answer.citations[0] if answer.citations else None
    lead_marks = _with_marks(own_marks, marks, index)
    if remark:
        lead_marks += f'<span class="remark">{escape(remark)}</span>'
    if first and rest.startswith(first.report) and rest.endswith(f"：{first.quote.strip()}"):
        return lead_marks, f'<p class="sentence">{_quoted(first)}</p>'
    return lead_marks, _running(rest, marks, index)


def _running(text: str, marks: set[int], index: int) -> str:
    """A text's paragraphs and tables."""
    return "".join(
        _table(block, marks, index)
        if isinstance(block, Table)
        else f'<p class="sentence">{_with_marks(block, marks, index)}</p>'
        for block in blocks(text)
    )


def _table(table: Table, marks: set[int], index: int) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.rows[0])
    rows = "".join(
        "<tr>" + "".join(f"<td>{_with_marks(cell, marks, index)}</td>" for cell in row) + "</tr>"
        for row in table.rows[1:]
    )
    places = " places" if table.rows[0][-1] == _SOURCES else ""
    return (
        f'<div class="table{places}" tabindex="0" role="region" aria-label="回答的表格">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _scope(turn: Turn, index: int) -> str:
    """Which reports and year an answer was looked for in; a press changes them."""
    chips = "".join(
        f'<button type="button" class="chip" data-do="choose" data-turn="{index}" aria-haspopup="dialog" '
        f'aria-label="{name}：{escape(value)}，更换">{escape(value)}</button>'
        for name, value in (("报告", turn.reports), ("年份", turn.year))
        if value
    )
    return (
        f'<div class="scope" role="group" aria-label="查找范围，可以更换后再问"><span>范围</span>{chips}</div>'
        if chips
        else ""
    )


def _actions(turn: Turn, answer: Answer, index: int) -> str:
    """Copy an answer, and say what one thinks of it."""
    thumbs = "".join(
        f'<button type="button" class="thumb {verdict}" data-do="judge" data-turn="{index}" data-verdict="{verdict}" '
        f'aria-pressed="{"true" if turn.verdict == verdict else "false"}" aria-label="{name}" title="{name}" '
        f'aria-haspopup="dialog">{_THUMB}</button>'
        for verdict, name in (("up", "回答有用"), ("down", "回答有误"))
    )
    return (
        '<div class="actions" role="group" aria-label="对这个回答">'
        f'<button type="button" data-copy="{escape(copied(answer))}">复制</button>{thumbs}</div>'
    )


def copied(answer: Answer) -> str:
    """An answer as it is pasted elsewhere: the text without its marks, tables as cells apart by tabs, then its sources."""
    parts = []
    for block in blocks(answer.answer):
        if isinstance(block, Table):
            parts.append(_MARK.sub("", "\n".join("\t".join(row) for row in block.rows)))
        else:
            parts.append(block)
    # the marks stay where there are several sources to tell apart
    text = "\n\n".join(parts)
    if len(answer.citations) == 1:
        text = _MARK.sub("", text)
    return "\n".join([text, "", *(f"来源：{source_line(citation)}" for citation in answer.citations)])


def _quoted(citation: Citation) -> str:
    """A citation's quote with its figure marked."""
    quote = citation.quote
    start, end = (at - citation.start for at in citation.mark or (citation.start, citation.start))
    parts = [escape(part) for part in (quote[:start], quote[start:end], quote[end:])]
    return "{}<b>{}</b>{}".format(*parts).strip() if parts[1] else "".join(parts).strip()


def _refused(answer: Answer, index: int) -> str:
    marks = {c.n for c in answer.citations}
    cards = "".join(_card(citation, index) for citation in answer.citations)
    reason = answer.answer.strip().removeprefix(VERDICT).lstrip("。：:，, ")
    return (
        f'<div class="reply refused">{_standalone(answer)}<p class="verdict">{VERDICT}</p>'
        + (f'<p class="sentence">{_with_marks(reason, marks, index)}</p>' if reason else "")
        + (f'<ul class="cards" aria-label="最接近的原文">{cards}</ul>' if cards else "")
    )


def _standalone(answer: Answer) -> str:
    """How a follow-up was understood, where that differs from what was typed."""
    if not answer.standalone or answer.standalone == answer.question:
        return ""
    return f'<p class="standalone">理解为：{escape(answer.standalone)}</p>'


def _size(short: str) -> str:
    if len(short) <= LONG_FIGURE:
        return "large"
    return "medium" if len(short) <= LONGEST_FIGURE else "small"


def _with_marks(text: str, marks: set[int], index: int) -> str:
    """The text, escaped, its marks [1] as buttons; a number in brackets that is no citation stays text."""

    def button(match: re.Match[str]) -> str:
        n = int(match.group(1))
        return _mark(n, index) if n in marks else match.group()

    return _MARK.sub(button, escape(text))


def _mark(n: int, index: int) -> str:
    return (
        f'<button type="button" class="cite" data-turn="{index}" data-cite="{n}" aria-label="查看出处 {n}">{n}</button>'
    )


def _origin(answer: Answer, index: int) -> str:
    """One line on where the answer stands: the first citation's report and section, and how long it took."""
    if not answer.citations:
        return ""
    first = answer.citations[0]
    return (
        f'<p class="origin"><button type="button" class="place" data-turn="{index}" data-cite="{first.n}">'
        f'{escape(_place(first))}</button><span class="elapsed">用时 {max(1, round(answer.elapsed_ms))} 毫秒</span></p>'
    )


def _place(citation: Citation) -> str:
    """Where a quote stands, as far as it helps on one line: the innermost headings repeat the quote's first words."""
    return " › ".join((citation.report, *citation.section[:2]))


def _card(citation: Citation, index: int) -> str:
    return (
        f'<li><button type="button" class="card" data-turn="{index}" data-cite="{citation.n}">'
        f'<span class="card-place">{escape(_place(citation))}</span>'
        f'<span class="card-quote">{escape(citation.quote.strip())}</span></button></li>'
    )
