"""Questions that need more than one figure: how they are taken apart, and what is worked out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.computing.arithmetic import Operation, Plan, plan, work_out
from ingest.document import Figure, Kind, Period

TWO = [("山东省", ("a",)), ("江苏省", ("b",))]
THREE = [*TWO, ("云南省", ("c",))]


def figure(text: str, value: str, unit: str, years: tuple[int, int] = (2035, 2035), kind: Kind = "quantity") -> Figure:
    return Figure(0, 0, len(text), text, kind, Decimal(value), unit, period=Period(*years))


def of(operation: Operation, *names: str, lowest: bool = False) -> Plan:
    return Plan(operation, tuple((name, "") for name in names), lowest)


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("山东省和江苏省的粮食产量哪个更高？", "compare"),
        ("山东省和江苏省谁的粮食产量多？", "compare"),
        ("山东省和江苏省的粮食产量一样吗？", "compare"),
        ("地区生产总值山东省和江苏省谁增长得快", "compare"),
        ("山东省的粮食产量比江苏省多多少万吨？", "difference"),
        ("山东省和江苏省的粮食产量相差多少？", "difference"),
        ("山东省和江苏省的粮食产量加起来是多少？", "sum"),
        ("山东省和江苏省的粮食产量各是多少？", "pair"),
    ],
)
def test_a_question_of_two_places_is_taken_apart(text: str, operation: str) -> None:
    made = plan(text, TWO)
    assert made is not None
    assert made.operation == operation
    assert [name for name, _ in made.operands] == ["山东省", "江苏省"]
    for name, question in made.operands:
        assert "多少" in question
        assert name not in question
        assert ("粮食产量" in question) or ("地区生产总值增长多少" in question)
        assert "比" not in question


def test_three_places_are_ranked() -> None:
    made = plan("山东省、江苏省、云南省中哪个省的粮食产量最高？", THREE)
    assert made is not None
    assert made.operation == "rank"
    assert len(made.operands) == 3


@pytest.mark.parametrize(
    ("text", "lowest"),
    [
        ("山东省和江苏省的失业率谁更低？", True),
        ("山东省和江苏省谁的失业率低？", True),
        ("山东省和江苏省哪个省造林更少", True),
        ("山东省和江苏省的粮食产量谁更高，是多少？", False),
        ("山东省和江苏省谁的小麦产量高？", False),
        ("山东省和江苏省的最低工资标准哪个更高？", False),
        ("山东省和江苏省最大的水库哪个更小？", True),
    ],
)
def test_which_end_is_asked_for(text: str, lowest: bool) -> None:
    made = plan(text, TWO)
    assert made is not None
    assert made.lowest is lowest


@pytest.mark.parametrize(
    ("text", "operation", "operands"),
    [
        (
            "2036年计划造林面积比2035年完成的多多少亩？",
            "difference",
            ["2036年计划造林面积是多少亩？", "2035年完成造林面积是多少亩？"],
        ),
        ("青山路改造和白水路改造加起来多少公里？", "sum", ["青山路改造是多少公里", "白水路改造是多少公里"]),
        ("粮食总产量中，小麦占百分之几？", "share", ["粮食总产量是多少", "小麦是多少"]),
        ("“十四五”期间平均每年造林多少亩？", "average", ["“十四五”期间造林多少亩？"]),
        ("规上企业数量增长了百分之多少？", "growth", ["规上企业数量增加到多少？"]),
        ("规上企业累计增加了多少家？", "rise", ["规上企业增加到多少家？"]),
        ("规上企业增加了多少家？", "rise", ["规上企业增加到多少家？"]),
        ("人均预期寿命提高多少岁", "rise", ["人均预期寿命提高到多少岁"]),
        ("造林2036年比2035年增加多少亩", "difference", ["造林2036年是多少亩", "2035年造林是多少亩"]),
        ("2036年比2035年造林面积多多少亩", "difference", ["2036年造林面积是多少亩", "2035年造林面积是多少亩"]),
        ("2036年计划的比2035年完成的造林多几亩", "difference", ["2036年计划的造林是几亩", "2035年完成的造林是几亩"]),
        ("造林2035年和2036年差多少亩", "difference", ["造林2035年是多少亩", "2036年造林是多少亩"]),
        (
            "青山路办完手续和开工这两个时间节点，中间隔几个月",
            "months",
            ["青山路办完手续是什么时候", "青山路开工是什么时候"],
        ),
        ("青山路开工的时限比办完手续的时限晚几个月？", "months", ["青山路开工是什么时候", "青山路办完手续是什么时候"]),
        ("新增的经营主体里，企业占百分之几？", "share", ["新增的经营主体是多少", "企业是多少"]),
    ],
)
def test_a_question_of_one_report_is_taken_apart(text: str, operation: str, operands: list[str]) -> None:
    made = plan(text, [])
    assert made is not None
    assert made.operation == operation
    assert [question for _, question in made.operands] == operands


@pytest.mark.parametrize(
    "text",
    [
        "粮食产量是多少？",
        "地区生产总值比上年增长多少？",
        "失业率比全国平均低多少？",
        "产值同比增长百分之几？",
        "年均增长多少？",
        "高铁里程提高到多少公里？",
        "床位比上年增加多少张？",
        "打通了哪三条断头路？",
    ],
)
def test_what_the_report_states_itself_is_not_computed(text: str) -> None:
    assert plan(text, TWO[:1]) is None


def test_months_are_counted_between_the_ends_of_two_deadlines() -> None:
    june, march = figure("6月底前", "0", "", kind="date"), figure("3月底前", "0", "", kind="date")
    made = work_out(of("months", "", ""), [june, march])
    assert made is not None
    assert (made.short, made.formula) == ("3个月", "3月底前至6月底前，相隔3个月")
    assert work_out(of("months", "", ""), [june, figure("近期", "0", "", kind="date")]) is None


def test_a_rate_is_compared_as_a_rate() -> None:
    made = plan("2035年山东省的进出口增速比江苏省高几个百分点？", TWO)
    assert made is not None
    assert [text for _, text in made.operands] == ["2035年进出口增速是百分之几"] * 2


def test_growth_keeps_its_word() -> None:
    made = plan("2035年山东省和江苏省的GDP分别增长了多少？", TWO)
    assert made is not None
    assert all("增长" in text for _, text in made.operands)


def test_differences_are_exact_and_positive() -> None:
    ten, three = figure("10.3万吨", "103000", "吨"), figure("3.1万吨", "31000", "吨")
    made = work_out(of("difference", "甲", "乙"), [three, ten])
    assert made is not None
    assert made.short == "7.2万吨"
    assert made.formula == "10.3万吨 − 3.1万吨 = 7.2万吨"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("造林2036年比2035年增加多少亩", "7亩"),
        ("造林2036年比2035年减少多少亩", None),
        ("造林2036年比2035年多多少亩", "7亩"),
        ("造林2035年和2036年差多少亩", "7亩"),
    ],
)
def test_what_grew_did_not_fall(text: str, short: str | None) -> None:
    made = plan(text, [])
    assert made is not None
    result = work_out(made, [figure("10亩", "10", "亩"), figure("3亩", "3", "亩")])
    assert (result.short if result else None) == short


def test_a_fall_is_no_rise() -> None:
    fallen = [figure("10亩", "10", "亩"), figure("3亩", "3", "亩")]
    for text, short in (("造林增加了多少亩", None), ("造林减少了多少亩", "7亩")):
        made = plan(text, [])
        assert made is not None
        result = work_out(made, fallen)
        assert (result.short if result else None) == short


def test_places_are_not_subtracted_for_a_change_against_last_year() -> None:
    made = plan("山东省和江苏省的GDP比上年增长多少？", TWO)
    assert made is not None
    assert made.operation == "pair"


def test_the_difference_of_percentages_is_in_points() -> None:
    made = work_out(of("difference", "甲", "乙"), [figure("6.2%", "6.2", "%"), figure("5.8%", "5.8", "%")])
    assert made is not None
    assert made.short == "0.4个百分点"


def test_sums_are_in_the_scale_asked_for() -> None:
    figures = [figure("9000万元", "90000000", "元"), figure("1.1亿元", "110000000", "元")]
    assert work_out(of("sum", "甲", "乙"), figures, scale="亿").short == "2亿元"  # type: ignore[union-attr]
    assert work_out(of("sum", "甲", "乙"), figures, scale="万").short == "20000万元"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("operation", "values", "short"),
    [
        ("share", ["300", "100"], "33.3%"),
        ("share", ["200", "1"], "0.5%"),
        ("growth", ["518", "731"], "41.1%"),
        ("growth", ["100", "80"], "-20%"),
        ("rise", ["518", "731"], "213家"),
    ],
)
def test_shares_growth_and_rise(operation: Operation, values: list[str], short: str) -> None:
    made = work_out(of(operation, "", ""), [figure(f"{value}家", value, "家") for value in values])
    assert made is not None
    assert made.short == short
    assert made.formula


def test_an_average_is_over_the_years_of_the_figure() -> None:
    made = work_out(of("average", ""), [figure("52万亩", "520000", "亩", (2031, 2035))])
    assert made is not None
    assert made.short == "10.4万亩"
    assert "5年" in made.formula


def test_a_figure_of_one_year_has_no_yearly_average() -> None:
    assert work_out(of("average", ""), [figure("52万亩", "520000", "亩")]) is None


@pytest.mark.parametrize(("lowest", "short"), [(False, "乙"), (True, "甲")])
def test_places_are_ordered_by_their_figures(lowest: bool, short: str) -> None:
    figures = [
        figure("9500万元", "95000000", "元"),
        figure("1.2亿元", "120000000", "元"),
        figure("1亿元", "100000000", "元"),
    ]
    made = work_out(of("rank", "甲", "乙", "丙", lowest=lowest), figures)
    assert made is not None
    assert made.short == short
    assert {"甲9500万元", "乙1.2亿元", "丙1亿元"} == set(made.formula.split("，"))


def test_equal_figures_are_said_to_be_equal() -> None:
    made = work_out(of("compare", "甲", "乙"), [figure("5%", "5", "%"), figure("5%", "5", "%")])
    assert made is not None
    assert made.short == "一样，都是5%"


def test_those_who_share_the_first_place_are_all_named() -> None:
    made = work_out(
        of("rank", "甲", "乙", "丙"), [figure("5%", "5", "%"), figure("4%", "4", "%"), figure("5%", "5", "%")]
    )
    assert made is not None
    assert made.short == "甲、丙"


def test_side_by_side_needs_no_common_unit() -> None:
    made = work_out(of("pair", "甲", "乙"), [figure("5%", "5", "%"), figure("7公里", "7", "公里")])
    assert made is not None
    assert made.short == "甲5%，乙7公里"


@pytest.mark.parametrize("operation", ["compare", "difference", "sum", "share", "growth"])
def test_figures_of_different_units_are_not_computed_with(operation: Operation) -> None:
    assert work_out(of(operation, "甲", "乙"), [figure("5%", "5", "%"), figure("7公里", "7", "公里")]) is None


def test_nothing_is_a_share_of_nought() -> None:
    assert work_out(of("share", "", ""), [figure("0家", "0", "家"), figure("3家", "3", "家")]) is None


amounts = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False)


@given(amounts, amounts)
def test_arithmetic_is_exact(first: Decimal, second: Decimal) -> None:
    figures = [figure(f"{value}吨", str(value), "吨") for value in (first, second)]
    for operation, expected in (("sum", first + second), ("difference", abs(first - second))):
        made = work_out(of(operation, "甲", "乙"), figures)  # type: ignore[arg-type]
        assert made is not None
        assert Decimal(made.short.removesuffix("吨")) == expected


@given(st.text("山东省江苏和比的粮食产量多少谁更高低加起来里占百分之几，？2035年平均每年增长", max_size=40))
def test_any_text_is_taken_apart_or_left(text: str) -> None:
    for groups in ([], TWO[:1], TWO, THREE):
        made = plan(text, groups)
        assert made is None or made.operands
