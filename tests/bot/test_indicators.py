"""Which figures are of one indicator, and what it is called."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot import indicators
from bot.indicators import LOOSE, OFFICIAL, VERBATIM, indicator, name_of, subject_of
from bot.lookup import terms_of
from ingest.document import Figure, Period


def counting(subject: str, unit: str = "公里", change: str = "") -> Figure:
    return Figure(0, 0, 4, "30", "quantity", Decimal(30), unit, subject, change=change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("积极推进Y015三九路等县乡道路改建工程", "Y015三九路等县乡道路改建工程"),
        ("做好养老服务", "养老服务"),
        ("包括地区生产总值", "地区生产总值"),
        ("十五五”时期地区生产总值", "地区生产总值"),
        ("“十四五”期间全省粮食产量", "粮食产量"),
        ("地区生产总值跨越千亿元台阶", "地区生产总值"),
        ("四大主导产业［2］", "四大主导产业"),
        ("提升“四好农村路", "提升四好农村路"),
        ("完成率", "完成率"),
        ("实施情况", "实施情况"),
        ("推进", "推进"),
        ("“四好农村路”", "“四好农村路”"),
    ],
)
def test_a_subject_is_freed_of_what_its_sentence_puts_around_it(said: str, counted: str) -> None:
    assert subject_of(counting(said)) == counted


@pytest.mark.parametrize(
    "said", ["新增和改建农村公路", "农村公路新改建", "新（改）建农村公路", "新改建农村公路", "新建改建农村公路"]
)
def test_roads_built_anew_and_built_better_are_one_indicator_however_it_is_put(said: str) -> None:
    terms = terms_of("农村公路")
    assert indicator(counting(said), terms) == indicator(counting("新改建农村公路"), terms)


@pytest.mark.parametrize("said", ["农村公路", "最美农村公路", "改造农村公路", "新建农村公路", "农村公路管护"])
def test_other_things_that_are_said_of_roads_are_not(said: str) -> None:
    terms = terms_of("农村公路")
    assert indicator(counting(said), terms)[0] != indicator(counting("新改建农村公路"), terms)[0]


def test_growth_is_one_indicator_whether_the_noun_says_it_or_the_verb() -> None:
    terms = terms_of("GDP")
    found = {indicator(counting(said, "%", "up"), terms)[0] for said in ("地区生产总值", "GDP增速", "生产总值增长")}
    assert len(found) == 1
    assert name_of([counting("地区生产总值增速", "%", "up")], *found) == "地区生产总值增长"


def test_what_took_several_years_is_not_set_against_one_year() -> None:
    one, several = (replace(counting("农村公路"), period=Period(first, 2025, "done")) for first in (2025, 2021))
    assert indicator(one, ())[0] != indicator(several, ())[0]


@pytest.mark.parametrize(
    ("said", "distance"),
    [
        ("农村公路", VERBATIM),
        ("新改建农村公路", VERBATIM),
        ("四好农村路", OFFICIAL),
        ("村道安防", LOOSE),
        ("桥梁", LOOSE),
    ],
)
def test_what_is_said_in_the_words_asked_is_nearer_than_what_only_means_it(said: str, distance: int) -> None:
    assert indicator(counting(said), terms_of("农村公路"))[1] == distance


def test_what_most_figures_call_their_indicator_is_its_name() -> None:
    figures = [counting(said) for said in ("农村公路新改建", "新改建农村公路", "新改建农村公路", "")]
    assert name_of(figures, indicator(figures[0], ())[0]) == "新改建农村公路"
    assert name_of([counting("")], indicator(counting(""), ())[0]) == indicators.UNNAMED
