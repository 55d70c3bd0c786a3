"""What a report is: title, organisation and years from its first lines and its file name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document
from ingest.frontmatter import describe
from tests.ingest.reportlike import report_text

CONGRESS = (
    "——2026年1月27日在{}第十四届人民代表大会第四次会议上\n省长 某某\n各位代表：\n现在，我代表省人民政府向大会报告工作。"
)

#: first lines, file name -> title, organisation, year, year accounted for, year planned for
REPORTS = [
    (
        "2022年工作总结和2023年工作计划\n\n一、回顾",
        "沂源县交通运输局2022年工作总结和2023年工作计划.txt",
        "沂源县交通运输局2022年工作总结和2023年工作计划",
        "沂源县交通运输局",
        2022,
        2022,
        2023,
    ),
    (
        "2026年山东省政府工作报告\n" + CONGRESS.format("山东省"),
        "2026_山东省_政府工作报告.txt",
        "2026年山东省政府工作报告",
        "山东省",
        2026,
        2025,
        2026,
    ),
    ("政府工作报告\n" + CONGRESS.format("广东省"), "报告.txt", "广东省2026年政府工作报告", "广东省", 2026, 2025, 2026),
    (
        "政府工作报告\n" + CONGRESS.format("内蒙古自治区"),
        "2026_内蒙古自治区_政府工作报告.txt",
        "内蒙古自治区2026年政府工作报告",
        "内蒙古自治区",
        2026,
        2025,
        2026,
    ),
    (
        "沂源县交通运输局2023年工作计划\n一、目标",
        "计划.docx",
        "沂源县交通运输局2023年工作计划",
        "沂源县交通运输局",
        2023,
        2022,
        2023,
    ),
    ("沂源县水利局2022年工作总结\n一、成效", "总结.md", "沂源县水利局2022年工作总结", "沂源县水利局", 2022, 2022, 2023),
    (
        "淄博市教育局2024年工作要点\n一、目标",
        "要点.txt",
        "淄博市教育局2024年工作要点",
        "淄博市教育局",
        2024,
        2023,
        2024,
    ),
    (
        "2023年上半年工作总结和下半年工作打算\n正文",
        "沂源县农业农村局2023年上半年工作总结和下半年工作打算.txt",
        "沂源县农业农村局2023年上半年工作总结和下半年工作打算",
        "沂源县农业农村局",
        2023,
        2023,
        2023,
    ),
    ("工作总结\n正文", "工作总结.txt", "工作总结", "", None, None, None),
    (
        "正文没有标题。",
        "沂源县人民医院2021年述职报告.txt",
        "沂源县人民医院2021年述职报告",
        "沂源县人民医院",
        2021,
        2021,
        2022,
    ),
    (
        "关于2024年度法治政府建设情况的报告\n沂源县人民政府\n正文",
        "附件1.txt",
        "沂源县关于2024年度法治政府建设情况的报告",
        "沂源县",
        2024,
        2024,
        2025,
    ),
    (
        "云台镇人民政府2023年工作报告\n一、2023年工作回顾\n修路9公里。\n二、2024年工作安排\n修路8公里。",
        "云台镇.txt",
        "云台镇人民政府2023年工作报告",
        "云台镇",
        2023,
        2023,
        2024,
    ),
    (
        "某某集团有限公司2022年工作总结暨2023年工作安排\n正文",
        "x.txt",
        "某某集团有限公司2022年工作总结暨2023年工作安排",
        "某某集团有限公司",
        2022,
        2022,
        2023,
    ),
    (
        "首页\n来源：日报\n青岛市2025年国民经济和社会发展统计公报\n正文",
        "公报.txt",
        "青岛市2025年国民经济和社会发展统计公报",
        "青岛市",
        2025,
        2025,
        2026,
    ),
]


@pytest.mark.parametrize(("text", "file", "title", "organisation", "year", "results", "plans"), REPORTS)
def test_title_organisation_and_years(
    text: str, file: str, title: str, organisation: str, year: int | None, results: int | None, plans: int | None
) -> None:
    front = describe(Document(text), file)
    assert (front.title, front.organisation) == (title, organisation)
    assert (front.year, front.results_year, front.plans_year) == (year, results, plans)


def test_the_report_that_ships(report_file: Path) -> None:
    front = describe(Document(report_file.read_text(encoding="utf-8")), report_file.name)
    assert front.title == "沂源县交通运输局2022年工作总结和2023年工作计划"
    assert (front.results_year, front.plans_year) == (2022, 2023)


def test_a_path_gives_what_its_name_gives() -> None:
    document = Document("正文。")
    assert describe(document, "资料/2021年/某县水利局2022年工作总结.txt") == describe(
        document, "某县水利局2022年工作总结.txt"
    )


@given(report_text, st.text(max_size=20))
def test_any_text_has_a_front(text: str, file: str) -> None:
    front = describe(Document(text), file)
    assert front.year is None or 1900 <= front.year <= 2099
    assert (front.results_year is None) == (front.plans_year is None) == (front.year is None)
