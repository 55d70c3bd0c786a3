"""Full text in a large library: what FTS5's bm25() finds is found without reading every posting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library import Library
from ingest.library.store import Store
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

REPORTS = [numbered(n, 12) for n in range(30)]
TERMS = ["公路", "第", "7", "号", "完成", "投资"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("资料库"), HashEmbedder()) as library:
        library.add_many([(report, "") for report in REPORTS])
        library.add(analysis_of("一、高速公路\n临临高速累计完成投资36亿元。", "临临.txt"), "")
        yield library


@pytest.fixture
def large(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The library, searched as a large one is."""
    monkeypatch.setattr("ingest.library.fulltext.FEW_PASSAGES", 0)
    library.search.forget()
    return library


@pytest.mark.parametrize("terms", [["7", "号"], ["高速", "累计", "完成"], ["7", "没有这个词"]])
def test_a_large_library_finds_what_a_small_one_does(
    library: Library, monkeypatch: pytest.MonkeyPatch, terms: list[str]
) -> None:
    small = library.search_text(terms, None, 5)
    monkeypatch.setattr("ingest.library.fulltext.FEW_PASSAGES", 0)
    large = library.search_text(terms, None, 5)
    assert large
    assert large[0].score == pytest.approx(small[0].score, rel=0.15)
    assert large[0].report in {hit.report for hit in small if hit.score > 0.999 * small[0].score}


def test_scores_fall_and_equals_stand_in_the_order_of_reports(large: Library) -> None:
    hits = large.search_text(TERMS, None, 20)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))
    assert len(hits) == 20


@pytest.mark.parametrize("read_whole", [0, 1_000])
def test_a_scope_confines_a_large_library_too(large: Library, monkeypatch: pytest.MonkeyPatch, read_whole: int) -> None:
    monkeypatch.setattr("ingest.library.fulltext.MOST_READ", read_whole)
    chosen = [report.report.id for report in REPORTS[5:15]]
    hits = large.search_text(["完成", "投资"], chosen, 200)
    assert {hit.report for hit in hits} <= set(chosen)
    assert hits


def test_the_newest_postings_of_a_frequent_term_are_read(large: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.fulltext.MOST_POSTINGS", 40)
    large.search.forget()
    hits = large.search_text(["公路"], None, 200)
    newest = sorted(large.catalogue().by_key)[-6:]
    assert {hit.report for hit in hits} <= {large.catalogue().by_key[key].report.id for key in newest}
    large.search.forget()


def test_a_rare_term_is_found_among_frequent_ones(large: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.fulltext.MOST_POSTINGS", 20)
    large.search.forget()
    oldest = REPORTS[0].report.id
    hits = large.search_text(["公路", "完成", "投资", "0"], [oldest, *(r.report.id for r in REPORTS[20:])], 5)
    assert hits[0].report == oldest
    large.search.forget()


@pytest.mark.parametrize("terms", [[], [" "], ["没有这个词"], ['"'], ["\0"]])
def test_terms_that_stand_nowhere_find_nothing(large: Library, terms: list[str]) -> None:
    assert large.search_text(terms, None, 10) == []


def test_a_report_that_has_left_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.fulltext.FEW_PASSAGES", 0)
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add_many([(report, "") for report in REPORTS[:3]])
        gone = library.search_text(["公路"], None, 50)[0].report
        library.remove(gone)
        assert gone not in {hit.report for hit in library.search_text(["公路"], None, 50)}


def test_a_catalogue_reads_only_what_has_come_since(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add_many([(report, "") for report in REPORTS[:3]])
        before = library.store.catalogue()
        library.add_many([(report, "") for report in REPORTS[3:6]])
        library.remove(REPORTS[0].report.id)
        after = Store(tmp_path).catalogue(before)
        assert after == Store(tmp_path).catalogue()
        kept = REPORTS[1].report.id
        assert after.by_id[kept] is before.by_id[kept]


def test_the_reports_of_one_revision_are_one_tuple(library: Library) -> None:
    assert library.reports() is library.reports()
