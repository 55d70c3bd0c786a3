"""The figures a report states: each quantity with what it counts, in which respect, for which years, done or planned.

The subject of a figure stands before it (「查处无证经营车46辆」), after it (「打造5条最美农村公路」), at the head of an earlier clause
(「地区生产总值增长5.5%、达到10.3万亿元」), or is the k-th of a list (「A、B、C分别增长x、y、z」).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.document import Figure, Passage, Period
from ingest.period import Timeline
from ingest.quantities import Quantity, quantities
from ingest.sentences import clauses, sentences

_RESPECTIVELY = re.compile(r"分别|依次")
_ALIGNED_GAP = re.compile(r"[、和与及以至，,\s]*(?:增长|下降|达到?|提高|提升|突破|超过?|增至|降至|居|为|在|升至|提高到|提升至|稳定)*[、和与及以至\s]*")
_LIST_MARK = re.compile(r"、|(?<=[\u4e00-\u9fffA-Za-z）)”])(?:和|与|及|以及)(?=[\u4e00-\u9fffA-Za-z“（])")
_VERB_TAIL = re.compile(
    r"(?:(?:同比|环比|年均|累计|合计|总计|预计|力争|分别|平均|再|均|共|约|已|将|也|又|实现|全年|比上年|较上年|继续)*"
    r"(?:增长|下降|提高|增加|减少|上升|降低|提升|扩大|缩小|压减|压降|达到?|完成|突破|超过?|保持|稳定|控制|增至|降至|升至|缩至|降到|增到|提至|提高到|提高至|提升到|提升至|下降到|缩小至|收窄至|"
    r"位居|位列|排名|居|列|为|是|有|至|到|在|占|共有|共计|新增|净增|仅)?(?:了|到|至|在|为|达)*)$"
)
_LEVEL_TAIL = re.compile(r"(?:到|至|达|为|在|突破|超过?|增至|降至)$")
_UP, _DOWN = re.compile(r"增长|上升|提高|增加|提升|扩大|增幅|涨|增速|高于"), re.compile(r"下降|降低|减少|缩小|压减|压降|降幅|收窄|低于|下调")
_FROM = re.compile(r"(?:由|从)[^，。；：由从]{0,24}$")
_TO = re.compile(r"(?:左右|以上)?(?:[（(][^）)]*[）)])?[\u4e00-\u9fff]{0,6}?(?:到|至|增|降|升|缩|扩|减|提|跃|涨)")
_AFTER_END = re.compile(r"[，。；：！？、,;（(]|$")
_OPENING_VERB = re.compile(
    r"^(?:[一二三四五六七八九十]+是|其中[，]?|还|并|要|将|已|再|共|累计|全年|年内|力争|争取|确保|预计)*"
    r"(?:完成|实现|推动|推进|开展|组织|查处|处罚|创建|打造|建成|建设|新建|开通|优化|新增|清理|排查|发放|安排|发表|建立|召开|确定|制定|下达|挽回|监督|受理|收集)?(?:了|和)?"
)


@dataclass(frozen=True)
class Zone:
    """The words around one quantity: ``before`` it in its clause, ``after`` it, and where they begin and end."""

    before_start: int
    after_end: int


def extract(text: str, passages: Sequence[Passage], timeline: Timeline) -> tuple[Figure, ...]:
    """Every figure of every passage, in order of their places in the text."""
    found: list[Figure] = []
    for passage in passages:
        for start, end in sentences(text, passage.start, passage.end):
            found.extend(_of_sentence(text, start, end, passage.ordinal, timeline))
    return tuple(found)


def zones(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[Zone]:
    """For each quantity span in ``text[start:end]``: from the end of the clause or quantity before it, to the next one's start."""
    parts = list(clauses(text, start, end))
    result = []
    for index, (left, right) in enumerate(spans):
        clause = next(((a, b) for a, b in parts if a <= left < b), (start, end))
        before = max([clause[0]] + [b for a, b in spans[:index] if b <= left])
        following = [a for a, _ in spans[index + 1 :] if a >= right]
        stop = _AFTER_END.search(text, right, clause[1])
        after = min([stop.start() if stop else clause[1], clause[1], *following])
        result.append(Zone(before, max(after, right)))
    return result


def _of_sentence(text: str, sentence_start: int, sentence_end: int, passage: int, timeline: Timeline) -> list[Figure]:
    found = quantities(text, sentence_start, sentence_end)
    around = zones(text, sentence_start, sentence_end, [(q.start, q.end) for q in found])
    aligned = align(text, sentence_start, found)
    figures: list[Figure] = []
    owner = said = ""
    for index, (quantity, zone) in enumerate(zip(found, around, strict=True)):
        before = text[zone.before_start : quantity.start]
        after = text[quantity.end : zone.after_end]
        if index in aligned and index - 1 in aligned:
            before = said
        said = before
        tail = _VERB_TAIL.search(before)
        measure = tail.group() if tail else ""
        subject = _subject(before, measure, after)
        if quantity.kind != "date":
            owner = aligned.get(index) or subject or owner
        figures.append(
            Figure(
                passage=passage,
                start=quantity.start,
                end=quantity.end,
                text=quantity.text,
                kind=quantity.kind,
                value=quantity.value,
                unit=quantity.unit,
                subject=aligned.get(index) or subject or owner,
                measure=measure,
                hedge=quantity.hedge,
                upper=quantity.upper,
                change=_change(before, quantity),
                period=_period(text, quantity, before, timeline.at(quantity.start)),
            )
        )
    return figures


def _subject(before: str, measure: str, after: str) -> str:
    """What is counted: the noun before the verb, or after the classifier."""
    head = before[: len(before) - len(measure)].strip("、，：；的 ")
    head = _OPENING_VERB.sub("", head, count=1)
    noun = re.split(r"、|(?:和|与|及)(?=[^，]{4,}$)", head)[-1] if len(head) > 24 else head
    return noun or after.strip("的 ")


def _change(before: str, quantity: Quantity) -> Literal["", "up", "down"]:
    """Level or change: 「增至80.5岁」 is a level, 「增长5.5%」 a change."""
    near = before[-10:]
    if quantity.kind in ("date", "rank") or _LEVEL_TAIL.search(near):
        return ""
    up, down = list(_UP.finditer(near)), list(_DOWN.finditer(near))
    last_up, last_down = (up[-1].end() if up else -1), (down[-1].end() if down else -1)
    if max(last_up, last_down) < max(0, len(near) - 6):
        return ""
    return "up" if last_up > last_down else "down"


def _period(text: str, quantity: Quantity, before: str, period: Period) -> Period:
    """The clause's period; the first value of 「由…增至…」 is of the time before it."""
    if quantity.kind == "date" and quantity.value:
        year = int(quantity.value)
        return Period(year, year, period.status)
    year_inside = re.search(r"((?:19|20)\d{2})年的?$", before)
    if year_inside and period.first != int(year_inside.group(1)):
        return Period(int(year_inside.group(1)), int(year_inside.group(1)), "done")
    if _FROM.search(before) and _TO.match(text, quantity.end) and period.first:
        return Period(period.first - 1, period.first - 1, "done")
    return period


def align(text: str, start: int, found: Sequence[Quantity]) -> dict[int, str]:
    """The subjects of 「A、B、C分别增长x、y、z」 by index of the quantity; a second 分别 goes back to the same list."""
    result: dict[int, str] = {}
    names: list[str] = []
    for match in _RESPECTIVELY.finditer(text, start, found[-1].end if found else start):
        indices = _run(text, match.end(), found)
        if len(indices) < 2:
            continue
        fresh = _listed(text, start, match.start(), len(indices))
        names = fresh or names
        if len(names) == len(indices):
            result.update(zip(indices, names, strict=True))
    return result


def _run(text: str, after: int, found: Sequence[Quantity]) -> list[int]:
    """The quantities that stand in a row after 分别."""
    indices: list[int] = []
    at = after
    for index, quantity in enumerate(found):
        if quantity.start < after:
            continue
        gap = text[at : quantity.start]
        if indices and not _ALIGNED_GAP.fullmatch(gap):
            break
        if not indices and (len(gap) > 16 or re.search("[，。；]", gap)):
            break
        indices.append(index)
        at = quantity.end
    return indices


def _listed(text: str, start: int, end: int, count: int) -> list[str]:
    """The last ``count`` items listed before 分别; the tail that only the last one spells out belongs to each.

    「城镇、农村居民人均可支配收入」 -> 城镇居民人均可支配收入 is not spelled; the tail is added from the last item's own end.
    """
    begin = max(text.rfind(mark, start, end) for mark in "。；，,：") + 1
    head = text[max(begin, start) : end].strip()
    items = [item.strip() for item in _LIST_MARK.split(head)]
    if len(items) < count:
        return []
    items = items[-count:]
    items[0] = _OPENING_VERB.sub("", items[0], count=1)
    last = items[-1]
    return [item if item == last else f"{item} {_shared_tail(item, last)}".strip() for item in items]


def _shared_tail(item: str, last: str) -> str:
    """What the last item spells for all: everything after its first part, where the item itself does not end like it."""
    if item[-2:] == last[-2:] or len(last) <= len(item) + 1:
        return ""
    return last[min(len(item), len(last) - 2) :]
