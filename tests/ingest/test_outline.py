"""The outline: families of numbering, run-on headings, points inside paragraphs, and sections that nest."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given

from ingest.document import Document, Heading
from ingest.outline import lines, outline
from tests.ingest.reportlike import report_text

LONG = "全县交通运输系统干部职工团结一心，迎难而上，围绕中心工作，服务大局，积极推进各项重点任务落实，取得了明显成效，圆满完成了全年目标任务。"

#: a text and its outline, two spaces a level
OUTLINES = [
    ("一、回顾\n正文。\n二、打算\n正文。", ["回顾", "打算"]),
    (
        "一、回顾\n（一）工程\n正文。\n（二）执法\n正文。\n二、打算\n（一）工程",
        ["回顾", "  工程", "  执法", "打算", "  工程"],
    ),
    ("一、回顾\n1. 工程\n（1）路\n（2）桥\n2. 执法", ["回顾", "  工程", "    路", "    桥", "  执法"]),
    ("（一）工程\n1、路\n2、桥\n（二）执法", ["工程", "  路", "  桥", "执法"]),
    ("1．工程\n（1）路\n2．执法", ["工程", "  路", "执法"]),
    ("1.工程\n(1)路\n(2)桥", ["工程", "  路", "  桥"]),
    ("一、砥砺前行：2025年工作回顾\n正文。\n二、建设目标：新建公路20公里。", ["砥砺前行：2025年工作回顾", "建设目标"]),
    ("上篇 2025年工作\n1.工程\n下篇 2026年安排\n1.工程", ["2025年工作", "  工程", "2026年安排", "  工程"]),
    ("第一部分 工作回顾\n正文。", ["工作回顾"]),
    ("第一章 总则\n一、原则\n第二章 附则", ["总则", "  原则", "附则"]),
    ("一 、 回顾".replace(" ", "") + "\n （一） 工程 \n二、 打算", ["回顾", "  工程", "打算"]),
    (
        "三、下一步工作要求\n一、要快起来。正文。\n二、要干起来。正文。\n三、要活起来。正文。",
        ["下一步工作要求", "  要快起来", "  要干起来", "  要活起来"],
    ),
    (
        "（一）工程建设方面：一是推进高速公路，完成投资。二是完成连接线，通过验收。",
        ["工程建设方面", "  推进高速公路", "  完成连接线"],
    ),
    ("工作如下：一要加强领导，压实责任；二要加强督查，跟踪问效。", ["加强领导", "加强督查"]),
    ("第一，抓项目，促投资。第二，抓作风，促落实。", ["抓项目", "抓作风"]),
    ("没有标题的一段话，只有正文。\n又一段话，也只有正文。", []),
    ("", []),
]

#: a line that looks like a heading and is none
NO_HEADINGS = [
    "1.8亿建设补助资金已经到位。",
    "2.50:1的比例。",
    "2023年完成投资36亿元。",
    "关键一是人才，要用好。",
    "一季度完成投资10亿元。",
    "二十届三中全会以来，成绩显著。",
]


def shape(document: Document, title: str = "") -> list[str]:
    return ["  " * (section.level - 1) + section.title for section in outline(document, title)]


@pytest.mark.parametrize(("text", "expected"), OUTLINES)
def test_numbered_headings_become_a_tree(text: str, expected: list[str]) -> None:
    assert shape(Document(text)) == expected


@pytest.mark.parametrize("text", NO_HEADINGS)
def test_numbers_at_the_head_of_a_line_are_not_all_headings(text: str) -> None:
    assert outline(Document(text)) == ()


def test_a_section_reaches_to_the_next_of_its_rank() -> None:
    text = "一、回顾\n甲。\n（一）工程\n乙。\n二、打算\n丙。"
    review, works, plans = outline(Document(text))
    assert text[review.start : review.end].strip().endswith("乙。")
    assert text[works.body : works.end].strip() == "乙。"
    assert text[plans.body : plans.end].strip() == "丙。"
    assert works.path == ("回顾", "工程")


def test_points_end_with_their_paragraph() -> None:
    text = "（一）工程：一是建路，快建。二是养路，常养。\n（二）执法\n正文。"
    road, care = (section for section in outline(Document(text)) if section.level == 2)
    assert text[road.start : road.end] == "一是建路，快建。"
    assert text[care.start : care.end] == "二是养路，常养。"


def test_headings_that_the_file_marks_stand_above_numbered_ones() -> None:
    text = "工作总结\n工程建设\n一、公路\n正文。\n行业管理\n正文。"
    marked = tuple(
        Heading(text.index(title), text.index(title) + 4, level)
        for title, level in [("工作总结", 1), ("工程建设", 2), ("行业管理", 2)]
    )
    assert shape(Document(text, headings=marked)) == ["工作总结", "  工程建设", "    公路", "  行业管理"]


def test_the_reports_title_is_no_section_though_the_file_marks_it() -> None:
    """Each web page marks its title; a plain text does not. Passages of both must have the same headings."""
    text = "2022年工作总结\n一、公路\n正文。\n二、桥梁\n正文。"
    marked = Document(text, headings=(Heading(0, 9, 1),))
    assert shape(marked, "某局2022年工作总结") == ["公路", "桥梁"]
    assert shape(marked, "某局2022年工作总结") == shape(Document(text))
    assert shape(marked, "某局年报") == ["2022年工作总结", "  公路", "  桥梁"]
    twice = Document(f"{text}\n附件", headings=(Heading(0, 9, 1), Heading(len(text) + 1, len(text) + 3, 1)))
    assert shape(twice, "某局2022年工作总结")[0] == "2022年工作总结"


def test_a_line_of_its_own_without_a_number_is_a_heading_once_the_body_has_begun() -> None:
    text = f"省长 某某\n{LONG}\n工作回顾\n{LONG}"
    assert shape(Document(text)) == ["工作回顾"]


def test_a_sentence_that_announces_a_long_paragraph_is_a_heading() -> None:
    text = f"{LONG}\n这一年，我们敢闯敢试，改革开放步伐加快。\n{LONG}"
    assert shape(Document(text)) == ["这一年，我们敢闯敢试，改革开放步伐加快"]


def test_a_long_heading_is_cut_at_a_mark() -> None:
    text = "一、" + "做好" * 20 + "，" + "推进" * 40
    (section,) = outline(Document(text))
    assert section.title == "做好" * 20


def test_the_outline_of_the_report_that_ships(report_file: Path) -> None:
    sections = outline(Document(report_file.read_text(encoding="utf-8")))
    assert [section.title for section in sections if section.level == 1] == [
        "2022年全局工作情况",
        "2023年工作谋划",
        "下一步工作要求",
    ]
    second = [section.title for section in sections if section.level == 2]
    assert second[:7] == [
        f"{name}方面"
        for name in ("工程建设", "工程规划", "行业服务管理", "交通执法", "安全和环保", "疫情防控", "党建和宣传")
    ]
    assert [title[:2] for title in second[7:13]] == ["聚力"] * 6
    assert list(second[13:]) == [f"提效争先要“{word}”起来" for word in "快干活"]
    points = {section.path[1]: 0 for section in sections if section.level == 2}
    for section in sections:
        if section.level == 3:
            points[section.path[1]] += 1
    assert list(points.values())[:7] == [4, 5, 4, 3, 3, 3, 3]


@given(report_text)
def test_sections_nest_and_stay_in_bounds(text: str) -> None:
    sections = outline(Document(text))
    open_sections: list = []
    for section in sections:
        assert 0 <= section.start <= section.body <= section.end <= len(text)
        while open_sections and open_sections[-1].end <= section.start and open_sections[-1].level >= section.level:
            open_sections.pop()
        while open_sections and open_sections[-1].level >= section.level:
            open_sections.pop()
        if open_sections:
            outer = open_sections[-1]
            assert section.level == outer.level + 1
            assert section.path == (*outer.path, section.title)
            assert outer.start <= section.start
            assert section.end <= outer.end
        else:
            assert (section.level, section.path) == (1, (section.title,))
        open_sections.append(section)
    assert all(one.start <= other.start for one, other in itertools.pairwise(sections))


@given(report_text)
def test_sections_of_one_level_do_not_overlap(text: str) -> None:
    ends: dict[int, int] = {}
    for section in outline(Document(text)):
        assert section.start >= ends.get(section.level, 0)
        ends[section.level] = section.end


@given(report_text)
def test_lines_hold_every_visible_character(text: str) -> None:
    assert "".join("".join(text[a:b].split()) for a, b in lines(text)) == "".join(text.split())
