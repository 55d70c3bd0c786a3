"""How long the page takes until it can be used, in a real browser on this machine.

    python -m evals.opening [--library FOLDER] [--times 5]

Starts ``wenbao serve`` on a library (that of ``--library``, or a new one with the report that ships) and opens the page in
the system's Chromium, each time in a browser that has seen nothing before, and then once more with what it keeps. Usable is
the page when the question box takes what is typed and the examples stand there: seconds from the request. Needs the extra
``[test]`` (playwright) and a Chromium on the path.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from evals.load import at_rest, server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}
#: a letter typed into the box stands there, and so do the examples
_TYPED = "() => document.querySelector('#question textarea')?.value && document.querySelector('#transcript .welcome')"
HEADINGS = f"{'page':<20}{'median s':>10}{'most s':>8}"


def opened(page: Page, address: str) -> float:
    """Seconds until the page at an address can be used."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    box = page.locator("#question textarea")
    box.wait_for()  # it is there before the page is shown
    box.press("a")
    page.wait_for_function(_TYPED)
    return time.perf_counter() - began


def measured(browser: Browser, address: str, size: tuple[int, int], times: int) -> dict[str, list[float]]:
    """Seconds at the first visit and at the second, so many times each."""
    found: dict[str, list[float]] = {"first visit": [], "again": []}
    for _ in range(times):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        for seconds in found.values():
            seconds.append(opened(page, address))
        context.close()
    return found


def row(name: str, seconds: Sequence[float]) -> str:
    """A line of the table."""
    return f"{name:<20}{median(seconds):>10.2f}{max(seconds):>8.2f}"


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="measure how long the page takes until it can be used")
    parser.add_argument("--library", type=Path, help="a library's folder, as WENBAO_HOME")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as made, server(given.library or Path(made)) as (address, pid):
        asyncio.run(at_rest(pid))
        print(HEADINGS)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
            for name, size in WIDTHS.items():
                for visit, seconds in measured(browser, address, size, given.times).items():
                    print(row(f"{name}, {visit}", seconds))
            browser.close()


if __name__ == "__main__":
    main()
