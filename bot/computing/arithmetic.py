"""Questions that need more than one figure: compare, rank, difference, sum, share, growth, average, side by side.

A question is taken apart into one plain question per operand; each is read like any other; the figures, of one unit, are then
worked out exactly and the formula shown. Nothing is computed from operands of different units or of doubtful reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from bot.computing.deadlines import month_of
from bot.computing.items import itemised
from ingest import words
from ingest.document import Figure

Operation = Literal["compare", "rank", "difference", "sum", "share", "growth", "average", "pair", "rise", "months"]

_SAME = re.compile(r"一样|相同|相等|持平")
#: which end is asked for; of 「谁的最低工资标准更高」 the last says it, and the 少 of 多少, the 小 of 小麦 say nothing
_LOWEST = re.compile(r"(?:更|最)(?:低|小|少|短|慢)|(?<!多)(?:低|小|少|短|慢)(?=[？?，。吗呢些]|$|还是)|垫底|最末|倒数")
_HIGHEST = re.compile(r"(?:更|最)(?:高|大|多|长|快)|(?:高|大|多|长|快)(?=[？?，。吗呢些]|$|还是)")
_WHICH = re.compile(r"谁|哪(?:个|一个|边|里|家|省|市|地|座|条|项)|孰")
_COMPARATIVE = re.compile(r"更|最|涨得快|长的?是|还是|高吗|定得高|多$|多[？?]|高[？?]|长[？?]|大[？?]|快[？?]|垫底")
_CHANGED = r"(?:增长|增加|增多|提高|提升|上升|上涨|扩大|下降|降低|减少|缩短|缩小)"
_FALLEN = re.compile(r"(?:下降|降低|减少|缩短|缩小)了?(?:多少|几)")
_DIFFERENCE = re.compile(
    rf"(?:(?<![同占环配])比(?![例重较])|较)[^，。？?]{{1,40}}?(?:{_CHANGED}|多出?|少|高出?|低|长|短|快|慢|大|小)了?(?:多少|几)|相?差(?:了|距)?(?:多少|几|是)|(?:差额|差距)是?多少"
)
_SUM = re.compile(r"加起来|加在一起|合起来|相加|合计(?:是|有)?多少|之和|总共加|一共加")
_SPAN = r"(?:[“\"]?十[一二三四五六]五[”\"]?(?:期间|时期)?|[这过]?去?五年[来间]?)"
_GROWTH = re.compile(
    rf"(?:数量|总量|人数|规模|总数|个数|保有量|里程|数)(?:{_SPAN})?(?:一共|总共)?(?:增长|增加|提高|上升|涨)了?(?:百分之|多大)"
)
_AVERAGE = re.compile(r"平均每年|每年平均")
_RISE = re.compile(
    rf"(?:总共|一共|累计|共|合计|{_SPAN}[^，。？?]{{2,14}}(?:量|里程|总数|数量))(?:涨|降)了?(?:多少|几)(?!个?百分)"
    rf"|(?<!年均)(?<!同比){_CHANGED}了?(?:多少|几)(?!个?百分|倍|个点|成|[^，。？?]{{0,6}}[到至])"
)
#: 「三九路手续办完和开工，中间隔几个月」, 「开工的时限比办完手续的时限晚几个月」
_APART = re.compile(
    r"^(?:从)?(?P<a>[^，]+?)(?:和|与|到|跟)(?P<b>[^，]+?)(?:[这两]?两?个?(?:时间)?(?:节点|时间|时限|期限)[^，]*)?，?(?:最多|最少|中间|之间|前后|大约)*(?:相?隔|相?差)了?(?:几|多少)个?月"
)
_LATER = re.compile(r"^(?P<a>[^，]+?)比(?P<b>[^，]+?)(?:要|得)?(?:最多|至少)?(?:晚|早|迟|提前|推迟)了?(?:几|多少)个?月")
_ROAD = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:路|线|高速|铁路|大桥|机场|工程|项目)")
_WHEN = re.compile(r"的?(?:时限|期限|时间|时间点|时间节点|节点|日期)$")
_SCALES = (("万亿", 10**12), ("亿", 10**8), ("万", 10**4))
#: what a comparison adds to the question of each operand
_NOISE = re.compile(
    r"(?:谁|哪(?:一个|个|边|里|家)?(?:省区?|市|地方|区|县)?)(?:的|里)?|是不是|(?:定|打|涨|排|安排|增?长|降|增)得"
    r"|(?:更|最|还是)(?:高|低|多|少|长|短|快|慢|大|小|好)|(?:高|低|多(?!少)|(?<!多)少|长|短|快|慢|大|小|好)(?=[？?，。吗呢]|$|还是)|还是|一样|相同|相等|垫底|相差|只差"
    r"|比(?=多|少|高|低|长|短|大|小|快|慢)|跟|吗|呢|加起来|加在一起|合起来|相加|之和"
    r"|(?:这?[两二三四五六七八九几]|各)个?(?:省区市|省区|省份|省市|省|市|地|家|者|县)(?:[里中]|$)?|^[在论]|(?<!公)[里中](?=，)|两地|都是|各地|各省|分别|各是|各有|各"
)
#: comparisons with another time or the whole country are a figure of the report itself, not two figures
_STATED = re.compile(
    r"较(?:19|20)\d{2}年|[比较](?:上年|上一年|去年|前一年|同期|上月|全国|全省|全市|年初|[一-龥]{0,4}平均)"
)


@dataclass(frozen=True)
class Plan:
    """How a question is to be worked out: one plain question an operand, each with the name of the group it is read from, or of
    the thing that it is about.

    ``change`` is the way the question says it went: 「减少了多少」 of what grew has no answer.
    """

    operation: Operation
    operands: tuple[tuple[str, str], ...]
    lowest: bool = False
    change: Literal["", "up", "down"] = ""


@dataclass(frozen=True)
class Result:
    """What came out: the bare answer and the formula it comes from."""

    short: str
    formula: str


def plan(text: str, groups: Sequence[tuple[str, tuple[str, ...]]]) -> Plan | None:
    """How to work a question out; None where it is a plain one.

    :param groups: the places or organisations it names, each with its reports.
    """
    names = [name for name, _ in groups]
    if len(names) >= 2:
        return _across(text, names)
    return _within(text, names[0] if names else "")


def _across(text: str, names: Sequence[str]) -> Plan | None:
    bare = text
    for name in sorted(names, key=len, reverse=True):
        bare = re.sub(rf"{re.escape(name)}(?:省|市|自治区|两省|两地|两市)?(?:[、和与跟比]|$)?(?:的|里|中)?", "", bare)
    operation: Operation
    lowest = _wants_lowest(text)
    if _DIFFERENCE.search(text) and not _STATED.search(text):
        operation = "difference"
    elif _SUM.search(text):
        operation = "sum"
    elif _SAME.search(text) or (
        (_WHICH.search(text) or "还是" in text) and (_COMPARATIVE.search(text) or _HIGHEST.search(text) or lowest)
    ):
        operation = "rank" if len(names) > 2 else "compare"
    elif re.search(r"多少|几|百分之|目标|增速|是什么", text):
        operation = "pair"
    else:
        return None
    plain = _plain(bare)
    if re.search(r"涨得|增长得|(?:更|最)(?:快|慢)|增速|增幅", text) and not re.search(
        r"增长|增速|增幅|涨|下降|降幅", plain
    ):
        plain = plain.replace("是多少", "增长多少")
    return Plan(operation, tuple((name, plain) for name in names), lowest)


def _wants_lowest(text: str) -> bool:
    """Whether a comparison asks for the low end: its last comparing word says so."""
    low = max((match.end() for match in _LOWEST.finditer(text)), default=0)
    return low > max((match.end() for match in _HIGHEST.finditer(text)), default=0)


def _plain(text: str) -> str:
    """One operand's own question."""
    bare = re.sub(r"比?(?:多|少|高|低|(?<!增)长|短|快|慢|大|小)(?:出|了)?(?=多少|几)", "是", text)
    bare = _NOISE.sub("", bare).strip("，,、。？? 的和与跟")
    bare = re.sub(r"(?<!公)[里中]$|的?是+$", "", re.sub(r"^[，、和与跟]+|(?<=[，、])[，、]+", "", bare))
    bare = re.sub(
        r"(?:多少|几)个?(?:百分)?点", "百分之几", bare
    )  # places differ by points in what each states as a rate
    return bare if re.search(r"多少|几", bare) else f"{bare}是多少"


def _within(text: str, name: str) -> Plan | None:
    """Figures of one report: 「A和B各多少」, 「A和B加起来」, 「A比B多几」, 「2023年计划的比2022年完成的多几公里」, 「A里B占百分之几」."""
    apart = _APART.search(text) or _LATER.search(text)
    if apart:
        return Plan("months", tuple((name, part) for part in _moments(apart.group("a"), apart.group("b"), name)))
    each = itemised(text.replace(name, "", 1))
    if each:
        return Plan("pair", tuple(each))
    joined = _SUM.search(text)
    if joined:
        asked = re.search(r"(?:多少|几)[^，。？?]*", text[joined.start() :])
        parts = _and(text[: joined.start()], asked.group() if asked else "多少")
        return Plan("sum", tuple((name, part) for part in parts)) if len(parts) == 2 else None
    if _STATED.search(text):
        return None
    if _DIFFERENCE.search(text) and "比" in text:
        left, _, right = text.partition("比")
        tail = re.search(rf"(?:(?P<changed>{_CHANGED})|多出?|少|高出?|低|长|短|快|慢|大|小)了?((?:多少|几).*)$", right)
        if tail:
            sides = _two_sides(left, right[: tail.start()], tail.group(2))
            change = _direction(text) if tail.group("changed") else ""
            return Plan("difference", tuple((name, part) for part in sides), change=change)
    gap = re.search(r"^(?P<a>[^，]+?)(?:和|与|跟)(?P<b>[^，]+?)相?差了?(?P<asked>(?:多少|几)[^，？?]*)", text)
    if gap:
        one, other, wanted = gap["a"], gap["b"], gap["asked"]
        years_apart = re.fullmatch(r"(?:19|20)\d{2}年的?|去年|今年", other)
        a, b = _two_sides(one, other, wanted) if years_apart else _and(f"{one}和{other}", wanted)
        return Plan("difference", ((name, a), (name, b)))
    share = re.search(
        r"(?P<whole>[^，。]{2,24}?)(?:里面?|中|当中)，?(?P<part>[^，。]{1,16}?)(?:大约|约|大概)?占(?:了|到)?(?:多|百分|几|总)",
        text,
    )
    if share:
        return Plan("share", ((name, f"{share.group('whole')}是多少"), (name, f"{share.group('part')}是多少")))
    if _AVERAGE.search(text) and not re.search(r"增长|增速|增幅|下降", text):
        return Plan("average", ((name, _AVERAGE.sub("", text)),))
    if _GROWTH.search(text):
        return Plan("growth", ((name, re.sub(r"(?:增长|增加|提高|上升|涨)了?(?:百分之)?", "增加到", text)),))
    if _RISE.search(text):
        bare = re.sub(r"(?:总共|一共|累计|共|合计)(?=增|提|涨|上|下|降|减|缩|扩)", "", text)
        reached = re.sub(rf"({_CHANGED}|涨|降)了?(?=多少|几)", r"\1到", bare)  # its start is said beside it
        return Plan("rise", ((name, reached),), change=_direction(text))
    return None


def _direction(text: str) -> Literal["up", "down"]:
    return "down" if _FALLEN.search(text) else "up"


def _moments(one: str, other: str, name: str) -> list[str]:
    """When each of two things is due; what the second leaves to the first, 「三九路手续办完」 and 「开工」, is its first word."""
    first, second = (_WHEN.sub("", part) for part in (one, other))
    bare = first.replace(name, "", 1) if name else first
    owner = next((road for road in words.names(bare)), "") or next(iter(words.cut(bare)), "")
    owner = next((bare[: bare.index(road) + len(road)] for road in _ROAD.findall(bare)), owner)
    if owner and owner not in second:
        second = f"{owner}{second}"
    return [f"{part}是什么时候" for part in (first, second)]


def _and(text: str, asked: str) -> list[str]:
    """The two things that 和 joins, each as a question; what stands before 的 belongs to both."""
    match = re.match(r"(?P<a>.+?)(?:和|与|及|跟)(?P<b>[^，。]+)$", text)
    if not match:
        return []
    first, second = match.group("a"), match.group("b")
    years = re.search(r"(?:19|20)\d{2}年|[“\"]?十[一二三四五六]五[”\"]?(?:期间|时期)?|去年|今年", first)
    lead = first.rpartition("的")[0]
    tail = re.search(r"[\u4e00-\u9fff]{2,8}$", second)
    shared = tail.group() if tail and len(first) - len(lead) < 6 else ""
    if shared and not first.endswith(shared[-2:]):
        first = f"{first}{shared[-4:]}"
    prefix = lead if lead and len(second) < 12 else (years.group() if years and years.group() not in second else "")
    return [f"{first}是{asked}", f"{prefix}{second}是{asked}"]


def _two_sides(left: str, right: str, asked: str) -> list[str]:
    """Both sides of 比; a side that only gives a year or a status shares the other's topic."""
    left, right = left.strip("，的 "), right.strip("，的 ")
    year = r"(?:19|20)\d{2}年|去年|今年|上年"
    topic = re.sub(rf"{year}|计划|打算|目标|的", "", left)
    if topic and re.match(year, right) and len(re.sub(rf"{year}|计划|实际|完成|目标|数|的", "", right)) <= 2:
        right = f"{right}{topic}"
    elif not topic and re.match(year, right):
        left = f"{left}{re.sub(rf'^(?:{year})|实际|完成|^的', '', right)}"
    return [f"{left}是{asked}", f"{right}是{asked}"]


def work_out(plan: Plan, figures: Sequence[Figure], scale: str = "") -> Result | None:
    """The result of a plan from its operands' figures, in order; None where they cannot be computed with.

    :param scale: the scale the question asks for (万, 亿); else that of the operands.
    """
    values = [figure.value for figure in figures]
    names = [name for name, _ in plan.operands]
    if plan.operation == "pair":
        return Result("，".join(f"{n}{f.text}" for n, f in zip(names, figures, strict=True)), "")
    if plan.operation == "months":
        return _months(figures)
    if len({unit_of(figure) for figure in figures}) > 1:
        return None
    if plan.operation in ("compare", "rank"):
        return _ordered(names, figures, plan.lowest)
    if plan.operation == "difference":
        first, second = values
        if _goes_against(plan, first - second):
            return None
        symbol = (f"{figures[0].text} − {figures[1].text}", f"{figures[1].text} − {figures[0].text}")[second > first]
        return _in_words(abs(first - second), figures, scale, symbol, difference=True)
    if plan.operation == "sum":
        return _in_words(sum(values, Decimal(0)), figures, scale, " + ".join(f.text for f in figures))
    if plan.operation == "share" and values[0] >= values[1] > 0:
        share = _rounded(values[1] / values[0] * 100)
        return Result(f"{share}%", f"{figures[1].text} ÷ {figures[0].text} = {share}%")
    if plan.operation == "growth" and len(values) == 2 and values[0]:
        growth = _rounded((values[1] - values[0]) / values[0] * 100)
        return Result(f"{growth}%", f"（{figures[1].text} − {figures[0].text}）÷ {figures[0].text} = {growth}%")
    if plan.operation == "rise" and len(values) == 2 and not _goes_against(plan, values[1] - values[0]):
        return _in_words(
            abs(values[1] - values[0]), figures, scale, f"{figures[1].text} − {figures[0].text}", difference=True
        )
    if plan.operation == "average" and figures[0].period.first and figures[0].period.last:
        years = figures[0].period.last - figures[0].period.first + 1
        return (
            _in_words(values[0] / years, figures, scale, f"{figures[0].text} ÷ {years}年", places=2)
            if years > 1
            else None
        )
    return None


def _goes_against(plan: Plan, grown: Decimal) -> bool:
    return (plan.change == "up" and grown < 0) or (plan.change == "down" and grown > 0)


def _months(figures: Sequence[Figure]) -> Result | None:
    """The months between two deadlines."""
    first, second = (month_of(figure) for figure in figures)
    if first is None or second is None:
        return None
    texts = [figure.text for figure in (figures if first <= second else figures[::-1])]
    return Result(f"{abs(first - second)}个月", f"{texts[0]}至{texts[1]}，相隔{abs(first - second)}个月")


def unit_of(figure: Figure) -> str:
    """The unit a figure is computed in; figures of two such units are not computed with."""
    kin = {
        "%": "%",
        "个百分点": "%",
        "百分点": "%",
        "千米": "公里",
        "家": "个",
        "户": "户",
        "个": "个",
        "处": "个",
        "座": "个",
        "件": "件",
        "名": "人",
        "位": "人",
        ":1": "",
    }
    return kin.get(figure.unit, figure.unit).replace("每", "/")


def _ordered(names: Sequence[str], figures: Sequence[Figure], lowest: bool) -> Result:
    pairs = sorted(zip(names, figures, strict=True), key=lambda pair: pair[1].value, reverse=not lowest)
    formula = "，".join(f"{name}{figure.text}" for name, figure in pairs)
    if len({figure.value for figure in figures}) == 1:
        return Result(f"一样，都是{figures[0].text}", formula)
    best = [name for name, figure in pairs if figure.value == pairs[0][1].value]
    return Result("、".join(best), formula)


def _in_words(
    value: Decimal,
    figures: Sequence[Figure],
    scale: str,
    formula: str,
    difference: bool = False,
    places: int | None = None,
) -> Result:
    unit = figures[0].unit
    if difference and unit == "%":
        unit = "个百分点"
    texts = "".join(figure.text for figure in figures)
    name, factor = (
        next(((n, f) for n, f in _SCALES if n == scale), ("", 1))
        if scale
        else next(((n, f) for n, f in _SCALES if n in texts), ("", 1))
    )
    amount = value / factor
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    plain = f"{amount.normalize():f}"
    return Result(f"{plain}{name}{unit}", f"{formula} = {plain}{name}{unit}")


def _rounded(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}"
