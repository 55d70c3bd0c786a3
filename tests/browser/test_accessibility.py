"""axe-core finds nothing serious on any tab, in light or dark, on a phone or a desktop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ui.accounts import Person, pages

if TYPE_CHECKING:
    from conftest import Open
    from playwright.sync_api import Browser, Page

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
RUN = """
async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.map(({id, impact, nodes}) => ({id, impact, nodes: nodes.map((node) => [node.html, node.failureSummary])}));
}
"""
SIZES = [(390, 844), (1440, 900)]
SCHEMES = ["light", "dark"]


def findings(page: Page) -> list[Any]:
    """What axe-core holds to be serious or critical on a page as it is now, with the elements concerned."""
    page.evaluate(AXE)
    return [found for found in page.evaluate(RUN) if found["impact"] in SERIOUS]


def show(page: Page, tab: str) -> None:
    """Open a tab and bring something onto it."""
    if tab != "问答":
        page.get_by_role("tab", name=tab).click()
    if tab == "问答":
        page.get_by_label("问题").fill("临临高速完成多少投资")
        page.keyboard.press("Enter")
        page.locator("#source mark").wait_for(state="attached")
        page.locator("#send").wait_for()
    elif tab == "快查":
        page.get_by_label("指标").first.fill("农村公路")
        page.keyboard.press("Enter")
        page.locator("#figures table.figures").wait_for()
        page.locator("#figures td.value button").first.click()
        page.locator("#lookup-source mark").first.wait_for(state="attached")
    elif tab == "文档":
        page.locator("#shelf table").wait_for()
        page.locator("#shelf [data-act=preview]").first.click()
        page.locator("#documents-source .passage").first.wait_for(state="attached")
    else:
        page.locator("[role=tabpanel]:visible :is(button, input, table)").first.wait_for()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desktop"])
def test_no_tab_keeps_anybody_out(address: str, open_page: Open, size: tuple[int, int], scheme: str) -> None:
    page = open_page(address, size, scheme)
    assert findings(page) == [], "the welcome"
    tabs = page.get_by_role("tab").all_inner_texts()
    assert len(tabs) >= 3
    for tab in tabs:
        show(page, tab)
        assert findings(page) == [], tab
        page.keyboard.press("Escape")


@pytest.mark.parametrize(
    "html", [pages.page("用户名或密码不对。", "张三"), pages.account_page(Person("张三", "editor"), "好")]
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_neither_do_the_pages_for_accounts(browser: Browser, scheme: str, html: str) -> None:
    context = browser.new_context(color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_content(html)
    css = Path(pages.__file__).parent.parent / "assets" / "login.css"
    page.add_style_tag(path=css)
    assert findings(page) == []
    page.add_style_tag(content="p { color: #777 !important; background: #888 !important; }")
    assert [found["id"] for found in findings(page)] == ["color-contrast"], "what is bad is found"
    context.close()
