"""Which year a clause speaks of, and whether of things done or planned.

Reports rarely say both in the sentence itself. The chapter heading gives the default (「一、2025年工作回顾」), a cue at
the head of a sentence changes it until the chapter ends (「五年来，」 「过去一年，」), and a year in the clause itself
overrides both for the rest of its sentence (「到2030年」).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.document import Period, Section, Status
from ingest.frontmatter import FrontMatter
from ingest.outline import lines
from ingest.sentences import clauses, sentences

#: 五年规划 number n covers 2021-2025 for n = 14 (the first: 1953-1957, from the tenth on every five years from 2001)
_PLAN_NUMBERS = {
    name: 10 + i for i, name in enumerate(("十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八"))
}
FIVE_YEAR_PLAN = re.compile(
    r"(?<![一二三四五六七八九])[“\"]?(十[一二三四五六七八]?)五[”\"]?+(?![大件个项条年月运届五岁]|规划?(?:收官|开局)|的?(?:冲刺)?(?:收官|开局))"
)
#: the years of a plan that are meant: 「“十四五”前四年」 are its first four
_PART_OF_PLAN = re.compile(r"(?:规划|时期|期间|的)*(?P<part>[前头后])(?P<years>[一二两三四])年")

_PLANNED_HEADING = re.compile(r"计划|谋划|打算|安排|目标|任务|重点工作|下一步|部署|思路|展望|要求|要点|举措|工作建议")
_DONE_HEADING = re.compile(r"回顾|总结|情况|成就|成效|成绩|进展|完成|做法|亮点|述职")
_YEAR = re.compile(r"((?:19|20)\d{2})(?:\s*[-—–~～至到]\s*((?:19|20)\d{2}))?\s*年")
#: a year that is a point of comparison, not what the clause is about: 「比2020年」「由2020年的7.2%提升至」「2025年是…」
_COMPARED = re.compile(
    r"(?:比|较|同比|与|和|自|由|从|于|对|超过|相当于|截至|(?:增长|增加|提高|提升|下降|扩大|上升|恢复|增|降|升)[到至])\s*$"
)
_LAST_YEAR = re.compile(
    r"(?<![比较同于与和超])(?:去年|上年(?!度?末))|过去一年|刚刚过去的(?:一年|\d{4}年)|过去的一年|一年来|这一年"
)
_THIS_YEAR = re.compile(r"今年|本年度?|新的一年")
_NEXT_YEAR = re.compile(r"明年|下一?年度?")
_FIVE_YEARS = re.compile(
    r"五年来|5年来|这五年|过去的?[五5]年|五年间|近五年|5年间|(?<![今后未来的])五年(?:回顾|奋进|成就|历程|巨变|奋斗)"
)
#: the aims of a year, all of them: 「到2030年，经济总量达到2万亿元；森林覆盖率达到25%」
_BY_YEAR = re.compile(r"[到至]\d{4}年(?!\d*月)")
#: 「预期增长6.5%，实际增长7.2%」, but not 「高于预期0.4个百分点」
_EXPECTED = re.compile(
    r"(?<![超于好达合])预期(?!寿命)(?:目标)?(?:为|是|达到?|增长|下降|突破|新增|完成|控制|在|约|近)*\d"
)
_BEYOND = re.compile(r"(?:高于|低于|超出?|好于|快于|优于|超过)[^，。；]{0,6}预期")
#: what a clause says of one year amid five, and of five amid one
_ANNUAL = re.compile(r"[比较]上年|同比")
_SUMMED_UP = re.compile(
    r"(?<![今后未来续\d])(?:五|5)年(?:累计|共计?|合计|总共|年均|间|新增|新建|完成|投入|实现|建成|改造)"
)
_COMING_FIVE = re.compile(r"(?:今后|未来)的?[五5]年")
#: a paragraph on shortcomings speaks of what is, until it turns to what will be done about them
_SHORTCOMINGS = re.compile(r"清醒地?(?:认识|看)到|还(?:面临|存在|有).{0,8}(?:困难|挑战|问题|短板|不足|差距)|不足之处")
_REMEDY = re.compile(r"对此|为此|针对|因此|今后|下一步|我们(?:将|要|一定|必须|坚持)|[要必]")
_PLANNED_WORDS = re.compile(r"力争|争取|计划|打算|预计|预期|目标|拟|将(?!士|军|领|近)|确保|准备|(?:^|[，；。])要")
_DONE_WORDS = re.compile(r"完成了?|已经?|实现|达到|累计|同比|荣获|获得|建成|新增|开展了|增长|下降|[\u4e00-\u9fff]了")
_CUE_REACH = 24
_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]+[、.．篇部章节]|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|#)"
)
_ACCOUNTED = re.compile(r"\d{4}年(?:是|，(?:我们|面对|在|全[省市县区]))")
#: what turns a report without headings to its plans: 「2026年是“十五五”开局之年」, 「新的一年要突出抓项目」
_YEAR_AHEAD = re.compile(r"(?:^|[，。])(?:新的一年|明年|下一?步[，要]|下阶段|来年)")
#: a remark in brackets, whose years are not those of the words around it
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


@dataclass(frozen=True)
class Timeline:
    """The periods of a text, clause by clause: ``starts[i]`` is where ``periods[i]`` begins to hold."""

    starts: tuple[int, ...]
    periods: tuple[Period, ...]

    def at(self, offset: int) -> Period:
        """The period of the clause that holds ``offset``."""
        index = bisect.bisect_right(self.starts, offset) - 1
        return self.periods[index] if index >= 0 else Period()


def five_year_plan(name: str) -> tuple[int, int]:
    """The first and last year of a five-year plan by its number: 「十四」 -> (2021, 2025)."""
    first = 2001 + 5 * (_PLAN_NUMBERS[name] - 10)
    return first, first + 4


def years_of_plan(plan: re.Match[str]) -> tuple[int, int]:
    """The years that a text means where it names a five-year plan: 「“十四五”前三年」 -> (2021, 2023).

    :param plan: a match of ``FIVE_YEAR_PLAN``.
    """
    first, last = five_year_plan(plan.group(1))
    part = _PART_OF_PLAN.match(plan.string, plan.end())
    if not part:
        return first, last
    years = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4}[part.group("years")]
    return (last - years + 1, last) if part.group("part") == "后" else (first, first + years - 1)


def timeline(text: str, sections: Sequence[Section], front: FrontMatter) -> Timeline:
    """The period of every clause of a report."""
    starts: list[int] = []
    periods: list[Period] = []
    default = _of_title(front)
    chapter: Section | None = None
    cue: Period | None = None
    cue_start = 0
    announced = False  # 「2025年，我局打算从以下几个方面抓好落实：」 holds for the points below, 「一是」「二是」, too
    for line_start, line_end in lines(text):
        outer = _chapter(sections, line_start)
        if outer is not chapter:
            if chapter and of_heading(chapter.title, front, default, True).status == "planned":
                default = Period(front.plans_year, front.plans_year, "planned")  # what follows the plans is about them
            planned, numbered = cue is not None and cue.status == "planned", _is_numbered(text, outer)
            lasts = announced + planned + (not numbered) > 1  # two of the three are reason enough
            chapter, cue = outer, cue if lasts else None
        lacking = False
        for sentence_start, sentence_end in sentences(text, line_start, line_end):
            base = _of_headings(sections, sentence_start, front, default)
            headings = [s for s in sections if s.start == sentence_start and sentence_end <= s.body + 1]
            # 「过去五年，极不平凡。」 begins a paragraph as a heading does, and says of what years the points below it are
            if not headings or (text[sentence_end - 1] == "。" and not _is_numbered(text, headings[0])):
                head = text[sentence_start : min(sentence_end, sentence_start + _CUE_REACH)]
                found = _cue(head, front, base, begins=sentence_start == line_start)
                if found:
                    cue, cue_start = found, sentence_start
                    announced = text[sentence_start:sentence_end].rstrip().endswith(("：", ":"))
            of_years = cue is not None and cue.first != cue.last and not announced
            ended = of_years and sentence_start >= _scope_of(text, sections, cue_start)
            if cue and not ended and not _explicit_since(sections, cue_start, sentence_start, front):
                base = cue
            lacks = _SHORTCOMINGS.search(text, sentence_start, sentence_end) is not None
            lacking = lacks or (lacking and not _REMEDY.match(text, sentence_start))
            if lacking and front.results_year:
                base = Period(front.results_year, front.results_year, "done")
            # a year amid a point ends with it: 「人均收入增长4%，2025年达到4万元；新建学校7所」
            current, resumed = base, None
            for start, end in clauses(text, sentence_start, sentence_end):
                clause = _BRACKETED.sub("", text[start:end])
                begins = start == sentence_start or text[start - 1] == "；"
                if begins and resumed:
                    current, resumed = resumed, None
                before, current = current, _of_clause(clause, current, front)
                if current is not before and not begins and not _BY_YEAR.search(clause):
                    resumed = resumed or before
                period = current if current.status else replace(current, status=_of_wording(text[start:end]))
                starts.append(start)
                if period.status == "done" and _EXPECTED.search(clause) and not _BEYOND.search(clause):
                    period = replace(period, status="planned")
                periods.append(_of_its_own(clause, period, front) or period)
    return Timeline(tuple(starts), tuple(periods))


def _of_title(front: FrontMatter) -> Period:
    """What a text without headings speaks of, from its title."""
    planned, done = (
        bool(re.search(r"计划|要点|打算|安排|规划", front.title)),
        bool(re.search(r"总结|汇报|述职|公报|情况", front.title)),
    )
    if planned and not done:
        return Period(front.plans_year, front.plans_year, "planned")
    return Period(front.results_year, front.results_year, "done" if done else "")


def _chapter(sections: Sequence[Section], offset: int) -> Section | None:
    """The outermost section that holds an offset."""
    return next((s for s in sections if s.level == 1 and s.start <= offset < s.end), None)


def _of_headings(sections: Sequence[Section], offset: int, front: FrontMatter, default: Period) -> Period:
    """The period that the headings above an offset give, the innermost explicit one last."""
    period = default
    for section in sections:
        if section.start > offset:
            break
        if offset < section.end:
            period = of_heading(section.title, front, period, section.level == 1)
    return period


def _scope_of(text: str, sections: Sequence[Section], offset: int) -> int:
    """Where the innermost numbered section that holds an offset ends: what it says of five years holds no further."""
    ends = [s.end for s in sections if s.start <= offset < s.end and _is_numbered(text, s)]
    return min(ends, default=len(text))


def _is_numbered(text: str, section: Section | None) -> bool:
    """Whether a section has a heading of its own, 「三、」 or 「（一）」, not merely a first sentence that says what it is about."""
    return section is not None and _NUMBERED.match(text, section.start) is not None


def _explicit_since(sections: Sequence[Section], since: int, offset: int, front: FrontMatter) -> bool:
    """Whether a heading that came after a cue, and holds ``offset``, names its own year; the cue then ends there."""
    inside = (s for s in sections if s.level > 1 and since < s.start <= offset < s.end)
    return any(_spans(s.title, front) for s in inside)


def _spans(title: str, front: FrontMatter) -> list[tuple[int, int, int]]:
    """The years a heading names, as (where, first, last)."""
    spans = [(m.start(), *_years(m)) for m in _YEAR.finditer(title) if title[m.end() : m.end() + 1] != "是"]
    spans += [(m.start(), *years_of_plan(m)) for m in FIVE_YEAR_PLAN.finditer(title)]
    if front.results_year:
        spans += [(m.start(), front.results_year, front.results_year) for m in _LAST_YEAR.finditer(title)]
        spans += [(m.start(), front.results_year - 4, front.results_year) for m in _FIVE_YEARS.finditer(title)]
    if front.plans_year and not spans:
        spans += [(m.start(), front.plans_year, front.plans_year + 4) for m in _COMING_FIVE.finditer(title)]
    return spans


@lru_cache(maxsize=4096)
def of_heading(title: str, front: FrontMatter, outer: Period, chapter: bool = False) -> Period:
    """The period a heading gives to what stands under it; ``outer`` where it says nothing.

    Below a chapter only years count: 「重点任务」 or 「取得新进展」 in a point's title do not turn a chapter around.
    """
    spans = _spans(title, front)
    planned, done = _PLANNED_HEADING.search(title), _DONE_HEADING.search(title)
    if spans:
        _, first, last = min(spans)
        return Period(first, last, _status(first, last, front, bool(planned and not done)))
    if len(title) > _CUE_REACH or not (planned or done) or (outer.status and not chapter):
        return outer
    year = front.plans_year if planned and not done else front.results_year
    return Period(year, year, "planned" if planned and not done else "done")


def _status(first: int, last: int, front: FrontMatter, planned: bool) -> Status:
    """Done when it lies in or before the year accounted for, planned when after; by wording where both are one."""
    results = front.results_year
    if results is None:
        return "planned" if planned else "done"
    if first > results:
        return "planned"
    if last < results or (last == results and front.plans_year != results):
        return "done"
    return "planned" if planned else "done"


def _years(match: re.Match[str]) -> tuple[int, int]:
    first = int(match.group(1))
    return first, max(first, int(match.group(2) or first))


def _cue(head: str, front: FrontMatter, base: Period, begins: bool) -> Period | None:
    """The period that a sentence's head opens for the sentences after it too.

    :param begins: whether the sentence begins a paragraph.
    """
    results, plans = front.results_year, front.plans_year
    if results is None or plans is None:
        return None
    opening = _YEAR.match(head)
    ahead = results < plans and base.status != "planned"
    if ahead and (
        (opening and _years(opening)[0] == plans and head[opening.end() :][:1] == "是") or _YEAR_AHEAD.search(head)
    ):
        return Period(plans, plans, "planned")
    if opening and results < _years(opening)[0] == plans and _PLANNED_HEADING.search(head):
        return Period(plans, plans, "planned")  # 「2036年，我局打算从以下几个方面抓好落实：」
    if begins and base.first != base.last and _ACCOUNTED.match(head) and head.startswith(str(results)):
        return Period(results, results, "done")  # 「2035年，我们沉着应变」 after the five years' account
    if _COMING_FIVE.search(head):
        return Period(plans, plans + 4, "planned")
    if _FIVE_YEARS.search(head):
        return Period(results - 4, results, "done")
    if base.status != "planned":
        if _LAST_YEAR.search(head):
            return Period(results, results, "done")
        plan = FIVE_YEAR_PLAN.search(head)
        if plan and re.match(r"时期|期间|以来|这五年|五年|的?[前头后][一二两三四]年", head[plan.end() :]):
            return _of_plan(plan, front, False)
    elif _THIS_YEAR.search(head):
        return Period(plans, plans, "planned")
    return None


def _of_clause(clause: str, current: Period, front: FrontMatter) -> Period:
    """The period after a clause's own years; it holds on to the end of the sentence."""
    for match in _YEAR.finditer(clause):
        if _COMPARED.search(clause[: match.start()]) or re.match("是|以来", clause[match.end() :]):
            continue
        first, last = _years(match)
        return Period(first, last, _status(first, last, front, current.status == "planned"))
    plan = FIVE_YEAR_PLAN.search(clause)
    if (
        plan
        and plan.start() <= 4
        and not _COMPARED.search(clause[: plan.start()])
        and re.match(r"时期|期间|末|累计|以来|总(?!和)|的?[前头后][一二两三四]年", clause[plan.end() :])
    ):
        return _of_plan(plan, front, current.status == "planned")
    if front.results_year and front.plans_year:
        if re.match("上年(?:同期)?[为是]", clause) and current.first == front.results_year and current.status == "done":
            return Period(front.results_year - 1, front.results_year - 1, "done")
        if _LAST_YEAR.search(clause[:8]):
            return Period(front.results_year, front.results_year, "done")
        if _THIS_YEAR.search(clause[:8]):
            year = (
                front.results_year
                if current.status == "done" and front.year == front.results_year
                else front.plans_year
            )
            return Period(year, year, "done" if year == front.results_year and current.status == "done" else "planned")
        if _NEXT_YEAR.search(clause[:6]):
            return Period(front.results_year + 1, front.results_year + 1, "planned")
    return current


def _of_its_own(clause: str, period: Period, front: FrontMatter) -> Period | None:
    """The years that a clause alone is about: five that it sums up, 「产量五年累计1138万辆」, or amid the account of five years
    the one that is compared with the year before, 「总产量比上年增加13亿斤」."""
    results = front.results_year
    if not results or period.status != "done" or period.last != results:
        return None
    if _SUMMED_UP.search(clause):
        return Period(results - 4, results, "done")
    return Period(results, results, "done") if _ANNUAL.search(clause) else None


def _of_plan(plan: re.Match[str], front: FrontMatter, planned: bool) -> Period:
    """The years of a five-year plan that a text speaks of; 「“十四五”以来」 are those that are over."""
    first, last = years_of_plan(plan)
    if front.results_year and first <= front.results_year and plan.string.startswith("以来", plan.end()):
        return Period(first, min(last, front.results_year), "done")
    return Period(first, last, _status(first, last, front, planned))


def _of_wording(clause: str) -> Status:
    """Done or planned by the words alone, for texts whose headings and title do not say."""
    if _PLANNED_WORDS.search(clause):
        return "planned"
    return "done" if _DONE_WORDS.search(clause) else ""
