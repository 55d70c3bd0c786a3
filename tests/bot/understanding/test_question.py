"""A question is understood: its kind, unit, period, and the words to look for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.period import Asked, asked_period
from bot.understanding.question import kind_of, understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("新修了多少公里绿道？", "figure"),
        ("一共设了几个服务站", "figure"),
        ("大桥有多长？", "figure"),
        ("森林覆盖率是百分之几？", "percent"),
        ("外贸占比是多少", "percent"),
        ("二号隧道什么时候通车？", "date"),
        ("哪一年建成湿地公园", "date"),
        ("综合考评在全省排第几？", "rank"),
        ("客运量居全国第几位", "rank"),
        ("新的服务品牌叫什么？", "name"),
        ("图书馆由谁承建", "name"),
        ("哪些乡镇通了公交？", "list"),
        ("打通了哪三条断头路", "list"),
        ("环境保护方面做了哪些工作？", "open"),
        ("养老服务情况怎么样", "open"),
        ("有没有发生重大事故？", "yesno"),
        ("湿地公园", "open"),
        ("名次比上年前移了几位", "figure"),
        ("今年安排几个便民服务点", "figure"),
        ("跨江大桥有好长", "figure"),
        ("空气质量好多了吗", "yesno"),
        ("新开的是轨道交通几号线", "figure"),
        ("几千人一起跑的那场比赛叫啥名字？", "name"),
        ("还有几站到家，用的是哪个软件？", "name"),
        ("综合整治的两个海湾分别是？", "list"),
        ("超限率降到了多低", "figure"),
        ("去年有哪所学院挂牌招生", "name"),
        ("入选十大新闻的刻石叫什么", "name"),
        ("省里第4个大机场是哪个机场", "name"),
        ("新开的是第几号线", "figure"),
    ],
)
def test_the_asking_words_decide_the_kind_of_answer(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "unit", "scale"),
    [
        ("检查船舶多少艘", "艘", ""),
        ("收缴罚款一共多少万元？", "元", "万"),
        ("发电量达到多少亿千瓦时", "千瓦时", "亿"),
        ("参保率提高到多少？", "%", ""),
        ("入库税收占了几成", "%", ""),
        ("修桥花了多少钱", "元", ""),
        ("客流量是多少", "", ""),
        ("争取到多少国防资金", "元", ""),
        ("新建储备库的建筑面积是多少", "平方米", ""),
        ("S208改造工程的里程是多少", "公里", ""),
        ("购置排涝车的预算是多少", "元", ""),
        ("固定资产投资增长目标是多少", "", ""),
        ("老人现在能活到多大岁数", "岁", ""),
        ("新桥修了多长", "公里", ""),
        ("海鲜多久能上岸", "小时", ""),
        ("寄一个包裹省了几毛钱", "元", ""),
        ("从地下少抽了多少水", "立方米", ""),
        ("一年造了多少辆车", "辆", ""),
        ("有多少老人可以免费体检", "人", ""),
        ("建成多少老人食堂", "", ""),
        ("多少人家通了水", "户", ""),
        ("救援几个钟头就到了", "小时", ""),
        ("晴朗的日子有几个日子", "天", ""),
        ("装了多少个点", "个", ""),
        ("公交最晚几点还有车", "点钟", ""),
        ("被欠的工钱讨回来多少", "元", ""),
        ("打算新增几家规上企业", "家", ""),
        ("投资涨了几个点", "个点", ""),
        ("粮食产量多少", "吨", ""),
        ("汽车产量多少", "", ""),
        ("排第几位", "", ""),
        ("送到外省去的电有多少", "", ""),
    ],
)
def test_the_unit_is_the_one_asked_for_or_the_only_one_the_measure_has(text: str, unit: str, scale: str) -> None:
    question = understand(text)
    assert (question.unit, question.scale) == (unit, scale)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2033年修了多少公里", Asked(2033, 2033, "done")),
        ("2034年计划修多少公里", Asked(2034, 2034, "planned")),
        ("33年修路多少公里", Asked(2033, 2033)),
        ("2031年到2034年修路多少公里", Asked(2031, 2034)),
        ("到2030年森林覆盖率目标是多少", Asked(2030, 2030, "planned")),
        ("“十四五”期间造林多少亩", Asked(2021, 2025, relative="plan")),
        ("十五五时期造林多少亩", Asked(2026, 2030, relative="plan")),
        ("“十四五”末造林面积是多少", Asked(2025, 2025, relative="plan")),
        ("今年造林多少亩", Asked(relative="this")),
        ("造林多少亩", Asked()),
    ],
)
def test_years_are_read_as_the_question_says_them(text: str, asked: Asked) -> None:
    assert asked_period(text) == asked


@pytest.mark.parametrize(
    ("text", "relative"),
    [("去年", "last"), ("上年", "last"), ("今年", "this"), ("五年来", "five"), ("今后五年", "coming")],
)
def test_relative_years_wait_for_the_report(text: str, relative: str) -> None:
    asked = asked_period(f"{text}造林多少亩")
    assert asked.first is None
    assert asked.relative == relative


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("今年要修多少公里路", "planned"),
        ("平常一天要拉多少人", ""),
        ("去窗口办事平均要跑几趟", ""),
        ("如今开车要花多大工夫", ""),
        ("帮人要回来多少工钱", "done"),
        ("向上争取的补助是多少", ""),
        ("想叫辆出租，电话打哪个号", ""),
        ("完成年度目标的百分之多少", ""),
        ("今年安排了多少资金", ""),
        ("今年修了多长的路", "done"),
        ("今后五年造林多少亩", "planned"),
    ],
)
def test_what_is_planned_is_told_from_what_something_takes(text: str, status: str) -> None:
    assert asked_period(text).status == status


def test_a_five_year_plan_that_is_only_changed_to_is_no_period() -> None:
    assert asked_period("由“十五五”转“十四五”的是哪个项目") == Asked()


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("货运量增长多少", "up"),
        ("事故起数下降多少", "down"),
        ("货运量达到多少", "level"),
        ("人均寿命提高到多少", "level"),
        ("货运量增速是多少", "up"),
        ("货运量是多少", "level"),
        ("种地的每人多挣了多少钱", "up"),
        ("寄一个包裹省了多少钱", "down"),
    ],
)
def test_a_change_is_told_from_a_level(text: str, change: str) -> None:
    assert understand(text).change == change


def test_what_is_asked_for_is_not_looked_for() -> None:
    content = dict(understand("请问2033年全年一共处罚违停车辆多少辆次？").content)
    assert set(content) >= {"处罚", "车辆"}
    assert not set(content) & {"请问", "2033", "多少", "辆次", "年"}


def test_known_names_stay_one_word() -> None:
    assert "柳溪高速" in dict(understand("柳溪高速完成投资多少", known={"柳溪高速"}).content)
    assert "柳溪高速" not in dict(understand("柳溪高速完成投资多少").content)


def test_names_that_chose_the_reports_are_not_looked_for() -> None:
    content = dict(understand("江苏省粮食总产量是多少", scope_names=["江苏省"]).content)
    assert not any("江苏" in word for word in content)
    assert content


def test_words_from_the_conversation_count_half() -> None:
    content = dict(understand("那目标呢", "造林面积，目标是多少", faded=["造林", "面积"]).content)
    assert content["造林"] == content["面积"] == 0.5


def test_everyday_words_bring_their_official_terms() -> None:
    synonyms = dict(understand("上了年纪的人坐公交不要钱吗").synonyms)
    assert "老年人" in synonyms["上了年纪的人"]
    assert "免费" in synonyms["不要钱"]


def test_the_number_of_items_asked_for_is_known() -> None:
    assert understand("打通了哪三条断头路").count == 3
    assert understand("三大片区分别是什么").count == 3
    assert understand("打通了哪些断头路").count is None
    assert understand("要修的四条旅游路叫什么").count == 4
    assert understand("要修的四条旅游路叫什么").kind == "list"
    assert understand("地铁三号线的终点站叫什么").kind == "name"


def test_the_noun_that_is_asked_for_is_known() -> None:
    assert understand("哪座水库完成了加固").head == "水库"
    assert understand("新品牌叫什么名字").head == "品牌"
    assert understand("哪个综保区封关运作").head == "综保区"
    assert understand("那处秦代刻石叫什么").head == "刻石"


@given(st.text(max_size=80))
def test_any_text_is_understood(text: str) -> None:
    question = understand(text)
    assert all(word and 0 < weight <= 1 for word, weight in question.content)
    assert question.text == text


@given(st.text("那呢？多少几年月哪些谁0123456789的了是“”十四五去今亿元%公里百分之点，。 \n", max_size=40))
def test_any_text_of_asking_words_is_understood(text: str) -> None:
    asked = understand(text).asked
    assert (asked.first is None) == (asked.last is None)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("覆盖人口比例从多少提高到多少", "both"),
        ("行业由多少个扩大到多少个？", "both"),
        ("总部部门原来有多少个？", "base"),
        ("提标以前低保每人每月是多少钱", "base"),
        ("2022年完成了多少公里", ""),
        ("提高到多少", ""),
    ],
)
def test_which_end_of_a_change_is_asked_is_known(text: str, end: str) -> None:
    assert understand(text).end == end


@pytest.mark.parametrize("text", ["这几年一共送了多少人上学", "近几年新修多少里路", "十几年来种了多少树"])
def test_some_years_are_no_unit_asked_for(text: str) -> None:
    assert understand(text).unit != "年"


def test_power_is_no_rate_and_growth_is_in_no_currency() -> None:
    assert understand("装机能有多大功率？").unit == ""
    assert understand("游客总花费增长了多少？").unit == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("全县民宿总量", "figure"),
        ("农村供水水质检测合格率，2035年", "percent"),
        ("2036年水利投资目标", "figure"),
        ("2036年工作目标", "open"),
        ("2036年主要预期目标", "open"),
        ("2036年粮食目标", "figure"),
        ("去年社零", "figure"),
        ("全县常住人口", "figure"),
        ("工程质量", "open"),
        ("农村公路建设情况", "open"),
    ],
)
def test_a_measure_named_without_an_asking_word_is_asked_for(text: str, kind: str) -> None:
    assert understand(text).kind == kind


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("“十四五”前四年新改建了多少公里农村公路", 2021, 2024),
        ("“十五五”后两年要建多少公里", 2029, 2030),
        ("漏损率比2030年降了多少个百分点", None, None),
        ("旅游收入2035年恢复到2031年的百分之几", 2035, 2035),
        ("五十五岁往上的占多大比例", None, None),
    ],
)
def test_the_years_asked_about(text: str, first: int | None, last: int | None) -> None:
    asked = understand(text).asked
    assert (asked.first, asked.last) == (first, last)
