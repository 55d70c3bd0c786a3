"""One figure a place: 「各省2026年GDP增长目标」 as a table, each row with its citation; the places without one are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answer import Answer, Citation
from bot.computing.arithmetic import unit_of
from bot.computing.operands import Candidate, Operand, Sources, choose_each, read_operand
from bot.quoting.citing import cite
from bot.quoting.guard import unstated
from bot.understanding.period import asked_period
from bot.understanding.question import Question, names_a_measure
from bot.understanding.scope import Scope, kind_of_place
from ingest.document import Figure, Report
from ingest.quantities import Quantity, han_value, quantities

_EVERY = re.compile(
    r"(?:全国)?(?:各个?|哪些|哪几个|所有|每个|哪一?个|哪(?P<count>[两二三四五六七八九十])个|哪)(?P<kind>省区市|省市区|省份|省市|省|地级市|城市|市|地方|地区|地|区县|县区|县|单位|部门)(?:的|里|中|，)?"
)
_KINDS = {"省": "省", "市": "市", "城": "市", "县": "县", "区": "县"}
_ABOVE = re.compile(r"(?:超过|高于|大于|多于|突破|(?P<equal>不低于|不少于|不小于|达到))了?(?=\d)")
_BELOW = re.compile(r"(?:低于|少于|小于|不到|不足|(?P<equal>不超过|不高于|不多于))(?=\d)")
_EQUAL = re.compile(r"(?:(?:定|设|保持)?(?:在|为|是)|等于|正好是?)(?=\d)")
#: 「增速低于5%的省有哪些」 and 「增速最低的省」 ask as 「哪些省增速低于5%」 and 「哪个省增速最低」 do
_TURNED = re.compile(
    r"^(?P<what>.+?)的(?P<kind>省区市|省份|省市|省|地级市|城市|市|地方|地区|区县|县区|县|单位|部门)(?:都|分别)?(?:有|是)?(?P<which>哪些|哪几个|哪个|谁|几个)?[？?]?$"
)
#: what reports state in 元 and set goals for in %: a goal without more words is one of growth
_GROWTH_GOAL = re.compile(
    r"(?P<what>(?:GDP|gdp|生产总值|经济|增加值|零售总额|固定资产投资|民间投资|预算收入|可支配收入)的?)(?=(?:主要|发展|预期)*目标)"
)
_END = re.compile(
    r"(?:最|更)(?:高|多|大|长|快|(?P<low>低|少|小|短|慢))|(?P<last>垫底|倒数第一)|排名?第一"
    r"|(?:排名?|位居|居|列)?(?:在|于)?(?P<bottom>后|倒数)?(?(bottom)|前)(?P<most>\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?:名|位|强)?(?![年季月个一二三四五六七八九十\d])"
)
_NOISE = re.compile(
    r"(?:从[高大多]到[低小少]|由[高大多]到[低小少])?(?:排名|排行|排序|排位|名次)(?:情况)?|分别|各自|都?(?:是|为)(?:什么|怎样的?)|(?:定|排)得|怎么样|如何|情况|一览表?|列个表|列表|对比|一下|[？?。呢的]+$"
)
_MOST_NAMED = 30
#: hedges of a figure that is still the one asked for
_EXACT = frozenset({"", "左右", "约", "上下"})


Relation = Literal["", ">", ">=", "<", "<=", "="]


@dataclass(frozen=True)
class TablePlan:
    """A question put to each place of a kind, and which rows answer it: all, those past a bound, or the first ones of an end."""

    text: str
    kind: str
    bound: Quantity | None = None
    relation: Relation = ""
    end: Literal["", "highest", "lowest"] = ""
    #: how many rows at that end are asked for
    most: int = 1


@dataclass(frozen=True)
class Row:
    """One place's figure with its quote."""

    name: str
    candidate: Candidate
    citation: Citation

    @property
    def figure(self) -> Figure:
        """The figure read."""
        return self.candidate.figure


def plan_table(text: str) -> TablePlan | None:
    """How to answer a question that names no place but asks of each; None where it does not."""
    turned = _TURNED.match(text)
    if turned and (_END.search(turned["what"]) or (turned["which"] and _bounded(turned["what"]))):
        text = f"哪些{turned['kind']}{turned['what']}"
    every = _EVERY.search(text)
    if not every:
        return None
    bare = text[: every.start()] + text[every.end() :]
    end = _END.search(bare)
    bounded = _bounded(bare)
    which = text[every.start()] == "哪"
    if which and not (end or bounded):
        return None  # 「哪些市入选…」 asks for names, not for figures
    bound = bounded[2] if bounded else None
    relation = bounded[1] if bounded else ""
    if bounded:
        bare = bare[: bounded[0].start()] + bare[bounded[2].end :]
    bare = _NOISE.sub("", _END.sub("", bare)).strip("，,、的 ")
    if not re.search("多少.*元", bare) and not (bound and bound.unit.endswith("元")):
        bare = _GROWTH_GOAL.sub(r"\g<what>增长", bare)
    unit = bound.unit if bound and bound.unit not in ("%", "个百分点") else ""
    asked = bare if re.search("多少|几", bare) else f"{bare}是多少{unit}"
    which_end: Literal["", "highest", "lowest"] = ""
    if end and which:
        which_end = "lowest" if end["low"] or end["last"] or end["bottom"] else "highest"
    if not bare or (end and end["most"] and not names_a_measure(bare)):
        return None  # 「入选前十的城市」 are listed, not counted
    wanted = (end and end["most"]) or every["count"] or "1"
    most = int(wanted) if wanted.isdigit() else int(han_value(wanted))
    return TablePlan(asked, _KINDS.get(every.group("kind")[0], ""), bound, relation, which_end, most)


def spans_places(plan: TablePlan, reports: Sequence[Report]) -> bool:
    """Whether the reports are of several places of the kind asked about; else a report of its own may say it."""
    return len(_places(plan, reports)) > 1


def _bounded(text: str) -> tuple[re.Match[str], Relation, Quantity] | None:
    """The words of a condition on a figure, what relation they say, and to what: 「超过5%」, 「是5%左右」."""
    words: re.Match[str] | None
    relations: tuple[tuple[re.Pattern[str], Relation, Relation], ...] = (
        (_ABOVE, ">", ">="),
        (_BELOW, "<", "<="),
        (_EQUAL, "=", "="),
    )
    for pattern, strict, loose in relations:
        for words in pattern.finditer(text):
            bound = next(iter(quantities(text, words.end())), None)
            if bound and bound.kind not in ("date", "rank") and bound.start <= words.end():
                return words, loose if words.groupdict().get("equal") else strict, bound
    return None


def tabulate(plan: TablePlan, question: Question, reports: Sequence[Report], sources: Sources) -> Answer | None:
    """The table over the reports of the places asked about; None where fewer than two places state the figure.

    :param sources: reads the reports; :class:`bot.computing.glimpses.Glimpses` where there are many.
    """
    groups = _places(plan, reports)
    if len(groups) < 2:
        return None
    operands = [read_operand(name, plan.text, Scope(ids, (name,)), sources) for name, ids in groups]
    rows, missing = _rows(operands, sources, one_unit=bool(plan.relation or plan.end))
    if len(rows) < 2:
        return None
    held = [row for row in rows if _within(row.figure, plan)]
    if plan.end and held:
        held.sort(key=lambda row: row.figure.value, reverse=plan.end == "highest")
        worst = held[min(plan.most, len(held)) - 1].figure.value
        held = [
            row for row in held if (row.figure.value >= worst if plan.end == "highest" else row.figure.value <= worst)
        ]
    limited = bool(plan.relation or plan.end)
    short = "；".join(f"{row.name}{row.figure.text}" for row in held) if held else "没有"
    shown = [*held, *(row for row in rows if row not in held)]
    text = _as_text(plan, held if limited else [], shown, missing)
    sure = min(sources.reader.threshold(operand.question) for operand in operands)
    citations = tuple(row.citation for row in rows)
    return Answer(question.text, question.standalone, "answered", short, text, round(sure, 4), citations)


def _places(plan: TablePlan, reports: Sequence[Report]) -> list[tuple[str, tuple[str, ...]]]:
    """The places of the kind asked about, each with the reports to read: those of the year asked or after, else its latest."""
    asked = asked_period(plan.text)
    found: dict[str, list[Report]] = {}
    for report in reports:
        if not plan.kind or kind_of_place(report) == plan.kind:
            found.setdefault(report.organisation or report.title, []).append(report)
    groups = []
    for name, own in found.items():
        newest = max(report.year or 0 for report in own)
        near = [r for r in own if asked.first and r.year in (asked.first, asked.first + 1)]
        chosen = near or [r for r in own if asked.first or (r.year or 0) == newest]
        groups.append((name, tuple(report.id for report in chosen)))
    return groups


def _rows(operands: Sequence[Operand], sources: Sources, one_unit: bool) -> tuple[list[Row], list[str]]:
    """The rows that are sure, the largest figure of each unit first, and the places without one."""
    chosen = choose_each(operands, sources.reader, one_unit)
    found = [(operand.name, c) for operand, c in zip(operands, chosen, strict=True) if c]
    units = Counter(unit_of(candidate.figure) for _, candidate in found)
    found.sort(key=lambda pair: (-units[unit_of(pair[1].figure)], unit_of(pair[1].figure), -pair[1].figure.value))
    rows: list[Row] = []
    for name, candidate in found:
        citation = cite(sources.view(candidate.reading.report), candidate.reading, len(rows) + 1)
        if not unstated(candidate.figure.text, [citation.quote]):
            rows.append(Row(name, candidate, citation))
    held = {row.name for row in rows}
    return rows, [operand.name for operand in operands if operand.name not in held]


def _within(figure: Figure, plan: TablePlan) -> bool:
    """Whether a figure is surely past the bound: of 「4.5%—5%」 and 「5%左右」 neither is above 5%."""
    if not plan.bound or not plan.relation:
        return True
    low, bound = figure.value, plan.bound.value
    high = figure.upper if figure.upper is not None else low
    if figure.unit and plan.bound.unit and plan.bound.unit not in figure.unit:
        return False
    if plan.relation == "=":
        hedges = {plan.bound.hedge} if plan.bound.hedge else _EXACT
        return low == high == bound and figure.hedge in hedges
    return {">": low > bound, ">=": low >= bound, "<": high < bound, "<=": high <= bound}[plan.relation]


def _as_text(plan: TablePlan, held: Sequence[Row], rows: Sequence[Row], missing: Sequence[str]) -> str:
    """The table in Markdown, under a line that says which rows answer a question for some of them."""
    lines = []
    if plan.relation or plan.end:
        names = "、".join(f"{row.name}[{row.citation.n}]" for row in held)
        lines += [names or "没有符合条件的", ""]
    lines += ["| 地区 | 数值 | 出处 |", "| --- | --- | --- |"]
    for row in rows:
        where = " › ".join((row.citation.report, *row.citation.section[-1:])).replace("|", "\\|")
        lines.append(f"| {row.name} | {row.figure.text}[{row.citation.n}] | {where} |")
    if missing:
        named = "、".join(missing[:_MOST_NAMED]) + (f"等{len(missing)}个" if len(missing) > _MOST_NAMED else "")
        lines += ["", f"没有找到确切数值：{named}。"]
    return "\n".join(lines)
