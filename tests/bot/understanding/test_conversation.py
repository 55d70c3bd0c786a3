"""Follow-ups are made whole from the conversation's earlier questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.conversation import Whole, make_whole

PLACES = ("柳溪县", "云台县", "柳溪", "云台")


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["2033年修建绿道多少公里？"], "那2034年呢？", "2034年修建绿道多少公里？"),
        (["2033年修建绿道完成了多少公里？"], "那2034年呢？", "2034年修建绿道多少公里？"),
        (["修建绿道多少公里？"], "2034年呢？", "2034年修建绿道多少公里？"),
        (["去年修建绿道多少公里？"], "今年呢？", "今年修建绿道多少公里？"),
        (["“十四五”期间造林多少亩？"], "“十五五”呢？", "“十五五”造林多少亩？"),
        (["柳溪县2033年造林多少亩？"], "云台县呢？", "云台县2033年造林多少亩？"),
        (["柳溪县2033年造林多少亩？"], "那云台呢？", "云台2033年造林多少亩？"),
        (["2033年造林多少亩？"], "云台县呢？", "云台县2033年造林多少亩？"),
        (["X026青山路铺设路面多少公里？"], "X031白水路呢？", "X031白水路铺设路面多少公里？"),
        (["清理垃圾多少吨？"], "拆除违建呢？", "拆除违建是多少？"),
        (["客运站旅客吞吐量多少人次？"], "货邮吞吐量呢？", "客运站货邮吞吐量是多少？"),
        (["柳溪县2033年造林多少亩？"], "云台县今年的呢？", "云台县今年造林多少亩？"),
        (["柳溪县2033年GDP增长多少？"], "今年的目标呢？", "柳溪县今年GDP增长目标是多少？"),
        (["柳溪县去年开行班列多少列？"], "增速呢？", "柳溪县去年开行班列增速是多少？"),
        (["柳溪县2033年新增了多少张养老床位？"], "那2034年呢？", "柳溪县2034年新增多少张养老床位？"),
    ],
)
def test_what_a_follow_up_names_takes_the_place_of_its_like(history: list[str], question: str, whole: str) -> None:
    assert make_whole(question, history, PLACES).text == whole


def test_an_open_question_of_its_own_stays_as_it_is() -> None:
    history = ["柳溪县2033年造林多少亩？"]
    assert make_whole("云台县养老方面做了哪些工作？", history, PLACES).text == "云台县养老方面做了哪些工作？"
    assert make_whole("养老方面做了哪些工作？", history, PLACES).text == "柳溪县养老方面做了哪些工作？"


def test_a_chain_of_follow_ups_keeps_what_each_changed() -> None:
    history = ["柳溪县2033年造林多少亩？", "云台县呢？"]
    assert make_whole("那2034年呢？", history, PLACES).text == "云台县2034年造林多少亩？"


def test_the_unit_is_carried_over_where_the_follow_up_names_none() -> None:
    whole = make_whole("今年打算做多少？", ["危桥改造去年完成了多少座？"])
    assert whole.text.endswith("多少座？")
    assert "危桥改造" in whole.text
    assert "去年" not in whole.text


def test_a_follow_ups_own_unit_stays() -> None:
    whole = make_whole("其中监督卸货多少吨？", ["查处超载货车多少辆？"])
    assert "多少吨" in whole.text
    assert "多少辆" not in whole.text


def test_words_from_earlier_questions_are_marked() -> None:
    whole = make_whole("其中监督卸货多少吨？", ["查处超载货车多少辆？"])
    assert "货车" in whole.faded
    assert "卸货" not in whole.faded


@pytest.mark.parametrize(
    "question",
    ["云台县新建幼儿园多少所？", "X031白水路改造投资多少？", "各县新建养老服务中心和社区食堂多少处？"],
)
def test_a_question_that_stands_by_itself_is_left_alone(question: str) -> None:
    assert make_whole(question, ["柳溪县2033年造林多少亩？"], PLACES).text == question


def test_the_place_of_a_conversation_goes_on() -> None:
    history = ["柳溪县2033年造林多少亩？"]
    assert (
        make_whole("新建养老服务中心和社区食堂多少处？", history, PLACES).text
        == "柳溪县新建养老服务中心和社区食堂多少处？"
    )


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["柳溪县去年技术合同成交额多少亿元？"], "增长了多少？", "柳溪县去年技术合同成交额增长了多少？"),
        (["柳溪县去年粮食总产量多少吨？"], "它排全省第几？", "柳溪县去年粮食总产量，排全省第几？"),
        (["柳溪县的铁路里程多少公里？"], "那里的公路里程有多长？", "柳溪县公路里程有多长？"),
        (["柳溪县去年新建绿道多少公里？"], "累计达到多少了？", "柳溪县去年绿道累计达到多少了？"),
        (["柳溪县去年治安案件下降了百分之多少？"], "刑事案件下降了多少？", "柳溪县去年刑事案件下降了多少？"),
    ],
)
def test_what_is_asked_next_is_of_the_same_topic(history: list[str], question: str, whole: str) -> None:
    assert make_whole(question, history, PLACES).text == whole


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["2033年危桥改造几座"], "罚没款多少", "罚没款多少"),
        (["新增培训机构几家"], "罚没款多少", "罚没款多少"),
        (["柳溪县2033年城镇新增就业多少"], "信访案件多少", "柳溪县信访案件多少"),
        (["柳溪县2033年城镇新增就业多少人"], "森林覆盖率是多少", "柳溪县森林覆盖率是多少"),
        (["柳溪县2033年城镇新增就业多少人"], "粮食产量多少", "柳溪县粮食产量多少"),
        (["柳溪县2033年新建桥梁多少座"], "水质达标率是多少", "柳溪县水质达标率是多少"),
        (["柳溪县铁路里程多少公里"], "哪个省GDP增速最高", "哪个省GDP增速最高"),
        (["柳溪县GDP增长多少"], "临临高速完成多少投资", "临临高速完成多少投资"),
    ],
)
def test_a_topic_of_its_own_takes_at_most_the_place(history: list[str], question: str, whole: str) -> None:
    assert make_whole(question, history, PLACES) == Whole(whole)


def test_a_known_road_is_where_it_is() -> None:
    history = ["柳溪县2033年造林多少亩？"]
    assert make_whole("青山路养护里程多少？", history, PLACES, {"青山路"}).text == "青山路养护里程多少？"


@pytest.mark.parametrize("question", ["投资多少", "人均多少", "排全省第几", "2034年准备新建几座", "市级要争取多少"])
def test_a_mere_respect_is_of_the_topic_talked_of(question: str) -> None:
    whole = make_whole(question, ["柳溪县2033年改造危桥多少座？"], PLACES).text
    assert "危桥" in whole


def test_a_measure_is_not_counted_in_the_unit_of_another() -> None:
    assert make_whole("投资多少", ["改造危桥多少座？"]).text == "改造危桥，投资多少"


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["柳溪县2033年造林多少亩？", "云台县呢？"], "两个差多少亩？", "柳溪县和云台县2033年造林差多少亩？"),
        (["柳溪县2033年造林多少亩？", "云台县呢？"], "哪个更多？", "柳溪县和云台县2033年造林哪个更多？"),
        (["柳溪县造林多少亩？", "种草呢？"], "这两个加起来呢？", "柳溪县造林和种草加起来是多少？"),
    ],
)
def test_two_questions_are_taken_together(history: list[str], question: str, whole: str) -> None:
    assert make_whole(question, history, PLACES).text == whole


def test_without_history_a_question_is_itself() -> None:
    assert make_whole(" 那2034年呢？ ", []).text == "那2034年呢？"


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_any_conversation_is_made_whole(question: str, history: list[str]) -> None:
    assert make_whole(question, history, PLACES).text or not question.strip()


@given(
    st.sampled_from(["那", "", "还有"]),
    st.text("柳溪县云台绿道2033年去今十四五“”X026青山路的完成了多少公里", max_size=20),
    st.text("柳溪县云台绿道2033年去今十四五“”X026青山路的完成了多少公里？", max_size=30),
)
def test_any_ellipsis_is_made_whole(lead: str, what: str, before: str) -> None:
    assert isinstance(make_whole(f"{lead}{what}呢？", [before], PLACES).text, str)
