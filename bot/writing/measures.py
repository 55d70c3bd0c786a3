"""When two written quantities are the same: 12.4亿元 is 124000万元, 四成 is 40%, 15公里 is 15000米."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ingest.document import Kind

#: units by what they measure, each with its worth in the first one; areas by GB/T 15532's 1 公顷 = 15 亩
_WORTH: dict[str, tuple[str, Decimal]] = {
    unit: (dimension, Decimal(worth))
    for dimension, units in {
        "元": "元 1 块 1 块钱 1 角 0.1",
        "米": "米 1 公里 1000 千米 1000 里 500 厘米 0.01 毫米 0.001 海里 1852",
        "亩": "亩 1 公顷 15 平方公里 1500 平方千米 1500",
        "吨": "吨 1 公斤 0.001 千克 0.001 斤 0.0005 克 0.000001",
        "千瓦": "千瓦 1 兆瓦 1000 瓦 0.001",
        "千瓦时": "千瓦时 1 度 1 兆瓦时 1000",
        "立方米": "立方米 1 立方 1 万立方 10000",
        "秒": "秒 1 分钟 60 小时 3600",
        "%": "% 1 成 10 ‰ 0.1",
        "百分点": "个百分点 1 百分点 1 个点 1",
        "人": "人 1 名 1 位 1",
        "标箱": "标箱 1 标准箱 1",
        "岁": "岁 1 周岁 1",
        "件案": "起 1 宗 1",
    }.items()
    for unit, worth in zip(units.split()[::2], units.split()[1::2], strict=True)
}
#: classifiers for which 个 may stand: 8家企业 and 8个企业 are as many
_COUNTED = frozenset(
    "家 处 座 所 项 条 件 起 宗 例 类 种 部 栋 套 间 场 次 轮 村 镇 县 市 站 点 厂 店 园 区 支 只 片 批 期 届 层 级".split()
)
_ABOVE = re.compile(r"超|突破|逾|以上|[余多]|不低于|不少于|至少|以外")
_NEAR, _ABOUT = re.compile("近"), re.compile("约|左右|上下")
_BELOW = re.compile(r"不超过|以内|以下|不高于|不足|不到")


class Measured(Protocol):
    """Anything with a value in a unit: a quantity, or a figure of the index."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def hedge(self) -> str: ...
    @property
    def upper(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Likeness:
    """How a written quantity and a stated one go together."""

    value: bool
    unit: bool
    hedge: bool

    @property
    def same(self) -> bool:
        return self.value and self.unit and self.hedge


def liken(said: Measured, stated: Measured) -> Likeness:
    """Whether what is said is worth what is stated, in a unit of the same kind, with no bolder a hedge."""
    if (said.kind == "rank") != (stated.kind == "rank"):
        return Likeness(False, False, True)
    one, other = _canonical(said), _canonical(stated)
    unit = one[0] == other[0] or _stands_for(said.unit, stated.unit)
    values = one[1:] == other[1:]
    if not unit:  # 12亿元 written as 12万元 is of the same digits only
        values = said.value == stated.value and said.upper == stated.upper
    if said.kind == "rank" and said.value == 0:
        values = values and said.text[-2:] == stated.text[-2:]
    return Likeness(values, unit, _no_bolder(said.hedge, stated.hedge))


def _canonical(quantity: Measured) -> tuple[str, Decimal, Decimal | None]:
    """What it measures, and its value and upper end in the first unit of that."""
    head, slash, rest = quantity.unit.partition("/")
    dimension, worth = _WORTH.get(head, (head, Decimal(1)))
    return dimension + slash + rest, quantity.value * worth, None if quantity.upper is None else quantity.upper * worth


def _stands_for(said: str, stated: str) -> bool:
    """Whether a unit may be written for another: 个 for any classifier, none for one that the noun carries."""
    pair = {said, stated}
    return "" in pair or ("个" in pair and bool(pair & _COUNTED))


def is_above(hedge: str) -> bool:
    """Whether a hedge says that it is more."""
    return bool(_ABOVE.search(hedge)) and not _BELOW.search(hedge)


def _no_bolder(said: str, stated: str) -> bool:
    """「超30公里」 may be written as 30公里, not the other way round, 「近30公里」 may not; 「约」 may always be added."""
    if _BELOW.search(said):
        return bool(_BELOW.search(stated))
    if _NEAR.search(said) or _NEAR.search(stated) or _BELOW.search(stated):
        return bool((_NEAR.search(said) or _ABOUT.search(said)) and (_NEAR.search(stated) or _ABOUT.search(stated)))
    return not is_above(said) or is_above(stated)
