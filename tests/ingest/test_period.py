"""Which year a clause speaks of, and whether of things done or planned."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from ingest.document import Document, Period
from ingest.frontmatter import FrontMatter, describe
from ingest.outline import outline
from ingest.period import FIVE_YEAR_PLAN, Timeline, five_year_plan, of_heading, timeline
from tests.ingest.reportlike import report_text

DONE, PLANNED = Period(2022, 2022, "done"), Period(2023, 2023, "planned")

#: the first words of clauses of the report that ships
SHIPPED_DONE = (
    "围绕打造“内外联通大交通格局”|圆满完成了全年各项工作任务|在我市所有区县中率先完成征地拆迁|累计完成投资36亿元|二是顺利完成华源路|"
    "年内完成新增和改建农村公路23公里|X019鲁沟路完成路面施工4公里|成功创建“四好农村路”省级示范县|打造5条最美农村公路|排查整改问题2000余处|"
    "路与环境综合整治年度综合排名位列|继续深化“四好农村路”建设|积极争取该项目列入市级决策事项|争取该工程由“十五五”转“十四五”实施|"
    "二是做好Y015三九路等四条县乡道改建|韩金路等任务列入市轨道公司|通用机场完成建设用地选址|新增3家培训机构|全县6家规模以上货运企业|"
    "开通助学公交7条|创建80个规范化快递|2022年共出动执法人员3400余人次|执法车辆850余辆次|完成罚没款90余万元|挽回经济损失15万余元|"
    "对全县道路运输企业进行了6轮75次|全年共受理各类信访案件22件次|督促施工单位落实好“6个100%”|9个服务点累计检查车辆147万|安排接返专用车120辆次|"
    "我局累计在新华社|发表公众号文章230余篇|为全局工作成绩的取得贡献了力量|2022年，全县交通运输工作取得了不错的成绩|"
    "我们还面临不少困难和挑战|公交企业运营困难|农村公路等级不高"
)
SHIPPED_PLANNED = (
    "结合全县交通运输工作实际|保障临临高速公路沂源段46.67公里|争取在2023年第三季度完成|将1.8亿建设补助资金纳入|争取将6.7亿建设补助资金|"
    "2月底前完成各项前期手续|3月底前完成Y015三九路|力争项目6月底前开工|确保年底前开工建设|2023年底前完成X009淄安路|"
    "六是争取刁石路改造提升|2023年底前完成工程建设|一是完成农村公路新改建30公里|路面状况改善133公里，村道安防|村道安防180公里|危桥改造1座|"
    "年内交工验收|一是争取在2023年新纳规上企业|对接开通2条|计划开通4个镇办|计划新建镇级快递配送中心1处|村级快递融合综合服务站97处|"
    "再增加治超非现场执法系统1处|抓好对管养路段和施工工地|力争2023年圆满完成“四减四增”|一是从严抓实基础工作|确定1名主编|"
    "力争2023年年底以前完成忆沂源|突出“三条主线”|提效争先就要快起来|确保完成全年目标任务|要开阔思路"
)

FRONT = FrontMatter("山东省2026年政府工作报告", "山东省", 2026, 2025, 2026)
BUREAU = FrontMatter("某局2022年工作总结", "某局", 2022, 2022, 2023)
REVIEW, TARGETS, TASKS = "一、2025年工作回顾\n", "二、“十五五”时期目标任务\n", "三、2026年重点工作\n"

#: a text of FRONT, the words whose period is asked, and that period
CLAUSES = [
    (REVIEW + "地区生产总值增长5.5%。", "增长5.5%", (2025, 2025, "done")),
    (TASKS + "地区生产总值增长5%左右。", "增长5%", (2026, 2026, "planned")),
    (TARGETS + "森林覆盖率达到25%。", "达到25%", (2026, 2030, "planned")),
    (REVIEW + "五年来，经济总量连跨三级。铁路新增900公里。", "新增900", (2021, 2025, "done")),
    (REVIEW + "过去的五年极不平凡。经济总量连跨三级。", "经济总量", (2021, 2025, "done")),
    (REVIEW + "五年来，铁路新增900公里。过去一年，城镇新增就业90万人。", "新增就业", (2025, 2025, "done")),
    (REVIEW + "“十四五”时期，粮食产量稳定。累计建成水库4座。", "建成水库", (2021, 2025, "done")),
    (REVIEW + "旅游成为大产业，2024年旅居人数超550万。", "旅居人数", (2024, 2024, "done")),
    (REVIEW + "保有量比2020年增长90%。", "增长90%", (2025, 2025, "done")),
    (REVIEW + "占比由2020年的7.2%提升至7.4%。", "提升至", (2025, 2025, "done")),
    (REVIEW + "产值增长到2024年的4万亿元，出口额增长2%。", "出口额", (2025, 2025, "done")),
    (REVIEW + "较“十三五”末净增1万亿元，居全国第12位。", "居全国", (2025, 2025, "done")),
    (REVIEW + "2021—2025年，累计完成投资3万亿元。", "累计完成", (2021, 2025, "done")),
    (REVIEW + "“十四五”以来，累计投入7.2亿元。", "累计投入", (2021, 2025, "done")),
    (REVIEW + "“十四五”时期投资1560亿元，是“十三五”总和的1.4倍；新建公路4260公里。", "新建公路", (2021, 2025, "done")),
    (
        "一、“十四五”时期成就\n五年来，产量稳定。总产量比上年增加13亿斤，累计投资9亿元。",
        "比上年增加",
        (2025, 2025, "done"),
    ),
    (
        "一、“十四五”时期成就\n五年来，产量稳定。总产量比上年增加13亿斤，累计投资9亿元。",
        "累计投资",
        (2021, 2025, "done"),
    ),
    ("一、“十四五”时期成就\n五年来，产量稳定。\n2025年是收官之年。产值增长5%。", "产值增长", (2025, 2025, "done")),
    ("一、功崇惟志：2026年工作安排\n新建学校7所。", "新建学校", (2026, 2026, "planned")),
    ("一、今后的五年奋斗目标\n新建学校7所。", "新建学校", (2026, 2030, "planned")),
    ("一、今后五年的目标\n新建学校7所。", "新建学校", (2026, 2030, "planned")),
    (REVIEW + "收入增长4%，2024年达到4万元；新建学校7所。", "新建学校", (2025, 2025, "done")),
    (REVIEW + "2024年新建学校7所，扩建3所；新增学位5万个。", "新增学位", (2024, 2024, "done")),
    (TARGETS + "到2030年，总量达到2万亿元；森林覆盖率达到25%。", "覆盖率", (2030, 2030, "planned")),
    (REVIEW + "汽车产量五年累计1138万辆，居全国第三。", "汽车产量", (2021, 2025, "done")),
    (REVIEW + "收入2385亿元，上年为2280亿元；其中税收1956亿元。", "上年为", (2024, 2024, "done")),
    (REVIEW + "收入2385亿元，上年为2280亿元；其中税收1956亿元。", "其中税收", (2025, 2025, "done")),
    (
        "一、发展成就\n过去五年，极不平凡。我们砥砺前行。\n1.综合实力攀升。新增企业620户。",
        "新增企业",
        (2021, 2025, "done"),
    ),
    ("一、发展成就\n五年来，我们主要做了：\n二、今年工作安排\n新增企业80户。", "新增企业", (2026, 2026, "planned")),
    (REVIEW + "2025年旅客恢复到2019年的121.4%。", "旅客", (2025, 2025, "done")),
    (
        REVIEW + "（一）住房\n“十四五”期间，筹集住房1.9万套。\n（二）小区\n改造小区128个。",
        "改造小区",
        (2025, 2025, "done"),
    ),
    (
        "一、“十四五”时期成就\n五年来，成绩喜人。\n2025年，我们砥砺前行。新增企业620户。",
        "新增企业",
        (2025, 2025, "done"),
    ),
    (TASKS + "到2030年，森林覆盖率达到25%。", "覆盖率", (2030, 2030, "planned")),
    (TASKS + "今后五年，建成高铁1000公里。新增机场2个。", "新增机场", (2026, 2030, "planned")),
    (TASKS + "2025年是“十四五”收官之年。今年新建公路100公里。", "新建公路", (2026, 2026, "planned")),
    (TASKS + "去年完成投资10亿元，今年计划完成12亿元。", "完成投资10", (2025, 2025, "done")),
    (TASKS + "去年完成投资10亿元，今年计划完成12亿元。", "完成12", (2026, 2026, "planned")),
    (
        TASKS + "我们清醒地认识到，还面临不少困难和挑战：企业少。基础薄弱。对此，我们要建设10个园区。",
        "基础薄弱",
        (2025, 2025, "done"),
    ),
    (
        TASKS + "我们清醒地认识到，还面临不少困难和挑战：企业少。基础薄弱。对此，我们要建设10个园区。",
        "建设10个",
        (2026, 2026, "planned"),
    ),
    (TASKS + "正文。\n附件 民生实事\n建设养老中心100个。", "建设养老", (2026, 2026, "planned")),
]

#: without headings the words decide
WORDED = [
    ("争取新增企业3家。", "planned"),
    ("力争完成投资10亿元。", "planned"),
    ("完成了投资10亿元。", "done"),
    ("累计出动执法人员100人。", "done"),
    ("将士用命。", ""),
]


def period_of(text: str, words: str, front: FrontMatter) -> Period:
    periods = timeline(text, outline(Document(text)), front)
    return periods.at(text.index(words))


@pytest.fixture(scope="module")
def shipped(report_file: Path) -> tuple[str, Timeline]:
    document = Document(report_file.read_text(encoding="utf-8"))
    return document.text, timeline(document.text, outline(document), describe(document, report_file.name))


@pytest.mark.parametrize("words", SHIPPED_DONE.split("|"))
def test_the_first_half_of_the_report_that_ships_is_of_2022_and_done(shipped: tuple[str, Timeline], words: str) -> None:
    text, periods = shipped
    assert periods.at(text.index(words)) == DONE


@pytest.mark.parametrize("words", SHIPPED_PLANNED.split("|"))
def test_the_second_half_is_of_2023_and_planned(shipped: tuple[str, Timeline], words: str) -> None:
    text, periods = shipped
    place = text.index(words, text.index("二、2023年工作谋划"))
    assert periods.at(place) == PLANNED


@pytest.mark.parametrize(("text", "words", "expected"), CLAUSES)
def test_headings_cues_and_years_give_a_clause_its_period(
    text: str, words: str, expected: tuple[int, int, str]
) -> None:
    assert period_of(text, words, FRONT) == Period(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "status"), WORDED)
def test_without_headings_the_words_say_done_or_planned(text: str, status: str) -> None:
    front = FrontMatter("材料", "", 2022, 2022, 2023)
    assert timeline(text, (), front).at(0).status == status


def test_a_plan_without_headings_is_planned() -> None:
    front = FrontMatter("某局2023年工作计划", "某局", 2023, 2022, 2023)
    assert timeline("完成公路30公里。", (), front).at(0) == PLANNED


@pytest.mark.parametrize(
    "opening",
    ["2023年是全面贯彻落实规划的开局之年，总体思路是提质增效。", "新的一年，要突出抓项目。", "明年，我们要再接再厉。"],
)
def test_a_summary_without_headings_turns_to_its_plans(opening: str) -> None:
    text = f"全年新建公路150公里。\n{opening}\n新建便民桥12座。"
    periods = timeline(text, outline(Document(text)), BUREAU)
    assert periods.at(0).status == "done"
    assert periods.at(text.index("便民桥")) == PLANNED


def test_parts_of_a_report_are_chapters() -> None:
    text = "上篇 2025年：开好局\n1. 工业\n增加值增长10.1%。\n下篇 2026年：重点任务\n1. 工业\n增加值增长7.5%。"
    periods = timeline(text, outline(Document(text)), FRONT)
    assert periods.at(text.index("增长10.1%")) == Period(2025, 2025, "done")
    assert periods.at(text.index("增长7.5%")) == Period(2026, 2026, "planned")


def test_a_summary_without_headings_is_done() -> None:
    assert timeline("完成公路30公里。", (), BUREAU).at(0) == DONE


def test_what_a_line_announces_holds_for_the_points_below_it() -> None:
    text = "一是抓项目。完成公路30公里。\n2023年，我局打算从以下几个方面抓好落实：\n一是抓项目。新建公路20公里。\n二是抓养护。养护公路9公里。"
    periods = timeline(text, outline(Document(text)), BUREAU)
    assert [periods.at(text.index(words)) for words in ("完成公路", "新建公路", "养护公路9")] == [
        DONE,
        PLANNED,
        PLANNED,
    ]


def test_a_year_holds_to_the_end_of_its_sentence_only() -> None:
    text = REVIEW + "2024年新增企业5家，新增学校3所。新增医院2家。"
    assert period_of(text, "新增学校", FRONT) == Period(2024, 2024, "done")
    assert period_of(text, "新增医院", FRONT) == Period(2025, 2025, "done")


def test_before_the_first_clause_nothing_is_known() -> None:
    assert Timeline((5,), (DONE,)).at(3) == Period()
    assert Timeline((), ()).at(0) == Period()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2022年全局工作情况", DONE),
        ("2023年工作谋划", PLANNED),
        ("下一步工作要求", PLANNED),
        ("工作回顾", DONE),
        ("“十五五”时期目标任务", Period(2026, 2030, "planned")),
        ("工程建设方面", Period()),
    ],
)
def test_a_chapter_heading_gives_a_period(title: str, expected: Period) -> None:
    assert of_heading(title, BUREAU, Period(), chapter=True) == expected


def test_below_a_chapter_only_years_count() -> None:
    assert of_heading("完成重点任务", BUREAU, DONE) == DONE
    assert of_heading("2023年重点任务", BUREAU, DONE) == PLANNED


@pytest.mark.parametrize(("name", "years"), [("十四", (2021, 2025)), ("十五", (2026, 2030)), ("十", (2001, 2005))])
def test_five_year_plans(name: str, years: tuple[int, int]) -> None:
    assert five_year_plan(name) == years


@pytest.mark.parametrize(
    ("text", "name"),
    [("“十四五”时期", "十四"), ("十五五规划", "十五"), ("十五个", None), ("十五件实事", None), ("五年", None)],
)
def test_a_five_year_plan_is_told_from_a_count(text: str, name: str | None) -> None:
    match = FIVE_YEAR_PLAN.search(text)
    assert (match.group(1) if match else None) == name


@settings(deadline=None)
@given(report_text)
def test_every_text_has_a_timeline_in_order(text: str) -> None:
    document = Document(text)
    for front in (FRONT, BUREAU, describe(document, "x.txt"), FrontMatter("", "")):
        periods = timeline(text, outline(document), front)
        assert list(periods.starts) == sorted(periods.starts)
        assert len(periods.starts) == len(periods.periods)
        assert all((p.first is None) == (p.last is None) for p in periods.periods)
        assert all(p.first is None or p.last is None or p.first <= p.last for p in periods.periods)
