"""The figures a report states: each quantity with what it counts, in which respect, for which years, done or planned.

The subject of a figure stands before it (「查处无证经营车46辆」), after it (「打造5条最美农村公路」), at the head of an
earlier clause (「地区生产总值增长5.5%、达到10.3万亿元」), or is the k-th of a list (「A、B、C分别增长x、y、z」).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.alignment import align, says_predicate
from ingest.document import Figure, Passage, Period
from ingest.period import Timeline
from ingest.quantities import Quantity, is_grade, quantities
from ingest.sentences import clauses, sentences

_ADVERBS = (
    "同比|环比|年均|累计|合计|总计|预计|力争|分别|平均|再|均|共|约|已|将|也|又|实现|全年|比上年|较上年|继续|首次|连续|稳步|"
    "稳(?=居|定|步)|逐步|大幅|成功"
)
_VERBS = (
    "增长|下降|提高|增加|减少|上升|降低|提升|扩大|缩小|压减|压降|达到?|完成|突破|超过?|保持|稳定|控制|增至|降至|升至|缩至|"
    "降到|增到|提至|提高到|提高至|提升到|提升至|下降到|缩小至|收窄至|优化整合|调整优化|位居|位列|排名|居|列|(?<!行)为|是|有|至|到|"
    "在|占|共有|共计|新增|净增|仅"
)
#: the verb, with what modifies it, that ends the words before a figure: the respect in which it is stated
_VERB_TAIL = re.compile(rf"(?:(?:{_ADVERBS})*(?:{_VERBS})?(?:了|到|至|在|(?<!行)为|达)*)$")
#: a predicate without a subject of its own: 「高于全国1.7个百分点」, 「占全国近一半」, 「跻身全球第三」
_HEADLESS = re.compile(
    r"^[、，]?(?:占(?!比|地)|比(?![例重])|较|同比|高于|低于|好于|快于|优于|高出|低出|超出|稳?居(?![民住家])|跻身|位居|位列|排名)[^、，]*$"
)
_LEVEL_TAIL = re.compile(r"(?:到|至|达|为|在|突破|超过?)$")
_UP = re.compile(
    r"增长|上升|提高|增加|提升|扩大|上涨|涨(?!幅)|高于|高出|(?:增速|增幅|涨幅)(?:达到?|为|在|保持|稳定|控制|年均)*(?:在)?$"
)
_DOWN = re.compile(r"下降|降低|减少|缩小|压减|压降|收窄|低于|下调|下跌|降幅(?:达到?|为)?$")
#: 「GDP增速4.5%」, 「年均增速5%左右」: the noun says that it is a change
_RATE_NOUN = re.compile(r"(?:增速|增幅|涨幅|增长率|增长目标)(?:年均|为|达到?|在|保持|稳定|控制|约)*$")
_DROP_NOUN = re.compile(r"降幅(?:为|达到?|在|约)*$")
_FROM = re.compile(r"(?:由|从)[^，。；：由从]{0,24}$")
#: after the first value of 「由…增至…」: 「481家增加到1076家」, 「71所优化整合为47所」, 「15个县（市）扩大到57个」
_TO = re.compile(
    r"(?:左右|以上)?(?:、[\d.,]+[\u4e00-\u9fff%]{0,4}?)*(?:[（(][^）)]*[）)])?[^，。；：]{0,8}?"
    r"(?:(?:增|降|升|缩|扩|减|提|跃|涨|压|调|整合)[^，。；：\d]{0,3})?(?:到|至|为)(?=[约近超]?过?\d)"
)
_AFTER_END = re.compile(r"[，。；：！？、,;（(]|$")
_OPENING_VERB = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（]?\d{1,2}[)）、.．])?\s*(?:[一二三四五六七八九十]+是|其中[，]?|还|并|要|将|已|再|共|累计|全年|年内|力争|争取|确保|预计|计划)*"
    r"(?:完成|实现|推动|推进|开展|组织|查处|处罚|创建|打造|建成|建设|新建|开通|优化|新增|清理|排查|发放|安排|发表|建立|召开|确定|"
    r"制定|下达|挽回|监督|受理|收集)?(?:了|和)?"
)
#: words at the end of a subject that are no part of it; 及 belongs to 惠及, 普及 and 涉及
_LOOSE_END = re.compile(r"(?:从|由|较|(?<=[重率额量数值])比|连续|累计|首次|稳|和|与|(?<![惠普涉])及)+$")
#: a year after it is compared with or counted from, not the one in which something was so
_TIME_LEADS = re.compile(r"(?:比|较|由|从|至|到|自|于|与)$")
#: 「达到每月每人185元」
_EACH = re.compile(r"(?:每[一-龥]{1,3}?)+$")
#: a measure of what was spoken of before: 「三级医院7家、总数达到96家」, 「高速公路427公里，通车里程达到8126公里」
_BARE_MEASURE = re.compile(
    r"(?:通车|营业|运营|建设|建筑|累计|总|年)*(?:里程|总数|总量|总额|数量|规模|长度|产量|产值|面积|容量|总投资|均价|价格|户数|人数|占比|比重)"
)
_MEASURED = re.compile(rf"(?:播种|种植|养殖)?{_BARE_MEASURE.pattern}$")
_PREPOSITION = re.compile(r"(?:争取|力争|累计)?(?:将|让|对|向|为|把|与|在|使)")
_LONG_SUBJECT = 24
#: a list of years that share one predicate, and a year that opens a remark in brackets
_LISTED_YEAR = re.compile(r"((?:19|20)\d{2})年?$")
_BRACKETED_YEAR = re.compile(r"(?:其中[，,]?)?((?:19|20)\d{2})年(?!以来|[-—至到])")
#: a table's row in words, as ``readers.tables`` has it: its first name says whose all its figures are
_ROW = re.compile(
    r"(?:[^：；，。\n]{1,20}：[^：；，。\n]{1,16}；)*?[^：；，。\n]{1,20}：(?P<name>[^：；，。\n]*[\u4e00-\u9fff][^：；，。\n]*)；"
)
_LONGEST_NAME = 20
#: what was aimed at, beside what was reached: 「完成18亿元，为年度计划17亿元的109%」, 「超额完成17.5亿元目标」
_AIMED = re.compile(
    r"(?:^|[，、；为占是]|完成)(?:年度?|年初|原|全年)的?(?:计划|目标|任务)(?:数|值|投资)?(?:为|是)?#|确定的#的?(?:目标|任务)"
)
#: a remark in brackets on the year before: 「收入2274亿元（上年为2142亿元）」
_YEAR_BEFORE = re.compile(r"(?:上年|去年)(?:同期)?(?:为|是|的)?")


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
    """For each quantity span in ``text[start:end]`` the range of its own words.

    It reaches from the end of the clause or quantity before it to the start of the next one.

    :param spans: in order, none overlapping another.
    """
    parts = list(clauses(text, start, end))
    bounds = [not is_grade(text, *span) for span in spans]
    result = []
    for index, (left, right) in enumerate(spans):
        place = bisect(parts, left, key=lambda part: part[0]) - 1
        clause = parts[place] if place >= 0 and left < parts[place][1] else (start, end)
        ahead = next((at for at in range(index - 1, -1, -1) if bounds[at]), None)
        before = max([clause[0], *([spans[ahead][1]] if ahead is not None and spans[ahead][1] <= left else [])])
        behind = next((at for at in range(index + 1, len(spans)) if bounds[at]), None)
        following = [spans[behind][0]] if behind is not None and spans[behind][0] >= right else []
        stop = _AFTER_END.search(text, right, clause[1])
        after = min([stop.start() if stop else clause[1], clause[1], *following])
        result.append(Zone(before, max(after, right)))
    return result


def _of_sentence(text: str, start: int, end: int, passage: int, timeline: Timeline) -> list[Figure]:
    found = quantities(text, start, end)
    if not found:
        return []
    around = zones(text, start, end, [(q.start, q.end) for q in found])
    aligned = align(text, start, found)
    figures: list[Figure] = []
    owner = said = ""
    whose, named = _row_name(text, start, end)
    for index, (quantity, zone) in enumerate(zip(found, around, strict=True)):
        before = text[zone.before_start : quantity.start]
        follows = index > 0 and zone.before_start == found[index - 1].end
        in_run = index in aligned and index - 1 in aligned and not says_predicate(before)
        after_date = follows and found[index - 1].kind == "date"
        dated = after_date and before.strip() in ("", "的")
        if in_run or dated:  # 「从2020年的3.68万亿元」 is said of what stands before the year
            before, follows = said, False
        elif after_date and said and _verb(before) == before and not _TIME_LEADS.search(said):
            before, follows = said + before, False  # 「投入强度2022年为2.31%」
        said = before
        leads = index + 1 < len(found) and zone.after_end == found[index + 1].start
        after = _noun_after(text[quantity.end : zone.after_end], leads)
        subject, measure = _subject(_own_part(before, after) if follows else before, after, quantity)
        same = aligned.get(index, "")
        listed_year = _LISTED_YEAR.search(same) if isinstance(same, str) else None
        if listed_year:  # 「（2022年、2023年分别为73部和96部）」
            same = ""
        if owner and _BARE_MEASURE.fullmatch(subject) and "；" not in text[found[index - 1].end : quantity.start]:
            subject = _MEASURED.sub("", owner) + subject
        subject = (figures[same].subject if isinstance(same, int) else same) or subject or owner
        compared = quantity.kind == "date" and before.endswith(("较", "比"))
        if compared:  # 「工作人数较2020年增长90%」
            owner = _subject(before, "", quantity)[0] or owner
        elif quantity.kind != "date":
            owner = subject
            if quantity.start >= named and whose not in subject:  # 「乡镇：石桥镇；县道里程45公里；…」
                subject = whose + subject
        figures.append(
            Figure(
                passage=passage,
                start=quantity.start,
                end=quantity.end,
                text=quantity.text,
                kind=quantity.kind,
                value=quantity.value,
                unit=quantity.unit,
                subject=subject,
                measure=measure,
                hedge=quantity.hedge,
                upper=quantity.upper,
                change=_change(before, measure, quantity),
                period=_own_year(text, start, quantity, listed_year, timeline)
                or _period(text, quantity, before, found[index - 1] if dated else None, timeline),
            )
        )
    return figures


def _row_name(text: str, start: int, end: int) -> tuple[str, int]:
    """The name of a table's row, and where the cells after it begin; "" where a sentence is none."""
    begins = start == 0 or text[start - 1] == "\n"
    row = _ROW.match(text, start, end) if begins else None
    return (row["name"], row.end()) if row and len(row["name"]) <= _LONGEST_NAME else ("", end)


def _noun_after(after: str, leads: bool) -> str:
    """The noun after a figure; where another figure follows (``leads``) without that one's verb and list mark."""
    if leads:
        after = _EACH.sub("", re.split("、", after)[0])
        after = _LOOSE_END.sub("", after[: len(after) - len(_verb(after))])
    return after.strip("的、 ")


def _own_part(before: str, after: str) -> str:
    """Of the words between two figures those that belong to the second: 「打造5条精品线路、12个示范点和3个中心」."""
    if "、" in before:
        return before[before.index("、") + 1 :]
    return "" if after and re.search("[和与及]$", before) else before


def _verb(text: str) -> str:
    tail = _VERB_TAIL.search(text)
    return tail.group() if tail else ""


def _subject(before: str, after: str, quantity: Quantity) -> tuple[str, str]:
    """What is counted and in which respect: the noun before the verb and the one after the classifier; the verb."""
    before = _EACH.sub("", before)
    measure = _verb(before)
    head = before[: len(before) - len(measure)].strip("、，：；的 ")
    if _HEADLESS.match(before.strip()):
        head, measure = "", _LOOSE_END.sub("", before.strip("、， "))
    head = _LOOSE_END.sub("", _OPENING_VERB.sub("", head, count=1))
    if len(head) > _LONG_SUBJECT and not re.search("分别|均|都", measure):
        head = re.split(r"、|(?:和|与|及)(?=[^，]{4,}$)", head)[-1]
    if _PREPOSITION.fullmatch(head) or _YEAR_BEFORE.fullmatch(head.strip("（(")):
        head = ""
    if after and measure in ("为", "在", "将"):
        measure = ""
    joined = head + after if quantity.kind in ("quantity", "date") else head or after
    return _without_loose_quotes(joined if joined.strip("（）()") else ""), measure


def _without_loose_quotes(text: str) -> str:
    """Without the quotation marks whose other half stands elsewhere: 「…爱国卫生“7个专项行动”」 cut at the figure."""
    kept: list[str] = []
    opened: list[int] = []
    for character in text:
        if character == "”":
            if not opened:
                continue
            opened.pop()
        elif character == "“":
            opened.append(len(kept))
        kept.append(character)
    return (
        "".join(character for place, character in enumerate(kept) if place not in opened).replace("“”", "").strip("、 ")
    )


def _change(before: str, measure: str, quantity: Quantity) -> Literal["", "up", "down"]:
    """Level or change: 「增至80.5岁」 is a level, 「增长5.5%」 a change; 「工业增加值突破7600亿元」 is a level too."""
    if quantity.kind in ("date", "rank"):
        return ""
    if quantity.kind == "percent" and _RATE_NOUN.search(before):
        return "up"
    if quantity.kind == "percent" and _DROP_NOUN.search(before):
        return "down"
    if _LEVEL_TAIL.search(measure):
        return ""
    return "up" if _UP.search(measure) else "down" if _DOWN.search(measure) else ""


def _own_year(
    text: str, start: int, quantity: Quantity, listed: re.Match[str] | None, timeline: Timeline
) -> Period | None:
    """The year that is the figure's alone: the k-th of a list of years, or that of the remark in brackets it stands in."""
    bracket = max(text.rfind("（", start, quantity.start), text.rfind("(", start, quantity.start))
    closed = max(text.rfind("）", start, quantity.start), text.rfind(")", start, quantity.start))
    around = timeline.at(quantity.start)
    if bracket > closed and around.first and _YEAR_BEFORE.match(text, bracket + 1, quantity.start):
        return Period(around.first - 1, around.first - 1, "done")
    year = listed or (_BRACKETED_YEAR.match(text, bracket + 1, quantity.start) if bracket > closed else None)
    if not year or quantity.kind == "date":
        return None
    own = int(year.group(1))
    if around.first is None or around.first == own:
        return around if around.first else Period(own, own, around.status)
    return Period(own, own, "planned" if own > around.first else "done")


def _period(text: str, quantity: Quantity, before: str, date: Quantity | None, timeline: Timeline) -> Period:
    """The clause's period, or the ``date`` right before the figure; 「由…增至…」 begins at the time before."""
    period = timeline.at(quantity.start)
    year = quantity if quantity.kind == "date" else date
    if year and year.value:
        own = int(year.value)
        status = period.status if quantity.kind == "date" or period.first == own else "done"
        return period if period.first == own and date else Period(own, own, status)
    aimed = quantity.kind == "quantity" and _AIMED.search(before + "#" + text[quantity.end : quantity.end + 3])
    if aimed and period.status == "done":
        return Period(period.first, period.last, "planned")
    if period.first and _FROM.search(before) and _TO.match(text, quantity.end):
        return Period(period.first - 1, period.first - 1, "done")
    return period
