"""Make docs/images/*.png from the running page: ``python docs/screenshots.py [FOLDER [SIZE-SCHEME ...]]``,
where a size is phone, tablet or desktop and a scheme light or dark.

Starts ``wenbao serve`` on an empty library of its own, which takes corpus/ in, and photographs it with the system's
Chromium. Needs the extra ``[test]`` (playwright) and a Chromium on the path.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SCHEMES = ("light", "dark")
SIZES = {"phone": (390, 844), "tablet": (1024, 768), "desktop": (1440, 900)}
ANSWERED, UNKNOWN = "临临高速完成多少投资", "地铁三号线开通了几个车站？"
INDICATOR = "农村公路"


@contextmanager
def server() -> Iterator[str]:
    """The address of a server with a library of its own, which is deleted afterwards."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"WENBAO_HOME": home, "WENBAO_PORT": "0", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-m", "ui.cli", "serve"]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout is not None
            addresses = (re.search(r"http://[\d.]+:\d+", line) for line in process.stdout)
            found = next(filter(None, addresses), None)
            if not found:
                sys.exit("the server did not start")
            try:
                yield found.group()
            finally:
                process.terminate()


def photograph(browser: Browser, address: str, size: str, scheme: str, folder: Path) -> None:
    """The page at one size, in light or dark: welcome, answer, source (on a phone), refusal, figures, documents."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        device_scale_factor=2 if size == "phone" else 1,
        reduced_motion="reduce",
        locale="zh-CN",
    )
    page = context.new_page()

    def keep(name: str) -> None:
        taken = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
        # 256 colours are enough for a page of text, in a third of the bytes
        taken.convert("RGB").quantize(256).save(folder / f"{name}-{size}-{scheme}.png", optimize=True)

    page.goto(address)
    page.locator(".welcome").wait_for()
    keep("welcome")
    ask(page, ANSWERED, ".answered")
    page.locator("#below .next").first.wait_for()
    keep("answer")
    if size == "phone":
        page.locator(".answered .cite").first.click()
        page.locator("#source mark").wait_for()
        keep("source")
        page.keyboard.press("Escape")
    ask(page, UNKNOWN, ".refused")
    keep("refusal")
    page.get_by_role("tab", name="快查").click()
    page.get_by_label("指标").first.fill(INDICATOR)
    page.keyboard.press("Enter")
    page.locator("#figures table.figures").wait_for()
    if size != "phone":
        page.locator("#figures td.value button").first.click()
        page.locator("#lookup-source mark").first.wait_for()
    keep("lookup")
    page.get_by_role("tab", name="文档").click()
    page.locator("#shelf table").wait_for()
    if size != "phone":
        page.locator("#shelf [data-act=preview]").first.click()
        page.locator("#documents-source .passage").first.wait_for()
    keep("documents")
    context.close()


def ask(page: Page, question: str, outcome: str) -> None:
    page.get_by_label("问题").fill(question)
    page.keyboard.press("Enter")
    page.locator(outcome).wait_for()
    page.locator("#send").wait_for()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    chosen = sys.argv[2:] or [f"{size}-{scheme}" for size in SIZES for scheme in SCHEMES]
    names = ("chromium", "chromium-browser", "google-chrome", "msedge")
    executable = next(filter(None, map(shutil.which, names)), None)
    with server() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        for name in chosen:
            photograph(browser, address, *name.split("-"), folder)
        browser.close()


if __name__ == "__main__":
    main()
