"""Signing in, asking and signing out, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from ingest.settings import Settings
from ui import web
from ui.accounts import Accounts
from ui.accounts.store import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from bot.chain import Assistant
    from ingest.library import Library

PASSWORD = "山水有相逢2024"


@pytest.fixture
def address(
    corpus_assistant: Assistant, corpus_library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    settings = Settings(home=tmp_path_factory.mktemp("login"))
    accounts = Accounts(Database(settings.home), settings)
    accounts.add("张三", PASSWORD, "admin")
    accounts.add("李四", PASSWORD, "reader")
    with web.listen("127.0.0.1", 0) as listener:
        app = web.application(corpus_assistant, corpus_library, settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)], ids=["phone", "desktop"])
def test_a_person_signs_in_asks_and_signs_out(address: str, browser: Browser, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(address) else foreign.append(request.url))
    page.goto(address)
    assert page.url == f"{address}/login"
    page.get_by_label("用户名").fill("张三")
    page.get_by_label("密码").fill("不是这个密码")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").get_by_text("用户名或密码不对").wait_for()
    assert page.get_by_label("用户名").input_value() == "张三"
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出").wait_for()
    assert page.locator(".masthead .who a").inner_text() == "张三（管理员）"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    page.get_by_label("问题").fill("临临高速完成多少投资")
    page.keyboard.press("Enter")
    page.locator(".answered").get_by_text("36亿元").first.wait_for()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{address}/login")
    page.goto(address)
    assert page.url == f"{address}/login"
    assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
    context.close()


def test_a_reader_is_shown_nothing_that_takes_an_editor(address: str, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill("李四")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".masthead .who").get_by_text("李四（读者）").wait_for()
    page.get_by_role("tab", name="文档").click()
    page.locator("#shelf table").wait_for()
    assert page.get_by_role("tab").all_inner_texts() == ["问答", "快查", "文档"]
    assert page.locator("#shelf [data-act=remove]").count() == 0
    assert not page.locator("#drop").is_visible()
    assert not page.get_by_role("button", name="修复并重建索引").is_visible()
    context.close()


def test_a_person_changes_the_password_and_signs_in_with_it(address: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill("张三")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="张三（管理员）").click()
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_label("新密码（").fill("万水千山2025")
    page.get_by_label("再输一遍").fill("万水千山2026")
    page.get_by_role("button", name="修改密码").click()
    page.get_by_role("alert").get_by_text("两遍新密码不一样").wait_for()
    for label, text in (("现在的密码", PASSWORD), ("新密码（", "万水千山2025"), ("再输一遍", "万水千山2025")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="修改密码").click()
    page.get_by_role("alert").get_by_text("密码已修改").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="返回问报").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{address}/login")
    page.get_by_label("用户名").fill("张三")
    page.get_by_label("密码").fill("万水千山2025")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出").wait_for()
    context.close()


def test_the_interfaces_page_shows_itself_and_asks_no_other_host(address: str, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(20_000)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/login")
    page.get_by_label("用户名").fill("张三")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".masthead .who").wait_for()
    page.goto(f"{address}/api/docs")
    page.get_by_text("问一个问题").wait_for()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    context.close()
