"""Names and lists that could answer a question: spans of a sentence, each with what is known of it.

A question and the sentence that answers it mostly share their words; what the sentence says beyond them is the answer. So the
candidates are the stretches of a clause that the question does not cover, the enumerations (「A、B和C」) and the quoted names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from string import whitespace

import numpy as np

from bot.evidence.matching import Matches
from bot.evidence.relations import PeriodRelation, period_relation
from bot.evidence.view import Floats, Range, ReportView, Unit
from bot.understanding.question import Question
from ingest.quantities import quantities

NAMES = (
    "sentence_near sentence_exact clause_near clause_exact lead_near place_near worst_missing rest_precision dense lexical_rank "
    "overlap_share left_matched right_matched left_end right_end quoted titled listed items_many count_same count_other residual "
    "head_inside head_at_end head_before head_after ends_like_head place_like organ_like has_digit has_verb length_log words_log "
    "asks_list asks_name asks_called wh_first wh_last span_first span_last subject_fit object_fit dash_after status_other year_other bracketed quoted_called quoted_inside list_for_list single_for_name items_end_alike begins_with_break breaks_inside joined_left joined_right heading_asked defined_here head_beside known_missing known_missing_worst"
).split()

_ITEM = r"[^、，。；：！？,;“”《》（）()]{1,24}"
_QUOTED_ITEM = r"(?:[^、，。；：！？,;]{0,8}[“《][^”》]{1,24}[”》][^、，。；：！？,;“”《》]{0,10})"
_LIST = re.compile(
    rf"(?:{_QUOTED_ITEM}|{_ITEM}(?:（[^）]{{1,20}}）)?)(?:、(?:{_QUOTED_ITEM}|{_ITEM}(?:（[^）]{{1,20}}）)?))+"
)
_PAIR = re.compile(rf"({_QUOTED_ITEM}|{_ITEM})(?:和|与|及|以及)({_QUOTED_ITEM}|{_ITEM})")
_QUOTED = re.compile(r"[“《‘「]([^“”《》‘’「」]{1,30})[”》’」]")
_BRACKETED = re.compile(r"[（(]([^（）()]{2,24})[）)]")
_LIST_SPLIT = re.compile(r"、|(?<=[^、]{2})(?:以及|和|与|及)(?=[^、]{2,16}$)")
#: what no name or list begins or ends with
_EDGE = whitespace + "\u00a0\u2002\u2003\u3000、，：的了在为是和与及被把将"
_HEAD_EDGE, _TAIL_EDGE = _EDGE + "由对向从", _EDGE + "等"
_PLACE_TAIL = re.compile(r"(?:省|市|县|区|州|旗|镇|乡|村|新区|岛|湾|港|山|河|湖)$")
_ORGAN_TAIL = re.compile(
    r"(?:公司|集团|大学|学院|医院|中心|银行|研究院|实验室|协会|委员会|局|厅|基地|工程|铁路|高铁|机场|公园|遗址|大桥|隧道|水库|电站|集群|平台|行动|计划|规划|品牌|奖|杯|节|会|展)$"
)
_VERB = re.compile(
    r"完成|实现|推进|推动|建设|加快|打造|加强|开展|提升|实施|支持|促进|获批|入选|成为|落户|列入|获评|建成|开工|投运|启动|召开|推出|率先|深化|扩大|增长|下降|达到"
)
_NUMERAL = re.compile(r"[\d一二两三四五六七八九十]")
_CALLED = re.compile(r"叫|名字|名称|品牌|称号|美誉")
#: other words that begin or end a name's predicate
_BREAK = re.compile(
    r"成为|被|获|荣获|为|是|作为|通过|首次|分别|让|使|将|把|由|在|对|等|均|已|并|顺利|正式|成功|组建|成立|设立|开放|创建|举办|办好|"
    r"启用|评为|认定|命名|授予|刷新|突破|迈上|位列|位居|居|升|竣工|通车|投产|投用|运营|封关|首飞|下线|问世|建设|完工|惠及|覆盖|带动|力争|确保|支持|新建|改建|扩建"
)
#: what stands between a term and what it means: 「四库：水库、粮库、钱库、碳库」
_MEANS = re.compile(r"([^，。；：“”《》]{2,20})[”》]?(?:：|是指|指的?是|即|包括|分别(?:为|是))[“《]?$")
#: what announces a list and is no part of it
_OPENING = re.compile(r"^(?:分别(?:为|是|位于|在)?|即|指的?是|是指|包括|主要(?:有|是))(?=[^、，]{2})")
#: particles that end a name
_CLOSING = frozenset("等 的 和 与 及 以及 共 了".split())
_CUT_FROM_NUMBER = ("%", "％", "‰")
#: so many places at most where a stretch is cut on either side
_CUTS = 4
_TOP_SENTENCES = 14
_MATCHED = 0.62
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
    places = (view.place(token) for token in range(*_tokens(view, span)) if matches.token_near[token] < _VERBATIM)
    saying = [place for place in places if not _VERB.fullmatch(view.text, *place)]
    if not saying or span.kind == "quoted" or not _NUMERAL.search(view.text, span.start, span.end):
        return bool(saying)
    counted = [(q.start, q.end) for q in quantities(view.text, span.start, span.end) if q.kind == "quantity"]
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
        for match in (*_LIST.finditer(text), *_PAIR.finditer(text)):
            yield from _list_spans(
                view, matches, clause.start + match.start(), clause.start + match.end(), number, index, clause
            )
        yield from _residuals(question, view, matches, clause, number, index)


def _residuals(
    question: Question, view: ReportView, matches: Matches, clause: Unit, number: int, index: int
) -> Iterator[Span]:
    """The stretches of a clause that the question does not cover, whole and cut where a verb begins or ends them, with and without
    the asked kind's noun beside them: 「尕日塘秦刻石被认定为…」 names 尕日塘秦刻石, 「组建汀岳农商联合银行」 汀岳农商联合银行."""
    places = [view.place(token) for token in range(*clause.words)]
    said = [view.text[start:end] for start, end in places]
    breaks = [_is_break(word) for word in said]
    covered = [matches.token_near[token] >= _MATCHED for token in range(*clause.words)]
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
        (view.place(t)[1] for t in tokens if matches.token_near[t] >= _MATCHED and view.place(t)[1] < first_mark),
        default=start,
    )
    lefts = {start, left} | {
        view.place(t)[1]
        for t in tokens
        if view.place(t)[1] < first_mark and _VERB.fullmatch(view.text[slice(*view.place(t))])
    }
    after = [t for t in tokens if view.place(t)[0] > last_mark + 1]
    rights = {end} | {
        view.place(t)[0]
        for t in after
        if matches.token_near[t] >= _MATCHED
        or view.text[view.place(t)[0]].isdigit()
        or view.text[view.place(t)[0]] in "等"
    }
    rights |= {view.place(t)[0] for t in after if _VERB.fullmatch(view.text[slice(*view.place(t))])}
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
        said = len(rest) > 1 and all(matches.token_near[t] >= _MATCHED for t in rest)
        if said and _is_break(view.text[slice(*view.place(token))]):
            return begun
    return end


def items(text: str) -> list[str]:
    """The items of an enumeration."""
    return [item for item in _LIST_SPLIT.split(text) if item.strip()]


def span_features(
    question: Question, view: ReportView, matches: Matches, dense: Floats, scores: Floats, found: Sequence[Span]
) -> Floats:
    """The features of each span; shape (len(found), len(NAMES))."""
    sentence = [[view.sentences[s.sentence].span.words] for s in found]
    clause = [[view.sentences[s.sentence].clauses[s.clause].words] for s in found]
    lead = [
        [(view.sentences[s.sentence].span.words[0], view.sentences[s.sentence].clauses[s.clause].words[1])]
        for s in found
    ]
    place = [[*x, view.sentences[s.sentence].heading] for x, s in zip(sentence, found, strict=True)]
    inner = [_tokens(view, s) for s in found]
    rest = [[(c[0][0], i[0]), (i[1], c[0][1])] for c, i in zip(clause, inner, strict=True)]
    missing = matches.weights[:, None] * (1 - matches.best(place, near=True))
    order = {int(n): rank for rank, n in enumerate(np.argsort(-scores, kind="stable"))}
    columns = [
        matches.coverage(sentence, near=True),
        matches.coverage(sentence),
        matches.coverage(clause, near=True),
        matches.coverage(clause),
        matches.coverage(lead, near=True),
        matches.coverage(place, near=True),
        missing.max(axis=0),
        matches.precision(rest),
        np.asarray([dense[s.sentence] for s in found], np.float32),
        np.asarray([1 / (1 + order[s.sentence]) for s in found], np.float32),
        matches.precision([[i] for i in inner]),
    ]
    known = matches.weights * matches.known()
    lacking = known[:, None] * (1 - matches.best(place))
    passages = [view.sentences[s.sentence].passage for s in found]
    periods = {p: period_relation(question.asked, view.periods[p], view) for p in set(passages)}
    headed = {s.sentence for s in found if question.head and view.text[s.start : s.end].endswith(question.head)}
    facts = np.asarray(
        [
            _facts(question, view, matches, s, i, periods[p], s.sentence in headed)
            for s, i, p in zip(found, inner, passages, strict=True)
        ],
        np.float32,
    )
    missed = np.stack((lacking.sum(axis=0), lacking.max(axis=0)), axis=1)
    return np.concatenate((np.stack(columns, axis=1), facts.reshape(len(found), -1), missed), axis=1).astype(np.float32)


def _tokens(view: ReportView, span: Span) -> Range:
    """The range of a span's words."""
    clause = view.sentences[span.sentence].clauses[span.clause].words
    first = bisect_left(range(clause[1]), span.start, clause[0], key=lambda token: view.place(token)[0])
    end = bisect_right(range(clause[1]), span.end, first, key=lambda token: view.place(token)[1])
    return (first, end) if first < end else (clause[0], clause[0])


def _facts(
    question: Question,
    view: ReportView,
    matches: Matches,
    span: Span,
    inner: Range,
    period: PeriodRelation,
    headed: bool,
) -> list[float]:
    """:param headed: whether a span of the same sentence ends with the noun that says what is asked: 「…机场」 where a 机场 is."""
    text = view.text[span.start : span.end]
    clause = view.sentences[span.sentence].clauses[span.clause]
    before, after = view.text[clause.start : span.start], view.text[span.end : clause.end]
    left = matches.token_near[inner[0] - 1] if inner[0] > clause.words[0] else 0.0
    right = matches.token_near[inner[1]] if inner[1] < clause.words[1] else 0.0
    count = len(items(text))
    head = question.head
    whole = question.standalone
    asked_at = re.search(r"哪|什么|谁|啥|叫", whole)
    early = bool(asked_at and asked_at.start() < len(whole) * 0.4)
    first, last = not any(c.isalnum() for c in before), not any(c.isalnum() for c in after)
    return [
        float(left),
        float(right),
        float(not before),
        float(not after),
        float(span.kind == "quoted" or text[:1] in "“《"),
        float(view.text[span.start - 1 : span.start] == "《"),
        float(span.kind == "list" or count > 1),
        float(count > 2),
        float(question.count is not None and count == question.count),
        float(question.count is not None and count != question.count),
        float(span.kind == "residual"),
        float(bool(head) and head in text),
        float(bool(head) and text.endswith(head)),
        float(bool(head) and before.endswith(head)),
        float(bool(head) and after[:8].find(head) >= 0),
        float(bool(head) and text[-1:] == head[-1:]),
        float(bool(_PLACE_TAIL.search(text)) and bool(re.search(r"市|县|区|地|城|省|州|岛", head))),
        float(bool(_ORGAN_TAIL.search(text))),
        float(any(c.isdigit() for c in text)),
        float(bool(_VERB.search(text))),
        float(np.log(len(text))),
        float(np.log(1 + inner[1] - inner[0])),
        float(question.kind == "list"),
        float(question.kind == "name"),
        float(bool(_CALLED.search(whole))),
        float(early),
        float(not early),
        float(first),
        float(last),
        float(early and first),
        float(not early and last),
        float(after.startswith(("——", "—")) or before.endswith(("——", "—"))),
        float(period.status == "other"),
        float(period.years == "other"),
        float(span.kind == "bracketed"),
        float(span.kind == "quoted" and bool(_CALLED.search(whole))),
        float(bool(re.search("[“《]", text)) and span.kind != "quoted"),
        float(question.kind == "list" and count > 1),
        float(question.kind == "name" and count == 1),
        _alike(text),
        *_seams(view, clause, inner),
        *_definition(question, view, span),
        float(headed and not text.endswith(head)),
    ]


def _definition(question: Question, view: ReportView, span: Span) -> list[float]:
    """Whether a term of the question is the heading above a span, as in a glossary, and whether it is explained right before it."""
    sentence = view.sentences[span.sentence]
    title = sentence.section[-1].strip("“”《》") if sentence.section else ""
    means = _MEANS.search(view.text[sentence.span.start : span.start])
    return [
        float(len(title) > 1 and title in question.standalone),
        float(bool(means and means.group(1) in question.standalone)),
    ]


def _seams(view: ReportView, clause: Unit, inner: Range) -> list[float]:
    """Whether a span's words begin with a verb, hold one further on, and go on without a seam to the left and to the right:
    「陇东到山东特高压直流」 breaks off before its 工程."""
    places = [
        view.place(token) for token in range(max(inner[0] - 1, clause.words[0]), min(inner[1] + 1, clause.words[1]))
    ]
    said = [view.text[start:end] for start, end in places]
    breaks = [_is_break(word) for word in said]
    first, last = int(inner[0] > clause.words[0]), len(said) - int(inner[1] < clause.words[1])
    if first >= last:
        return [0.0, 0.0, 0.0, 0.0]
    joined_left = first and places[0][1] == places[1][0] and not breaks[0]
    joined_right = last < len(said) and places[-2][1] == places[-1][0] and not breaks[-1] and said[-1] not in _CLOSING
    return [float(breaks[first]), float(any(breaks[first + 1 : last])), float(joined_left), float(joined_right)]


@lru_cache(maxsize=1 << 14)
def _is_break(word: str) -> bool:
    """Whether a word begins or ends the predicate around a name."""
    return bool(_VERB.fullmatch(word) or _BREAK.fullmatch(word))


def _alike(text: str) -> float:
    """Whether an enumeration's last item ends as the others do: 「…文化旅游带、大运河文化」 lacks its 带; the share of those."""
    *others, last = items(text) or [text]
    return sum(other[-1] == last[-1] for other in others) / len(others) if others else 0.0
