"""Which years a question means, and whether what was done in them or what is planned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.period import FIVE_YEAR_PLAN, five_year_plan, years_of_plan

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[^\d]|$)|(?<!\d)(\d{2})年(?!来|间|内)")
YEAR_RANGE = re.compile(r"((?:19|20)\d{2})年?\s*[-—~～至到]\s*((?:19|20)\d{2})年?")
#: years in words, whatever the dictionary joins them to: 「“十四五”五年间」「这五年」「近几年来」
YEARS_IN_WORDS = re.compile(
    r"[“\"]?十[一二三四五六七八]?五[”\"]?(?=这?五年)|(?:过去|这|近|前)?(?:[五三]|几)年(?:间|来|里|内)?(?![级制])|[今去前明]年(?!级)"
    r"|(?<=\s)的?[前头后][一二两三四]年"
)
#: what a year is compared with is not the year asked about: 「比2020年降了多少」「恢复到2019年的百分之几」
_COMPARED = re.compile(r"(?<![同占环配])(?:比|较|相比于?|相当于|恢复[到至])\s*$")
_COMING_FIVE = re.compile(r"(?:今后|未来|往后|再过|接下来)的?(?:五|5)年|下一?个五年")
_FIVE_YEARS = re.compile(r"五年[来间]?|5年[来间]?|这五年|过去五年")
#: what it takes, usually or each time: 「平常一天要拉多少人」, 「办事要跑几趟」, 「要回来多少钱」; what is asked for or may be: 要是
_TAKES = re.compile(
    r"(?:一般|平常|通常|平均|如今|现在|眼下|目前|[一每][天年月周趟]|快)[^，。？]{0,4}要|要(?=[回来是给]|[^，。？]{0,4}(?:多久|几趟))|不[要想]"
)
_PLANNED = re.compile(
    r"计划|打算|准备|目标|预期(?!寿命)|力争|争取(?![到的了])|拟|将(?!近)|(?<![上得])要(?![求多花赔交付掏用等跑走坐排几])|预计|安排(?![在了到])|想(?!问|知道|[^，。？]{1,10}，)|确保|任务|谋划|明年|再(?=让|新|建|增)"
)
_DONE = re.compile(
    r"完成了|完成(?:年度|全年)?(?:目标|任务|计划)的?(?:百分|几成|多少)|实际|实现了|做到了|已经|累计|去年|达到了|(?![排定备])[\u4e00-\u9fff]了(?:多少|几|哪|什么|吗|没|多[长大高宽远久])|到多[大长高]了|来(?:多少|几)|(?<![备划算要拟计争])完成(?:多少|几)|一共[\u4e00-\u9fff]*了"
)


@dataclass(frozen=True)
class Asked:
    """The period a question means; ``status`` is "" where it does not say whether done or planned."""

    first: int | None = None
    last: int | None = None
    status: Literal["done", "planned", ""] = ""
    relative: Literal["", "before", "last", "this", "five", "coming", "plan"] = ""


#: no time is said
ANY_TIME = Asked()


def asked_period(text: str) -> Asked:
    """The years a question names, in its own words."""
    planned, done = _PLANNED.search(_TAKES.sub("", text)), _DONE.search(text)
    status: Literal["done", "planned", ""] = (
        "planned" if planned and not done else "done" if done and not planned else ""
    )
    span = YEAR_RANGE.search(text)
    if span:
        return Asked(int(span.group(1)), int(span.group(2)), status)
    plan = next(
        (
            m
            for m in FIVE_YEAR_PLAN.finditer(text)
            if text[m.start() - 1 : m.start()] not in ("由", "转", "从", "为")
            and not _COMPARED.search(text[: m.start()])
        ),
        None,
    )
    year = next((m for m in _YEAR.finditer(text) if not _COMPARED.search(text[: m.start()])), None)
    number = int(year.group(1) or "20" + year.group(2)) if year else None
    if number and not (plan and plan.start() < year.start() and "期间" in text):  # type: ignore[union-attr]
        return Asked(number, number, status)
    if plan:
        if re.match(r"末|收官|结束", text[plan.end() :]):
            last = five_year_plan(plan.group(1))[1]
            return Asked(last, last, status, "plan")
        return Asked(*years_of_plan(plan), status, "plan")
    if re.search(r"(?<![比较目此之以])前年(?![产均度轻])", text):
        return Asked(status=status, relative="before")
    if re.search(r"去年|上年|过去一年|上一年", text):
        return Asked(status=status, relative="last")
    if re.search(r"今年|本年|明年", text):
        return Asked(status=status, relative="this")
    if _COMING_FIVE.search(text):
        return Asked(status="planned", relative="coming")
    if _FIVE_YEARS.search(text):
        return Asked(status=status, relative="five")
    return Asked(status=status)
