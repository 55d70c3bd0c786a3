"""A real browser for the tests of the page, and a check on every request that it makes.

The browser is the system's Chromium: nothing is downloaded, and where there is none these tests are skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from ingest.settings import PROJECT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = (1440, 900)
#: milliseconds that a page's parts may take to appear; generous, for two busy cores
PATIENCE = 45_000
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
#: no sandbox is to be had in a container; the rest keeps the browser itself off the network
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]

LATE = """const { fetch } = window;
window.fetch = async (...given) => {
  const reply = await fetch(...given);
  if (String(given[0]?.url ?? given[0]).includes('PART')) await new Promise((done) => setTimeout(done, 2000));
  return reply;
};"""

Open = Callable[..., "Page"]


#: the flows that every change is tested by; the others wait for a browser so often that they are among the slow tests
QUICK = ("test_page.py", "test_lookup.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if item.path.name not in QUICK:
                item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if not executable:
        pytest.skip("没有安装 Chromium；安装后（Debian：apt install chromium）才能测试网页")
    playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that all tests share which change nothing but conversations."""
    with serving(tmp_path_factory.mktemp("library")) as found:
        yield found


@pytest.fixture(scope="module")
def own_address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for the tests of one module."""
    with serving(tmp_path_factory.mktemp("library")) as found:
        yield found


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """``wenbao serve`` on an empty library of its own; it takes corpus/ in first."""
    settings = {"WENBAO_HOME": str(home), "WENBAO_PORT": "0", "PYTHONIOENCODING": "utf-8"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WENBAO_")} | settings
    command = [sys.executable, "-m", "ui.cli", "serve"]
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stdout
        said = ""
        for line in server.stdout:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            pytest.fail(f"the server did not start: {said}")
        yield found.group() + "/"
        server.terminate()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens an address; afterwards every page's requests must all have gone to the host it was opened from."""
    opened: list[tuple[Page, str, list[str], list[str]]] = []

    def open_page(address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light", late: str = "") -> Page:
        """``late``: replies from addresses that hold it reach the page two seconds after they came."""
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="zh-CN",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if late:
            page.add_init_script(LATE.replace("PART", late))
        requests: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        opened.append((page, address, requests, faults))
        page.goto(address)
        page.locator("#transcript .welcome").wait_for()
        return page

    yield open_page
    for page, address, requests, faults in opened:
        page.context.close()
        assert requests
        hosts = {urlsplit(url).netloc for url in requests if not url.startswith(("data:", "blob:"))}
        assert hosts == {urlsplit(address).netloc}
        assert faults == []
