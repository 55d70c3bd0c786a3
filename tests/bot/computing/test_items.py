"""Several things asked for at once become a question each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Assistant
from bot.computing.items import itemised


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("2035年夏粮和秋粮的产量分别是多少？", ["2035年夏粮的产量是多少", "2035年秋粮的产量是多少"]),
        ("货物和集装箱吞吐量各多少", ["货物吞吐量多少", "集装箱吞吐量多少"]),
        ("城市低保、农村低保的月标准各提到了多少", ["城市低保的月标准提到了多少", "农村低保的月标准提到了多少"]),
        (
            "今年城镇和农村居民收入的目标分别定在多少",
            ["今年城镇居民收入的目标定在多少", "今年农村居民收入的目标定在多少"],
        ),
        (
            "甲路、乙路、丙路，县里去年各修了多少公里",
            ["县里去年甲路修了多少公里", "县里去年乙路修了多少公里", "县里去年丙路修了多少公里"],
        ),
        ("执法出动车辆和人员各多少", ["执法出动车辆多少", "执法出动人员多少"]),
        (
            "电子、石化、家电三个产业营业收入分别有多少",
            ["电子营业收入有多少", "石化营业收入有多少", "家电营业收入有多少"],
        ),
        ("争取到的预算内投资、专项债券各是多少", ["争取到的预算内投资是多少", "争取到的专项债券是多少"]),
        ("水电、风电、光伏装机依次是多少", ["水电装机是多少", "风电装机是多少", "光伏装机是多少"]),
        (
            "三次产业增加值的增速分别是多少",
            [f"第{n}产业的增加值的增速是多少" for n in "一二三"],
        ),
    ],
)
def test_what_they_share_is_asked_of_each(text: str, questions: list[str]) -> None:
    assert [question for _, question in itemised(text)] == questions


@pytest.mark.parametrize(
    "text",
    [
        "产业基地分别在哪几个市",
        "粮食产量是多少",
        "各省GDP增长目标分别是多少",
        "三大主导产业的产值增速分别是多少",
        "和谐社区有多少个",
    ],
)
def test_one_thing_is_left_whole(text: str) -> None:
    assert itemised(text) == []


@given(st.text(alphabet="甲乙和与、的各分别多少几2035年产量是里中（）三个，", max_size=30))
def test_any_text_is_taken_apart_or_left(text: str) -> None:
    found = itemised(text)
    assert len(found) != 1
    assert all(thing in question for thing, question in found)


def test_each_thing_has_its_figure_and_its_quote(provinces: Assistant) -> None:
    answer = provinces.ask("山东省2035年粮食总产量和小麦产量分别是多少？")
    assert answer.short == "粮食总产量5100万吨，小麦产量2040万吨"
    assert len(answer.citations) == 2


def test_where_one_of_them_is_not_said_none_is(provinces: Assistant) -> None:
    assert provinces.ask("山东省2035年粮食和蔬菜的产量分别是多少？").status == "refused"
