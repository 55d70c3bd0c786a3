"""Why there is no definite answer, in words that help: which part of the question the library does not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from bot.evidence.matching import match
from bot.evidence.relations import resolve
from bot.evidence.view import ReportView
from bot.understanding.question import Question
from bot.understanding.scope import Scope, unknown_places
from ingest.embedding import shipped_vectors
from ingest.words import fold

_MISSING = 0.45
#: words of asking, which no report is expected to hold
_ASKING = re.compile(
    r"是不是|是否|有没有|总结|介绍|概括|说说|讲讲|相差|加起来|一样|两个|分别|哪个|哪边|更[高低多少大小]|最[高低多少大小]|间隔"
)


def explain(
    question: Question,
    scope: Scope,
    views: Sequence[ReportView],
    nearest: bool,
    torn: Sequence[str] = (),
    doubtful: Sequence[str] = (),
) -> str:
    """The text of a refusal.

    :param torn: the titles of reports that answer differently, where the question does not say which one it means.
    :param doubtful: the places whose figure is not sure, where several are computed with.
    """
    reasons = []
    if torn:
        reasons.append(f"「{'」和「'.join(torn)}」都有相近的内容，请在问题里说明是哪个地方或单位")
    if doubtful:
        reasons.append(f"没有确切读到{'、'.join(doubtful)}的数值，因此没有计算")
    places = unknown_places(question, scope, "".join(view.text for view in views) if scope.reports else "")
    if places:
        reasons.append(f"资料库里没有{'、'.join(places)}的报告")
    if views:
        years = _unheld_years(question, views)
        if years:
            reasons.append(f"报告没有写到{years}")
        words = [word for word in _unheld_words(question, views) if not any(place in word for place in places)]
        if words:
            reasons.append(f"报告中没有找到「{'」「'.join(words)}」")
        if not reasons:
            reasons.append(_unstated(question, views))
    why = "；".join(reasons) or "资料库里没有相关的内容"
    text = f"没有找到确切的答案。{why}。"
    return text + ("下面是最接近的段落，供参考。" if nearest else "")


def out_of_reach(question: Question, scope: Scope, views: Sequence[ReportView]) -> bool:
    """Whether a question is about a place or a year that the reports found say nothing of, whoever answers it."""
    evidence = "".join(view.text for view in views)
    return not views or bool(unknown_places(question, scope, evidence) or _unheld_years(question, views))


_WANTED = {"figure": "数值", "percent": "百分比", "date": "时间", "rank": "名次", "name": "名称", "list": "名单"}


def _unstated(question: Question, views: Sequence[ReportView]) -> str:
    """What the reports speak of without saying what is asked of it."""
    held = [word for word, _ in question.content if len(word) > 1 and any(word in view.folded for view in views)]
    wanted = _WANTED.get(question.kind, "内容")
    if question.unit and question.kind == "figure":
        wanted = f"以{question.unit}计的数值"
    topic = f"提到了「{'」「'.join(_as_asked(word, question) for word in held[:3])}」，但" if held else ""
    return f"报告{topic}没有直接说明所问的{wanted}"


def _unheld_years(question: Question, views: Sequence[ReportView]) -> str:
    for view in views:
        first, last, _ = resolve(question.asked, view)
        if first is None:
            return ""
        if any(p.first and p.first <= (last or first) and first <= (p.last or p.first) for p in view.periods):
            return ""
        if any(str(year) in view.text for year in (first, last)):
            return ""
    return f"{first}年" if first == last else f"{first}—{last}年"


def _unheld_words(question: Question, views: Sequence[ReportView]) -> list[str]:
    best: dict[str, float] = {}
    for view in views:
        matches = match(question, view, shipped_vectors())
        for word, near in zip(matches.words, matches.near.total, strict=True):
            best[word] = max(best.get(word, 0.0), float(near))
    missing = (word for word, near in best.items() if near < _MISSING and len(word) > 1 and not _ASKING.fullmatch(word))
    return [_as_asked(word, question) for word in islice(missing, 3)]


def _as_asked(word: str, question: Question) -> str:
    """A word as the question writes it: S229, which is looked for as s229."""
    at = fold(question.standalone).find(word)
    return question.standalone[at : at + len(word)] if at >= 0 else word
