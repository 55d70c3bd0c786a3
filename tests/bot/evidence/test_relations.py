"""Years, states and units of what is asked against what is stated."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from bot.evidence.relations import period_relation, resolve, unit_relation
from bot.understanding.period import Asked
from bot.understanding.question import understand
from ingest.document import Figure, Kind, Period


@dataclass(frozen=True)
class Years:
    """A report that accounts for 2035 and plans for 2036."""

    results_year: int | None = 2035
    plans_year: int | None = 2036
    titled_year: int | None = 2036


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("去年造林多少亩", (2035, 2035, "done")),
        ("今年造林多少亩", (2036, 2036, "planned")),
        ("今年安排了多少亩造林", (2036, 2036, "planned")),
        ("今后五年造林多少亩", (2036, 2040, "planned")),
        ("2035年造林多少亩", (2035, 2035, "done")),
        ("2036年造林多少亩", (2036, 2036, "planned")),
        ("五年来造林多少亩", (2031, 2035, "done")),
        ("到2040年造林多少亩", (2040, 2040, "planned")),
        ("造林多少亩", (None, None, "")),
    ],
)
def test_the_years_asked_are_those_of_the_report(text: str, resolved: tuple[int | None, int | None, str]) -> None:
    assert resolve(understand(text).asked, Years()) == resolved


@pytest.mark.parametrize(
    ("text", "titled", "resolved"),
    [
        ("今年造了多少亩林", 2035, (2035, 2035, "done")),
        ("今年造林多少亩", 2035, (2035, 2035, "done")),
        ("今年打算造林多少亩", 2035, (2036, 2036, "planned")),
        ("明年造林多少亩", 2035, (2036, 2036, "planned")),
        ("今年造了多少亩林", 2036, (2036, 2036, "done")),
    ],
)
def test_this_year_is_the_one_that_a_summary_of_it_accounts_for(
    text: str, titled: int, resolved: tuple[int, int, str]
) -> None:
    assert resolve(understand(text).asked, Years(titled_year=titled)) == resolved


@pytest.mark.parametrize(
    ("text", "unit", "relation"),
    [
        ("车祸处置了几回", "起", "kin"),
        ("养了多少只鸡", "羽", "kin"),
        ("老人坐了多少趟公交", "人次", "kin"),
        ("一度电便宜几分钱", "分/千瓦时", "kin"),
        ("办下来要几天", "个工作日", "kin"),
        ("修了多少公里", "亩", "other"),
        ("修了多少公里", "千米", "kin"),
    ],
)
def test_what_people_count_by_is_not_always_what_reports_count_by(text: str, unit: str, relation: str) -> None:
    assert unit_relation(understand(text), figure(unit)) == relation


@pytest.mark.parametrize(("year", "years"), [(2035, "wider"), (2033, "other")])
def test_what_five_years_brought_is_not_what_one_amid_them_did(year: int, years: str) -> None:
    asked = understand(f"{year}年造林多少亩").asked
    assert period_relation(asked, Period(2031, 2035, "done"), Years()).years == years


@pytest.mark.parametrize("text", ["集装箱吞吐量是多少标箱", "网上零售额是多少亿"])
def test_an_amount_is_not_told_by_a_percentage(text: str) -> None:
    assert unit_relation(understand(text), figure("%", "percent")) == "other"


def test_relative_years_say_nothing_of_a_report_without_years() -> None:
    assert resolve(Asked(relative="last"), Years(None, None)) == (None, None, "")


@pytest.mark.parametrize(
    ("asked", "stated", "years"),
    [
        (Asked(2035, 2035), Period(2035, 2035), "same"),
        (Asked(2035, 2035), Period(2036, 2036), "other"),
        (Asked(2035, 2035), Period(2031, 2035), "wider"),
        (Asked(2031, 2035), Period(2035, 2035), "narrower"),
        (Asked(), Period(2035, 2035), "unasked"),
        (Asked(2035, 2035), Period(), "unasked"),
    ],
)
def test_years_agree_or_do_not(asked: Asked, stated: Period, years: str) -> None:
    assert period_relation(asked, stated, Years()).years == years


def test_a_plan_is_not_a_result() -> None:
    done, planned = Period(2036, 2036, "done"), Period(2036, 2036, "planned")
    asked = understand("今年造林多少亩").asked
    assert period_relation(asked, planned, Years()).status == "same"
    assert period_relation(asked, done, Years()).status == "other"


def figure(unit: str, kind: Kind = "quantity") -> Figure:
    return Figure(0, 0, 1, f"1{unit}", kind, Decimal(1), unit)


@pytest.mark.parametrize(
    ("text", "stated", "relation"),
    [
        ("修路多少公里", figure("公里"), "same"),
        ("修路多少公里", figure("千米"), "kin"),
        ("修路多少公里", figure("亩"), "other"),
        ("投资多少亿元", figure("公里"), "other"),
        ("建成几个", figure("处"), "kin"),
        ("来了几个老师", figure("名"), "kin"),
        ("惠及多少人", figure("人次"), "kin"),
        ("惠及多少人", figure("家"), "other"),
        ("便宜了几分钱", figure("分"), "kin"),
        ("引进几家企业", figure("户"), "kin"),
        ("占百分之几", figure("%", "percent"), "same"),
        ("修路情况是多少", figure("公里"), "unasked"),
        ("修路多少公里", figure("", "date"), "other"),
    ],
)
def test_units_go_together_or_do_not(text: str, stated: Figure, relation: str) -> None:
    assert unit_relation(understand(text), stated) == relation
