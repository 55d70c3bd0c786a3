"""评测, as people use it: a set is made, asked, looked at, asked again and compared, on a real server in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Open
    from playwright.sync_api import Page

PHONE, DESKTOP = (390, 844), (1440, 900)
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def address(own_address: str) -> str:
    """What these tests leave behind is no other tests' business."""
    return own_address


def evaluations(page: Page) -> None:
    page.get_by_role("tab", name="评测").click()
    page.locator("#evaluations-own .set-tools").wait_for()


def write_a_set(page: Page, name: str) -> None:
    page.get_by_role("button", name="新建题集").click()
    page.get_by_label("题集名称").fill(name)
    rows = page.locator(".set-rows > li")
    rows.first.get_by_label("题目", exact=True).fill("临临高速完成多少投资")
    rows.first.get_by_label("答案").fill("36亿元\n36亿")
    page.get_by_role("button", name="加一题").click()
    rows.nth(1).get_by_label("题目", exact=True).fill(f"火星基地{HOSTILE}完成多少投资")
    rows.nth(1).get_by_label("题型").select_option("unanswerable")
    page.get_by_role("button", name="保存题集").click()
    page.get_by_text(f"已保存「{name}」，2 题").wait_for()


def ask(page: Page, runs: int) -> None:
    """Ask the chosen set; ``runs`` is how many runs are listed afterwards."""
    page.get_by_role("button", name="开始评测").click()
    page.wait_for_function("n => document.querySelectorAll('#evaluations-runs tbody tr').length >= n", arg=runs)
    page.locator(".running-box.finished").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_set_is_made_asked_looked_at_and_compared(address: str, open_page: Open, size: tuple[int, int]) -> None:
    name = f"我的题集{size[0]}"
    page = open_page(address, size)
    evaluations(page)
    page.wait_for_function("document.querySelector('#evaluations-runs .empty, #evaluations-runs tbody tr')")
    before = page.locator("#evaluations-runs tbody tr").count()
    write_a_set(page, name)
    ask(page, before + 1)
    ask(page, before + 2)
    own = page.locator("#evaluations-runs tr", has_text=name)
    own.first.get_by_role("button", name=name).click()
    view = page.locator(".run-view")
    view.locator(".graph").first.wait_for()
    view.locator(".asked summary").first.click()
    assert HOSTILE in (view.locator(".asked").text_content() or "")
    assert view.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for row in own.all():
        row.locator("[data-pick]").check()
    page.get_by_role("button", name="比较选中的两次").click()
    page.get_by_text("每一题的答案都一样").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_report_is_downloaded_and_opens_without_a_network(address: str, open_page: Open, tmp_path: Path) -> None:
    page = open_page(address)
    evaluations(page)
    write_a_set(page, "下载用")
    ask(page, 1)
    with page.expect_download() as download:
        page.locator("#evaluations-runs tr", has_text="下载用").get_by_role("link", name="下载报告").click()
    file = tmp_path / "report.html"
    download.value.save_as(file)
    context = page.context.browser.new_context(offline=True, viewport={"width": PHONE[0], "height": PHONE[1]})  # type: ignore[union-attr]
    try:
        report = context.new_page()
        faults: list[str] = []
        report.on("console", lambda line: faults.append(line.text))
        report.on("pageerror", lambda fault: faults.append(str(fault)))
        report.goto(file.as_uri())
        report.locator("#by-outcome").select_option("correct")
        report.get_by_label("查找").fill("临临")
        assert report.locator(".items > li:visible").count() == 1
        assert "1 题，共 2 题" in report.locator("#shown").inner_text()
        assert report.locator("img").count() == 0
        assert report.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert faults == []
    finally:
        context.close()


def test_a_set_is_uploaded_changed_and_one_with_faults_is_refused(
    address: str, open_page: Open, tmp_path: Path
) -> None:
    good, bad = tmp_path / "上传的.jsonl", tmp_path / "坏的.jsonl"
    row = {"id": "1", "type": "fact_done", "question": "临临高速完成多少投资", "answers": ["36亿元"], "note": "留着"}
    good.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    bad.write_text(json.dumps(row) + "\n{", encoding="utf-8")
    page = open_page(address)
    evaluations(page)
    page.locator("[data-upload]").set_input_files(str(bad))
    page.get_by_text("坏的.jsonl 第 2 行：不是 JSON").wait_for()
    page.locator("[data-upload]").set_input_files(str(good))
    page.get_by_text("已上传「上传的」，1 题").wait_for()
    page.get_by_label("答案").fill("36亿")
    page.get_by_role("button", name="保存题集").click()
    page.get_by_text("已保存「上传的」，1 题").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载题集").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (saved["answers"], saved["note"]) == (["36亿"], "留着")


def test_a_set_that_asks_much_can_be_stopped(address: str, open_page: Open, tmp_path: Path) -> None:
    many = tmp_path / "很多题.jsonl"
    rows = ({"id": n, "type": "plan", "question": f"第{n}条路计划投资多少", "answers": ["1亿元"]} for n in range(5000))
    many.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    page = open_page(address)
    evaluations(page)
    page.locator("[data-upload]").set_input_files(str(many))
    page.get_by_text("超过 500 题的题集不能在网页上改").wait_for()
    page.get_by_role("button", name="开始评测").click()
    page.get_by_role("button", name="停止").click()
    page.get_by_text("已停止，没有保存").wait_for()
