"""Sentences that take one figure of the evidence for another: the faults that models make in earnest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.quoting.citing import cite_passage
from bot.understanding.period import Asked
from bot.writing.checking import faults
from bot.writing.evidence import Evidence, evidence
from tests.bot.reports import view_of

REPORT = """\
青岩县交通运输局2035年工作总结和2036年工作计划

一、2035年工作情况
县道改造工程中X109青石路完成路基施工5公里，X119白沙路完成路面施工4公里。
推动10个镇级快递公共服务中心、12个村级综合示范点建设，开通助学公交7条，出动执法人员3400余人次，近200家企业入驻。
铁路沿线环境整治年度综合排名位列全市第1名；路域环境综合整治年度综合排名位列全市第4名。
农村公路列养率由21%提升至74%，路面粉尘浓度降到32.4微克/立方米，一般公共预算收入增长1.8%，人均可支配收入提升至7.6万元，消费价格微降0.1%。
城镇和农村居民出行次数分别增长4.3%、5.5%，城镇调查失业率5.2%，新增养老床位2.5万张，高技能人才超过485万人。
全县完成投资36亿元、增长5.6%，成为全省第三个、南部第一个过30亿元的县。
信访案件22件全部化解结案，荣获“四好农村路”省级示范县。

二、2036年工作计划
完成农村公路新改建30公里，危桥改造1座。将1.8亿元补助资金纳入省级财政预算，争取将6.7亿元补助资金列入市级财政预算。
3月底前完成Y115三九路前期手续办理，力争项目6月底前开工建设；2036年底前完成X115草齐路改建工程前期手续办理。
编纂小组力争2036年年底以前完成交通志初稿。
"""


@pytest.fixture(scope="module")
def given() -> dict[int, Evidence]:
    view = view_of(REPORT, "青岩县交通运输局2035年工作总结.txt")
    ordinals = sorted({s.passage for s in view.sentences})
    return {n: evidence(cite_passage(view, ordinal, n), view) for n, ordinal in enumerate(ordinals, start=1)}


@pytest.fixture(scope="module")
def wrong(given: dict[int, Evidence]) -> Callable[[str, str], set[str]]:
    """The kinds of faults in a sentence that cites the passage that holds some words."""

    def found(sentence: str, words: str) -> set[str]:
        n = next(n for n, one in given.items() if words in one.told)
        return {fault.kind for fault in faults(f"{sentence}[{n}]。", given)}

    return found


@pytest.mark.parametrize(
    ("sentence", "words", "kind"),
    [
        # of another thing in the same sentence
        ("X119白沙路完成路基施工5公里", "X109", "subject"),
        ("X109青石路完成路基施工4公里，X119白沙路完成路面施工5公里", "X109", "subject"),
        ("X109青石路完成路面施工5公里", "X109", "subject"),
        ("X109青山路完成路基施工5公里", "X109", "name"),
        ("建设12个镇级快递公共服务中心", "镇级", "subject"),
        ("路域环境综合整治年度综合排名位列全市第1名", "铁路沿线", "subject"),
        ("一般公共预算支出增长1.8%", "一般公共预算", "subject"),
        ("城镇登记失业率5.2%", "失业率", "subject"),
        ("争取将6.7亿元补助资金列入省级财政预算", "6.7亿", "subject"),
        # one of a list that is not named
        ("居民出行次数增长5.5%", "出行次数", "subject"),
        ("城镇居民出行次数增长5.5%", "出行次数", "subject"),
        # a head for the whole, and the whole for a head
        ("可支配收入达到7.6万元", "7.6万元", "subject"),
        ("人均完成投资36亿元", "36亿元", "subject"),
        # a change for a level, a level for a change, up for down, the beginning for the end
        ("农村公路列养率提升74%", "列养率", "direction"),
        ("农村公路列养率为21%", "列养率", "period"),
        ("路面粉尘浓度下降32.4微克/立方米", "粉尘", "direction"),
        ("路面粉尘浓度升至32.4微克/立方米", "粉尘", "direction"),
        ("消费价格上涨0.1%", "微降", ""),
        ("完成投资增长36亿元", "36亿元", "direction"),
        ("一般公共预算收入达到1.8%", "一般公共预算", "direction"),
        ("养老床位达到2.5万张", "床位", "direction"),
        ("新增高技能人才485万人", "高技能", "direction"),
        # among what
        ("投资规模成为南部第三个过30亿元的县", "过30亿元", "figure"),
        # hedges
        ("出动执法人员近3400人次", "3400", "figure"),
        ("200家企业入驻", "入驻", "figure"),
        # a plan told as done
        ("目前农村公路已新改建30公里", "新改建30公里", "period"),
        ("完成了农村公路新改建30公里", "新改建30公里", "period"),
        ("完成农村公路新改建30公里", "新改建30公里", "period"),
        ("1.8亿元补助资金已纳入省级财政预算", "1.8亿", "period"),
        ("交通志初稿已经完成", "交通志", "period"),
        # what the report says otherwise
        ("信访案件22件，尚有部分没有结案", "化解结案", ""),
        ("荣获“四好农村路”国家级示范县", "示范县", "unsaid"),
    ],
)
def test_a_figure_taken_for_another_is_caught(
    sentence: str, words: str, kind: str, wrong: Callable[[str, str], set[str]]
) -> None:
    found = wrong(sentence, words)
    assert kind in found if kind else found


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("X109青石路完成路基施工5公里，X119白沙路完成路面施工4公里", "X109"),
        ("白沙路完成路面施工4公里", "X109"),
        ("建设12个村级综合示范点、10个镇级快递公共服务中心", "镇级"),
        ("铁路沿线环境整治在全市排名第1名", "铁路沿线"),
        ("农村公路列养率从21%提高到74%", "列养率"),
        ("农村公路列养率达到74%", "列养率"),
        ("路面粉尘浓度为32.4微克/立方米", "粉尘"),
        ("消费价格下降0.1%", "微降"),
        ("农村居民出行次数增长5.5%，城镇居民增长4.3%", "出行次数"),
        ("人均可支配收入达到7.6万元", "7.6万元"),
        ("完成投资达36亿元，同比增长5.6%", "36亿元"),
        ("完成投资36亿元，成为全省第三个突破30亿元的县", "过30亿元"),
        ("出动执法人员3400人次", "3400"),
        ("近200家企业入驻", "入驻"),
        ("新增养老床位2.5万张", "床位"),
        ("2036年要完成农村公路新改建30公里，改造危桥1座", "新改建30公里"),
        ("计划新改建农村公路30公里", "新改建30公里"),
        ("将1.8亿元补助资金纳入省级财政预算", "1.8亿"),
        ("力争2036年年底以前完成交通志初稿", "交通志"),
        ("信访案件22件已全部化解", "化解结案"),
    ],
)
def test_true_sentences_in_other_words_pass(sentence: str, words: str, wrong: Callable[[str, str], set[str]]) -> None:
    assert wrong(sentence, words) == set()


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Y115三九路力争2036年6月底前开工建设", set()),
        ("Y115三九路3月底前完成前期手续办理", set()),
        ("草齐路改建工程2036年底前完成前期手续办理", set()),
        ("Y115三九路力争2036年3月底前开工建设", {"date"}),
        ("Y115三九路已于2036年6月底前开工建设", {"period"}),
        ("X115草齐路2035年底前完成前期手续办理", {"date"}),
        ("Y115三九路9月底前开工建设", {"date"}),
    ],
)
def test_a_date_is_that_of_what_is_done_by_it(
    sentence: str, kinds: set[str], wrong: Callable[[str, str], set[str]]
) -> None:
    assert wrong(sentence, "三九路") == kinds


def test_a_plan_that_is_asked_for_need_not_be_called_one(given: dict[int, Evidence]) -> None:
    n = next(n for n, one in given.items() if "新改建30公里" in one.told)
    sentence = f"新改建农村公路30公里[{n}]。"
    assert faults(sentence, given, asked=Asked(2036, 2036, "planned")) == []
    assert {fault.kind for fault in faults(sentence, given)} == {"period"}


def test_a_lead_may_say_of_which_year_what_follows_is(given: dict[int, Evidence]) -> None:
    n = next(n for n, one in given.items() if "新改建30公里" in one.told)
    assert faults("2036年工作计划：", given) == []
    assert faults("2031年工作计划：", given) != []
    assert faults(f"- 新改建农村公路30公里[{n}]", given, lead="2036年工作计划：") == []
    assert faults(f"- 新改建农村公路30公里[{n}]", given, lead="2035年完成情况：") != []
