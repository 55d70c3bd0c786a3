"""Why there is no definite answer, in words that help: which part of the question the library does not hold."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evidence import ReportView
from bot.matching import match
from bot.question import Question
from bot.reader import shipped_vectors
from bot.relations import resolve
from bot.scope import Scope, unknown_places

_MISSING = 0.45


def explain(
    question: Question, scope: Scope, views: Sequence[ReportView], nearest: bool, torn: Sequence[str] = ()
) -> str:
    """The text of a refusal.

    :param torn: the titles of reports that answer differently, where the question does not say which one it means.
    """
    reasons = []
    if torn:
        reasons.append(f"「{'」和「'.join(torn)}」都有相近的内容，请在问题里说明是哪个地方或单位")
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
    why = "；".join(reasons)
    text = f"没有找到确切的答案。{why}。" if why else "没有找到确切的答案：最接近的段落没有直接说明所问的内容。"
    return text + ("下面是最接近的段落，供参考。" if nearest else "")


def _unheld_years(question: Question, views: Sequence[ReportView]) -> str:
    for view in views:
        first, last, _ = resolve(question.asked, view)
        if first is None:
            return ""
        if any(p.first and p.first <= (last or first) and first <= (p.last or p.first) for p in view.periods):
            return ""
    return f"{first}年" if first == last else f"{first}—{last}年"


def _unheld_words(question: Question, views: Sequence[ReportView]) -> list[str]:
    best: dict[str, float] = {}
    for view in views:
        matches = match(question, view, shipped_vectors())
        for word, near in zip(matches.words, matches.near.total, strict=True):
            best[word] = max(best.get(word, 0.0), float(near))
    return [word for word, near in best.items() if near < _MISSING and len(word) > 1][:3]
