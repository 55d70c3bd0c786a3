"""The reader: the figure or name that answers, read out of one report, with its confidence."""

from __future__ import annotations

import numpy as np
import pytest

from bot.reading import features
from bot.reading.reader import Reader, Reading
from bot.understanding.question import understand
from tests.bot.reports import JIANGSU, SHANDONG, view_of

SHANDONG_VIEW = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")
JIANGSU_VIEW = view_of(JIANGSU, "2036_江苏省_政府工作报告.txt")
READER = Reader()


def read(text: str) -> list[Reading]:
    return READER.read(understand(text, known=SHANDONG_VIEW.roads), {SHANDONG_VIEW: None})


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("2035年新建高速公路多少公里？", "310公里"),
        ("2036年新建高速公路多少公里？", "280公里"),
        ("去年城镇新增就业多少人？", "121万人"),
        ("今年城镇新增就业目标是多少万人？", "110万人以上"),
        ("2035年地区生产总值是多少？", "12万亿元"),
        ("2035年地区生产总值增长多少？", "6.2%"),
        ("今年地区生产总值增长目标是多少？", "5.5%左右"),
        ("居民人均预期寿命达到多少岁？", "81.5岁"),
        ("到2040年森林覆盖率达到多少？", "25%"),
        ("鲁南机场什么时候建成？", "9月底前"),
        ("“十六五”时期造林多少万亩？", "50万亩"),
        ("哪些城市入选全国首批零碳城市？", "济南、青岛、烟台"),
    ],
)
def test_the_figure_asked_for_comes_first(question: str, short: str) -> None:
    best = read(question)[0]
    assert best.short == short
    assert SHANDONG_VIEW.text[best.start : best.end] == short


@pytest.mark.parametrize("question", ["博物馆有多少座？", "量子计算机造了几台？", "2019年引进外资多少美元？"])
def test_what_the_report_does_not_say_is_not_sure(question: str) -> None:
    assert all(found.confidence < READER.threshold(understand(question)) for found in read(question)[:1])


@pytest.mark.parametrize("question", ["居民人均预期寿命提高多少岁？", "居民人均预期寿命增加了多少岁？"])
def test_a_level_reached_is_no_change(question: str) -> None:
    assert all(found.short != "81.5岁" for found in read(question))


def test_only_the_passages_given_are_read() -> None:
    question = understand("新建高速公路多少公里？")
    figures = [z for z in SHANDONG_VIEW.figures if z.figure.text == "280公里"]
    passage = SHANDONG_VIEW.sentences[figures[0].sentence].passage
    found = READER.read(question, {SHANDONG_VIEW: frozenset({passage})})
    assert found[0].short == "280公里"
    assert {SHANDONG_VIEW.sentences[reading.sentence].passage for reading in found} == {passage}


def test_of_two_reports_each_candidate_names_its_own() -> None:
    found = READER.read(understand("2035年粮食总产量是多少万吨？"), {SHANDONG_VIEW: None, JIANGSU_VIEW: None})
    texts = {view.report.id: view.text for view in (SHANDONG_VIEW, JIANGSU_VIEW)}
    assert {reading.report for reading in found} == set(texts)
    assert all(texts[reading.report][reading.start : reading.end] == reading.short for reading in found)


def test_candidates_come_best_first_and_are_few() -> None:
    found = read("新建高速公路多少公里？")
    assert 1 < len(found) <= 10
    assert [r.logit for r in found] == sorted((r.logit for r in found), reverse=True)


@pytest.mark.parametrize("question", ["民生方面做了哪些工作？", "有没有新建高速公路吗", ""])
def test_no_figure_or_name_is_read_where_none_is_asked_for(question: str) -> None:
    assert read(question) == []


def test_nothing_is_read_out_of_a_report_that_says_nothing() -> None:
    assert READER.read(understand("造林多少亩？"), {view_of("。"): None}) == []


def test_every_figure_has_a_row_of_finite_features() -> None:
    scored = READER.score_figures(understand("去年新建高速公路多少公里？"), SHANDONG_VIEW)
    assert scored.rows.shape == (len(scored.readings), len(features.NAMES))
    assert np.isfinite(scored.rows).all()


def test_both_ends_of_a_change_are_read_verbatim() -> None:
    best = read("规模以上工业企业由多少家增加到多少家？")[0]
    assert best.short == "3.2万家增加到3.6万家"
    assert SHANDONG_VIEW.text[best.start : best.end] == best.short


def test_what_a_change_started_from_is_told_from_what_it_reached() -> None:
    assert read("规模以上工业企业原来有多少家？")[0].short == "3.2万家"
    assert read("规模以上工业企业现在有多少家？")[0].short == "3.6万家"


def test_a_fall_is_told_with_its_word_where_a_growth_is_asked() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n地区生产总值增长5.2%，固定资产投资同比下降3.3%。\n")
    question = understand("2035年固定资产投资增长多少")
    first = Reader().read(question, {view: None})[0]
    assert first.short == "同比下降3.3%"
    assert view.text[first.start : first.end] == first.short


@pytest.mark.parametrize(
    ("text", "question", "short"),
    [
        ("城乡居民基础养老金提高20元，达到每月每人185元。", "城乡居民基础养老金每月达到多少元", "185元"),
        ("规上工业增加值预期增长6.5%，实际增长7.2%。", "2035年规上工业增加值实际增长多少", "7.2%"),
        ("完成交通投资18.6亿元，为年度计划17亿元的109.4%。", "2035年实际完成交通投资多少", "18.6亿元"),
        ("城镇居民收入4.1万元，农村居民收入1.8万元，分别增长4.2%和6.8%。", "农村居民收入增长多少", "6.8%"),
        (
            "县道好路率87.6%，乡村道好路率76.9%，分别提高1.9个、4.3个百分点。",
            "乡村道好路率提高了几个百分点",
            "4.3个百分点",
        ),
        ("高考特殊类型上线1027人，比上年增加143人。", "高考特殊类型上线人数比上年多了多少", "143人"),
    ],
)
def test_what_cannot_be_the_answer_gives_way_to_what_is(text: str, question: str, short: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}\n")
    assert READER.read(understand(question), {view: None})[0].short == short


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("居民人均可支配收入4.3万元；城镇调查失业率5.1%。", "城镇居民人均可支配收入是多少元"),
        ("新开通公交线路6条。", "现在一共有多少条公交线路"),
        ("云柳高速青崖段全长38.6公里。", "云柳高速全线多长"),
        ("农村公路优良中等路率88.7%。", "村道的优良中等路率是多少"),
    ],
)
def test_a_part_is_not_told_by_the_whole_nor_the_whole_by_a_part(text: str, question: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}\n")
    assert all(found.confidence == 0.0 for found in READER.read(understand(question), {view: None})[:1])


def test_several_names_are_not_told_by_one() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n新建云台公园。改造柳溪公园、白浦公园。\n")
    best = READER.read(understand("改造了哪两座公园"), {view: None})[0]
    assert best.short == "柳溪公园、白浦公园"
