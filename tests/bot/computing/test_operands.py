"""Operands chosen together: of one shape, of the measure asked about, or none at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Assistant
from bot.computing.likeness import likeness
from bot.computing.operands import Candidate, Operand, choose, choose_each, read_operand
from bot.reading.reader import Reader, Reading
from bot.understanding.question import understand
from bot.understanding.scope import find_scope
from ingest.document import Figure, Period

MILEAGE = understand("高速公路里程是多少公里")


def candidate(
    subject: str,
    value: int,
    logit: float,
    place: str = "a",
    added: bool = False,
    against: int = 0,
    sure: float = 0.0,
    unit: str = "公里",
    year: int = 2035,
    change: str = "",
) -> Candidate:
    text = f"{value}{unit}"
    figure = Figure(
        0, value, value + 1, text, "quantity", Decimal(value), unit, subject, change=change, period=Period(year, year)
    )
    reading = Reading(text, place, value, value + 1, 0, sure, logit, 0)
    fit = likeness("高速公路里程", subject)
    return Candidate(reading, figure, subject, added, fit, against, added, logit - 8 * (against + added) + 6 * fit)


def operand(name: str, *candidates: Candidate) -> Operand:
    placed = (replace(c, reading=replace(c.reading, report=name)) for c in candidates)
    return Operand(name, MILEAGE, tuple(sorted(placed, key=lambda c: -c.score)))


def values(row: list[Candidate] | None) -> list[int] | None:
    return row and [int(c.figure.value) for c in row]


def test_a_total_is_not_set_against_an_addition() -> None:
    one = operand("甲", candidate("高速公路里程", 30, 25, added=True), candidate("高速公路总里程", 909, 17, sure=0.9))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9))
    assert values(choose([one, other], Reader())) == [909, 906]


def test_figures_of_two_units_are_not_computed_with() -> None:
    one = operand("甲", candidate("高速公路里程", 30, 25, sure=0.9))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9, unit="亩"))
    assert choose([one, other], Reader()) is None


def test_a_level_is_not_set_against_a_change() -> None:
    one = operand("甲", candidate("高速公路里程", 30, 25, sure=0.9, change="up"))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9))
    assert choose([one, other], Reader()) is None


def test_a_figure_of_another_year_is_no_operand() -> None:
    one = operand("甲", candidate("高速公路里程", 30, 25, sure=0.9, against=1))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9))
    assert choose([one, other], Reader()) is None


def test_an_unsure_reading_of_another_subject_is_no_operand() -> None:
    one = operand("甲", candidate("粮食总产量", 30, 25))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9))
    assert choose([one, other], Reader()) is None


def test_two_figures_as_good_leave_an_unsure_operand_in_doubt() -> None:
    one = operand("甲", candidate("高速公路里程", 30, 25), candidate("高速公路里程", 31, 24.5))
    other = operand("乙", candidate("高速公路里程", 906, 16, sure=0.9))
    assert choose([one, other], Reader()) is None
    assert values(choose([operand("甲", candidate("高速公路里程", 30, 25)), other], Reader())) == [30, 906]


def test_one_figure_does_not_stand_for_two_operands() -> None:
    same = candidate("高速公路里程", 30, 25, sure=0.9)
    assert choose([operand("", same), operand("", same)], Reader()) is None


def test_of_many_places_those_in_doubt_have_no_row() -> None:
    sure = [operand(name, candidate("高速公路里程", 30 + n, 25, sure=0.9)) for n, name in enumerate("甲乙丙")]
    odd = operand("丁", candidate("粮食总产量", 5, 20, sure=0.1))
    row = choose_each([*sure, odd, Operand("戊", MILEAGE, ())], Reader())
    assert [c and int(c.figure.value) for c in row] == [30, 31, 32, None, None]


def test_a_row_whose_clause_lacks_a_word_of_the_question_is_left_out() -> None:
    sure = [operand(name, candidate("高速公路里程", 30 + n, 25, sure=0.9)) for n, name in enumerate("甲乙丙")]
    near = operand("丁", replace(candidate("高铁里程", 5, 20, sure=0.9), held=False))
    assert choose_each([*sure, near], Reader())[3] is None


def test_rows_of_the_same_measure_may_be_in_another_unit_where_nothing_is_ordered() -> None:
    sure = [operand(name, candidate("高速公路里程", 30 + n, 25, sure=0.9)) for n, name in enumerate("甲乙丙")]
    other = operand("丁", candidate("高速公路里程", 5, 20, sure=0.9, unit="里"))
    assert choose_each([*sure, other], Reader())[3] is None
    row = choose_each([*sure, other], Reader(), one_unit=False)[3]
    assert row
    assert row.figure.text == "5里"


def test_a_row_of_another_order_than_the_others_is_left_out() -> None:
    sure = [operand(name, candidate("高速公路里程", 900 + n, 25, sure=0.9)) for n, name in enumerate("甲乙丙")]
    huge = operand("丁", candidate("高速公路里程", 135_000_000, 25, sure=0.9))
    assert choose_each([*sure, huge], Reader())[3] is None


def test_rows_are_of_the_shape_that_most_places_state() -> None:
    level = [operand(name, candidate("高速公路里程", 900 + n, 25, sure=0.9)) for n, name in enumerate("甲乙丙")]
    mixed = operand("丁", candidate("高速公路里程", 5, 26, sure=0.9, change="up"), candidate("高速公路里程", 880, 20))
    assert [c and int(c.figure.value) for c in choose_each([*level, mixed], Reader())] == [900, 901, 902, 880]


@pytest.mark.parametrize(
    ("text", "best"),
    [("2035年粮食总产量是多少", "5100万吨"), ("2036年粮食总产量目标是多少", "5200万吨"), ("2035年GDP增长多少", "6.2%")],
)
def test_candidates_are_read_out_of_a_report(provinces: Assistant, text: str, best: str) -> None:
    scope = find_scope("山东省", provinces.library.reports())
    read = read_operand("山东省", text, scope, provinces)
    assert read.candidates[0].figure.text == best
    assert read.candidates[0].against == 0


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == 1
