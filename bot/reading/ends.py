"""Where a name or a list begins and ends: the words that lead to it and what is said of it left out, its own last noun kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from bot.evidence.matching import Matches
from bot.evidence.view import Range, ReportView
from bot.reading.boundaries import BODY, CLOSING, MATCHED, ORGAN_TAIL, PLACE_TAIL, is_break
from bot.reading.spans import items
from bot.understanding.question import Question
from ingest.quantities import UNIT_PATTERN, quantities

_ASKED_NOUN = re.compile(
    rf"(?:哪|什么|啥)(?!名[字称])(?:一|[几两二三四五六七八九十]|\d+)?(?:{UNIT_PATTERN})?([\u4e00-\u9fff]{{1,8}})"
)
_QUOTED = re.compile("[“《]([^“”《》]{1,30})[”》]")
#: adverbs before a verb that leads to a name
_LEADS = frozenset("重点 全力 积极 着力 其中 年内 全年 争取 大力 同时 全面 持续 深入 有序".split())
#: characters that a verb before a figure may have: 「投资9亿元的」, 「总长3公里的」
_LONGEST_VERB = 6
#: so many words behind a name at most may belong to it
_REACH = 4


def ends(question: Question, view: ReportView, matches: Matches, start: int, end: int, sentence: int) -> Range:
    """Where a name or list begins and ends without the words that lead to it or are said of it, and with its own last noun."""
    quoted = _within_quotes(view, start, end, sentence)
    if quoted:
        return quoted
    start = without_lead(view, start, end, sentence)
    if question.kind == "list":
        return start, with_last_noun(view, start, end)
    start, end = _without_figures(view.text, start, end)
    end = without_predicate(question, view, matches, start, end, sentence)
    end = _with_asked_noun(question, view, start, end, sentence)
    end = _to_predicate(view, matches, start, end, sentence)
    body = None if ORGAN_TAIL.search(view.text, start, end) else BODY.match(view.text, end)
    return start, body.end() if body else end


def _within_quotes(view: ReportView, start: int, end: int, sentence: int) -> Range | None:
    """All that stands between the quotation marks around a name, which is never half of it: 路畅人和 of 「“路畅人和”行动」."""
    span = view.sentences[sentence].span
    for match in _QUOTED.finditer(view.text, span.start, span.end):
        if match.start(1) <= start and end <= match.end(1):
            return match.span(1)
    return None


def _without_figures(text: str, start: int, end: int) -> Range:
    """A name without the date at either end of it, or what it costs: 跃进立交 of 「投资9.3亿元的跃进立交8月20日」."""
    for quantity in quantities(text, start, end):
        if quantity.kind == "date" and quantity.end == end and quantity.start > start + 1:
            end = quantity.start
        elif quantity.start <= start + _LONGEST_VERB and text[quantity.end : quantity.end + 1] == "的":
            start = quantity.end + 1 if quantity.end + 2 < end else start
    return start, end


def _with_asked_noun(question: Question, view: ReportView, start: int, end: int, sentence: int) -> int:
    """Where a name ends that was cut off inside or before the noun that is asked for: 「澄原综合」 goes on to its 保税区.

    The noun follows within a few words, without a verb or particle between.
    """
    asked = _ASKED_NOUN.search(question.standalone)
    if not asked:
        return end
    noun, reached, at = asked.group(1), end, end
    said = next((size for size in range(len(noun), 0, -1) if view.text[start:end].endswith(noun[:size])), 0)
    for place in islice(_words_within(view, sentence, end, view.sentences[sentence].span.end), _REACH):
        word = view.text[slice(*place)]
        whole = ORGAN_TAIL.search(view.text, start, reached) or PLACE_TAIL.search(view.text, start, reached)
        if place[0] != at or is_break(word) or word in CLOSING or (said and whole):
            break
        at = place[1]
        if noun.startswith(word, said):
            said, reached = said + len(word), at
        elif reached > end:
            break
    return reached


def _to_predicate(view: ReportView, matches: Matches, start: int, end: int, sentence: int) -> int:
    """Where a name ends whose last word the question says too: 兴银投资 of 「投资公司兴银投资获批开业」, before its predicate or a mark."""
    words = [t for t in range(*view.sentences[sentence].span.words) if view.place(t)[0] >= end]
    if not words or view.place(words[0])[0] != end or ORGAN_TAIL.search(view.text, start, end):
        return end
    last = view.place(words[0])
    word = view.text[slice(*last)]
    if len(word) < 2 or is_break(word) or matches.token_near[words[0]] < MATCHED:
        return end
    following = view.place(words[1]) if len(words) > 1 else None
    ends_there = following is None or following[0] != last[1] or is_break(view.text[slice(*following)])
    return last[1] if ends_there else end


def without_lead(view: ReportView, start: int, end: int, sentence: int) -> int:
    """Where a name or a list begins behind the verbs that lead to it: X072线 of 「重点实施X072线茅坪至古田段、Y131线望江至石壁段」.

    Where every item begins with a verb, they are what is done, not what it is done to; what stands in quotation marks is whole.
    """
    if view.text[start - 1 : start] in ("“", "《"):
        return start
    firsts = []
    at = start
    for item in items(view.text[start:end]):
        at = view.text.index(item, at, end)
        firsts.append(next((view.text[a:b] for a, b in _words_within(view, sentence, at, end)), ""))
        at += len(item)
    if len(firsts) > 1 and all(is_break(first) for first in firsts):
        return start
    places = list(_words_within(view, sentence, start, end))
    for place, following in pairwise(places):
        word = view.text[slice(*place)]
        if place[0] != start or not (is_break(word) or word in _LEADS) or following[0] != place[1]:
            break
        start = following[0]
    return start


def with_last_noun(view: ReportView, start: int, end: int) -> int:
    """Where a list ends whose items all but the last end alike: 「…古田段、Y131线望江至石壁」 goes on to its 段."""
    *others, last = items(view.text[start:end]) or [""]
    tail = others[0][-1] if others else ""
    lacking = tail and all(other.endswith(tail) for other in others) and not last.endswith(tail)
    return end + 1 if lacking and view.text[end : end + 1] == tail else end


def _words_within(view: ReportView, sentence: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of a sentence's words that lie inside ``text[start:end]``."""
    places = (view.place(token) for token in range(*view.sentences[sentence].span.words))
    return (place for place in places if start <= place[0] and place[1] <= end)


def without_predicate(
    question: Question, view: ReportView, matches: Matches, start: int, end: int, sentence: int
) -> int:
    """Where a name ends that is followed by what the question says of it: 镜泊荡湿地馆 of 「镜泊荡湿地馆入选全国科普基地」."""
    span = range(*view.sentences[sentence].span.words)
    inside = [t for t in span if start <= view.place(t)[0] and view.place(t)[1] <= end]
    if question.head and view.text[:end].endswith(question.head):
        return end
    for at, token in enumerate(inside[1:], start=1):
        rest = inside[at + 1 :]
        begun = view.place(token)[0]
        said = len(rest) > 1 and all(matches.token_near[t] >= MATCHED for t in rest)
        if said and is_break(view.text[slice(*view.place(token))]):
            return begun
    return end
