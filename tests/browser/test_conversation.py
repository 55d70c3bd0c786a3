"""The chat, as people use it: the real server with the reports that come with the project, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Open
    from playwright.sync_api import Page

PHONE = (390, 844)
QUESTION = "临临高速完成多少投资"


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter and wait for what comes of it."""
    turns = page.locator(".turn").count()
    page.get_by_label("问题").fill(question)
    page.keyboard.press("Enter")
    page.locator(f".turn:nth-child({turns + 1}) :is(.answered, .refused, .message)").wait_for()


def test_an_answer_leads_with_its_figure_and_its_mark_opens_the_sentence(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, QUESTION)
    assert page.locator(".short").inner_text() == "36亿元"
    page.locator(".answered .cite").first.click()
    quote = page.locator("#source mark")
    quote.wait_for()
    assert "累计完成投资36亿元" in (quote.text_content() or "")
    assert page.locator("#source mark .figure").text_content() == "36亿元"
    assert quote.is_visible()
    source = page.locator("#source").inner_text()
    assert "工程建设方面" in source
    assert "成功创建“四好农村路”省级示范县" in source, "the neighbouring text"


def test_a_follow_up_is_understood_from_the_conversation(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, "2022年X009淄安路完成路基施工多少公里？")
    ask(page, "X019鲁沟路呢？")
    assert page.locator(".turn:nth-child(2) .short").inner_text() == "4公里"
    assert "理解为" in page.locator(".turn:nth-child(2)").inner_text()


def test_an_example_is_asked_by_a_click(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_role("button", name=QUESTION).click()
    page.locator(".short").wait_for()
    assert page.locator(".question").inner_text() == QUESTION


def test_clearing_starts_anew(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, "2022年X009淄安路完成路基施工多少公里？")
    page.get_by_role("button", name="清空对话").click()
    page.locator(".welcome").wait_for()
    assert page.locator(".turn").count() == 0
    assert page.locator("#source mark").count() == 0
    ask(page, "X019鲁沟路呢？")
    assert "理解为" not in page.locator(".turn").inner_text()


def test_two_people_do_not_see_each_others_conversation(address: str, open_page: Open) -> None:
    first, second = open_page(address), open_page(address)
    ask(first, QUESTION)
    assert second.locator(".turn").count() == 0
    ask(second, QUESTION)
    assert second.locator(".turn").count() == 1


def test_what_is_not_in_the_reports_is_refused_with_the_nearest_passages(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, "地铁三号线开通了几个车站？")
    assert "没有找到确切的答案" in page.locator(".refused").inner_text()
    assert page.locator(".refused .card").count() > 0
    assert page.locator(".short").count() == 0


def test_empty_and_endless_questions_are_explained(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("alert").get_by_text("请先输入问题").wait_for()
    page.get_by_label("问题").fill("问" * 2001)
    page.get_by_role("alert").wait_for(state="hidden")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("问题太长").wait_for()
    assert page.locator(".turn").count() == 0
    assert len(page.get_by_label("问题").input_value()) == 2001


def test_shift_enter_makes_a_new_line(address: str, open_page: Open) -> None:
    page = open_page(address)
    box = page.get_by_label("问题")
    box.fill("第一行")
    box.press("Shift+Enter")
    box.press_sequentially("第二行")
    assert box.input_value() == "第一行\n第二行"
    assert page.locator(".turn").count() == 0


def test_on_a_phone_the_source_is_a_sheet_that_closes(address: str, open_page: Open) -> None:
    page = open_page(address, PHONE)
    ask(page, QUESTION)
    assert not page.locator("#source mark").is_visible()
    mark = page.locator(".answered .cite").first
    mark.click()
    page.locator("#source mark").wait_for()
    assert page.evaluate("document.activeElement.closest('#source') !== null")
    page.keyboard.press("Escape")
    page.locator("#source mark").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('.cite')")


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_no_width_scrolls_sideways(address: str, open_page: Open, width: int) -> None:
    page = open_page(address, (width, 800))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ask(page, QUESTION)
    ask(page, "地铁三号线开通了几个车站？")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "lighter"), [("light", "paper"), ("dark", "ink")])
def test_the_page_follows_the_systems_light_or_dark(address: str, open_page: Open, scheme: str, lighter: str) -> None:
    page = open_page(address, scheme=scheme)
    brightness = (
        "(property) => getComputedStyle(document.body)[property].match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    )
    paper, ink = page.evaluate(brightness, "backgroundColor"), page.evaluate(brightness, "color")
    assert (paper > ink) == (lighter == "paper")


def test_the_page_is_in_chinese_and_shows_nothing_of_its_framework(address: str, open_page: Open) -> None:
    page = open_page(address)
    assert page.title() == "问报"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "Gradio" not in page.locator("body").inner_text()
