"""Fixtures for all tests: an environment of their own, and a library that holds the report that ships."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from ingest.settings import PROJECT, Settings

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library import Library

#: a busy machine is no fault of what is tested
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

REPORT = PROJECT / "corpus" / "沂源县交通运输局2022年工作总结和2023年工作计划.txt"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and no test reaches the library of the machine."""
    for name in os.environ:
        if name.startswith("WENBAO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WENBAO_HOME", str(tmp_path / "library"))


@pytest.fixture(scope="session")
def report_file() -> Path:
    """The report that ships."""
    return REPORT


@pytest.fixture(scope="session")
def corpus_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the library that the session's read-only tests share."""
    return Settings(home=tmp_path_factory.mktemp("corpus") / "library")


@pytest.fixture(scope="session")
def corpus_library(corpus_settings: Settings) -> Iterator[Library]:
    """A library that holds the report that ships; read-only."""
    from ingest.embedding import load_embedder
    from ingest.library import Library
    from ingest.pipeline import ingest

    with Library.open(corpus_settings.home, load_embedder()) as library:
        list(ingest([corpus_settings.corpus], library, corpus_settings))
        yield library


@pytest.fixture(scope="session")
def corpus_assistant(corpus_library: Library, corpus_settings: Settings) -> Assistant:
    """The assistant over the report that ships."""
    from bot.chain import Assistant

    return Assistant(corpus_library, corpus_settings)
