"""What is known of a name or list as the answer to a question: one row of numbers a span, the learned scorer's input."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.evidence.matching import Matches
from bot.evidence.relations import PeriodRelation, period_relation
from bot.evidence.view import Floats, Range, ReportView, Unit
from bot.reading.boundaries import CLOSING, ORGAN_TAIL, PLACE_TAIL, VERB, is_break
from bot.reading.spans import Span, items, respective, tokens_of
from bot.understanding.question import Question

NAMES = (
    "sentence_near sentence_exact clause_near clause_exact lead_near place_near worst_missing rest_precision dense lexical_rank "
    "overlap_share left_matched right_matched left_end right_end quoted titled listed items_many count_same count_other residual "
    "head_inside head_at_end head_before head_after ends_like_head place_like organ_like has_digit has_verb length_log words_log "
    "asks_list asks_name asks_called wh_first wh_last span_first span_last subject_fit object_fit dash_after status_other year_other bracketed quoted_called quoted_inside list_for_list single_for_name items_end_alike begins_with_break breaks_inside joined_left joined_right heading_asked defined_here head_beside known_missing known_missing_worst item_exact item_near item_ahead paired"
).split()
_CALLED = re.compile(r"叫|名字|名称|品牌|称号|美誉")
#: characters that a term and what announces its meaning have at most
_LONGEST_TERM = 40
#: what stands between a term and what it means: 「四库：水库、粮库、钱库、碳库」
_MEANS = re.compile(r"([^，。；：“”《》]{2,20})[”》]?(?:：|是指|指的?是|即|包括|分别(?:为|是))[“《]?$")


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
    inner = [tokens_of(view, s) for s in found]
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
    asked = _Asked.of(question)
    facts = np.asarray(
        [
            _facts(question, asked, view, matches, s, i, periods[p], s.sentence in headed)
            for s, i, p in zip(found, inner, passages, strict=True)
        ],
        np.float32,
    )
    items_of = _in_items(view, matches, found, inner)
    paired = _paired(view, matches, found)
    missed = np.stack((lacking.sum(axis=0), lacking.max(axis=0), *items_of, paired), axis=1)
    return np.concatenate((np.stack(columns, axis=1), facts.reshape(len(found), -1), missed), axis=1).astype(np.float32)


def _in_items(
    view: ReportView, matches: Matches, found: Sequence[Span], inner: Sequence[Range]
) -> tuple[Floats, Floats, Floats]:
    """The share of the question in the item of an enumeration that a span stands in, by words and by meaning, and what it is more
    in the best item of the clause: asked of 双桥镇, 「双桥镇的老龙桥」 rather than 「青石铺镇的石佛桥」."""
    clauses = list(dict.fromkeys((span.sentence, span.clause) for span in found))
    items_of = {key: _items_of(view, *key) for key in clauses}
    flat = matches.coverage([[item] for key in clauses for item in items_of[key]], near=True)
    best, at = {}, 0
    for key in clauses:
        best[key] = float(flat[at : at + len(items_of[key])].max(initial=0.0))
        at += len(items_of[key])
    own = [
        [r for r in items_of[span.sentence, span.clause] if r[0] < words[1] and words[0] < r[1]]
        for span, words in zip(found, inner, strict=True)
    ]
    near = matches.coverage(own, near=True)
    ahead = np.asarray([best[span.sentence, span.clause] for span in found], np.float32) - near
    return matches.coverage(own), near, np.maximum(ahead, 0)


def _paired(view: ReportView, matches: Matches, found: Sequence[Span]) -> Floats:
    """Whether a span is the one of its clause that belongs to what is asked: 1 for 五指山 and -1 for 海口 in 「海口、五指山分别入选
    美丽城市、美丽乡村」 where 美丽乡村 is asked; 0 where nothing is said to belong to each, or all of it is asked alike."""
    wanted: dict[tuple[int, int], list[tuple[tuple[int, int], float]]] = {}
    for key in dict.fromkeys((span.sentence, span.clause) for span in found):
        wanted[key] = _answering(view, matches, *key)
    values = np.zeros(len(found), np.float32)
    for number, span in enumerate(found):
        for (start, end), value in wanted[span.sentence, span.clause]:
            if start <= span.start and span.end <= end:
                values[number] = value
    return values


def _answering(view: ReportView, matches: Matches, sentence: int, clause: int) -> list[tuple[tuple[int, int], float]]:
    """The places of the items whose counterparts the question holds, each with 1 for the best of them and -1 for the others."""
    sides = respective(view.text, view.sentences[sentence].clauses[clause])
    found: list[tuple[tuple[int, int], float]] = []
    if not sides:
        return found
    for asked, answers in (sides, sides[::-1]):
        ranges = [tokens_of(view, Span(*place, sentence, clause, "")) for place in asked]
        ranges[0] = _without_common_lead(view, ranges[0], ranges[1])
        held = matches.coverage([[r] for r in ranges], near=True)
        best = int(held.argmax())
        if (held < held[best] - 0.05).sum() == len(held) - 1 and held[best] > 0.2:
            found += [(place, 1.0 if number == best else -1.0) for number, place in enumerate(answers)]
    return found


def _without_common_lead(view: ReportView, first: Range, second: Range) -> Range:
    """The first item's words from where it runs as the second does: 美丽城市先行区 of 「入选全国美丽城市先行区」."""
    others = set(view.tokens[slice(*second)].tolist())
    begin = next((token for token in range(*first) if int(view.tokens[token]) in others), None)
    if begin is None:
        begin = next((t for t in range(*first) if not is_break(view.text[slice(*view.place(t))])), first[0])
    return begin, first[1]


def _items_of(view: ReportView, sentence: int, clause: int) -> list[Range]:
    """The words of each item of a clause; of one without an enumeration all its words."""
    unit = view.sentences[sentence].clauses[clause]
    marks = [mark.end() for mark in re.finditer("、", view.text[unit.start : unit.end])]
    bounds = [unit.start, *(unit.start + mark for mark in marks), unit.end]
    return [tokens_of(view, Span(a, b, sentence, clause, "")) for a, b in pairwise(bounds)]


@dataclass(frozen=True)
class _Asked:
    """Of a question: whether its asking word stands early, whether a name is asked for by that word, and whether a place is."""

    early: bool
    called: bool
    place: bool

    @classmethod
    def of(cls, question: Question) -> _Asked:
        whole = question.standalone
        at = re.search(r"哪|什么|谁|啥|叫", whole)
        return cls(
            bool(at and at.start() < len(whole) * 0.4),
            bool(_CALLED.search(whole)),
            bool(re.search(r"市|县|区|地|城|省|州|岛", question.head)),
        )


def _facts(
    question: Question,
    asked: _Asked,
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
    listed = items(text)
    count = len(listed)
    head, early = question.head, asked.early
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
        float(asked.place and bool(PLACE_TAIL.search(text))),
        float(bool(ORGAN_TAIL.search(text))),
        float(any(c.isdigit() for c in text)),
        float(bool(VERB.search(text))),
        math.log(len(text)),
        math.log(1 + inner[1] - inner[0]),
        float(question.kind == "list"),
        float(question.kind == "name"),
        float(asked.called),
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
        float(span.kind == "quoted" and asked.called),
        float(("“" in text or "《" in text) and span.kind != "quoted"),
        float(question.kind == "list" and count > 1),
        float(question.kind == "name" and count == 1),
        _alike(listed or [text]),
        *_seams(view, clause, inner),
        *_definition(question, view, span),
        float(headed and not text.endswith(head)),
    ]


def _definition(question: Question, view: ReportView, span: Span) -> list[float]:
    """Whether a term of the question is the heading above a span, as in a glossary, and whether it is explained right before it."""
    sentence = view.sentences[span.sentence]
    title = sentence.section[-1].strip("“”《》") if sentence.section else ""
    means = _MEANS.search(view.text[max(sentence.span.start, span.start - _LONGEST_TERM) : span.start])
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
    breaks = [is_break(word) for word in said]
    first, last = int(inner[0] > clause.words[0]), len(said) - int(inner[1] < clause.words[1])
    if first >= last:
        return [0.0, 0.0, 0.0, 0.0]
    joined_left = first and places[0][1] == places[1][0] and not breaks[0]
    joined_right = last < len(said) and places[-2][1] == places[-1][0] and not breaks[-1] and said[-1] not in CLOSING
    return [float(breaks[first]), float(any(breaks[first + 1 : last])), float(joined_left), float(joined_right)]


def _alike(listed: Sequence[str]) -> float:
    """Whether an enumeration's last item ends as the others do: 「…文化旅游带、大运河文化」 lacks its 带; the share of those."""
    *others, last = listed
    return sum(other[-1] == last[-1] for other in others) / len(others) if others else 0.0
