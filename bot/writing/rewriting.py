"""Follow-ups made whole and compound questions taken apart by a language model; by rules where it fails or there is none.

What a model makes of a question may only hold what was said in the conversation: no year, figure or name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.question import asks_both_ends, kind_of
from bot.writing import claims
from bot.writing.model import ChatModel, Message, ModelError
from bot.writing.patience import Clock
from bot.writing.prompting import text_of
from ingest.quantities import UNIT_PATTERN

_ENDS = re.compile(r"[？?；;]+")
_COMMA = re.compile(r"[，,]")
#: words that ask for a figure: a comma between two of them parts two questions
_HOW_MANY = re.compile(rf"多少|百分之几|第几|多[大长高远]|(?<![这那近前好十头])几(?:{UNIT_PATTERN})")
#: words that ask, each for something of its own
_ASKING = re.compile(r"多少|哪[些几个里]|什么|怎么样|如何|何时|谁|第几|百分之几")
_DIGITS = re.compile(r"\d+")
_LONGEST = 200
_MOST_PARTS = 4
#: the share of the words of a question that may be the model's own, such as 多少 for 几
_OWN = 0.34


def split_up(question: str) -> list[str]:
    """The questions in a text by its question marks and semicolons, if each asks by itself, or by its commas, if each part asks for
    a figure; else the text alone.

    「临临高速完成多少投资？新改建农村公路多少公里？」 are two, and so are 「2022年完成多少，2023年计划多少」; 「2022年完成多少？请给出数字」
    is one, and so is 「年初是多少，后来提高到多少」.
    """
    by_comma = [part.strip() for part in _COMMA.split(question.rstrip("？?。"))]
    if 1 < len(by_comma) <= _MOST_PARTS and all(map(_HOW_MANY.search, by_comma)) and not asks_both_ends(question):
        return by_comma
    parts = [part.strip("，, ") for part in _ENDS.split(question) if part.strip("，, 。")]
    asking = [part for part in parts if kind_of(part) not in ("open", "yesno")]
    return parts if 1 < len(parts) <= _MOST_PARTS and len(asking) == len(parts) else [question]


def rewrite(question: str, history: Sequence[str], model: ChatModel, clock: Clock) -> str:
    """A follow-up as a question that stands by itself; "" where the model has no good one."""
    said = "\n".join((*history, question))
    lines = _lines([("system", text_of("rewrite")), ("human", said)], model, clock)
    return lines[0] if len(lines) == 1 and _faithful(lines[0], said) else ""


def decompose(question: str, model: ChatModel, clock: Clock) -> list[str]:
    """The questions in a compound one; as the rules take it apart where the model has no good answer."""
    lines = _lines([("system", text_of("decompose")), ("human", question)], model, clock)
    good = 1 < len(lines) <= _MOST_PARTS and all(_faithful(line, question) for line in lines)
    return lines if good else split_up(question)


def _lines(messages: list[Message], model: ChatModel, clock: Clock) -> list[str]:
    try:
        text = "".join(model.stream(messages, clock))
    except ModelError:
        return []
    return [claims.bare(line) for line in text.splitlines() if line.strip()]


def _faithful(line: str, said: str) -> bool:
    """Whether a question says nothing that was not said: every number and name of it, and most of its words."""
    if not 0 < len(line) <= _LONGEST or any(number not in said for number in _DIGITS.findall(line)):
        return False
    if any(name not in said for name in claims.names(line)):
        return False
    words = claims.content(line)
    own = sum(len(word) for word in words if word not in said)
    return own <= _OWN * max(1, sum(map(len, words)))


def may_be_several(question: str) -> bool:
    """Whether a text may ask several things at once: it asks more than once."""
    return len(_ASKING.findall(question)) > 1
