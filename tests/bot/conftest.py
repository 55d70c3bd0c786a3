"""Fixtures for the bot's tests: an assistant over two made-up provincial reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chain import Assistant
from ingest.embedding import load_embedder
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.bot.reports import REPORTS


@pytest.fixture(scope="session")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over the made-up reports of 山东省 and 江苏省 for 2036; read-only."""
    folder = tmp_path_factory.mktemp("provinces")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "library", corpus=folder)
    with Library.open(settings.home, load_embedder()) as library:
        list(ingest(sorted(folder.glob("*.txt")), library, settings))
        yield Assistant(library, settings)
