"""How what is asked and what is stated go together: years, done or planned, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.understanding.period import Asked
from bot.understanding.question import Question
from ingest.document import Figure, Kind, Period

#: units that measure the same thing; a question's 多少公里 can be answered in 公里 or 千米, never in 亩
_CLASSES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "元 块钱 块 美元 欧元 港元 日元 角 毛钱 毛 分钱",
        "分钱 分",
        "公里 千米 米 海里 里 厘米 毫米 纳米",
        "亩 公顷 平方公里 平方千米 平方米 顷 亩次",
        "立方米 立方 万立方 升",
        "吨 公斤 千克 斤 克",
        "千瓦 兆瓦 瓦 千伏",
        "千瓦时 度",
        "人 名 位 人次 口 户 婴幼儿",
        "辆 台 辆次 台次 车次 部 车",
        "列 列次 趟 班 班次 架次 航次 船次",
        "个 家 处 座 所 项 条 件 起 宗 例 类 种 种类 批 支 只 张 部 栋 套 间 场 次 轮 村 镇 县 市 泊位 床位 学位 座席 篇 单 笔 门 道 对 组 队 团 艘 架 站 点 厂 店 园 区 名额 批次 件次 家次 场次 户次 颗 株 棵 头 根 枚 册 本 份 幅",
        "% ‰ 个百分点 百分点 个点 成 倍",
        "点钟 点半",
        "天 日 工作日 个工作日 个小时 个钟头 年 个月 月 周 小时 分钟 秒 岁 周岁 季度",
    )
)
_CLASSED = frozenset().union(*_CLASSES)
#: the kinds of figures that can answer a question of each kind; names and lists are answered by words
ANSWERS: dict[str, tuple[Kind, ...]] = {
    "figure": ("quantity", "percent", "ratio"),
    "percent": ("percent", "ratio"),
    "date": ("date",),
    "rank": ("rank",),
}
_MANY_TIMES = frozenset("人次 辆次 台次 车次 艘次 批次 批 起 件 例 宗 场 次 趟".split())
#: what people count by where reports count by something else: 「有几个老师」 is answered by 名, 「几个企业」 by 户; 「多少人」 is not by 73家
_COUNTED_AS: dict[str, frozenset[str]] = {
    "个": next(c for c in _CLASSES if "个" in c) | frozenset("人 户 名 位 辆 台 人次 对".split()),
    **dict.fromkeys(("趟", "次", "遍"), _MANY_TIMES),
    "台": frozenset("例 场".split()),
    "户": frozenset("家 个 套".split()),
    "家": frozenset("户 个".split()),
    "口": frozenset("眼"),
    "只": frozenset("羽 头 匹 尾".split()),
    "立方米": frozenset("吨"),
    "倍": frozenset({":1"}),
}


class HasReport(Protocol):
    """Anything that knows the years its report accounts for and plans for, and the year in its title."""

    results_year: int | None
    plans_year: int | None
    titled_year: int | None


@dataclass(frozen=True)
class PeriodRelation:
    """``years``: the figure's years against those asked; ``status``: done or planned likewise; ``plan``: both a period of years."""

    years: Literal["same", "narrower", "wider", "other", "unasked"]
    status: Literal["same", "other", "unasked"]
    plan: bool


def resolve(asked: Asked, report: HasReport) -> tuple[int | None, int | None, Literal["done", "planned", ""]]:
    """The years and status a question means in one report: 「去年」 is the year it accounts for, 「今年」 the one it plans for, but
    of a summary of one year 「今年」 is that year unless a plan is asked for."""
    first, last, status = asked.first, asked.last, asked.status
    results, plans = report.results_year, report.plans_year
    if asked.relative == "before" and results:
        first = last = results - 1
    elif asked.relative == "last" and results:
        first = last = results
    elif asked.relative == "this" and plans:
        summed_up = status != "planned" and results == report.titled_year
        first = last = results if summed_up else plans
    elif asked.relative == "five" and results:
        first, last = results - 4, results
    elif asked.relative == "coming" and plans:
        first, last = plans, plans + 4
    if first and results and plans and not status:
        if first > results:
            status = "planned"
        elif (last or first) <= results and (last or first) < plans:
            status = "done"
    return first, last, status


def period_relation(asked: Asked, period: Period, report: HasReport) -> PeriodRelation:
    """How a figure's period answers the one asked."""
    first, last, status = resolve(asked, report)
    years: Literal["same", "narrower", "wider", "other", "unasked"]
    if first is None or period.first is None:
        years = "unasked"
    elif (first, last) == (period.first, period.last):
        years = "same"
    elif period.first <= first and (last or first) <= (period.last or period.first):
        # what five years brought is not what one amid them did, nor is the level they ended with
        amid = first == (last or first) and period.first < first < (period.last or period.first)
        years = "other" if amid else "wider"
    elif first <= period.first and (period.last or period.first) <= (last or first):
        years = "narrower"
    else:
        years = "other"
    state: Literal["same", "other", "unasked"] = "unasked"
    if status and period.status:
        state = "same" if status == period.status else "other"
    spans = bool(first and last and last > first) and bool(period.first and period.last and period.last > period.first)
    return PeriodRelation(years, state, spans)


def unit_relation(question: Question, figure: Figure) -> Literal["same", "kin", "other", "unasked"]:
    """How a figure's unit answers the one asked: the same, one that can stand for it, or one that cannot."""
    asked, unit = question.unit, figure.unit
    uncounted = figure.kind in ("percent", "ratio")
    if uncounted and (question.scale or (asked and asked not in _CLASSED)):
        return "other"  # 「吞吐量是多少标箱」, 「多少万」
    if not asked:
        return "unasked"
    if figure.kind in ("date", "rank"):
        return "other"
    of = unit.split("/")[0]  # what a price or a rate is counted in: 分 of 分/千瓦时
    if asked == unit or (asked in of and len(asked) > 1):
        return "same"
    kin = (
        asked
        not in _CLASSED  # 「抓了几回」, 「着了几把火」: what people count by in speech, reports count by something else
        or any(asked in names and of in names for names in _CLASSES)
        or of in _COUNTED_AS.get(asked, ())
        or not unit
    )
    return "kin" if kin else "other"
