"""The grammar of quantities in Chinese reports: numbers, hedges, units, ranges, ranks, ratios and dates.

Finds what stands in a text and what it is worth; what it is *about* is the business of :mod:`ingest.figures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ingest.document import Kind

_MULTIPLIERS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}

#: units that may follow a number, longest first; compounds (亿立方米, 微克/立方米, 万人次) are built from these
_UNITS = (
    "个百分点 个点 百分点 平方公里 平方千米 平方米 立方米 万立方 立方 公里 千米 海里 厘米 毫米 纳米 微克 毫克 公斤 千克 千瓦时 千瓦 兆瓦 公顷 英亩 "
    "人次 人天 万人 车次 辆次 架次 航次 班次 船次 件次 户次 场次 列次 标箱 标准箱 标准件 当量 马力 天次 家次 批次 例次 户数 名额 "
    "美元 欧元 港元 日元 元 块钱 块 角 分钱 亩次 亩 顷 吨公里 吨 斤 克 升 毫升 米 里 度 瓦 伏 赫 千伏 卡 焦 摄氏度 "
    "PFlops P EFlops E TB GB MB PB 兆 "
    "个月 季度 小时 分钟 秒 星期 周 天 日 年 岁 周岁 "
    "人 名 位 户 家 个 项 件 条 座 处 所 栋 套 间 台 辆 艘 架 列 趟 班 次 回 场 届 期 轮 批 起 宗 例 篇 部 本 册 份 张 幅 枚 支 只 头 匹 羽 尾 株 棵 "
    "颗 粒 根 段 片 块 面 口 眼 门 道 类 种 级 层 村 镇 乡 县 市 省 国 校 院 厂 店 站 点 线 路 桥 港 园 区 库 床 席 桌 对 双 组 队 团 班 营 宿 "
    "句 字 首 曲 出 集 幕 声 响 手 盘 局 分 步 圈 环 倍 成 折 档 号 柜 箱 车 船 桶 袋 瓶 盒 包 捆 端 链 网 盏 顶 把 朵 尊 款 笔 单 票 门 宗 榜 届 员 代 世 户 杆 桩 孔 井 丘 垛 墩 座 泊位 床位 学位 座席"
).split()
#: any one unit, longest first
UNIT_PATTERN = "|".join(sorted(set(_UNITS), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"(?:万亿|千万|百万|十万|亿|万|千|百)?"
_MORE = r"[余多来几]?"
_HAN_DIGITS = "一二两三四五六七八九十百千万亿零〇"

_HEDGE_BEFORE = re.compile(r"(?:大?约|近|超过?|突破|逾|不低于|不少于|不超过|不高于|至少|最多|达到?|将近|接近|累计|共计?|高达|多达|仅|各)+$")
_HEDGES_KEPT = re.compile(r"(?:大约|约|将近|接近|近|超过|超|突破|逾|不低于|不少于|不超过|不高于|至少)$")
_HEDGE_AFTER = re.compile(r"左右|上下|以上|以内|以下|之间|以外")

_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.])(?P<low>[-−]?(?:{_NUMBER}))(?P<lowscale>{_SCALE})(?P<lowunit>%|‰|(?:{UNIT_PATTERN})(?=[-—–~～至到]+\d))?"
    rf"(?:(?P<dash>[-—–~～]+|至|到)(?P<high>{_NUMBER})(?P<highscale>{_SCALE}))?"
    rf"(?:(?P<more>[余多来几])(?P<morescale>{_SCALE}))?(?P<unit>%|‰|(?:{UNIT_PATTERN})(?:[/每](?:{UNIT_PATTERN}))?)?(?P<either>（[一-龥]{{1,3}}）(?=[，。、；]|$))?"
)
#: 「一」 alone counts only before plain classifiers: 一批, 一线, 一年 are words, not counts
_HAN_QUANTITY = re.compile(
    rf"(?<![第\d{_HAN_DIGITS}])(?P<low>(?:[二两三四五六七八九十]|一(?=[{_HAN_DIGITS}个名家条座处辆件项位台所]))[{_HAN_DIGITS}]*)(?P<more>{_MORE})(?P<unit>{UNIT_PATTERN})"
)
_SHARE = re.compile(r"百分之(?P<low>[\d.]+|[一二三四五六七八九十百点]+)|(?P<tenths>[一二两三四五六七八九]|\d)成(?P<half>半|以上|多|左右)?(?![立为效功果员就本都熟品绩交长分])|(?P<halfway>一半|半数)(?:以上|左右)?")
_DOUBLING = re.compile(r"翻(?:了?(?P<n>[一两二三四\d])番|番|倍)")
_RANK = re.compile(
    r"(?:第\s?(?P<n>\d+|[一二三四五六七八九十]+)(?:名|位|(?=[，。；、！”]|$))|(?:全国|全省|全市|全球|世界|全区|国内|西部|东部|中部|东北|北方|南方|亚洲)(?:第\s?(?P<m>\d+|[一二三四五六七八九十]+)(?:名|位|(?!批|届|次|轮|个|家|条|部|座|产|方|期|季|代|书|线|台|课))|首位|前列|榜首)|(?<![全])首位|率先|榜首)"
)
_DATE = re.compile(
    r"(?:(?:19|20)\d{2}\s*[-—–~～至到]\s*)?(?:(?:19|20)\d{2}\s*年)\s*(?:\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|第?[一二三四1-4]季度|[上下]半年|年?(?:底|末|初|中))?(?:之?前|以前|以来|底前|底|初|上旬|中旬|下旬|末)*"
    r"|\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?(?:至\d{1,2}[日月])?(?:底|初|末|中旬|上旬|下旬)?(?:之?前|以前)?"
    r"|第[一二三四1-4]季度(?:末|底)?(?:之?前)?|[上下]半年|年(?:底|末|内)(?:之?前|以前)?|\d{1,2}日(?:前)?(?=[，。；]|$)"
)
_NOT_A_UNIT = re.compile(r"[A-Za-z]|[”’】》]|[-—]\d")


@dataclass(frozen=True)
class Quantity:
    """A quantity verbatim at ``start``..``end``; ``value`` and ``upper`` are plain numbers in units of ``unit``."""

    start: int
    end: int
    text: str
    kind: Kind
    value: Decimal
    unit: str
    hedge: str = ""
    upper: Decimal | None = None


@lru_cache(maxsize=4096)
def han_value(text: str) -> Decimal:
    """The value of a Chinese numeral: 「三千二百」 -> 3200, 「两」 -> 2.

    :raises ValueError: where it is no numeral.
    """
    import cn2an

    return Decimal(str(cn2an.cn2an(text.replace("两", "二").replace("〇", "零"), "normal")))


def quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """The quantities of ``text[start:end]`` in order, none inside another; offsets are into ``text``."""
    end = len(text) if end is None else end
    taken: list[Quantity] = []
    for finder in (_dates, _ranks, _shares, _numbers, _han_numbers):
        for quantity in finder(text, start, end):
            if not any(other.start < quantity.end and quantity.start < other.end for other in taken):
                taken.append(quantity)
    return sorted(taken, key=lambda quantity: quantity.start)


def _dates(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _DATE.finditer(text, start, end):
        if text[match.start() - 1 : match.start()].isdigit() or text[match.end() : match.end() + 1] in ("薪", "均", "产", "度计"):
            continue
        year = re.search(r"(?:19|20)\d{2}", match.group())
        yield Quantity(match.start(), match.end(), match.group(), "date", Decimal(year.group() if year else 0), "")


def _ranks(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _RANK.finditer(text, start, end):
        number = match.group("n") or match.group("m") or "1"
        value = Decimal(number) if number.isdigit() else han_value(number)
        yield Quantity(match.start(), match.end(), match.group(), "rank", value, "名")


def _shares(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _SHARE.finditer(text, start, end):
        low, tenths = match.group("low"), match.group("tenths")
        if low:
            value = _decimal(low)
        elif tenths:
            value = (Decimal(tenths) if tenths.isdigit() else han_value(tenths)) * 10 + (5 if match.group("half") == "半" else 0)
        else:
            value = Decimal(50)
        if value is not None:
            yield _with_hedges(text, match.start(), match.end(), "ratio" if not low else "percent", value, "%", None)
    for match in _DOUBLING.finditer(text, start, end):
        n = match.group("n") or "一"
        times = Decimal(n) if n.isdigit() else han_value(n)
        yield Quantity(match.start(), match.end(), match.group(), "ratio", Decimal(2) ** times, "倍")


def _numbers(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text, start, end):
        after = text[match.end() : match.end() + 1]
        unit = match.group("unit") or match.group("lowunit") or ""
        scale = (match.group("highscale") or match.group("lowscale")) + (match.group("morescale") or "")
        if not unit and (_NOT_A_UNIT.match(after) or text[match.start() - 1 : match.start()] in "“‘－"):
            continue
        if text[match.start() - 1 : match.start()] == "第" or (not unit and not scale and not match.group("more")) and not _ratio(text, match):
            continue
        factor = _MULTIPLIERS.get(scale)
        low = _decimal(match.group("low"))
        if factor is None or low is None:
            continue
        high = _decimal(match.group("high")) if match.group("high") else None
        finish = match.end()
        colon = re.compile(r"[:：]\d+(?:\.\d+)?").match(text, finish, end) if not unit else None
        if colon:
            yield Quantity(match.start(), colon.end(), text[match.start() : colon.end()], "ratio", low, ":1")
            continue
        kind: Kind = "percent" if unit in ("%", "‰", "个百分点", "百分点", "个点") else "ratio" if unit in ("倍", "成") else "quantity"
        yield _with_hedges(text, match.start(), finish, kind, low * factor, unit, high * factor if high is not None else None)


def _ratio(text: str, match: re.Match[str]) -> bool:
    """A bare number counts where the words before it say that it is a level: 「城乡收入比缩小至2.12」「2.50:1」."""
    before, after = text[max(0, match.start() - 4) : match.start()], text[match.end() : match.end() + 2]
    return bool(re.search(r"(?:至|到|达|为|是|于|约)$", before) or re.match(r"[:：]\d", after))


def _han_numbers(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _HAN_QUANTITY.finditer(text, start, end):
        try:
            value = han_value(match.group("low"))
        except ValueError:
            continue
        if value:
            yield _with_hedges(text, match.start(), match.end(), "quantity", value, match.group("unit"), None)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        try:
            whole, _, part = text.partition("点")
            digits = "".join(str("零一二三四五六七八九".index(c)) for c in part)
            return han_value(whole) + (Decimal("0." + digits) if digits else 0)
        except ValueError:
            return None


def _with_hedges(text: str, start: int, end: int, kind: Kind, value: Decimal, unit: str, upper: Decimal | None) -> Quantity:
    """The quantity with the hedges that belong to it: 「超30公里」 is not 「30公里」."""
    before = _HEDGES_KEPT.search(text[max(0, start - 4) : start])
    after = _HEDGE_AFTER.match(text, end)
    hedge = (before.group() if before else "") + (after.group() if after else "")
    hedge += "".join(c for c in text[start:end] if c in "余多")[:1]
    begin = start - len(before.group()) if before else start
    finish = after.end() if after else end
    return Quantity(begin, finish, text[begin:finish], kind, value, unit, hedge, upper)
