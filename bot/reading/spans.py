"""Names and lists that could answer a question: the stretches of a sentence that say what the question does not.

A question and the sentence that answers it mostly share their words; what the sentence says beyond them is the answer. So the
candidates are the stretches of a clause that the question does not cover, the enumerations (「A、B和C」) and the quoted names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import whitespace

import numpy as np

from bot.evidence.matching import Matches
from bot.evidence.view import Floats, Range, ReportView, Unit
from bot.reading.boundaries import MATCHED, VERB, is_break
from bot.understanding.question import Question
from ingest.quantities import quantities

_ITEM = r"[^、，。；：！？,;“”《》（）()]{1,24}"
_QUOTED_ITEM = r"(?:[^、，。；：！？,;]{0,8}[“《][^”》]{1,24}[”》][^、，。；：！？,;“”《》]{0,10})"
_LIST = re.compile(
    rf"(?:{_QUOTED_ITEM}|{_ITEM}(?:（[^）]{{1,20}}）)?)(?:、(?:{_QUOTED_ITEM}|{_ITEM}(?:（[^）]{{1,20}}）)?))+"
)
_PAIR = re.compile(rf"({_QUOTED_ITEM}|{_ITEM})(?:和|与|及|以及)({_QUOTED_ITEM}|{_ITEM})")
#: quoted names that stand one after the other without a mark between them
_ADJACENT = re.compile(r"(?:[“《][^“”《》]{1,30}[”》]){2,}")
#: 「公路长+警长+护路员」
_ADDED = re.compile(r"[一-龥]{1,12}(?:[+＋][一-龥]{1,12})+")
_QUOTED = re.compile(r"[“《‘「]([^“”《》‘’「」]{1,30})[”》’」]")
_BRACKETED = re.compile(r"[（(]([^（）()]{2,24})[）)]")
_LIST_SPLIT = re.compile(r"[、+＋]|(?<=[”》])(?=[“《])|(?<=[^、]{2})(?:以及|和|与|及)(?=[^、]{2,16}$)")
#: what no name or list begins or ends with
_EDGE = whitespace + "\u00a0\u2002\u2003\u3000、，：的了在为是和与及被把将"
_HEAD_EDGE, _TAIL_EDGE = _EDGE + "由对向从", _EDGE + "等"
_NUMERAL = re.compile(r"[\d一二两三四五六七八九十]")
#: what announces a list and is no part of it
_OPENING = re.compile(r"^(?:分别(?:为|是|位于|在)?|即|指的?是|是指|包括|主要(?:有|是))(?=[^、，]{2})")
_CUT_FROM_NUMBER = ("%", "％", "‰")
#: so many places at most where a stretch is cut on either side
_CUTS = 4
_TOP_SENTENCES = 14
_VERBATIM = 0.99


@dataclass(frozen=True)
class Span:
    """A candidate answer: ``text[start:end]`` without its quotation marks, in a clause of a sentence."""

    start: int
    end: int
    sentence: int
    clause: int
    kind: str


def candidates(question: Question, view: ReportView, matches: Matches, scores: Floats) -> list[Span]:
    """The spans of the best sentences that say anything new, without repetition, in order of sentence score and place."""
    best = np.argsort(-scores, kind="stable")[:_TOP_SENTENCES]
    first: dict[tuple[int, int], Span] = {}
    for number in best:
        for span in _of_sentence(question, view, matches, int(number)):
            first.setdefault((span.start, span.end), span)
    asked = set(question.standalone)
    return [
        span
        for span in first.values()
        if _says_more(view, matches, span)
        and any(c.isalnum() and c not in asked for c in view.text[span.start : span.end])
    ]


def _says_more(view: ReportView, matches: Matches, span: Span) -> bool:
    """Whether a span says anything beyond the question's own words and bare verbs: 「加强党建」 is no name of a 党建品牌,
    and neither are 「3个品牌」; but a drone may be called “九天”."""
    places = (view.place(token) for token in range(*tokens_of(view, span)) if matches.token_near[token] < _VERBATIM)
    saying = [place for place in places if not VERB.fullmatch(view.text, *place)]
    if not saying or span.kind == "quoted" or not _NUMERAL.search(view.text, span.start, span.end):
        return bool(saying)
    found = quantities(view.text, span.start, span.end)
    dates = [(q.start, q.end) for q in found if q.kind == "date"]
    saying = [place for place in saying if not any(_within(place, date) for date in dates)]
    if not saying:
        return False  # 「4月28日建成」 where what opened that day is asked
    counted = [(q.start, q.end) for q in found if q.kind == "quantity"]
    return len(counted) != 1 or not all(_within(place, counted[0]) for place in saying)


def _within(place: tuple[int, int], span: tuple[int, int]) -> bool:
    return span[0] <= place[0] and place[1] <= span[1]


def _of_sentence(question: Question, view: ReportView, matches: Matches, number: int) -> Iterator[Span]:
    sentence = view.sentences[number]
    for index, clause in enumerate(sentence.clauses):
        text = view.text[clause.start : clause.end]
        for pattern, kind in ((_QUOTED, "quoted"), (_BRACKETED, "bracketed")):
            for match in pattern.finditer(text):
                yield from _trimmed(
                    view.text, clause.start + match.start(1), clause.start + match.end(1), number, index, kind
                )
        for match in (*_LIST.finditer(text), *_PAIR.finditer(text), *_ADJACENT.finditer(text), *_ADDED.finditer(text)):
            yield from _list_spans(
                view, matches, clause.start + match.start(), clause.start + match.end(), number, index, clause
            )
        for side in respective(view.text, clause):
            for start, end in side:
                yield from _trimmed(view.text, start, end, number, index, "item")
        yield from _residuals(question, view, matches, clause, number, index)


def respective(text: str, clause: Unit) -> tuple[list[tuple[int, int]], ...]:
    """The items before and behind a 分别 that are as many: 「海口、五指山分别入选甲、乙」; () where there are none.

    :returns: two lists of places in the text, the k-th of the one belonging to the k-th of the other.
    """
    middle = text.find("分别", clause.start, clause.end)
    if middle < 0:
        return ()
    sides = []
    for start, end in ((clause.start, middle), (middle + 2, clause.end)):
        found, at = [], start
        for item in items(text[start:end].rstrip("。；，,;")):
            at = text.index(item, at, end)
            found.append((at, at + len(item)))
            at += len(item)
        sides.append(found)
    return tuple(sides) if len(sides[0]) == len(sides[1]) > 1 else ()


def _residuals(
    question: Question, view: ReportView, matches: Matches, clause: Unit, number: int, index: int
) -> Iterator[Span]:
    """The stretches of a clause that the question does not cover, whole and cut where a verb begins or ends them, with and without
    the asked kind's noun beside them: 「尕日塘秦刻石被认定为…」 names 尕日塘秦刻石, 「组建汀岳农商联合银行」 汀岳农商联合银行."""
    places = [view.place(token) for token in range(*clause.words)]
    said = [view.text[start:end] for start, end in places]
    breaks = [is_break(word) for word in said]
    covered = [matches.token_near[token] >= MATCHED for token in range(*clause.words)]
    for left, right in _runs(covered):
        starts = [left, *(at + 1 for at in range(left, right) if breaks[at])][:_CUTS]
        ends = [right, *(at - 1 for at in range(left + 1, right + 1) if breaks[at])][:_CUTS]
        ends += list(range(right + 1, min(right + 4, len(places))))
        spans = {(places[a][0], places[b][1]) for a in starts for b in ends if a <= b}
        if left:
            spans |= {(clause.start, places[b][1]) for b in ends if left <= b <= right}
        for start, end in sorted(spans):
            yield from _trimmed(view.text, start, end, number, index, "residual")


def _runs(covered: Sequence[bool]) -> Iterator[Range]:
    """The first and last places of each run that is not covered."""
    at = 0
    for is_covered, run in groupby(covered):
        size = len(list(run))
        if not is_covered:
            yield at, at + size - 1
        at += size


def _list_spans(
    view: ReportView, matches: Matches, start: int, end: int, number: int, index: int, clause: Unit
) -> Iterator[Span]:
    """An enumeration whole, and with the words that the question covers taken off its first and last items."""
    yield from _trimmed(view.text, start, end, number, index, "list")
    tokens = [t for t in range(*clause.words) if start <= view.place(t)[0] and view.place(t)[1] <= end]
    if not tokens:
        return
    first_mark, last_mark = view.text.find("、", start, end), view.text.rfind("、", start, end)
    if first_mark < 0:
        first_mark = last_mark = (start + end) // 2
    left = max(
        (view.place(t)[1] for t in tokens if matches.token_near[t] >= MATCHED and view.place(t)[1] < first_mark),
        default=start,
    )
    lefts = {start, left} | {
        view.place(t)[1]
        for t in tokens
        if view.place(t)[1] < first_mark and VERB.fullmatch(view.text[slice(*view.place(t))])
    }
    after = [t for t in tokens if view.place(t)[0] > last_mark + 1]
    rights = {end} | {
        view.place(t)[0]
        for t in after
        if matches.token_near[t] >= MATCHED
        or view.text[view.place(t)[0]].isdigit()
        or view.text[view.place(t)[0]] in "等"
    }
    rights |= {view.place(t)[0] for t in after if VERB.fullmatch(view.text[slice(*view.place(t))])}
    for a in sorted(lefts):
        for b in sorted(rights)[:4]:
            yield from _trimmed(view.text, a, b, number, index, "list")


def _trimmed(text: str, start: int, end: int, number: int, index: int, kind: str) -> Iterator[Span]:
    piece = _OPENING.sub("", text[start:end].lstrip(_HEAD_EDGE))
    start = end - len(piece)
    piece = piece.rstrip(_TAIL_EDGE)
    end = start + len(piece)
    for left, right in ("“”", "《》", "（）"):
        if piece.startswith(left) and piece.find(right) == len(piece) - 1:
            start, end = start + 1, end - 1
        elif piece.count(left) != piece.count(right):
            if piece.startswith(left):
                start += 1
            elif piece.endswith(right):
                end -= 1
            else:
                return  # 「装置“启明之」 is half a name
    if text[start : start + 1] in _CUT_FROM_NUMBER:
        return  # 「%、居经济大省前列」 is what is left of a figure
    if 0 < end - start <= 120 and any(c.isalnum() for c in text[start:end]):
        yield Span(start, end, number, index, kind)


def items(text: str) -> list[str]:
    """The items of an enumeration."""
    return [item for item in _LIST_SPLIT.split(text) if item.strip()]


def tokens_of(view: ReportView, span: Span) -> Range:
    """The range of a span's words."""
    clause = view.sentences[span.sentence].clauses[span.clause].words
    first = bisect_left(range(clause[1]), span.start, clause[0], key=lambda token: view.place(token)[0])
    end = bisect_right(range(clause[1]), span.end, first, key=lambda token: view.place(token)[1])
    return (first, end) if first < end else (clause[0], clause[0])
