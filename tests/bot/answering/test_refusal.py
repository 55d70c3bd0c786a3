"""A refusal says which part of the question the library does not hold."""

from __future__ import annotations

from bot.answering.refusal import explain
from bot.understanding.question import understand
from bot.understanding.scope import Scope
from tests.bot.reports import JIANGSU, view_of

VIEW = view_of(JIANGSU, "2036_江苏省_政府工作报告.txt")


def said(text: str, nearest: bool = True) -> str:
    return explain(understand(text), Scope(), [VIEW], nearest)


def test_the_missing_year_is_named() -> None:
    assert "报告没有写到2019年" in said("2019年新建高速公路多少公里")
    assert "报告没有写到2011—2015年" in said("“十二五”期间新建高速公路多少公里")


def test_words_are_named_as_they_were_asked() -> None:
    assert "「S999」" in said("S999改建多少公里")


def test_a_year_that_the_report_writes_of_is_not_called_missing() -> None:
    view = view_of("某省2036年工作报告\n\n一、2035年工作回顾\n高速公路由2019年的300公里增加到460公里。\n")
    assert "没有写到" not in explain(understand("2019年新建天文馆多少座"), Scope(), [view], True)
    assert "没有写到" not in said("2035年新建高速公路多少公里")
    assert "没有写到" not in said("去年新建高速公路多少公里")


def test_the_missing_place_is_named_once() -> None:
    text = said("浙江省新建高速公路多少公里")
    assert "资料库里没有浙江的报告" in text
    assert text.count("浙江") == 1


def test_the_missing_words_are_named() -> None:
    text = said("新建天文馆多少座")
    assert "「天文馆」" in text
    assert "新建" not in text


def test_where_nothing_is_missing_the_text_says_so() -> None:
    assert "没有直接说明" in said("新建高速公路花了几天")


def test_what_kind_of_answer_is_missing_is_said() -> None:
    assert "以元计的数值" in said("粮食总产量多少元")
    assert "时间" in said("粮食总产量什么时候增长")


def test_the_places_in_doubt_are_named() -> None:
    text = explain(understand("粮食产量多少"), Scope(), [VIEW], True, doubtful=["甲省", "乙省"])
    assert "没有确切读到甲省、乙省的数值" in text


def test_words_of_asking_are_not_called_missing() -> None:
    assert "是不是" not in said("是不是新建了天文馆")


def test_near_passages_are_offered_only_where_there_are_some() -> None:
    assert "供参考" in said("新建天文馆多少座")
    assert "供参考" not in said("新建天文馆多少座", nearest=False)
    assert explain(understand("天文馆"), Scope(), [], False).startswith("没有找到确切的答案")
