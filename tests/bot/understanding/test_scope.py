"""Scope: which reports a question is about."""

from __future__ import annotations

import pytest

from bot.understanding.question import understand
from bot.understanding.scope import Scope, find_scope, kind_of_place, names_among, names_of, unknown_places
from ingest.document import Report


def report(organisation: str, title: str = "", year: int = 2036) -> Report:
    title = title or f"{organisation}{year}年工作报告"
    return Report(f"{organisation}{year}", f"{title}.txt", "0" * 64, title, organisation, year)


@pytest.mark.parametrize(
    ("organisation", "names"),
    [
        ("山东省", {"山东省", "山东"}),
        ("宁夏回族自治区", {"宁夏回族自治区", "宁夏"}),
        ("广西壮族自治区", {"广西壮族自治区", "广西"}),
        ("新疆维吾尔自治区", {"新疆维吾尔自治区", "新疆"}),
        ("上海市", {"上海市", "上海"}),
        ("柳溪县交通运输局", {"柳溪县交通运输局", "柳溪县", "柳溪", "交通运输局"}),
    ],
)
def test_a_report_goes_by_its_full_and_short_names(organisation: str, names: set[str]) -> None:
    assert names <= set(names_of(report(organisation)))


@pytest.mark.parametrize("question", ["山东省粮食产量", "山东粮食产量", "2036年山东的粮食产量"])
def test_any_name_of_a_report_confines_to_it(question: str) -> None:
    assert find_scope(question, [report("山东省"), report("江苏省")]).reports == ("山东省2036",)


def test_all_reports_of_a_place_are_in_its_scope() -> None:
    reports = [report("山东省", year=2035), report("山东省"), report("江苏省")]
    assert set(find_scope("山东省粮食产量", reports).reports) == {"山东省2035", "山东省2036"}


def test_places_keep_the_order_of_the_question() -> None:
    scope = find_scope("江苏和山东谁的粮食产量高", [report("山东省"), report("江苏省")])
    assert [name for name, _ in scope.groups] == ["江苏", "山东"]
    assert scope.reports == ("江苏省2036", "山东省2036")


def test_a_county_and_its_bureau_are_one_group() -> None:
    scope = find_scope("柳溪县交通局造桥几座", [report("柳溪县交通运输局"), report("云台县交通运输局")])
    assert scope.groups[0][1] == ("柳溪县交通运输局2036",)
    assert "云台县交通运输局2036" not in scope.reports


def test_a_short_name_inside_a_longer_one_does_not_count_again() -> None:
    scope = find_scope("江苏省粮食产量", [report("江苏省")])
    assert scope.names == ("江苏省",)


def test_a_question_that_names_nothing_known_has_no_scope() -> None:
    assert find_scope("粮食产量是多少", [report("山东省")]) == Scope()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("浙江省粮食产量是多少", ["浙江"]),
        ("山东省和浙江省谁的粮食产量高", ["浙江"]),
        ("云台县造桥几座", ["云台县"]),
        ("山东省粮食产量是多少", []),
        ("粮食产量是多少", []),
        ("新增县域商业中心多少个", []),
        ("云台县城镇新增就业多少人", ["云台县"]),
        ("2036年全县新增就业多少人", []),
        ("打通了几个县的断头路", []),
        ("2035年青岛市的生产总值是多少", ["青岛市"]),
        ("栖霖市2035年粮食产量是多少", ["栖霖市"]),
        ("去年东岭镇修了几公里路", ["东岭镇"]),
        ("开发区引进多少项目", []),
        ("全市新增就业多少人", []),
        ("乡镇卫生院有几家", []),
        ("超市有几家", []),
        ("哪个市入选了全国试点", []),
        ("种地的乡亲去年挣了多少钱", []),
        ("今年要帮乡下修多少路", []),
        ("从杭州坐飞机的有多少人", []),
        ("往大城市卖的米一斤多少钱", []),
        ("对东盟进出口增长多少", []),
        ("发放乡村教师补助多少", []),
        ("2035年支持哪个市申建综保区", []),
        ("山东省哪三个镇入选了试点", []),
    ],
)
def test_places_without_a_report_are_told(text: str, unknown: list[str]) -> None:
    scope = find_scope(text, [report("山东省")])
    assert unknown_places(understand(text, scope_names=scope.names), scope) == unknown


def test_a_place_that_the_evidence_speaks_of_is_not_unknown() -> None:
    scope = find_scope("山东省与浙江省签订了几项协议", [report("山东省")])
    question = understand("山东省与浙江省签订了几项协议", scope_names=scope.names)
    assert unknown_places(question, scope, "与浙江签订协议9项。") == []


def test_a_known_county_after_a_preposition_is_not_unknown() -> None:
    text = "2036年在云台县造桥几座"
    scope = find_scope(text, [report("云台县交通运输局")])
    assert unknown_places(understand(text, scope_names=scope.names), scope) == []


@pytest.mark.parametrize(
    ("organisation", "kind"),
    [
        ("山东省", "省"),
        ("上海市", "省"),
        ("内蒙古自治区", "省"),
        ("泉城市", "市"),
        ("柳溪县交通运输局", "县"),
        ("青溪区", "县"),
        ("开发研究中心", ""),
    ],
)
def test_a_report_is_of_a_place_of_some_rank(organisation: str, kind: str) -> None:
    assert kind_of_place(report(organisation)) == kind


def test_cities_and_counties_together_are_no_place() -> None:
    assert unknown_places(understand("福建有哪几个市县获评示范？", scope_names=("福建",)), Scope((), ("福建",))) == []


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("柳溪县交通局完成投资多少", "交通局"),
        ("县文旅局立案多少起", "文旅局"),
        ("柳溪公交集团新开了几条线路", "公交集团"),
        ("柳溪县交警支队查处酒驾多少起", "交警支队"),
        ("柳溪县修了多少公里路", "柳溪县"),
    ],
)
def test_an_office_goes_by_any_short_form_of_its_name(question: str, name: str) -> None:
    offices = ("柳溪县交通运输局", "云台县文化广电和旅游局", "柳溪市公共交通集团有限公司", "柳溪县公安局交通警察支队")
    assert name in find_scope(question, [report(office) for office in offices]).names


@pytest.mark.parametrize(
    "question",
    [
        "2036年要把县综合救援大队扩充到多少人",
        "来咱县跑步的有多少人",
        "旅游局县图书馆有多少册书",
        "柳溪县老百姓在乡镇卫生院看病能报几成",
        "跟兄弟县比是第几个干完的",
    ],
)
def test_words_before_a_county_are_no_place(question: str) -> None:
    assert unknown_places(understand(question), find_scope(question, [report("柳溪县")])) == []


def test_a_name_is_found_among_thousands() -> None:
    counties = [f"柳{chr(0x4E00 + n)}县" for n in range(2_000)]
    reports = tuple(report(f"{county}交通运输局") for county in counties)
    found = {name for _, name in names_among(reports).standing_in(f"{counties[7]}交通运输局造桥几座")}
    assert found == {counties[7], counties[7][:2], "交通运输局", f"{counties[7]}交通运输局"}
    assert find_scope(f"{counties[7]}造桥几座", reports).reports == (f"{counties[7]}交通运输局2036",)


def test_the_names_of_the_same_reports_are_read_once() -> None:
    reports = (report("山东省"), report("江苏省"))
    assert names_among(reports) is names_among(reports)
    assert names_among(reports) is not names_among((report("山东省"),))


def test_a_list_of_reports_may_change() -> None:
    reports = [report("山东省")]
    assert find_scope("江苏省粮食产量", reports) == Scope()
    reports.append(report("江苏省"))
    assert find_scope("江苏省粮食产量", reports).reports == ("江苏省2036",)


def test_a_title_of_one_character_names_nothing() -> None:
    assert find_scope("全年粮食产量", [report("", title="年")]) == Scope()
