"""Running lines are told from text that happens to stand at a page's edge."""

from __future__ import annotations

import pytest

from ingest.readers.running import running_lines
from ingest.readers.sheets import Fragment, Sheet


def _sheet(number: int, *rows: tuple[str, float]) -> Sheet:
    lines = (Fragment(text, 72, top, 72 + 12 * len(text), top + 12, 12) for text, top in rows)
    return Sheet(number, 595, 842, tuple(lines))


def _dropped(*sheets: Sheet) -> list[set[str]]:
    return [{fragment.text for fragment in found} for found in running_lines(sheets)]


def test_what_every_page_repeats_runs_but_for_its_numbers() -> None:
    sheets = [_sheet(page, (f"工作总结 第{page}期", 40), (f"正文{'甲乙丙'[page - 1]}", 70)) for page in (1, 2, 3)]
    assert _dropped(*sheets) == [{f"工作总结 第{page}期"} for page in (1, 2, 3)]


def test_a_header_of_one_chapter_runs_though_most_pages_have_another() -> None:
    sheets = [_sheet(page, ("第一章总则" if page < 4 else "第二章分则", 40)) for page in range(1, 12)]
    assert all(_dropped(*sheets))


def test_text_at_the_edge_of_a_single_page_stays() -> None:
    assert _dropped(_sheet(1, ("工作总结", 40), ("沂源县交通运输局", 800))) == [set()]
    assert _dropped(_sheet(1, ("工作总结", 40)), _sheet(2, ("工作计划", 40))) == [set(), set()]


def test_a_line_that_repeats_in_the_middle_of_pages_stays() -> None:
    assert _dropped(*[_sheet(page, ("完成投资36亿元。", 400)) for page in (1, 2, 3)]) == [set()] * 3


def test_behind_a_line_that_stays_everything_stays() -> None:
    sheets = [_sheet(page, ("正文" + "甲乙丙"[page - 1], 30), ("同比增长", 50)) for page in (1, 2, 3)]
    assert _dropped(*sheets) == [set()] * 3


@pytest.mark.parametrize("number", ["— 1 —", "－1－", "第 1 页", "第1页 共3页", "1/3", "Page 1 of 3", "·1·", "- iv -"])
def test_page_numbers_run_on_a_single_page(number: str) -> None:
    assert _dropped(_sheet(1, ("正文", 400), (number, 800))) == [{number}]


def test_bare_numbers_run_if_they_count_the_pages() -> None:
    assert _dropped(*[_sheet(page, (str(page + 4), 800)) for page in (1, 2, 3)]) == [{"5"}, {"6"}, {"7"}]
    assert _dropped(*[_sheet(page, (figure, 800)) for page, figure in ((1, "120"), (2, "36"))]) == [set(), set()]


def test_lines_at_the_edge_that_differ_in_their_figures_stay() -> None:
    """Only a number that counts the pages may differ: 「甲县完成投资36亿元」 on each page is text."""
    sheets = [_sheet(page, (f"第{page * 7}县完成投资{page * 36}亿元。", 40)) for page in (1, 2, 3, 4)]
    assert _dropped(*sheets) == [set()] * 4
