"""Cleaning: the one place where text from outside becomes the canonical text that all offsets point into.

Full-width Chinese punctuation stays as it is; what changes are characters that look alike but compare unequal
(full-width digits, radicals that PDFs hold in place of characters), invisible characters, residues of Word, and how
lines are broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ingest.readers import chrome

#: radicals that stand for a whole character, from Unicode's EquivalentUnifiedIdeograph.txt (NFKC leaves them alone)
_RADICALS = str.maketrans(
    "⺁⺒⺓⺜⺝⺟⺠⺧⺩⺪⺬⺮⺶⺷⺼⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻕⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "厂巳幺日月母民牛王疋示竹羊羊肉臼虎西见角贝足车長长门阜雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
#: Kangxi radicals and compatibility ideographs, full-width digits and Latin letters, the full-width per cent sign
_COMPATIBLE = re.compile(r"[\u2f00-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f０-９Ａ-Ｚａ-ｚ％]")
_LINE_BREAK = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACE = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
#: control characters, soft hyphens, zero-width and direction marks, byte order marks, lone surrogates
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
#: 「[bookmark: _Toc30050]」 and the codes of fields that Word leaves behind when a file is turned into text
_WORD_RESIDUE = re.compile(
    r"\[bookmark:[^\[\]]*\]|PAGEREF \w+ \\h|HYPERLINK \\l \"?\w+\"?|TOC \\o \"[\d-]+\"(?: \\\w)*"
    r"|错误[!！]\s*未(?:定义书签|找到引用源)[。.]?"
)
#: 「１．５」 is a decimal, 「1．2022年」 at the start of a line a numbered heading
_DECIMAL_POINT = re.compile(r"(?<=\d)．(?=\d)")
_NUMBERED_YEAR = re.compile(r"\d{1,2}．(?=(?:19|20)\d\d年)")

#: a lone bracket, or a label whose value stands on the next line: 「（」 / 「三）改革…」, 「来源：」 / 「四川日报」
_RUNS_ON = re.compile(r"[（(《“「【]|(?:信息)?来源[:：]|(?:发布)?(?:时间|日期)[:：]|作者[:：]")
#: no line of Chinese begins so; the line before it was broken in its midst
_CONTINUES = re.compile(r"[，。、；]|[）)”」』！？]+$")


def clean_line(line: str) -> str:
    """One line in canonical form, without white space at its ends; whatever breaks lines in it becomes a space.

    Idempotent; "" where nothing is left.
    """
    line = _LINE_BREAK.sub(" ", line)
    while True:
        before = line
        line = _INVISIBLE.sub("", line).translate(_RADICALS)
        line = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), line)
        line = _SPACE.sub(" ", _WORD_RESIDUE.sub("", line)).strip()
        if line == before:
            break
    number = _NUMBERED_YEAR.match(line)
    keep = number.end() if number else 0
    return chrome.without_buttons(line[:keep] + _DECIMAL_POINT.sub(".", line[keep:]))


def clean_text(text: str) -> str:
    """A whole plain text in canonical form: clean lines, no site chrome, at most one blank line in a row.

    Idempotent: a text that has been cleaned stays as it is.
    """
    while True:
        cleaned = _clean_once(text)
        if cleaned == text:
            return text
        text = cleaned


def _clean_once(text: str) -> str:
    lines = [clean_line(line) for line in _LINE_BREAK.split(text)]
    dropped = chrome.find(lines)
    kept = _joined(line for position, line in enumerate(lines) if position not in dropped)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _joined(lines: Iterable[str]) -> list[str]:
    """The lines with those put together that a web page or a conversion tore apart."""
    whole: list[str] = []
    for line in lines:
        if line and whole and whole[-1] and (_RUNS_ON.fullmatch(whole[-1]) or _CONTINUES.match(line)):
            whole[-1] += line
        else:
            whole.append(line)
    return whole
