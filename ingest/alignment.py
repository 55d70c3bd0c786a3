"""Lists that share one predicate: 「A、B、C分别增长x、y、z」 gives the k-th figure to the k-th subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import words
from ingest.quantities import Quantity

_RESPECTIVELY = re.compile(r"分别|依次")
_VERBS = "增长|下降|达到?|提高|提升|突破|超过?|增加|减少|扩大|压减|增至|降至|升至|居|为|在|稳定|保持"
#: what may stand between two figures of one run: 「8.3%、7.9%」, 「481家增加到1076家、636家」; 「，为近三年来」 may not
_GAP = re.compile(rf"[，,]|[、和与及以至\s]*(?:累计)?(?:{_VERBS})*[到至]?[、和与及以至\s]*")
#: between the figures that a run goes back to and its 分别
_BACK = re.compile(r"[，、；\s]*(?:同比|年均|均|比上年|较上年)*")
_PREDICATE = re.compile(_VERBS)
#: the predicate right before the first figure of a list without 分别; the hedge of the figure may be its verb (超过98%)
_PREDICATE_END = re.compile(rf"(?:年均|累计|均|同比|分别)*(?:(?:{_VERBS})[到至]?)?$")
_LONGEST_LEAD = 16
_LONGEST_PREDICATE = 40
_LIST_WORDS = {"、", "和", "与", "及", "以及", "暨"}
#: two subjects said as one word
_PAIRS = {
    "城乡居民": ("城镇居民", "农村居民"),
    "存贷款": ("存款", "贷款"),
    "进出口": ("进口", "出口"),
    "内外资": ("内资", "外资"),
}
#: a noun that says what was measured; an item that ends with one is complete, and a tail of several words needs one
_MEASURE_NOUN = re.compile(
    r"(?:[量率值额数度]|收入|支出|投资|利润|税收|余额|面积|里程|比重|占比|比例|标准|人次|警情|案件|出口|进口|水平|规模|成本|价格|产能|营收)$"
)
#: what opens a list without belonging to its first item: 「确保肉、奶产量」, 「实现旅游总花费」
_OPENING = re.compile(
    r"^(?:其中|全年|累计|预计|力争|确保|实现|完成|推动|带动|认定|新增|同时|并|使|[一二三四五六七八九十]+是)+(?=[^长速])"
)


def align(text: str, start: int, found: Sequence[Quantity]) -> dict[int, str | int]:
    """The subjects of 「A、B分别增长x、y」 by index of the quantity; a second 分别 goes back to the same list.

    Where the list has figures of its own (「国内游客4亿人次、入境游客9万人次，分别增长6%、39%」) the subject is the
    index of the quantity that has the same one.

    :param found: the quantities of one sentence, which begins at ``start``, in order.
    """
    result: dict[int, str | int] = {}
    names: list[str] = []
    last = -1  # the index of the last quantity that had its subject from ``names``
    for match in _RESPECTIVELY.finditer(text, start, found[-1].end if found else start):
        indices = _run(text, match.end(), found)
        size = len(indices)
        if size < 2:
            continue
        halves = (size, size // 2) if size % 2 == 0 and size > 2 else (size,)
        fresh = next((listed for count in halves if (listed := _listed(text, start, match.start(), count))), [])
        ahead = next((at for at in range(indices[0] - 1, -1, -1) if found[at].end <= match.start()), -1)
        names = fresh or (names if last == ahead else [])
        if names and size % len(names) == 0:
            result.update({index: names[place % len(names)] for place, index in enumerate(indices)})
            last = indices[-1]
        elif ahead + 1 >= size and _BACK.fullmatch(text, found[ahead].end, match.start()):
            result.update({index: ahead + 1 - size + place for place, index in enumerate(indices)})
    return {**_plain_lists(text, start, found), **result}


def _plain_lists(text: str, start: int, found: Sequence[Quantity]) -> dict[int, str | int]:
    """「国内游客人次、总花费增长5.6%、7.5%」: as many subjects as figures of one unit, and no 分别."""
    result: dict[int, str | int] = {}
    first = 0
    for index in range(1, len(found) + 1):
        last = found[index - 1]
        joined = index < len(found) and text[last.end : found[index].start] in ("、", "和", "与")
        if joined and found[index].unit == last.unit and last.kind in ("quantity", "percent", "ratio"):
            continue
        size, lead = index - first, max(start, found[first].start - _LONGEST_PREDICATE)
        predicate = _PREDICATE_END.search(text, lead, found[first].start) if size > 1 else None
        if predicate:
            names = _listed(text, start, predicate.start(), size, exact=True)
            result.update(dict(zip(range(first, index), names, strict=False)))
        first = index
    return result


def says_predicate(gap: str) -> bool:
    """Whether the words between two figures of a run begin a predicate of their own: 「…453.8万吨，分别增长8.3%」."""
    return bool(_PREDICATE.search(gap) or _RESPECTIVELY.search(gap))


def _run(text: str, after: int, found: Sequence[Quantity]) -> list[int]:
    """The quantities that stand in a row after 分别."""
    indices: list[int] = []
    at = after
    for index, quantity in enumerate(found):
        if quantity.start < after:
            continue
        gap = text[at : quantity.start]
        if not indices and quantity.kind == "date" and gap.endswith(("比", "较")):
            at = quantity.end  # 「分别比2020年提高1.9个、4.3个百分点」
            continue
        if indices and not _GAP.fullmatch(gap):
            break
        if indices and gap in ("，", ",") and quantity.unit != found[indices[0]].unit:
            break  # 「分别达到69家、107家，1324人…」
        if not indices and (len(gap) > _LONGEST_LEAD or re.search("[，。；]", gap)):
            break
        indices.append(index)
        at = quantity.end
    return indices


def _listed(text: str, start: int, end: int, count: int, exact: bool = False) -> list[str]:
    """The last ``count`` items listed before 分别, each with the tail that only the last one spells out.

    Where only a measure stands before it, the list is that of the clause before: 「实施甲、乙、丙路工程，里程分别为…」.
    """
    begin = max(start, max(text.rfind(mark, start, end) for mark in "。；，,：") + 1)
    head = _OPENING.sub("", re.sub(r"(?:年均|累计|均|五年|合计|同比)+$", "", text[begin:end].strip()))
    cut = words.cut(head)
    items = _items(cut, {"、"})
    if len(items) != count:  # 「软件和信息服务业」 is one item where the commas alone make the count
        items = _items(cut, _LIST_WORDS)
        items = items if exact else items[-count:]
    if len(items) != count and count == 2 and not exact and (both := _pair(head)):
        return both
    if len(items) == 1 and text[begin - 1 : begin] == "，" and _MEASURE_NOUN.search(head):
        return [item + head for item in _listed(text, start, begin - 1, count, exact)]
    if len(items) != count:
        return []
    items = _ordinals(items)
    tail = _shared_tail(items)
    return ["".join(item) + tail for item in items[:-1]] + ["".join(items[-1])]


def _ordinals(items: list[list[str]]) -> list[list[str]]:
    """「第一、二、三产业增加值」 lists 第一, 第二 and 第三产业增加值."""
    if not re.fullmatch("第[一二三四五六七八九十]", "".join(items[0])):
        return items
    return [["第", *item] if re.match("[一二三四五六七八九十]", item[0]) else item for item in items]


def _items(cut: Sequence[str], marks: set[str]) -> list[list[str]]:
    items: list[list[str]] = [[]]
    for word in cut:
        if word in marks:
            items.append([])
        else:
            items[-1].append(word)
    return [item for item in items if item]


def _pair(head: str) -> list[str]:
    """「城乡居民人均可支配收入分别增长4.4%、5.6%」 lists two subjects in one word."""
    for both, (one, other) in _PAIRS.items():
        if both in head:
            return [head.replace(both, one), head.replace(both, other)]
    return []


def _shared_tail(items: Sequence[Sequence[str]]) -> str:
    """What the last item spells for all: 「城镇、农村居民人均可支配收入」 -> 居民人均可支配收入; "" for nothing.

    Where the last item's own part ends is found by likeness: where it ends as another item does (装备制造业 / 高技术
    制造业), else at the word boundary nearest in length to one. Items that name their own measure share nothing.
    """
    others, last = ["".join(item) for item in items[:-1]], items[-1]
    whole = "".join(last)
    if any(_MEASURE_NOUN.search(other) for other in others):
        return ""
    ends = [end for end in _boundaries(last, others) if not whole[end:].startswith("“") and _balanced(whole[:end])]
    alike = [end for end in ends if end < len(whole) and any(whole[end - 1] == other[-1] for other in others)]
    if alike:
        return whole[alike[0] :]
    rest = whole[min(ends, key=lambda end: _unlikeness(end, len(whole), others)) :]
    bare = all(len(item) == 1 for item in items[:-1])
    return rest if bare or _MEASURE_NOUN.search(rest) else ""


def _unlikeness(end: int, whole: int, others: Sequence[str]) -> tuple[int, bool, int]:
    difference = min(abs(end - len(other)) for other in others)
    return difference, end == whole, -end if difference else end


def _boundaries(last: Sequence[str], others: Sequence[str]) -> list[int]:
    """The ends of the last item's words, and the seam inside a first word made of two: 「城镇、农村居民」."""
    ends = [len("".join(last[:place])) for place in range(1, len(last) + 1)]
    inside = {len(other) for other in others if len(other) < ends[0]}
    return sorted({*ends, *(size for size in inside if words.is_known(last[0][size:]))})


def _balanced(text: str) -> bool:
    return text.count("“") == text.count("”")
