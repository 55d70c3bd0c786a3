"""Lists that share one predicate: the k-th figure belongs to the k-th subject."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ingest.alignment import align, says_predicate
from ingest.quantities import quantities
from tests.ingest.reportlike import report_text

#: a sentence and the subject of each of its quantities, "" where none is aligned, =k for that of quantity k
LISTS = [
    ("城镇、农村居民人均可支配收入分别增长3.4%、5.2%", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
    ("城镇和农村居民人均可支配收入分别增长4.3%、5.5%", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
    ("城乡居民人均可支配收入分别增长4.4%、5.6%", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
    ("银行存贷款余额分别达38.7万亿元、29.9万亿元", ["银行存款余额", "银行贷款余额"]),
    ("装备制造业、高技术制造业增加值分别增长17.7%、17.6%", ["装备制造业增加值", "高技术制造业增加值"]),
    (
        "新能源汽车、集成电路、工业机器人产量分别增长49.8%、11.9%、36.4%",
        ["新能源汽车产量", "集成电路产量", "工业机器人产量"],
    ),
    ("能源、旅游投资分别增长9.4%、5%", ["能源投资", "旅游投资"]),
    ("确保肉、奶产量分别稳定在310万吨和750万吨左右", ["肉产量", "奶产量"]),
    ("刑事、治安案件分别下降6.6%、3.6%", ["刑事案件", "治安案件"]),
    ("国家级、部级创新平台分别达到22家、182家", ["国家级创新平台", "部级创新平台"]),
    ("第一、第三产业增加值分别增长3.1%、5.1%", ["第一产业增加值", "第三产业增加值"]),
    ("第一、二、三产业增加值分别增长3.1%、5.1%、6%", ["第一产业增加值", "第二产业增加值", "第三产业增加值"]),
    # only a measure stands before 分别: the list is that of the clause before
    ("实施G31、S20改造工程，里程分别为12公里、9公里", ["实施G31里程", "S20改造工程里程"]),
    ("人参、食用菌全产业链产值分别达到1230亿元、120亿元", ["人参全产业链产值", "食用菌全产业链产值"]),
    ("金融业、软件和信息服务业增加值分别增长9.7%、15.3%", ["金融业增加值", "软件和信息服务业增加值"]),
    (
        "对东盟、共建“一带一路”国家进出口总额分别增长10.4%、12.1%",
        ["对东盟国家进出口总额", "共建“一带一路”国家进出口总额"],
    ),
    # items that name their own measure share nothing
    ("企业营业收入、利润分别增长6%、60.7%", ["企业营业收入", "利润"]),
    ("事故起数和死亡人数分别下降15.1%、17%", ["事故起数", "死亡人数"]),
    ("国际友城和外国驻穗总领馆分别增至214对和69家", ["国际友城", "外国驻穗总领馆"]),
    ("农村自来水、卫生户厕普及率分别提升至97.2%、99.8%", ["农村自来水普及率", "卫生户厕普及率"]),
    # a unit that is spelled once
    ("户厕覆盖率、污水治理率、垃圾处理率分别提高20.9、36.2、54个百分点", ["户厕覆盖率", "污水治理率", "垃圾处理率"]),
    # from-values and to-values
    ("地区总部、研发中心分别从771家、481家增加到1076家、636家", ["地区总部", "研发中心"] * 2),
    # a second 分别, and one that goes back to figures
    ("“上海标准”、“上海品牌”分别新增12项和44项，累计分别达到64项和288项", ["“上海标准”", "“上海品牌”"] * 2),
    ("接待国内游客4.16亿人次、入境游客936万人次，分别增长6.7%、39.6%", ["", "", "=0", "=1"]),
    ("城镇居民收入40160元，农村居民收入18470元，分别增长4.2%和6.8%", ["", "", "=0", "=1"]),
    (
        "工业投资、基建投资分别增长8%、9%；城镇居民收入4万元、农村居民收入2万元，分别增长4%、6%",
        ["工业投资", "基建投资", "", "", "=2", "=3"],
    ),
    ("完成客运量386万人次、旅客周转量1.93亿人公里，分别增长28.4%、31.7%", ["", "", "=0", "=1"]),
    ("县道好路率87.6%，乡村道为76.9%，分别比2020年提高1.9个、4.3个百分点", ["", "", "", "=0", "=1"]),
    # no 分别 at all
    ("国内游客人次、总花费增长5.6%、7.5%", ["国内游客人次", "总花费"]),
    ("农村自来水、卫生户厕普及率超过98%、85%", ["农村自来水普及率", "卫生户厕普及率"]),
    # what follows the run is not of it
    ("案件受理数、案损数分别下降16%和36%，为近三年来最大降幅", ["案件受理数", "案损数", ""]),
    ("概念验证中心、中试基地分别达到69家、107家，1324人晋升职称", ["概念验证中心", "中试基地", ""]),
    # negatives
    ("产业园、产业集群分别增加2个", [""]),
    ("完成投资36亿元、清理垃圾1万吨", ["", ""]),
    ("地区生产总值增长5.5%、达到10.3万亿元", ["", ""]),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_each_figure_of_a_list_has_its_own_subject(text: str, expected: list[str]) -> None:
    found = quantities(text)
    aligned = align(text, 0, found)
    said = [aligned.get(index, "") for index in range(len(found))]
    assert [f"={subject}" if isinstance(subject, int) else subject for subject in said] == expected


def test_offsets_are_of_the_whole_text() -> None:
    text = "前一句说完。能源、旅游投资分别增长9.4%、5%。"
    start = text.index("能源")
    assert align(text, start, quantities(text, start)) == {0: "能源投资", 1: "旅游投资"}


@pytest.mark.parametrize(("gap", "expected"), [("、", False), ("和", False), ("，分别增长", True), ("增加到", True)])
def test_a_predicate_between_figures_is_seen(gap: str, expected: bool) -> None:
    assert says_predicate(gap) is expected


@settings(deadline=None)
@given(report_text)
def test_only_quantities_that_are_there_are_aligned(text: str) -> None:
    found = quantities(text)
    for index, subject in align(text, 0, found).items():
        assert 0 <= index < len(found)
        assert 0 <= subject < index if isinstance(subject, int) else subject
