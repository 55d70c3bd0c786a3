"""The conversation as HTML: each question with its answer, the bare figure first. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.answer import Answer, Citation

#: characters above which a bare answer is set smaller, and above which as running text
LONG_FIGURE = 9
LONGEST_FIGURE = 26

#: how a refusal opens, here and in the reader's own words
VERDICT = "没有找到确切的答案"

_MARK = re.compile(r"\[(\d{1,3})\]")
#: what follows a bare answer that stands by itself: its marks, the end of its line, the rest of the text
_AFTER_LEAD = re.compile(r"((?:\[\d{1,3}\])*)(?:[。\s]+|\Z)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Turn:
    """One question and what came of it: an answer, or a message to the asker; neither while it is being looked for."""

    question: str
    answer: Answer | None = None
    message: str = ""

    @property
    def pending(self) -> bool:
        return self.answer is None and not self.message

    @property
    def answered(self) -> bool:
        return self.answer is not None and self.answer.status == "answered"


def transcript(turns: Sequence[Turn]) -> str:
    """The turns as an HTML list; a mark carries its turn's index and its citation's number."""
    items = "".join(_turn(turn, index) for index, turn in enumerate(turns))
    return f'<ol class="turns" aria-label="对话">{items}</ol>'


def welcome(examples: Sequence[str], reports: Sequence[str]) -> str:
    """What stands in an empty conversation: what can be asked, and of which reports (their titles)."""
    buttons = "".join(
        f'<li><button type="button" class="example" data-question="{escape(e, quote=True)}">{escape(e)}</button></li>'
        for e in examples
    )
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


def spoken(turn: Turn) -> str:
    """What a screen reader says of a turn; not seen on the page, where the transcript shows it."""
    said = turn.message or "正在查找"
    if turn.answer is not None:
        said = f"回答：{turn.answer.short}" if turn.answered and turn.answer.short else turn.answer.answer
    return f'<p class="spoken" role="status">{escape(said)}</p>'


def warning(complaint: str) -> str:
    """A notice over the question box that says why a question was not asked."""
    return f'<p class="warning" role="alert">{escape(complaint)}</p>'


def _turn(turn: Turn, index: int) -> str:
    question = f'<h2 class="question">{escape(turn.question)}</h2>'
    if turn.answer is not None:
        body = _answered(turn.answer, index) if turn.answer.status == "answered" else _refused(turn.answer, index)
    elif turn.message:
        body = f'<div class="reply message"><p>{escape(turn.message)}</p></div>'
    else:
        body = '<div class="reply pending"><p><span class="dots" aria-hidden="true"></span>正在查找……</p></div>'
    return f'<li class="turn" data-turn="{index}">{question}{body}</li>'


def _answered(answer: Answer, index: int) -> str:
    marks, sentence = _marks_and_sentence(answer, index)
    short = f'<span class="short {_size(answer.short)}">{escape(answer.short)}</span>' if answer.short else ""
    return (
        f'<div class="reply answered">{_standalone(answer)}'
        + (f'<p class="lead">{short}{marks}</p>' if short else "")
        + (f'<p class="sentence">{sentence}</p>' if sentence else "")
        + _origin(answer, index)
        + "</div>"
    )


def _marks_and_sentence(answer: Answer, index: int) -> tuple[str, str]:
    """The marks of the bare answer, and the text below it without what the page shows in another place.

    The reader writes 「36亿元[1]\\n\\n报告 › 章节：原文」: the figure is set large and the place is a line of its own.
    """
    marks = {c.n for c in answer.citations}
    text = answer.answer.strip()
    after = _AFTER_LEAD.fullmatch(text, len(answer.short)) if text.startswith(answer.short) else None
    if not answer.short or not after:
        return "", _with_marks(text, marks, index)
    own_marks, rest = after.groups()
    first = answer.citations[0] if answer.citations else None
    lead_marks = _with_marks(own_marks, marks, index)
    if first and rest.startswith(first.report) and rest.endswith(f"：{first.quote.strip()}"):
        return lead_marks, _quoted(first)
    return lead_marks, _with_marks(rest, marks, index)


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
        + "</div>"
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
