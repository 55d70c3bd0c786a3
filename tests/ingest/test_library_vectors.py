"""Searching a library that is too large to compare with every vector: Chroma's answers are those of comparison."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library
from tests.ingest.standins import HashEmbedder, numbered

EMBEDDER = HashEmbedder(dimensions=128)
REPORTS = [numbered(n, 12) for n in range(30)]
QUESTIONS = EMBEDDER.embed([f"第{n}号公路第{n % 12}段完成投资{n}亿元" for n in range(20)])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("资料库"), EMBEDDER) as library:
        library.add_many([(report, "") for report in REPORTS])
        yield library


@pytest.fixture
def indexed(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The library, asked through Chroma."""
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    return library


def test_chroma_finds_what_comparison_finds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a passage here and there that nothing in an HNSW graph leads to."""
    compared = score_of(library)
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    assert score_of(library) >= 0.97 * compared


def score_of(library: Library) -> float:
    """How near all that the questions find is to them."""
    return sum(hit.score for vector in QUESTIONS for hit in library.search_vectors(vector, None, 10))


def test_chroma_is_confined_to_the_reports_named(indexed: Library) -> None:
    chosen = [report.report.id for report in REPORTS[5:15]]
    for vector in QUESTIONS:
        hits = indexed.search_vectors(vector, chosen, 20)
        assert len(hits) == 20
        assert {hit.report for hit in hits} <= set(chosen)


def test_a_removed_report_is_not_found(indexed: Library) -> None:
    extra = numbered(99, 12)
    indexed.add(extra)
    vector = EMBEDDER.embed(["第99号公路"])[0]
    assert extra.report.id in {hit.report for hit in indexed.search_vectors(vector, None, 5)}
    indexed.remove(extra.report.id)
    assert extra.report.id not in {hit.report for hit in indexed.search_vectors(vector, None, 400)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--port", str(port)]
    folder = tmp_path_factory.mktemp("服务")
    quiet = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
    process = subprocess.Popen([*command, "--path", str(folder)], stdout=subprocess.DEVNULL, env=quiet)
    wait_for(port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def wait_for(port: int) -> None:
    """Return once something listens on a port."""
    patience = threading.Event()
    for _ in range(300):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        patience.wait(0.1)
    pytest.fail("the server does not come up")


@pytest.mark.slow
def test_vectors_may_be_on_a_server(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    with (
        Library.open(tmp_path / "甲", EMBEDDER, server) as library,
        Library.open(tmp_path / "乙", EMBEDDER, server) as b,
    ):
        library.add_many([(report, "") for report in REPORTS[:6]])
        b.add(REPORTS[7])
        assert {hit.report for hit in library.search_vectors(QUESTIONS[0], None, 999)} == {
            report.report.id for report in REPORTS[:6]
        }
        library.index.delete([(REPORTS[2].report.id, 3)])
        assert [problem.part for problem in library.check()] == ["vectors"]
        assert library.repair() == ["重建了向量索引。"]
        assert library.check() == b.check() == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path, EMBEDDER, "http://127.0.0.1:9") as library,
        pytest.raises(LibraryError, match="WENBAO_CHROMA_URL"),
    ):
        library.add(REPORTS[0])


def test_a_server_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts the connection and then says nothing."""
    from ingest.library import remote

    monkeypatch.setattr(remote, "TIMEOUT", remote.httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Library.open(tmp_path, EMBEDDER, url) as library, pytest.raises(LibraryError, match="WENBAO_CHROMA_URL"):
            library.add(REPORTS[0])
