"""A library of each home, empty, and the servers behind them, which all tests of this folder share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library.homes import open_library
from ingest.library.protocol import AnyLibrary
from ingest.settings import PROJECT, Settings
from tests.ingest.homes import servers
from tests.ingest.standins import HashEmbedder

EMBEDDER = HashEmbedder()
HOMES = ("folder", "chroma", "shared")


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.chroma(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(scope="session")
def milvus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.milvus(tmp_path_factory.mktemp("milvus")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with servers.postgres() as url:
        yield url


def settings_of(home: str, folder: Path, request: pytest.FixtureRequest) -> Settings:
    """The settings of an empty library."""
    if home == "folder":
        return Settings(home=folder)
    if home == "chroma":
        return Settings(home=folder, chroma_url=request.getfixturevalue("chroma_url"))
    milvus, postgres = request.getfixturevalue("milvus_url"), request.getfixturevalue("postgres_url")
    return Settings(home=folder, milvus_url=milvus, database_url=servers.new_database(postgres))


@pytest.fixture(params=HOMES)
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an empty library, one home after the other; vectors are asked of the home's index."""
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    if request.param == "shared":
        pytest.importorskip("psycopg")
        monkeypatch.setattr("ingest.library.homes.shared.FRESH_SECONDS", -1)
    return settings_of(request.param, tmp_path / "资料库", request)


@pytest.fixture
def library(settings: Settings) -> Iterator[AnyLibrary]:
    """An empty library."""
    with open_library(settings, EMBEDDER) as library:
        yield library


class Process:
    """Another process with the same library, doing one of the deeds of writer.py."""

    def __init__(self, settings: Settings, deed: str, step: str = "") -> None:
        said = {name: str(value) for name, value in settings.model_dump().items() if name.endswith("_url")}
        job = json.dumps({"settings": {"home": str(settings.home), **said}, "deed": deed, "step": step})
        command = [sys.executable, "-m", "tests.ingest.homes.writer", job]
        self._running = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)

    def end(self) -> tuple[str, int]:
        """What it said, and its exit code, negative for a signal."""
        said, _ = self._running.communicate()
        return said, self._running.returncode
