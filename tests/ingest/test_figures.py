"""Figures: what each quantity counts, in which respect, for when, and whether it is a level or a change."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from types import FrameType

import pytest
from hypothesis import given, settings

from ingest.document import Document, Figure, Period
from ingest.figures import extract, zones
from ingest.frontmatter import FrontMatter
from ingest.outline import outline
from ingest.period import Timeline, timeline
from ingest.quantities import quantities
from ingest.splitter import split
from tests.ingest.reportlike import report_text

YEAR = Period(2025, 2025, "done")
FRONT = FrontMatter("某省2026年政府工作报告", "某省", 2026, 2025, 2026)


def figures_of(text: str, periods: Timeline | None = None) -> Sequence[Figure]:
    document, periods = Document(text), periods or Timeline((0,), (YEAR,))
    return extract(text, split(document, outline(document), periods), periods)


#: a sentence and the subject and measure of each of its figures
SUBJECTS = [
    ("累计完成投资36亿元。", ["投资|"]),
    ("查处无证经营车46辆，非法运输成品油车1辆。", ["无证经营车|", "非法运输成品油车|"]),
    ("各类货运违规经营行为22起。", ["各类货运违规经营行为|"]),
    ("打造5条最美农村公路。", ["最美农村公路|"]),
    ("新增3家培训机构。", ["培训机构|新增"]),
    (
        "全县6家规模以上货运企业营业收入同比增长12.5%。",
        ["全县规模以上货运企业营业收入|", "规模以上货运企业营业收入|同比增长"],
    ),
    ("做好Y015三九路等四条县乡道改建工程。", ["做好Y015三九路等县乡道改建工程|"]),
    ("确定1名主编，2名副主编及5名编委。", ["主编|", "副主编|", "编委|"]),
    ("推动10个镇级快递中心、12个村级示范点建设。", ["镇级快递中心|", "村级示范点建设|"]),
    ("地区生产总值增长5.5%、达到10.3万亿元。", ["地区生产总值|增长", "地区生产总值|达到"]),
    ("规上工业增加值增长7.6%，高于全国1.7个百分点。", ["规上工业增加值|增长", "规上工业增加值|高于全国"]),
    ("农林牧渔业总产值超过1.3万亿元，稳居全国首位。", ["农林牧渔业总产值|", "农林牧渔业总产值|稳居"]),
    ("保有量突破50万辆、占比居全国第二。", ["保有量|", "保有量占比|居"]),
    ("加注燃料油880万吨、跻身全球第三。", ["加注燃料油|", "加注燃料油|跻身"]),
    ("电力外送量连续21年居全国首位。", ["电力外送量|连续", "电力外送量|居"]),
    ("口岸货运能力从3800万吨提升至8000万吨。", ["口岸货运能力|", "口岸货运能力|提升至"]),
    (
        "全省生产总值从2020年的3.68万亿元增长到2025年的4.93万亿元。",
        ["全省生产总值|", "全省生产总值|", "全省生产总值|增长到", "全省生产总值|增长到"],
    ),
    ("居民人均可支配收入年均增长5.4%。", ["居民人均可支配收入|年均增长"]),
    ("职业伤害保障试点惠及165.3万人。", ["职业伤害保障试点惠及|"]),
    ("89.4%的公园实现24小时开放。", ["公园|", "公园开放|实现"]),
    ("争取将6.7亿建设补助资金列入市级预算。", ["建设补助资金列入市级预算|"]),
    ("力争项目6月底前开工建设。", ["项目开工建设|"]),
    ("开展3轮爱国卫生“7个专项行动”。", ["爱国卫生|", "爱国卫生“专项行动”|"]),
    ("出台“21条”政策。", ["出台政策|"]),
    ("外国人来琼工作人数较2020年增长90%。", ["外国人来琼工作人数|", "外国人来琼工作人数|增长"]),
    ("一是新增企业3家。", ["企业|"]),
    ("新增三级医院7家、总数达到96家。", ["医院|新增", "三级医院|", "三级医院总数|达到"]),
    ("建成高速公路427公里，通车里程达到8126公里。", ["高速公路|", "高速公路通车里程|达到"]),
    ("粮食播种面积6820万亩，产量2264万吨。", ["粮食播种面积|", "粮食产量|"]),
    ("收入2274.8亿元（上年为2142亿元），支出5918亿元。", ["收入|", "收入|", "支出|"]),
    ("覆盖县（市）57个。", ["覆盖县（市）|"]),
    ("投资增长5%；产量增长6%。", ["投资|增长", "产量|增长"]),
    (
        "研发经费投入强度2022年为2.31%，2023年升至2.46%。",
        ["研发经费投入强度|", "研发经费投入强度|为", "研发经费投入强度|", "研发经费投入强度|升至"],
    ),
    ("基础养老金提高20元，达到每月每人185元。", ["基础养老金|提高", "基础养老金|达到"]),
    ("1.发放租赁补贴1.6万户。", ["租赁补贴|"]),
]

#: a sentence and the change of each of its figures
CHANGES = [
    ("地区生产总值增长5.5%。", ["up"]),
    ("案件下降6.6%。", ["down"]),
    ("人均预期寿命增至80.5岁。", [""]),
    ("工业增加值突破7600亿元。", [""]),
    ("新改造提升村卫生室2.1万个。", [""]),
    ("收入提高0.2个百分点。", ["up"]),
    ("占比提升至7.4%。", [""]),
    ("税费由2900元下降到1000元。", ["", ""]),
    ("规上工业增加值增速4.5%。", ["up"]),
    ("居民消费价格涨幅2%左右。", ["up"]),
    ("能耗降幅为2.4%。", ["down"]),
    ("增长7.6%，高于全国1.7个百分点、低于上年0.3个百分点。", ["up", "up", "down"]),
    ("综合排名位列全市第1名。", [""]),
    ("食品抽检合格率分别超98.5%和99%。", ["", ""]),
]

#: a sentence under 「2025年工作回顾」 and the period of each of its figures
PERIODS = [
    ("增加值预期增长6.5%，实际增长7.2%。", [(2025, 2025, "planned"), (2025, 2025, "done")]),
    ("完成投资18亿元，为年度计划17亿元的109%。", [(2025, 2025, "done"), (2025, 2025, "planned"), (2025, 2025, "done")]),
    ("超额完成年初确定的17.5亿元目标。", [(2025, 2025, "planned")]),
    ("新建公路23公里（2026年计划30公里）。", [(2025, 2025, "done"), (2026, 2026, "done"), (2026, 2026, "planned")]),
    (
        "加装电梯118部（2023年、2024年分别为73部和45部）；更新电梯240部。",
        [
            (2025, 2025, "done"),
            (2023, 2023, "done"),
            (2024, 2024, "done"),
            (2023, 2023, "done"),
            (2024, 2024, "done"),
            (2025, 2025, "done"),
        ],
    ),
    (
        "新建公路23公里（2024年15公里），改造6公里。",
        [(2025, 2025, "done"), (2024, 2024, "done"), (2024, 2024, "done"), (2025, 2025, "done")],
    ),
    ("增长5.5%。", [(2025, 2025, "done")]),
    ("能力从3800万吨提升至8000万吨。", [(2024, 2024, "done"), (2025, 2025, "done")]),
    ("学校由71所优化整合为47所。", [(2024, 2024, "done"), (2025, 2025, "done")]),
    ("中心、基地分别从7家、4家增加到10家、6家。", [(2024, 2024, "done")] * 2 + [(2025, 2025, "done")] * 2),
    ("占比由2020年的7.2%提升至7.4%。", [(2020, 2020, "done"), (2020, 2020, "done"), (2025, 2025, "done")]),
    ("由5个部门联合开展检查20次。", [(2025, 2025, "done"), (2025, 2025, "done")]),
    ("五年来，里程由2110公里增至3055公里。", [(2020, 2020, "done"), (2021, 2025, "done")]),
]


@pytest.mark.parametrize(("text", "expected"), SUBJECTS)
def test_subject_and_measure(text: str, expected: list[str]) -> None:
    assert [f"{figure.subject}|{figure.measure}" for figure in figures_of(text)] == expected


@pytest.mark.parametrize(("text", "expected"), CHANGES)
def test_level_or_change(text: str, expected: list[str]) -> None:
    assert [figure.change for figure in figures_of(text)] == expected


@pytest.mark.parametrize(("text", "expected"), PERIODS)
def test_periods_of_figures(text: str, expected: list[tuple[int, int, str]]) -> None:
    report = "一、2025年工作回顾\n" + text
    periods = timeline(report, outline(Document(report)), FRONT)
    body = [figure for figure in figures_of(report, periods) if figure.start > 10]
    assert [(figure.period.first, figure.period.last, figure.period.status) for figure in body] == expected


def test_a_second_predicate_says_its_own_measure_of_the_same_subjects() -> None:
    found = figures_of("旅客和货邮吞吐量分别达到1.35亿人次、453.8万吨，分别增长8.3%、7.9%。")
    assert [(f.subject, f.measure, f.change) for f in found] == [
        ("旅客吞吐量", "分别达到", ""),
        ("货邮吞吐量", "分别达到", ""),
        ("旅客吞吐量", "分别增长", "up"),
        ("货邮吞吐量", "分别增长", "up"),
    ]


def test_growth_said_of_two_figures_has_their_subjects() -> None:
    found = figures_of("接待国内游客4.16亿人次、入境游客936万人次，分别增长6.7%、39.6%。")
    assert [figure.subject for figure in found][2:] == [figure.subject for figure in found][:2]


def test_zones_reach_from_the_figure_before_to_the_figure_after() -> None:
    text = "全年，清理垃圾3吨、整改问题20处，成效好。"
    spans = [(q.start, q.end) for q in quantities(text) if q.unit]
    around = zones(text, 0, len(text), spans)
    before = [text[zone.before_start : start] for zone, (start, _) in zip(around, spans, strict=True)]
    after = [text[end : zone.after_end] for zone, (_, end) in zip(around, spans, strict=True)]
    assert before == ["清理垃圾", "、整改问题"]
    assert after == ["", ""]


def test_a_figure_knows_its_passage() -> None:
    found = figures_of("一、回顾\n完成投资36亿元。\n清理垃圾3吨。")
    assert [(figure.text, figure.passage) for figure in found] == [("36亿元", 1), ("3吨", 2)]


@settings(deadline=None)
@given(report_text)
def test_figures_are_verbatim_in_order_and_inside_their_passage(text: str) -> None:
    document = Document(text)
    sections = outline(document)
    periods = timeline(text, sections, FRONT)
    passages = split(document, sections, periods)
    found = extract(text, passages, periods)
    assert all(text[figure.start : figure.end] == figure.text for figure in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(passages[f.passage].start <= f.start and f.end <= passages[f.passage].end for f in found)


def test_a_sentence_of_thousands_of_figures_takes_no_longer_a_figure_than_a_short_one() -> None:
    """As the row of a wide table is; neighbours alone are looked at, where each used to be compared with all."""

    def steps(count: int) -> int:
        text = "2024年完成投资3.6亿元，" * count
        seen = 0

        def counting(frame: FrameType, event: str, argument: object) -> None:
            nonlocal seen
            seen += event in ("call", "c_call")

        sys.setprofile(counting)
        try:
            assert len(quantities(text)) == 2 * count
            assert len(zones(text, 0, len(text), [(q.start, q.end) for q in quantities(text)])) == 2 * count
        finally:
            sys.setprofile(None)
        return seen

    assert steps(800) < 4 * 2 * steps(200)


def test_all_figures_of_a_row_are_of_what_its_first_name_says() -> None:
    """A table's rows in words: 「石桥镇 县道里程」 is asked for, and the two stand in different cells."""
    row = "序号：1；乡镇：石桥镇；县道里程45.2公里；投资3200万元；备注：提前完工。\n"
    assert [f"{f.subject}|{f.text}" for f in figures_of(row)] == ["石桥镇县道里程|45.2公里", "石桥镇投资|3200万元"]
    prose = "总体思路：以人为本，服务群众；完成投资36亿元。\n"
    assert [f.subject for f in figures_of(prose)] == ["投资"]
