"""What rules a figure out, however well its sentence fits: of another part, place, time, direction or kind than what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from bot.evidence.view import FigureZones, Floats, ReportView
from bot.understanding.parts import asked_for, is_said
from bot.understanding.question import Question
from ingest import words

_PER_HEAD, _EACH = (
    re.compile(r"(人均|户均|亩均|单位)([一-龥]{2})"),
    re.compile(r"平均|每一?[人户亩个单]|个人|一个人|到手|腰包|口袋|兜里"),
)
#: asked of a line as a whole, a figure of the section in one county is none
_WHOLE_LINE, _SECTION = re.compile(r"全线|全程|整条"), re.compile(r"境内|[\u4e00-\u9fff]段(?!时)")
_MONEY = frozenset("元 美元 欧元 港元 日元".split())
_OF_MONEY = re.compile(
    r"[元钱税债额价费款金投花掏挣赚罚赔省补贴拿领交卖账帐]|买卖|财富|到手|手里|损失|做了多少|资[金产本]|预算|收入|支出|产值|营收|成本|利润|生产总值|增加值|GDP|gdp|经济|外贸|进出口|出口|进口|财政|消费|"
    r"薪|工资|待遇|标准|腰包|口袋|家底|盘子|蛋糕|规模|销售|零售|市值|目标|任务|计划|完成|达到|总量"
)
_EACH_DAY, _EACH_DAY_ASKED = re.compile(r"日均|日发送|每[天日]|单日"), re.compile(r"[日天]|高峰")
#: the directions in which something is measured, and the words that say in which a figure is
_DIMENSIONS = {
    "长": re.compile(r"(?<!增)长|主跨|里程"),
    "宽": re.compile(r"宽"),
    "高": re.compile(r"(?<![增提升降拔])高(?![速铁标等质于达新])"),
    "深": re.compile(r"深(?![化入])"),
}
_DIMENSION_ASKED = re.compile(r"多([长宽高深])|([长宽高深])度")
_LENGTHS = frozenset("米 公里 千米 里 厘米 毫米".split())
_ROUTE = re.compile(
    r"([一-龥]{2})(?:到|至)([一-龥]{2})[一-龥]{0,2}?的?(?:高速|铁路|高铁|公路|国道|省道|航线|班列|快线|城际|线)"
)
_PLACE = re.compile(r"[一-龥]{2,4}(?:市|县|区|旗|镇|乡|州|村)$")


def of_another_time(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """1 for each figure of a day where nobody asks for a day's, else 0: 「日均客流0.86万人次」 of 「全年一共拉了多少人次」."""
    if _EACH_DAY_ASKED.search(question.standalone):
        return np.zeros(len(found), np.float32)
    return _flags(bool(_EACH_DAY.search(lead_of(view, z, 16))) for z in found)


def of_another_dimension(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """1 for each figure that is the length of what is asked to be so wide, or the other way round, else 0."""
    match = _DIMENSION_ASKED.search(question.standalone)
    if not match:
        return np.zeros(len(found), np.float32)
    asked = match.group(1) or match.group(2)

    def other(zones: FigureZones) -> bool:
        lead = lead_of(view, zones) if zones.figure.unit in _LENGTHS else ""
        said = {name for name, pattern in _DIMENSIONS.items() if pattern.search(lead)}
        return bool(said) and asked not in said

    return _flags(map(other, found))


def place_unsaid(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """1 for each figure where a place that the question names and the report knows stands neither in its sentence, the one before
    it nor a heading, else 0: 肉牛 of 黑柳市 are not those of the province, and 淄博到莱芜高速 is not any expressway.

    A route may go by the first characters of its ends, 淄莱高速.
    """
    route = _ROUTE.search(question.standalone)
    ends = route.groups() if route else ()
    short = "".join(end[0] for end in ends)
    places = [
        word[:-1]
        for word, _ in question.content
        if _PLACE.search(word) and words.is_place(word) and word in view.folded
    ]
    if not places and not ends:
        return np.zeros(len(found), np.float32)

    def unsaid(zones: FigureZones) -> bool:
        said = _around(view, zones)
        off_route = bool(ends) and short not in said and any(end not in said for end in ends)
        return off_route or any(place not in said for place in places)

    return _flags(map(unsaid, found))


def money_unasked(question: Question, found: Sequence[FigureZones]) -> Floats:
    """1 for each amount of money where the question cannot be about one, else 0."""
    official = "".join(term for _, terms in question.synonyms for term in terms)
    if _OF_MONEY.search(question.standalone + official):
        return np.zeros(len(found), np.float32)
    return _flags(z.figure.unit in _MONEY for z in found)


def part_unsaid(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """1 for each figure where a part is asked about, and neither its sentence up to the end of its clause, the one before it nor a
    heading says it, else 0; a section is part of a line, where all of it is asked."""
    parts = asked_for(" ".join(word for word, _ in question.content))  # 农业农村局 asks about no 农村
    whole = bool(_WHOLE_LINE.search(question.standalone))
    if not parts and not whole:
        return np.zeros(len(found), np.float32)

    def unsaid(zones: FigureZones) -> bool:
        if whole and _SECTION.search(lead_of(view, zones, 24)):
            return True
        said = _around(view, zones, view.sentences[zones.sentence].clauses[zones.clause].end) + zones.figure.subject
        return any(not any(is_said(word, said) for word in words_of_part) for words_of_part in parts)

    return _flags(map(unsaid, found))


def states_per_head(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """1 for each figure that is one 人均 of what is asked as a whole, else 0: 「人均地区生产总值…14万元」 where 地区生产总值 is asked."""
    asked = question.standalone
    if _EACH.search(asked):
        return np.zeros(len(found), np.float32)
    meant = "".join([asked, *(term for _, terms in question.synonyms for term in terms)])

    def per_head(zones: FigureZones) -> bool:
        clause = view.sentences[zones.sentence].clauses[zones.clause]
        said = _PER_HEAD.search(view.text, clause.start, zones.figure.start)
        return bool(said and said.group(2) in meant and said.group(1) not in asked)

    return _flags(map(per_head, found))


def _flags(values: Iterable[bool]) -> Floats:
    return np.asarray([float(value) for value in values], np.float32)


def _around(view: ReportView, zones: FigureZones, end: int | None = None) -> str:
    """A figure's sentence, up to a place in it where one is given, with the sentence before it and the headings above."""
    sentence = view.sentences[zones.sentence]
    before = view.sentences[max(0, zones.sentence - 1)].span
    return view.text[before.start : end or sentence.span.end] + "".join(sentence.section)


def lead_of(view: ReportView, zones: FigureZones, reach: int = 12) -> str:
    """The text of a figure's clause before it."""
    start = view.sentences[zones.sentence].clauses[zones.clause].start
    return view.text[max(start, zones.figure.start - reach) : zones.figure.start]
