"""Where names and lists begin and end."""

from __future__ import annotations

import pytest

from bot.evidence.matching import match
from bot.reading.ends import ends, with_last_noun, without_lead, without_predicate
from bot.understanding.question import understand
from ingest.embedding import shipped_vectors
from tests.bot.reports import view_of


@pytest.mark.parametrize(
    ("text", "asked", "name"),
    [
        ("镜泊荡湿地馆入选全国科普教育基地", "哪家馆入选全国科普教育基地", "镜泊荡湿地馆"),
        ("歌剧《长歌》荣获国家级舞台艺术奖", "哪部作品拿了国家级舞台艺术奖", "歌剧《长歌》"),
        ("消费品质提升行动", "开展的是哪项行动", "消费品质提升行动"),
    ],
)
def test_a_name_ends_before_what_the_question_says_of_it(text: str, asked: str, name: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}。\n")
    start = view.text.index(text)
    number = next(i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end)
    question = understand(asked)
    matches = match(question, view, shipped_vectors())
    end = without_predicate(question, view, matches, start, start + len(text), number)
    assert view.text[start:end] == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("重点实施X072线茅坪至古田段", "X072线茅坪至古田段"),
        ("支持云台国家数据基地", "云台国家数据基地"),
        ("提升灌区、建设泵站", "提升灌区、建设泵站"),
        ("柳溪公园", "柳溪公园"),
    ],
)
def test_a_name_begins_behind_the_verbs_that_lead_to_it(text: str, name: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}。\n")
    start = view.text.index(text)
    number = next(i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end)
    begins = without_lead(view, start, start + len(text), number)
    assert view.text[begins : start + len(text)] == name


def test_a_list_ends_as_its_items_end() -> None:
    view = view_of("某县2035年工作总结\n\n一、2035年工作情况\n改造X072线茅坪至古田段、Y131线望江至石壁段。\n")
    start = view.text.index("X072")
    end = view.text.index("石壁段") + 2
    assert view.text[start : with_last_noun(view, start, end)] == "X072线茅坪至古田段、Y131线望江至石壁段"


@pytest.mark.parametrize(
    ("text", "cut", "asked", "name"),
    [
        ("力争澄原综合保税区9月底前封关", "力争澄原综合", "封关的是哪个综合保税区", "澄原综合保税区"),
        ("江岱深部探测实验室挂牌运行", "江岱深部", "哪家实验室挂牌", "江岱深部探测实验室"),
        ("绿氢耦合炼化示范工程产出首方绿氢", "绿氢耦合炼化", "产出绿氢的是哪个示范工程", "绿氢耦合炼化示范工程"),
        ("投资9.3亿元的跃进立交8月20日通车", "投资9.3亿元的跃进立交8月20日", "哪座立交通车", "跃进立交"),
        ("柳溪公园入选试点", "柳溪公园", "哪座公园入选试点", "柳溪公园"),
        ("开展“路畅人和”提升行动", "路畅人", "提升行动叫什么", "路畅人和"),
        ("柳溪至临海特高压直流工程全线贯通", "柳溪至临海特高压", "贯通的是哪项特高压工程", "柳溪至临海特高压直流工程"),
        ("首艘货轮驶往芦城港", "芦城", "开往哪个港", "芦城港"),
        ("首家金融投资公司兴银投资获批开业", "兴银", "获批的金融投资公司叫什么", "兴银投资"),
        (
            "开建总投资180亿元的颍林零碳食品城",
            "开建总投资180亿元的颍林零碳",
            "开建的食品城项目叫什么",
            "颍林零碳食品城",
        ),
        ("组建国家区域医疗中心", "国家区域医疗", "要组建什么", "国家区域医疗中心"),
    ],
)
def test_a_name_is_whole_and_nothing_more(text: str, cut: str, asked: str, name: str) -> None:
    view = view_of(f"某县2035年工作总结\n\n一、2035年工作情况\n{text}。\n")
    start = view.text.index(cut)
    number = next(i for i, s in enumerate(view.sentences) if s.span.start <= start < s.span.end)
    question = understand(asked)
    matches = match(question, view, shipped_vectors())
    begins, stops = ends(question, view, matches, start, start + len(cut), number)
    assert view.text[begins:stops] == name
