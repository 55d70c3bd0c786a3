"""Tables in words: whichever way an office has laid one out, each row can be found, quoted and answered from alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.tables import Cells, tell


def _lines(rows: list[Cells], note: str = "") -> list[str]:
    return [line for line in tell(rows, note).lines if line is not None]


def test_a_row_repeats_the_headers_and_a_figure_stands_right_behind_its_own() -> None:
    rows: list[Cells] = [("路线", "里程", "所在乡镇"), ("X009淄安路", "12.3公里", "张家坡镇")]
    assert _lines(rows) == ["路线：X009淄安路；里程12.3公里；所在乡镇：张家坡镇。"]
    assert tell(rows).rows == tuple(rows)


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("里程（公里）", "12.3", "里程12.3公里"),
        ("投资(万元)", "1,234.50", "投资1,234.50万元"),
        ("投资（单位：亿元）", "36", "投资36亿元"),
        ("投资/万元", "900", "投资900万元"),
        ("完成率（%）", "95.5", "完成率95.5%"),
        ("单价（元/吨）", "58", "单价58元/吨"),
        ("造价（万元/公里）", "300", "造价300万元/公里"),
        ("里程（公里）", "10-12", "里程10-12公里"),
        ("里程（公里）", "约12", "里程约12公里"),
        ("增长（%）", "-3.2", "增长-3.2%"),
        ("里程（公里）", "12公里", "里程12公里"),
        ("里程（公里）", "待定", "里程（公里）：待定"),
        ("里程（公里）", "—", "里程（公里）：—"),
        ("路线（编号）", "009", "路线（编号）：009"),  # no unit
        ("竣工时间", "2022年10月", "竣工时间2022年10月"),
        ("路线", "110国道改建", "路线：110国道改建"),  # no figure
        ("排查隐患数", "46", "排查隐患数为46"),
        ("序号", "46", "序号：46"),
        ("", "46", "46"),
        ("任务", "完成投资。", "任务：完成投资"),
        ("标段1", "36亿元", "标段1：36亿元"),
        ("标段1（万元）", "36", "标段1：36万元"),
    ],
)
def test_a_cell_is_said_with_its_header_and_its_unit(header: str, cell: str, said: str) -> None:
    assert _lines([("路线", header), ("甲", cell)] if header else [("路线", "", "里程"), ("甲", cell, "1公里")])[0] in (
        f"路线：甲；{said}。",
        f"路线：甲；{said}；里程1公里。",
    )


def test_a_header_of_two_rows_becomes_one() -> None:
    rows: list[Cells] = [
        ("路线", "建设规模（公里）", None, "投资"),
        ("路线", "新建", "改建", "投资"),
        ("X009", "12", "3", "36万元"),
    ]
    assert _lines(rows) == ["路线：X009；建设规模新建12公里；建设规模改建3公里；投资36万元。"]
    assert tell(rows).rows[0] == ("路线", "建设规模新建（公里）", "建设规模改建（公里）", "投资")


def test_years_over_their_columns_are_a_header() -> None:
    rows: list[Cells] = [
        ("指标", "2021年", None, "2022年", None),
        ("", "投资（亿元）", "增长（%）", "投资（亿元）", "增长（%）"),
        ("公路", "30", "5", "36", "20"),
    ]
    assert _lines(rows) == ["指标：公路；2021年投资30亿元；2021年增长5%；2022年投资36亿元；2022年增长20%。"]
    assert _lines([("指标", "2021", "2022"), ("总里程", "12公里", "13公里")]) == [
        "指标：总里程；2021年12公里；2022年13公里。"
    ]


def test_a_first_row_of_data_is_no_second_header() -> None:
    rows: list[Cells] = [("类别", "责任单位", ""), ("工程", "建设科", "牵头"), ("养护", "养护科", "配合")]
    assert _lines(rows) == ["类别：工程；责任单位：建设科；牵头。", "类别：养护；责任单位：养护科；配合。"]


def test_titles_over_the_header_are_captions() -> None:
    rows: list[Cells] = [
        ("2022年农村公路建设情况表", None, None, None),
        ("填报单位：交通运输局", "", "", "单位：公里、万元"),
        ("序号", "路线", "里程", "投资"),
        ("1", "X009淄安路", "12", "3,500"),
    ]
    assert _lines(rows) == [
        "2022年农村公路建设情况表",
        "填报单位：交通运输局 单位：公里、万元",
        "序号：1；路线：X009淄安路；里程12公里；投资3,500万元。",
    ]
    assert tell(rows).rows[0] == ("序号", "路线", "里程", "投资")


def test_a_unit_over_the_table_goes_only_where_it_can_measure() -> None:
    rows: list[Cells] = [("年份", "路线数", "总投资", "增长率"), ("2022", "3", "6500", "5.5")]
    assert _lines(rows, "单位：万元") == ["年份：2022；路线数为3；总投资6500万元；增长率：5.5。"]


def test_two_units_for_one_measure_are_none() -> None:
    assert _lines([("路线", "投资"), ("甲", "6500")], "单位：元、万元") == ["路线：甲；投资：6500。"]


def test_a_row_merged_over_the_table_is_a_caption_amid_it() -> None:
    rows: list[Cells] = [("路线", "里程"), ("一、县道", None), ("X009", "12公里"), ("二、乡道", ""), ("Y023", "5公里")]
    assert _lines(rows) == ["一、县道", "路线：X009；里程12公里。", "二、乡道", "路线：Y023；里程5公里。"]


def test_a_cell_merged_over_columns_is_said_once_and_equal_neighbours_twice() -> None:
    rows: list[Cells] = [("序号", "路线", "新建", "改建"), ("合计", None, "5公里", "5公里")]
    assert _lines(rows) == ["序号：合计；新建5公里；改建5公里。"]


def test_a_form_of_names_and_values_has_no_header() -> None:
    rows: list[Cells] = [("项目名称", "临临高速"), ("总投资", "36亿元"), ("建设地点", "沂源县")]
    assert _lines(rows) == ["项目名称：临临高速。", "总投资36亿元。", "建设地点：沂源县。"]


def test_numbers_without_a_header_are_told_as_they_are() -> None:
    assert _lines([("2022", "36亿元"), ("2023", "40亿元")]) == ["2022；36亿元", "2023；40亿元"]


def test_empty_columns_are_left_out() -> None:
    assert _lines([("", "路线", "", "里程"), ("", "甲", "", "3公里")]) == ["路线：甲；里程3公里。"]


_CELLS = st.sampled_from(["", "路线", "里程（公里）", "12", "36亿元", "2022", "一、县道", "单位：万元", "—", "甲 a"])
_ROWS = st.lists(
    st.lists(st.one_of(_CELLS, st.none()), min_size=1, max_size=5).map(tuple).filter(any), min_size=1, max_size=6
)


@given(_ROWS)
def test_no_word_of_a_table_is_lost(rows: list[Cells]) -> None:
    told = tell(rows)
    assert len(told.lines) == len(rows)
    words = "\n".join(line for line in told.lines if line is not None)
    header = "".join(told.rows[0])
    for line, row in zip(told.lines, rows, strict=True):
        for cell in filter(None, row):
            assert cell.split("（")[0] in (header if line is None else words)


def test_a_header_of_two_rows_may_name_a_single_column_twice() -> None:
    """What is merged down names both rows, so 「2023年」 over a lone 「全年」 is a header too."""
    rows: list[Cells] = [
        ("项目", "2023年", "2024年", None),
        ("项目", "全年", "上半年", "全年"),
        ("粮食（吨）", "1200", "600", "1310"),
    ]
    assert _lines(rows) == ["项目：粮食（吨）；2023年全年1200吨；2024年上半年600吨；2024年全年1310吨。"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("指标", "单位", "2023年", "2024年"), ("公路总里程", "公里", "2630", "2688")],
            "2023年2630公里；2024年2688公里",
        ),
        ([("指标", "1月", "2月"), ("客运量（万人）", "30", "31")], "1月30万人；2月31万人"),
        ([("序号", "指标", "2024年"), ("1", "客运量（万人）", "30")], "序号：1；指标：客运量（万人）；2024年30万人"),
    ],
)
def test_a_row_that_names_its_unit_lends_it_to_its_figures(rows: list[Cells], said: str) -> None:
    assert said in _lines(rows)[0]


def test_a_rows_unit_is_not_that_of_its_growth_or_rank() -> None:
    rows: list[Cells] = [
        ("指标", "2024年", "增长（%）", "全市排名", "比上年增减"),
        ("客运量（万人）", "30", "5", "3", "2"),
    ]
    assert _lines(rows) == ["指标：客运量（万人）；2024年30万人；增长5%；全市排名：3；比上年增减：2。"]


def test_names_with_their_values_beside_them_are_pairs() -> None:
    rows: list[Cells] = [
        ("索引号：", "11370-1", "主题分类：", "工作总结"),
        ("发布机构：", "县交通局", "成文日期：", "2023-01-12"),
        ("文号：", "", "", ""),
    ]
    assert _lines(rows) == [
        "索引号：11370-1；主题分类：工作总结。",
        "发布机构：县交通局；成文日期：2023-01-12。",
        "文号：",
    ]
    assert _lines([("单位：", "县水利局"), ("时间：", "2024年12月")]) == ["单位：县水利局。", "时间2024年12月。"]


def test_cells_that_say_themselves_what_they_are_belong_to_no_column() -> None:
    rows: list[Cells] = [("路线", "里程（公里）"), ("甲路", "12"), ("填表人：王某", "审核人：李某")]
    assert _lines(rows) == ["路线：甲路；里程12公里。", "填表人：王某；审核人：李某"]
