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


def test_a_question_asked_as_soon_as_the_page_shows_is_not_lost(address: str, open_page: Open) -> None:
    page = open_page(address, late="/run/")  # what the page asks the server for when it opens
    ask(page, QUESTION)
    page.wait_for_timeout(4000)
    assert page.locator(".turn .short").inner_text() == "36亿元"


def test_an_example_is_asked_by_a_click(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.get_by_role("button", name=QUESTION).click()
    page.locator(".short").wait_for()
    assert page.locator(".question").inner_text() == QUESTION


def test_a_new_conversation_starts_anew(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, "2022年X009淄安路完成路基施工多少公里？")
    page.get_by_role("button", name="新对话").click()
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


SIZES = pytest.mark.parametrize("size", [PHONE, (1440, 900)], ids=["phone", "desktop"])


@SIZES
def test_the_whole_report_opens_at_the_quote(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    ask(page, QUESTION)
    page.locator(".answered .cite").first.click()
    page.get_by_role("button", name="打开全文").click()
    page.get_by_role("button", name="只看这一段").wait_for()
    assert page.locator("#source .source-text").inner_text().rstrip().endswith("开创新局。"), "to the end"
    mark, body = page.locator("#source mark").first.bounding_box(), page.locator("#source .source-body").bounding_box()
    assert mark
    assert body
    assert body["y"] <= mark["y"] <= body["y"] + body["height"], "the quote is in view"
    page.get_by_role("button", name="只看这一段").click()
    page.get_by_role("button", name="打开全文").wait_for()


@SIZES
def test_a_question_is_asked_again_of_another_year(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    ask(page, "2022年新增和改建农村公路多少公里？")
    assert page.locator(".short").inner_text() == "23公里"
    page.get_by_role("button", name="年份：2022年").click()
    page.locator("dialog[open]").wait_for()
    page.get_by_role("radio", name="2023年").check(force=True)
    page.get_by_label("按名称筛选报告").fill("没有这份")
    assert page.locator("dialog .choices li:visible").count() == 0
    page.get_by_label("按名称筛选报告").fill("沂源")
    page.locator("dialog .choices li:visible label").first.click()
    page.get_by_role("button", name="重新提问").click()
    page.locator(".turn:nth-child(2) .reply").wait_for()
    assert "2023年" in page.locator(".turn:nth-child(2) .question").inner_text()
    assert page.locator(".turn:nth-child(2) .chip").all_inner_texts()[1].endswith("2023年")
    assert page.locator("dialog[open]").count() == 0


@SIZES
def test_a_suggested_question_is_answered(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    ask(page, QUESTION)
    suggested = page.locator("#below .next").first
    suggested.wait_for()
    question = suggested.inner_text()
    suggested.click()
    page.locator(".turn:nth-child(2) .answered").wait_for()
    assert page.locator(".turn:nth-child(2) .question").inner_text() == question


@SIZES
def test_an_answer_is_copied_with_its_source(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.get_by_role("button", name="复制").click()
    page.get_by_role("button", name="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("36亿元")
    assert "来源：[1] 《沂源县交通运输局" in copied
    assert "累计完成投资36亿元" in copied


@SIZES
@pytest.mark.parametrize("kind", ["Word", "Markdown"])
def test_a_conversation_is_exported(address: str, open_page: Open, size: tuple[int, int], kind: str) -> None:
    page = open_page(address, size)
    ask(page, QUESTION)
    with page.expect_download() as downloading:
        page.get_by_role("link", name=f"导出 {kind}").click()
    assert downloading.value.suggested_filename == f"问报 {QUESTION}.{'docx' if kind == 'Word' else 'md'}"
    content = downloading.value.path().read_bytes()
    assert content.startswith(b"PK") if kind == "Word" else "36亿元" in content.decode()


@SIZES
def test_a_conversation_is_there_again_after_a_reload(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    ask(page, QUESTION)
    page.locator("#below .next").first.wait_for()
    page.reload()
    page.locator(".turn .short").wait_for()
    assert page.locator(".short").inner_text() == "36亿元"
    ask(page, "“旱码头”连接哪几个城市？")
    assert page.locator(".turn").count() == 2


@SIZES
def test_the_history_is_searched_opened_renamed_and_deleted(
    address: str, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_page(address, size)
    ask(page, "2022年X009淄安路完成路基施工多少公里？")
    page.get_by_role("button", name="新对话").click()
    page.locator(".welcome").wait_for()
    page.get_by_role("button", name="历史对话").click()
    box = page.get_by_label("在历史对话里查找")
    box.fill("没有人问过这个")
    page.get_by_text("没有找到含有").wait_for()
    box.fill("淄安路")
    first = page.locator("dialog[open] .history li").filter(has=page.locator(".kept"))
    first.first.wait_for()
    first.first.get_by_role("button", name="改名").click()
    name = f"{size[0]}宽的对话"
    page.get_by_label("新的标题").locator("visible=true").fill(name)
    page.get_by_role("button", name="保存").locator("visible=true").click()
    page.locator(".kept", has_text=name).click()
    page.locator(".turn .short").wait_for()
    assert page.locator(".short").inner_text() == "5公里"
    page.get_by_role("button", name="历史对话").click()
    listed = page.locator("dialog[open] .history li", has_text=name)
    listed.wait_for()
    listed.get_by_role("button", name="删除").click()
    assert listed.count() == 1, "deleting is asked twice"
    page.get_by_text("确认删除").click()
    listed.wait_for(state="detached")
    page.keyboard.press("Escape")
    page.locator(".welcome").wait_for()


@SIZES
def test_an_opinion_is_given_with_a_comment(address: str, open_page: Open, size: tuple[int, int]) -> None:
    page = open_page(address, size)
    ask(page, QUESTION)
    page.get_by_role("button", name="回答有误").click()
    page.get_by_label("正确的答案").fill("36亿元以上")
    page.get_by_label("哪里不对").fill("少了以上")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("谢谢，已记下。").wait_for()
    assert page.get_by_role("button", name="回答有误").get_attribute("aria-pressed") == "true"
    found = page.evaluate("fetch('/api/feedback').then((reply) => reply.text())")
    assert "少了以上" in found


def test_the_keyboard_is_enough(address: str, open_page: Open) -> None:
    page = open_page(address)
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".answered").wait_for()
    page.locator("#below .next").first.wait_for()
    assert page.get_by_label("问题").input_value() == ""
    page.locator("body").click(position={"x": 5, "y": 300})
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText || document.activeElement.placeholder || ''"))
    ordered = ["1", "复制", "请输入问题，按回车发送", "发送", "历史对话", "新对话", "打开全文"]
    assert [name for name in reached if name in ordered][: len(ordered)] == ordered
    page.locator("#source mark").wait_for()
    page.keyboard.press("Escape")
    page.locator("#source mark").wait_for(state="hidden")
    page.locator(".answered .cite").first.focus()
    page.keyboard.press("Enter")
    page.locator("#source mark").wait_for()
    page.locator(".chip").first.focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('.chip')")
    assert page.locator("#source mark").is_visible(), "Esc closed the dialog alone"


def test_what_happens_is_told_to_a_screen_reader(address: str, open_page: Open) -> None:
    page = open_page(address)
    ask(page, QUESTION)
    assert page.locator("#notice [role=status]").text_content() == "回答：36亿元"
    for name in ("对话", "查找范围，可以更换后再问", "对这个回答", "原文出处"):
        assert page.get_by_label(name, exact=True).count() >= 1, name


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
