"""Quantities: what stands in a text and what it is worth, with the sentence that made each rule necessary."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.quantities import Quantity, han_value, is_grade, quantities
from tests.ingest.reportlike import report_text

#: a clause and its quantities as 「verbatim|value|unit」
COUNTED = [
    ("累计完成投资36亿元", ["36亿元|3600000000|元"]),
    ("清理道旁垃圾12000余立方", ["12000余立方|12000|立方"]),
    ("罚没款90余万元", ["90余万元|900000|元"]),
    ("挽回经济损失15万余元", ["15万余元|150000|元"]),
    ("检查车辆147万辆次、检查人员196万人次", ["147万辆次|1470000|辆次", "196万人次|1960000|人次"]),
    ("惠及120多万户", ["120多万户|1200000|户"]),
    ("下达责令整改通知书129件次", ["129件次|129|件次"]),
    ("将1.8亿建设补助资金纳入预算", ["1.8亿|180000000|"]),
    ("投入1,234.5万元", ["1,234.5万元|12345000|元"]),
    ("浓度降到32.4微克/立方米", ["32.4微克/立方米|32.4|微克/立方米"]),
    ("控制在0.6人/百亿元以下", ["0.6人/百亿元以下|0.6|人/百亿元"]),
    ("度电排放二氧化碳0.13千克", ["0.13千克|0.13|千克"]),
    ("建设500千伏主网架", ["500千伏|500|千伏"]),
    ("新增3亿千瓦时", ["3亿千瓦时|300000000|千瓦时"]),
    ("危旧房3.1万套（户）", ["3.1万套（户）|31000|套"]),
    ("覆盖95%的村", ["95%|95|%"]),
    ("70%村卫生室实现一体化", ["70%|70|%"]),
    ("高于全国1.7个百分点", ["1.7个百分点|1.7|个百分点"]),
    ("增速为-3.2%", ["-3.2%|-3.2|%"]),
    ("增长7.1倍", ["7.1倍|7.1|倍"]),
    ("分别提高20.9、36.2、54个百分点", ["20.9|20.9|个百分点", "36.2|36.2|个百分点", "54个百分点|54|个百分点"]),
    ("分别达1409万、1305万人次", ["1409万|14090000|人次", "1305万人次|13050000|人次"]),
    ("收缴率不足七成", ["不足七成|70|%"]),
    ("提高1.9个、4.3个百分点", ["1.9个|1.9|个百分点", "4.3个百分点|4.3|个百分点"]),
    ("周转量1.93亿人公里", ["1.93亿人公里|193000000|人公里"]),
    ("算力达到30EFLOPS", ["30EFLOPS|30|EFLOPS"]),
    ("鲜花192亿枝", ["192亿枝|19200000000|枝"]),
    ("四条县乡道", ["四条|4|条"]),
    ("新增两家企业", ["两家|2|家"]),
    ("三千二百人", ["三千二百人|3200|人"]),
    ("十五年未发生", ["十五年|15|年"]),
    ("收入比缩小至2.12。", ["2.12|2.12|"]),
]

#: ranges: verbatim, low, high
RANGES = [
    ("新纳规上企业2-3家", "2-3家", 2, 3),
    ("增长4.5%—5%，", "4.5%—5%", "4.5", 5),
    ("建设2家至3家企业", "2家至3家", 2, 3),
    ("每年1万—2万人", "1万—2万人", 10000, 20000),
    ("培育5至6家企业", "5至6家", 5, 6),
    ("投资3~4亿元", "3~4亿元", 300000000, 400000000),
]

#: hedges belong to the figure
HEDGED = [
    ("实有超30公里", "超30公里", "超"),
    ("投资近1万亿元", "近1万亿元", "近"),
    ("不低于80%", "不低于80%", "不低于"),
    ("约占一成", "一成", ""),
    ("增长5%左右", "5%左右", "左右"),
    ("100个以上", "100个以上", "以上"),
    ("2000余处", "2000余处", "余"),
    ("突破1000万户", "突破1000万户", "突破"),
]

#: shares, ratios and doublings: verbatim, value, unit
RATIOS = [
    ("近五成企业", "近五成", 50, "%"),
    ("三成半", "三成半", 35, "%"),
    ("占全国近一半", "近一半", 50, "%"),
    ("百分之三点五", "百分之三点五", "3.5", "%"),
    ("约占三分之一", "三分之一", "33.33", "%"),
    ("约占全国1/10，", "1/10", 10, "%"),
    ("收入翻一番", "翻一番", 2, "倍"),
    ("产值翻两番", "翻两番", 4, "倍"),
    ("实现翻番", "翻番", 2, "倍"),
    ("比例为2.50:1", "2.50:1", "2.50", ":1"),
    ("缩小至2.52∶1", "2.52∶1", "2.52", ":1"),
    ("三次产业比重为4.0∶37.7∶58.3", "4.0∶37.7∶58.3", "4.0", ":37.7:58.3"),
]

#: ranks: verbatim, place (0 where no place is said)
RANKS = [
    ("排名位列全市第1名", "全市第1名", 1),
    ("居全国第20位，", "全国第20位", 20),
    ("居全国第5，", "第5", 5),
    ("居全国首位", "全国首位", 1),
    ("产量全球第一，", "第一", 1),
    ("进入全国前8位", "全国前8位", 8),
    ("居全国前列", "全国前列", 0),
]

#: dates: verbatim, year (0 where no year is said)
DATES = [
    ("2月底前完成", "2月底前", 0),
    ("在2023年第三季度完成", "2023年第三季度", 2023),
    ("年内交工", "年内", 0),
    ("2023年年底以前完成", "2023年年底以前", 2023),
    ("确保年底前开工", "年底前", 0),
    ("6月18日至20日举办", "6月18日至20日", 0),
    ("2026年1月27日在", "2026年1月27日", 2026),
    ("时间：2026-02-05 来源", "2026-02-05", 2026),
    ("到2030年，", "2030年", 2030),
]

#: what looks like a quantity and is none
NOT_COUNTED = [
    "G341黄海线",
    "X009淄安路",
    "5G基站建设",
    "PM2.5平均浓度",
    "“66966”工作体系",
    "“12345”热线",
    "一是全力推进",
    "由“十五五”转“十四五”",
    "四好农村路",
    "第十四届人民代表大会",
    "第26届省运会",
    "七个一活动",
    "高效办成一件事",
    "齐鲁1号列车",
    "建成2号线",
    "两院院士",
    "长三角一体化",
    "红十字会",
    "东四环改造",
    "十分重要",
    "这五年，我们坚持",
    "五年来，成就显著",
    "今后五年目标",
    "第十五个五年规划",
    "一个个愿景",
    "09:02:33",
    "一批项目",
    "完成立项",
    "党的二十届四中全会",
    "两位数增长",
    "每10万人口",
    "第一，抓项目",
    "第一、第三产业",
    "三次产业结构",
]


def only(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(("text", "expected"), COUNTED)
def test_amounts_counts_and_percentages(text: str, expected: list[str]) -> None:
    assert [f"{q.text}|{_plain(q.value)}|{q.unit}" for q in quantities(text)] == expected


@pytest.mark.parametrize(("text", "verbatim", "low", "high"), RANGES)
def test_ranges_have_two_ends(text: str, verbatim: str, low: float | str, high: float | str) -> None:
    found = only(text)
    assert (found.text, found.value, found.upper) == (verbatim, Decimal(low), Decimal(high))


@pytest.mark.parametrize(("text", "verbatim", "hedge"), HEDGED)
def test_hedges_belong_to_the_figure(text: str, verbatim: str, hedge: str) -> None:
    found = only(text)
    assert (found.text, found.hedge) == (verbatim, hedge)


@pytest.mark.parametrize(("text", "verbatim", "value", "unit"), RATIOS)
def test_shares_ratios_and_doublings(text: str, verbatim: str, value: float | str, unit: str) -> None:
    found = only(text)
    assert (found.text, found.value, found.unit) == (verbatim, Decimal(value), unit)


@pytest.mark.parametrize(("text", "verbatim", "place"), RANKS)
def test_ranks_are_places_not_counts(text: str, verbatim: str, place: int) -> None:
    found = only(text)
    assert found.kind == "rank"
    assert found.text.endswith(verbatim)
    assert found.value == place


@pytest.mark.parametrize(("text", "verbatim", "year"), DATES)
def test_dates_and_deadlines(text: str, verbatim: str, year: int) -> None:
    found = only(text)
    assert (found.kind, found.text, found.value) == ("date", verbatim, year)


@pytest.mark.parametrize("text", NOT_COUNTED)
def test_names_numberings_and_plan_periods_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("numeral", "value"), [("两", 2), ("十", 10), ("十五", 15), ("三千二百", 3200), ("一万二", 12000), ("二〇", 20)]
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert han_value(numeral) == value


@pytest.mark.parametrize("text", ["", "公里", "点"])
def test_what_is_no_numeral_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError):
        han_value(text)


@given(report_text, st.integers(0, 5), st.integers(0, 5))
def test_quantities_are_verbatim_in_order_and_do_not_overlap(text: str, left: int, right: int) -> None:
    start, end = min(left, len(text)), max(min(left, len(text)), len(text) - right)
    found = quantities(text, start, end)
    assert all(text[q.start : q.end] == q.text and q.text for q in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(q.value.is_finite() for q in found)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@pytest.mark.parametrize(
    ("text", "verbatim"),
    [
        ("缩短至9分40秒", "9分40秒"),
        ("全程2小时35分钟", "2小时35分钟"),
        ("压缩至1小时15分", "1小时15分"),
        ("车程要2个半小时", "2个半小时"),
    ],
)
def test_a_duration_of_several_units_is_one_quantity(text: str, verbatim: str) -> None:
    assert [(q.text, q.unit) for q in quantities(text)] == [(verbatim, "分钟")]


def test_a_grade_is_told_from_an_amount() -> None:
    assert is_grade("新增三级医院7家", 2, 4)
    assert not is_grade("新增三级医院7家", 6, 8)
    assert not is_grade("台阶二级", 2, 4)


def test_an_index_that_changes_is_a_quantity_without_a_unit() -> None:
    found = quantities("路况指数由2023年的91.42提高到92.86")
    assert [(q.text, q.unit) for q in found if q.kind == "quantity"] == [("91.42", ""), ("92.86", "")]


def test_a_price_is_of_the_whole_unit() -> None:
    assert [q.unit for q in quantities("电价下降5分/千瓦时")] == ["分/千瓦时"]


def test_a_time_of_the_day_is_no_quantity() -> None:
    assert [q.text for q in quantities("延长至23时30分的线路达到31条")] == ["31条"]
