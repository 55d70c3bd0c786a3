"""快查, as people use it: the real server with the report that ships, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from conftest import Open
    from playwright.sync_api import Page

PHONE, DESKTOP = (390, 844), (1440, 900)


def look_up(page: Page, text: str) -> None:
    page.get_by_role("tab", name="快查").click()
    page.get_by_label("指标").first.fill(text)
    page.keyboard.press("Enter")
    page.locator("#figures table.figures").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_an_indicator_gives_a_table_whose_rows_open_their_sentences(
    address: str, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_page(address, size)
    look_up(page, "农村公路")
    table = page.locator("#figures table.figures")
    assert "23" in table.inner_text()
    assert "30" in table.inner_text()
    page.locator("#figures tr[data-start]", has_text="新增和改建农村公路").first.click()
    page.locator("#lookup-source mark").first.wait_for()
    assert page.locator("#lookup-source mark .figure").text_content() == "23公里"
    assert page.locator("#lookup-source mark").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size == PHONE:
        page.keyboard.press("Escape")
        page.locator("#lookup-source mark").first.wait_for(state="hidden")


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_done_stands_beside_planned_and_every_figure_of_it_opens_its_sentence(
    address: str, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_page(address, size)
    look_up(page, "农村公路")
    assert page.locator("#figures .choice").nth(1).inner_text().startswith("农村公路新改建（公里）")
    assert page.locator("#figures .chart .bar").count() == 2
    for place, text in ((".versus td:nth-child(2) .cell", "23公里"), (".versus td:nth-child(3) .cell", "30公里")):
        page.locator(f"#figures {place}").click()
        page.locator("#lookup-source mark .figure").get_by_text(text).wait_for()
        page.keyboard.press("Escape")
    page.locator("#figures .choice").nth(1).click()
    page.wait_for_function("document.querySelectorAll('#figures tr[data-start]').length === 2")
    page.get_by_role("radio", name="计划").check(force=True)
    page.wait_for_function("!document.querySelector('#figures .versus')")
    assert "23公里" not in page.locator("#figures").inner_text()


def test_all_figures_of_a_report_that_is_picked_are_listed(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_role("tab", name="快查").click()
    page.get_by_label("报告（不选即全部）").click()
    page.get_by_role("option", name="沂源县交通运输局").click()
    page.locator("#figures table.figures").wait_for()
    assert page.locator("#figures tr[data-start]").count() >= 50


def test_a_figure_is_opened_with_the_keyboard_alone(address: str, open_page: Open) -> None:
    page = open_page(address)
    look_up(page, "农村公路")
    page.locator("#figures td.value button").first.focus()
    page.keyboard.press("Enter")
    page.locator("#lookup-source mark .figure").wait_for()


def test_what_was_found_is_taken_along_with_its_sentences(address: str, open_page: Open) -> None:
    page = open_page(address)
    look_up(page, "农村公路")
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出 Excel").click()
    assert coming.value.suggested_filename.endswith(".xlsx")
    with coming.value.path().open("rb") as file:
        rows = list(openpyxl.load_workbook(file)["数据"].values)
    assert any("23公里" in row and any("新增和改建农村公路" in str(cell) for cell in row) for row in rows)


def test_an_empty_search_is_explained_and_nothing_found_is_said(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_role("tab", name="快查").click()
    page.get_by_role("button", name="查询").click()
    page.get_by_role("alert").get_by_text("请输入指标").wait_for()
    page.get_by_label("指标").first.fill("火星基地")
    page.keyboard.press("Enter")
    page.get_by_text("没有查到").wait_for()


def test_each_tab_stands_once(address: str, open_page: Open) -> None:
    page = open_page(address)
    for name in ("快查", "文档", "问答"):
        page.get_by_role("tab", name=name).click()
        page.wait_for_function("document.querySelector('[role=tab][aria-selected=true]') !== null")
    names = page.get_by_role("tab").all_inner_texts()
    assert len(names) == len(set(names))
