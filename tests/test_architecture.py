"""The picture of the house in docs/architecture.md is true: it names every module, and no other."""

from __future__ import annotations

import re

from ingest.settings import PROJECT

PACKAGES = ("ingest", "bot", "evals", "ui")
PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_module_has_its_place_in_the_picture() -> None:
    modules = {p.name for package in PACKAGES for p in (PROJECT / package).rglob("*.py") if p.name != "__init__.py"}
    picture = PAGE.partition("## Directions")[0]
    assert set(re.findall(r"(?<![/\w])(\w+\.py)", picture)) == modules


def test_paths_that_the_page_names_exist() -> None:
    paths = [
        path for path in re.findall(r"`([\w./]+/[\w./]*)`", PAGE) if path.partition("/")[0] in (*PACKAGES, "tests")
    ]
    assert paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []
