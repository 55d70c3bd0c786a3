"""The grammar of quantities in Chinese reports: numbers, hedges, units, ranges, ranks, ratios and dates.

Finds what stands in a text and what it is worth; what it is *about* is the business of :mod:`ingest.figures`.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ingest.document import Kind

_MULTIPLIERS = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}

#: units that may follow a number; compounds (微克/立方米) are built from these
_UNITS = (
    "个百分点 个点 百分点 平方公里 平方千米 平方米 立方米 万立方 立方 公里 千米 海里 厘米 毫米 纳米 微克 毫克 "
    "公斤 千克 千瓦时 千瓦 兆瓦时 兆瓦 公顷 英亩 人次 人天 万人 车次 车道 辆次 台次 架次 航次 班次 船次 件次 户次 场次 列次 "
    "个工作日 工作日 个小时 个钟头 艘次 标箱 标准箱 标准件 当量 马力 天次 家次 批次 例次 户数 名额 剂次 针次 剂 针 载重吨 总吨 千升 延米 延长米 标台 车位 餐位 美元 欧元 港元 日元 元 块钱 块 角 分钱 亩次 亩 "
    "顷 吨公里 人公里 吨 斤 克 升 毫升 米 里 度 瓦 伏 赫 千伏 卡 焦 摄氏度 PFlops PFLOPS P EFlops EFLOPS E TB GB MB PB Gbps Mbps kWh MWh GWh kW MW GW kV MPa 兆 个月 季度 "
    "小时 分钟 秒 星期 周 天 日 年 岁 周岁 人 名 位 户 家 个 项 件 条 座 处 所 栋 幢 套 间 台 辆 艘 架 列 趟 班 "
    "次 回 场 届 期 轮 批 起 宗 例 篇 部 本 册 份 张 幅 枚 枝 支 只 头 匹 羽 尾 株 棵 颗 粒 根 茬 段 片 面 口 眼 门 "
    "道 类 种 级 层 村 镇 乡 县 市 省 国 校 院 厂 店 站 点 线 路 桥 港 园 区 库 床 席 桌 对 双 组 队 团 营 宿 "
    "句 字 首 曲 出 集 幕 声 响 手 盘 局 分 步 圈 环 倍 成 折 档 柜 箱 车 船 桶 袋 瓶 盒 包 捆 端 链 网 盏 顶 "
    "把 朵 尊 款 笔 单 票 榜 员 代 世 杆 桩 孔 井 丘 垛 墩 泊位 床位 学位 座席 群"
).split()
#: units that may follow a Chinese numeral; the others make words with one: 长三角, 红十字, 两院, 东四环, 十分重要
_HAN_UNITS = (
    "个百分点 平方公里 平方米 立方米 公里 公顷 人次 辆次 台次 架次 场次 批次 美元 元 亩 吨 斤 米 个月 小时 分钟 "
    "星期 周 天 年 岁 周岁 人 名 位 户 家 个 项 件 条 座 处 所 栋 套 间 台 辆 艘 架 列 趟 次 场 轮 批 起 宗 例 "
    "篇 部 本 册 份 张 幅 枚 支 只 头 匹 株 棵 颗 段 片 块 门 道 类 种 级 层 对 组 倍 款 笔 单"
).split()


def _longest_first(units: Sequence[str]) -> str:
    return "|".join(sorted(set(units), key=lambda unit: (-len(unit), unit)))


#: any one unit, longest first
UNIT_PATTERN = _longest_first(_UNITS) + "|方(?![面向案式便法位针])"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
#: 「0.13千克」「500千伏」: 千 there belongs to the unit
_SCALE = r"(?:万亿|千万|百万|十万|亿|万|千(?![克瓦伏米卡])|百(?!分))?"
_MORE = r"[余多来几]?"
_HAN_DIGITS = "一二两三四五六七八九十百千万亿零〇"

_HEDGES_KEPT = re.compile(r"(?:大约|约|将近|接近|近|超过|超|突破|逾|不低于|不少于|不超过|不高于|至少|不足|不到|不满)$")
_HEDGE_AFTER = re.compile(r"左右|上下|以上|以内|以下|之间|以外")

_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.])(?P<low>[-−]?(?:{_NUMBER}))(?P<lowscale>{_SCALE})"
    rf"(?:(?P<lowunit>%|‰|(?:{UNIT_PATTERN}))?(?P<dash>[-—–~～]+|至|到)(?P<high>{_NUMBER})(?P<highscale>{_SCALE}))?"
    rf"(?:(?P<more>[余多来几])(?P<morescale>{_SCALE}))?"
    rf"(?P<unit>%|‰|(?:{UNIT_PATTERN})(?:[/每](?:百亿|千万|[十百万亿]|千(?![克瓦伏米卡]))?(?:{UNIT_PATTERN}))?)?"
    r"(?P<either>（[一-龥]{1,3}）(?=[，。、；]|$))?"
)
#: 「一」 alone counts only before plain classifiers: 一批, 一线, 一年 are words; 「一件事」「七个一」 are names
_HAN_QUANTITY = re.compile(
    rf"(?<![第每\d{_HAN_DIGITS}])"
    rf"(?P<low>(?:[二两三四五六七八九十]|一(?=[{_HAN_DIGITS}个名家条座处辆件项位台所]))[{_HAN_DIGITS}]*)"
    rf"(?P<more>{_MORE})(?P<unit>{_longest_first(_HAN_UNITS)})(?![一个]|(?<=件)事|(?<=位)数|(?<=次)产业)"
)
#: the five years of a plan or a term are a period, not a figure: 「这五年」「五年来」「第十五个五年规划」
_TERM = re.compile(r"(?:五|5)年")
_TERM_BEFORE, _TERM_AFTER = re.compile(r"(?:这|过去的?|今后|未来|再奋斗|个)$"), re.compile(r"来|间|规划|以来")

_HAN_FRACTION = rf"[{_HAN_DIGITS}]{{1,4}}分之[{_HAN_DIGITS}]{{1,3}}"
_SHARE = re.compile(
    r"百分之(?P<low>[\d.]+|[一二三四五六七八九十百点]+)"
    rf"|(?P<fraction>{_HAN_FRACTION}|(?<![\d/])[1-9]\d?/[1-9]\d?(?![\d/年月]))"
    r"|(?P<tenths>[一二两三四五六七八九]|(?<![\d.])\d)成(?P<half>半|以上|多|左右)?(?![立为效功果员就本都熟品绩交长分])"
    r"|(?P<halfway>一半|半数)(?:以上|左右)?"
)
_DOUBLING = re.compile(r"翻(?:了?(?P<n>[一两二三四\d])番|番|倍)")
#: 「2.50:1」「4.0∶37.7∶58.3」; a clock's 09:02 is none
_PROPORTION = re.compile(r"(?<![\d.:：])\d+(?:\.\d+)?(?:\s?[:：∶]\s?\d+(?:\.\d+)?)+(?![\d:：])")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
#: 「9分40秒」「2小时35分钟」「1小时50分」「2个半小时」; 「23时30分」 is a time of the day
_DURATION = re.compile(
    r"(?<![\d.时])(?:(?P<h>\d{1,3})小时)?(?P<m>\d{1,3})分(?:钟|(?P<s>\d{1,2})秒|(?<=小时\d分)|(?<=小时\d\d分))(?![\d])"
)
_HALF_HOURS = re.compile(r"(?<![\d.])(\d{1,2}|[一两二三四五六七八九十])个半小时")
_TIME_OF_DAY = re.compile(r"\d{1,2}时(?:\d{1,2}分)?(?:\d{1,2}秒)?(?!\d)")
_ORDINAL = r"\d+|[一二三四五六七八九十]+"
_AMONG = "全国|全省|全市|全球|世界|全区|全县|国内|西部|东部|中部|东北|北方|南方|亚洲"
_RANK = re.compile(
    rf"第\s?(?P<n>{_ORDINAL})(?:名|位)|(?<=[一-龥])第\s?(?P<bare>{_ORDINAL})(?=[，。；！”]|、(?!第)|$)"
    rf"|(?:{_AMONG})(?:第\s?(?P<m>{_ORDINAL})(?:名|位|(?![批届次轮个家条部座产方期季代书线台课]))|首位|前列|榜首)"
    rf"|(?:{_AMONG})?前(?P<top>{_ORDINAL})(?:名|位|强)"
    r"|(?<!全)首位|率先|榜首"
)
_DATE = re.compile(
    r"(?:(?:19|20)\d{2}\s*[-—–~～至到]\s*)?(?:(?:19|20)\d{2}\s*年)\s*"
    r"(?:\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|第?[一二三四1-4]季度|[上下]半年|年?(?:底|末|初|中))?"
    r"(?:之?前|以前|以来|底前|底|初|上旬|中旬|下旬|末)*"
    r"|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
    r"|\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?(?:至\d{1,2}[日月])?(?:底|初|末|中旬|上旬|下旬)?(?:之?前|以前)?"
    r"|第?[一二三四1-4]季度(?:末|底)?(?:之?前)?|[上下]半年|年(?:底|末|内)(?:之?前|以前)?|\d{1,2}日(?:前)?(?=[，。；]|$)"
)
_NOT_A_DATE = re.compile("薪|均|产|度计")
_NOT_A_UNIT = re.compile(r"[A-Za-z]|[”’】》]|[-—]\d")
_LEVEL_BEFORE = re.compile(r"(?:至|到|达|为|是|于|约)$")
#: the index that a change starts from: 「PQI由2023年的91.42提高到92.86」
_CHANGES = re.compile(r"(?:提高|提升|上升|升|下降|降|增|缩)")
_PERCENT_UNITS = {"%", "‰", "个百分点", "百分点", "个点"}
#: 「分别提高20.9、36.2、54个百分点」: bare numbers before the one that spells the unit for all
_BARE = re.compile(rf"(?<=[一-龥])(?<!第)(?:{_NUMBER})(?:、(?:{_NUMBER}))*(?=[、和与](?:{_NUMBER}))")


#: 「三级医院」, 「二级公路」: of which grade something is, not how much of it there is
_GRADE = re.compile(r"[一二三四五六七八九特]级(?=[一-龥])")


def is_grade(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` says of which grade the thing named after it is."""
    return bool(_GRADE.match(text, start)) and end == start + 2


@dataclass(frozen=True)
class Quantity:
    """A quantity verbatim at ``start``..``end``; ``value`` and ``upper`` are plain numbers in units of ``unit``.

    A date's value is its year and a rank's its place, 0 where the words do not say (「2月底前」, 「全国前列」).
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: Decimal
    unit: str
    hedge: str = ""
    upper: Decimal | None = None


_TO_TEN = tuple("零一二三四五六七八九十")


@lru_cache(maxsize=4096)
def han_value(text: str) -> Decimal:
    """The value of a Chinese numeral: 「三千二百」 -> 3200, 「两」 -> 2.

    :raises ValueError: where it is no numeral.
    """
    if not text:
        raise ValueError("an empty text is no numeral")
    text = text.replace("两", "二").replace("〇", "零")
    if text in _TO_TEN:  # 「哪三大」: most questions' numerals, and cn2an takes longer to import than to answer them
        return Decimal(_TO_TEN.index(text))
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(text, "normal")))
    except KeyError as fault:  # some texts that are no numeral make it stumble
        raise ValueError(f"{text!r} is no numeral") from fault


def quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The quantities of ``text[start:end]`` in order, none inside another; offsets are into ``text``."""
    end = len(text) if end is None else end
    taken: list[Quantity] = []  # in order; a sentence told of a wide table's row holds hundreds
    clocks = [match.span() for match in _TIME_OF_DAY.finditer(text, start, end)]
    for finder in (_dates, _ranks, _shares, _proportions, _durations, _numbers, _han_numbers):
        for quantity in finder(text, start, end):
            if any(first < quantity.end and quantity.start < last for first, last in clocks):
                continue
            place = bisect(taken, quantity.start, key=lambda other: other.start)
            beside = taken[max(0, place - 1) : place + 1]
            if not any(other.start < quantity.end and quantity.start < other.end for other in beside):
                taken.insert(place, quantity)
    return _with_shared_units(text, start, end, taken)


def _dates(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _DATE.finditer(text, start, end):
        if text[match.start() - 1 : match.start()].isdigit() or _NOT_A_DATE.match(text, match.end()):
            continue
        year = re.search(r"(?:19|20)\d{2}", match.group())
        stripped = match.group().rstrip()
        yield Quantity(
            match.start(), match.start() + len(stripped), stripped, "date", Decimal(year.group() if year else 0), ""
        )


def _ranks(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _RANK.finditer(text, start, end):
        number = (
            match.group("n")
            or match.group("bare")
            or match.group("m")
            or match.group("top")
            or ("0" if "前列" in match.group() else "1")
        )
        value = _whole(number)
        if value is not None:
            yield Quantity(match.start(), match.end(), match.group(), "rank", value, "名")


def _shares(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _SHARE.finditer(text, start, end):
        low, tenths, fraction = match.group("low", "tenths", "fraction")
        if low:
            value = _decimal(low)
        elif fraction:
            value = _fraction(fraction)
        elif tenths:
            value = (_whole(tenths) or Decimal(0)) * 10 + (5 if match.group("half") == "半" else 0)
        else:
            value = Decimal(50)
        if value is not None:
            yield _with_hedges(text, match.start(), match.end(), "percent" if low else "ratio", value, "%", None)
    for match in _DOUBLING.finditer(text, start, end):
        times = _whole(match.group("n") or "一") or Decimal(1)
        yield Quantity(match.start(), match.end(), match.group(), "ratio", Decimal(2) ** times, "倍")


def _proportions(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _PROPORTION.finditer(text, start, end):
        if _CLOCK.fullmatch(match.group()):
            continue
        first, *others = re.split(r"\s?[:：∶]\s?", match.group())
        yield Quantity(match.start(), match.end(), match.group(), "ratio", Decimal(first), ":" + ":".join(others))


def _durations(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _DURATION.finditer(text, start, end):
        hours, minutes, seconds = (Decimal(match.group(part) or 0) for part in "hms")
        if match.group("h") or match.group("s"):
            value = hours * 60 + minutes + (seconds / 60).quantize(Decimal("0.01"))
            yield _with_hedges(text, match.start(), match.end(), "quantity", value, "分钟", None)
    for match in _HALF_HOURS.finditer(text, start, end):
        whole = _whole(match.group(1)) or Decimal(0)
        yield _with_hedges(text, match.start(), match.end(), "quantity", whole * 60 + 30, "分钟", None)


def _numbers(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text, start, end):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        high = match.group("high")
        unit = match.group("unit") or match.group("lowunit") or ""
        scale = (match.group("highscale") or match.group("lowscale")) + (match.group("morescale") or "")
        counted = (
            unit
            or scale
            or match.group("more")
            or _LEVEL_BEFORE.match(text, max(start, match.start() - 1), match.start())
            or ("." in match.group() and _CHANGES.match(text, match.end(), end))
        )
        if before in ("第", "每") or not counted:
            continue
        if _is_term(text, match) or (not unit and (_NOT_A_UNIT.match(after) or before in ("“", "‘", "－"))):
            continue
        factor, low = _MULTIPLIERS.get(scale), _decimal(match.group("low"))
        if factor is None or low is None:
            continue
        upper = _decimal(high) if high else None
        upper = upper * factor if upper is not None else None
        low_factor = factor
        if high and match.group("lowscale") and match.group("highscale"):
            low_factor = _MULTIPLIERS.get(match.group("lowscale"), factor)
        yield _with_hedges(text, match.start(), match.end(), _kind(unit), low * low_factor, unit, upper)


def _kind(unit: str) -> Kind:
    return "percent" if unit in _PERCENT_UNITS else "ratio" if unit in ("倍", "成") else "quantity"


def _is_term(text: str, match: re.Match[str]) -> bool:
    """Whether a match is the five years of a plan or a term of office."""
    if not _TERM.fullmatch(match.group()):
        return False
    return bool(
        _TERM_BEFORE.search(text[max(0, match.start() - 4) : match.start()]) or _TERM_AFTER.match(text, match.end())
    )


def _han_numbers(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _HAN_QUANTITY.finditer(text, start, end):
        value = _whole(match.group("low"))
        if value and not _is_term(text, match):
            unit = match.group("unit")
            yield _with_hedges(text, match.start(), match.end(), _kind(unit), value, unit, None)


def _with_shared_units(text: str, start: int, end: int, found: list[Quantity]) -> list[Quantity]:
    """With the units that a list spells only once: 「提高20.9、36.2、54个百分点」, 「1409万、1305万人次」."""
    by_start = {quantity.start: quantity for quantity in found}
    for match in _BARE.finditer(text, start, end):
        last = by_start.get(match.end() + 1)
        number = re.search(_NUMBER, last.text) if last and last.unit and last.kind in ("quantity", "percent") else None
        if last is None or number is None or any(match.start() < q.end and q.start < match.end() for q in found):
            continue
        scale = last.value / (_decimal(number.group()) or Decimal(1))
        for item in re.finditer(_NUMBER, match.group()):
            at, low = match.start() + item.start(), _decimal(item.group()) or Decimal(0)
            found.append(Quantity(at, at + len(item.group()), item.group(), last.kind, low * scale, last.unit))
    found.sort(key=lambda quantity: quantity.start)
    for index in range(len(found) - 2, -1, -1):
        this, last = found[index], found[index + 1]
        lends = last.kind == "quantity" and last.start == this.end + 1 and text[this.end] in "、和与"
        if this.kind == "quantity" and not this.unit and lends:
            found[index] = replace(this, unit=last.unit)
        of_points = last.kind == "percent" and last.start == this.end + 1 and text[this.end] in "、和与"
        if this.kind == "quantity" and this.unit == "个" and of_points and last.unit in ("个百分点", "百分点"):
            found[index] = replace(this, unit=last.unit, kind="percent")  # 「提高1.9个、4.3个百分点」
    return found


def _whole(text: str) -> Decimal | None:
    """A whole number in digits or as a Chinese numeral."""
    if text.isdigit():
        return Decimal(text)
    try:
        return han_value(text)
    except ValueError:
        return None


def _fraction(text: str) -> Decimal | None:
    """「三分之一」 and 「1/3」 in per cent."""
    parts = [_whole(part) for part in re.split("分之|/", text)]
    if None in parts or len(parts) != 2:
        return None
    below, above = parts if "分之" in text else reversed(parts)
    if not below or not above or above > below:
        return None
    return (above * 100 / below).quantize(Decimal("0.01"))


def _decimal(text: str) -> Decimal | None:
    """A number in digits, with or without thousands commas, or in Chinese with 点."""
    try:
        return Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        whole, _, part = text.partition("点")
        value = _whole(whole)
        if value is None or any(digit not in "零一二三四五六七八九" for digit in part):
            return None
        digits = "".join(str("零一二三四五六七八九".index(digit)) for digit in part)
        return value + (Decimal("0." + digits) if digits else 0)


def _with_hedges(
    text: str, start: int, end: int, kind: Kind, value: Decimal, unit: str, upper: Decimal | None
) -> Quantity:
    """The quantity with the hedges that belong to it: 「超30公里」 is not 「30公里」."""
    before = _HEDGES_KEPT.search(text[max(0, start - 4) : start])
    after = _HEDGE_AFTER.match(text, end)
    hedge = (before.group() if before else "") + (after.group() if after else "")
    hedge += "".join(character for character in text[start:end] if character in "余多")[:1]
    begin = start - len(before.group()) if before else start
    finish = after.end() if after else end
    return Quantity(begin, finish, text[begin:finish], kind, value, unit, hedge, upper)
