"""文档, as people use it: files come in, are leafed through, go and come back, on a real server in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Open
    from playwright.sync_api import Page

PHONE, DESKTOP = (390, 844), (1440, 900)
HOSTILE = '<img src=x onerror="alert(1)">'
TEXT = "{title}\n一、2024年工作情况\n（一）公路建设：完成投资3.5亿元。{more}\n二、2025年计划\n新改建农村公路50公里。\n"


@pytest.fixture
def address(own_address: str) -> str:
    """What these tests leave behind is no other tests' business."""
    return own_address


def documents(page: Page) -> None:
    page.set_default_timeout(90_000)  # each file is read by a process of its own, which takes its time to start
    page.get_by_role("tab", name="文档").click()
    page.locator("#shelf table").wait_for()


def upload(page: Page, *files: Path) -> None:
    page.locator("#drop input[type=file]").set_input_files([str(file) for file in files])


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_report_comes_in_is_read_removed_and_put_back(
    address: str, open_page: Open, tmp_path: Path, size: tuple[int, int]
) -> None:
    title = f"清河县（{size[0]}）2024年工作总结"
    report, broken = tmp_path / f"{title}.txt", tmp_path / "坏文件.docx"
    report.write_text(TEXT.format(title=title, more=HOSTILE), encoding="utf-8")
    broken.write_bytes(b"PK\x03\x04broken")
    other = tmp_path / "表单.xyz"
    other.write_bytes(b"?")
    page = open_page(address, size)
    documents(page)
    upload(page, report, broken, other)
    page.locator(".task.added", has_text=title).wait_for()
    page.locator(".task.failed", has_text="表单.xyz").wait_for()
    failed = page.locator(".task.failed", has_text="坏文件").inner_text()
    assert "已损坏" in failed
    unknown = page.locator(".task.failed", has_text="表单.xyz").inner_text()
    assert "不支持「表单.xyz」的文件类型" in unknown
    assert "uploads" not in failed, "where the library keeps its copies is not told"
    row = page.locator("#shelf tr", has_text=title)
    row.locator("[data-act=preview]").click()
    page.locator("#documents-source .passage").first.wait_for()
    assert HOSTILE in (page.locator("#documents-source .preview").text_content() or "")
    assert page.locator("#documents-source img").count() == 0
    assert "2025年计划" in page.locator("#documents-source .outline").inner_text()
    page.locator("#documents-source .outline button", has_text="2025年计划").click()
    page.locator("#documents-source .arrived").wait_for()
    if size == PHONE:
        page.keyboard.press("Escape")
    row.locator("[data-act=remove]").click()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text(f"已恢复《{title}》").wait_for()
    row.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_report_is_replaced_by_a_new_version(address: str, open_page: Open, tmp_path: Path) -> None:
    old, new = tmp_path / "白水县初稿.txt", tmp_path / "白水县定稿.txt"
    old.write_text(TEXT.format(title="白水县初稿2024年工作总结", more=""), encoding="utf-8")
    new.write_text(TEXT.format(title="白水县定稿2024年工作总结", more="建成桥梁3座。"), encoding="utf-8")
    page = open_page(address)
    documents(page)
    upload(page, old)
    page.locator("#shelf tr", has_text="白水县初稿").locator("[data-act=replace]").click()
    page.get_by_text("新版本拖到上面").wait_for()
    upload(page, new)
    page.locator("#shelf tr", has_text="白水县定稿").wait_for()
    page.locator("#shelf tr", has_text="白水县初稿").wait_for(state="detached")
    page.get_by_role("button", name="撤销").wait_for()


def test_the_list_is_searched_as_one_types(address: str, open_page: Open) -> None:
    page = open_page(address)
    documents(page)
    page.get_by_label("查找").press_sequentially("没有这份报告", delay=50)
    page.get_by_text("没有符合条件的报告").wait_for()
    page.get_by_label("查找").clear()
    page.get_by_label("查找").press_sequentially("沂源", delay=50)
    page.locator("#shelf tr", has_text="沂源县交通运输局").wait_for()


def test_a_library_is_checked(address: str, open_page: Open) -> None:
    page = open_page(address)
    documents(page)
    page.get_by_role("button", name="检查资料库").click()
    page.get_by_text("资料库完好").wait_for()
    page.get_by_role("button", name="修复并重建索引").click()
    page.get_by_text("没有需要修复的地方").wait_for()


def test_the_list_is_filtered_and_sorted(address: str, open_page: Open) -> None:
    page = open_page(address)
    documents(page)
    row = page.locator("#shelf tr", has_text="沂源县交通运输局")
    for label, choice in (("单位", "沂源县交通运输局"), ("年份", "2022年"), ("排序", "文件名")):
        page.get_by_label(label, exact=True).click()
        page.get_by_role("option", name=choice.removesuffix("年")).click()
        row.wait_for()


def test_a_report_that_another_process_took_in_appears_among_those_searched_for(
    address: str, open_page: Open, tmp_path: Path
) -> None:
    page, other = open_page(address), open_page(address)
    documents(page)
    documents(other)
    page.get_by_label("查找").press_sequentially("青石", delay=20)
    page.get_by_text("没有符合条件的报告").wait_for()
    for title in ("青石镇2024年工作总结", "红岩镇2024年工作总结"):
        file = tmp_path / f"{title}.txt"
        file.write_text(TEXT.format(title=title, more=title), encoding="utf-8")
        upload(other, file)
        other.locator("#shelf tr", has_text=title).wait_for()
    page.locator("#shelf tr", has_text="青石镇").wait_for()
    page.locator("#shelf p.summary", has_text="中的 1 份").wait_for()
    assert page.locator("#shelf tr", has_text="红岩镇").count() == 0


def test_only_the_reports_chosen_are_asked_again(address: str, open_page: Open, tmp_path: Path) -> None:
    """Those chosen stand first in the next dialog: what had been ticked in their old places must not be."""
    places = ("云南省", "吉林省", "山东省", "广东省", "浙江省")
    reports = [tmp_path / f"{place}2026年政府工作报告.txt" for place in places]
    for number, (report, place) in enumerate(zip(reports, places, strict=True), start=11):
        told = f"2025年城镇新增就业{number}万人。\n二、2026年目标\n城镇新增就业{number + 20}万人。\n"
        report.write_text(f"{place}2026年政府工作报告\n一、2025年工作回顾\n{told}", encoding="utf-8")
    page = open_page(address)
    documents(page)
    upload(page, *reports)
    for place in places:
        page.locator(".task.added", has_text=place).wait_for()
    page.get_by_role("tab", name="问答").click()
    page.get_by_label("问题", exact=True).fill("2025年城镇新增就业多少人")
    page.keyboard.press("Enter")
    chosen = {"山东省2026年政府工作报告", "广东省2026年政府工作报告"}

    def open_dialog(turn: int) -> set[str]:
        page.locator(f".turn:nth-child({turn}) [data-do=choose]").first.click()
        page.locator("dialog[open] .choices").wait_for()
        return set(page.locator("dialog[open] .choices li:has(:checked) b").all_inner_texts())

    open_dialog(1)
    for title in chosen:
        page.locator("dialog[open] .choices label", has_text=title).click()
    page.get_by_role("button", name="重新提问").click()
    assert open_dialog(2) == chosen
    page.locator("dialog[open] .years label", has_text="2026年").click()
    page.get_by_role("button", name="重新提问").click()
    assert open_dialog(3) == chosen
    said = page.locator(".turn:nth-child(3)").inner_text()
    assert "山东省、广东省" in said
    assert "云南" not in said
