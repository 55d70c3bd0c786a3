"""What only the shared library has: Milvus's own fusion, and an index of an earlier version made anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.search.hybrid import HybridSearch
from bot.understanding.question import understand
from bot.understanding.scope import Scope
from ingest import words
from ingest.errors import LibraryError
from ingest.library.homes import open_for_repair, open_library
from ingest.library.protocol import AnyLibrary, Fusing
from ingest.settings import Settings
from tests.ingest.homes.conftest import EMBEDDER, settings_of
from tests.ingest.homes.test_contract import BUREAU, OTHER, bureau
from tests.ingest.standins import analysis_of


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an empty shared library."""
    pytest.importorskip("psycopg")
    monkeypatch.setattr("ingest.library.homes.shared.FRESH_SECONDS", -1)
    return settings_of("shared", tmp_path, request)


@pytest.fixture
def library(settings: Settings) -> Iterator[AnyLibrary]:
    """A shared library of two reports."""
    with open_library(settings, EMBEDDER) as library:
        library.add_many([(bureau(), "/总结.docx"), (analysis_of(OTHER, "乙.txt"), "/乙.txt")])
        yield library


def asked(text: str) -> list[str]:
    return words.terms(words.cut(text))


def test_milvus_fuses_what_both_halves_find(library: AnyLibrary) -> None:
    assert isinstance(library, Fusing)
    vector = EMBEDDER.embed(["新建公交站点45处"])[0]
    hits = library.search_both(asked("公交站点有多少处"), vector, None, 9, 9)
    assert (hits[0].report, hits[0].ordinal) == (bureau().report.id, 2)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))
    assert {(hit.report, hit.ordinal) for hit in hits} == {
        (hit.report, hit.ordinal)
        for found in (library.search_text(asked("公交站点有多少处"), None, 9), library.search_vectors(vector, None, 9))
        for hit in found
    }


def test_fusion_stays_within_the_reports_named(library: AnyLibrary) -> None:
    assert isinstance(library, Fusing)
    vector = EMBEDDER.embed(["公交站点"])[0]
    scope = {analysis_of(OTHER, "乙.txt").report.id}
    assert {hit.report for hit in library.search_both(["投资"], vector, scope, 9, 9)} == scope
    assert library.search_both(["投资"], vector, [], 9, 9) == []


def test_one_half_is_enough_and_none_finds_nothing(library: AnyLibrary) -> None:
    assert isinstance(library, Fusing)
    nothing = np.zeros(EMBEDDER.dimensions, np.float32)
    assert {hit.report for hit in library.search_both(["公交"], nothing, None, 9, 9)} == {bureau().report.id}
    assert len(library.search_both([], EMBEDDER.embed(["公交"])[0], None, 2, 9)) == 2
    assert library.search_both([], nothing, None, 9, 9) == []


@pytest.mark.parametrize("name", ["临临高速", "鲁沟路"])
def test_a_name_that_reports_coin_finds_its_passage_alone(library: AnyLibrary, name: str) -> None:
    (hit,) = library.search_text([name], None, 9)
    assert name in library.passages(hit.report)[hit.ordinal].text


def test_a_search_for_the_fused_ranking_asks_milvus_once(library: AnyLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    for half in ("search_text", "search_vectors"):
        monkeypatch.delattr(type(library), half)
    found = HybridSearch(library, k=3).find(understand("新建公交站点多少处"), Scope())
    assert (found[0].report, found[0].ordinal) == (bureau().report.id, 2)


def outdate(library: AnyLibrary) -> None:
    with library.records.connection() as db:  # type: ignore[attr-defined]
        db.execute("UPDATE meta SET value = '1' WHERE name = 'index'")


def test_an_index_of_an_earlier_version_is_refused_with_the_remedy_and_made_anew(settings: Settings) -> None:
    with open_library(settings, EMBEDDER) as library:
        library.add(analysis_of(BUREAU))
        outdate(library)
    with pytest.raises(LibraryError, match=r"格式 1.*doctor --repair"):
        open_library(settings, EMBEDDER)
    with open_for_repair(settings, EMBEDDER) as library:
        assert [problem.part for problem in library.check()] == ["index"]
        with pytest.raises(LibraryError, match="doctor --repair"):
            library.add(analysis_of(OTHER))
        assert library.repair() == ["重建了 Milvus 里的索引。"]
        assert library.check() == []
    with open_library(settings, EMBEDDER) as library:
        assert len(library.search_text(["投资"], None, 9)) == 2


def test_an_empty_index_of_an_earlier_version_is_made_anew_when_it_is_opened(settings: Settings) -> None:
    with open_library(settings, EMBEDDER) as library:
        outdate(library)
    with open_library(settings, EMBEDDER) as library:
        library.add(analysis_of(BUREAU))
        assert library.search_text(["投资"], None, 9)


def test_a_database_from_before_the_index_had_a_version_says_so(settings: Settings) -> None:
    with open_library(settings, EMBEDDER) as library:
        library.add(analysis_of(BUREAU))
        with library.records.connection() as db:  # type: ignore[attr-defined]
            db.execute("DELETE FROM meta WHERE name = 'index'")
            db.execute("UPDATE meta SET value = '1' WHERE name = 'version'")
    with pytest.raises(LibraryError, match=r"格式 1.*doctor --repair"):
        open_library(settings, EMBEDDER)
