"""The library as its users see it: what goes in comes out, once, and is found."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ingest import words
from ingest.document import Figure, Page, Period
from ingest.errors import EmbeddingError, LibraryError
from ingest.library import Library
from ingest.library.store import FILE
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

EMBEDDER = HashEmbedder()
BUREAU = """一、工程建设
临临高速累计完成投资36亿元。
X019鲁沟路完成路基工程，投资1.2亿元。
新建公交站点45处，群众出行更加方便。"""
OTHER = """一、经济运行
全县生产总值增长5.5%。
新增高速里程20公里，完成投资12亿元。"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "资料库"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home, EMBEDDER) as library:
        yield library


def question(text: str) -> list[str]:
    return words.terms(words.cut(text))


def test_what_goes_in_comes_out(library: Library) -> None:
    figure = Figure(
        0, 17, 21, "36亿元", "quantity", Decimal("36"), "亿元", "临临高速", "投资", "约", Decimal("36.50"), "up"
    )
    decade = Figure(1, 30, 35, "1.2亿元", "quantity", Decimal("1.20"), "亿元", period=Period(2021, 2025, "planned"))
    analysis = analysis_of(
        BUREAU, "总结.docx", "2022年工作总结", "交通局", names=["临临高速"], figures=[figure, decade]
    )
    library.add(analysis, "/报告/总结.docx")

    (listed,) = library.reports()
    assert (listed.id, listed.file, listed.title, listed.organisation, listed.year, listed.text) == (
        analysis.report.id,
        "总结.docx",
        "2022年工作总结",
        "交通局",
        2022,
        "",
    )
    assert library.report(listed.id) == analysis.report
    assert library.passages(listed.id) == analysis.passages
    assert library.figures(listed.id) == (figure, decade)
    assert library.names() == {"临临高速"}


def test_pages_are_kept(library: Library) -> None:
    analysis = analysis_of(BUREAU)
    paged = type(analysis)(
        type(analysis.report)(**{**vars(analysis.report), "pages": (Page(1, 0, 20), Page(2, 20, len(BUREAU)))}),
        analysis.passages,
        (),
        (),
    )
    library.add(paged)
    assert library.report(paged.report.id).pages == paged.report.pages


def test_everything_is_there_after_reopening(home: Path) -> None:
    analysis = analysis_of(BUREAU)
    with Library.open(home, EMBEDDER) as library:
        library.add(analysis)
    with Library.open(home, EMBEDDER) as library:
        assert library.passages(analysis.report.id) == analysis.passages
        assert library.search_text(["投资"], None, 5)
        assert library.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].ordinal == 2


def test_the_same_content_is_taken_in_once(library: Library) -> None:
    analysis = analysis_of(BUREAU)
    assert library.add(analysis, "/a/报告.txt") == "added"
    assert library.add(analysis, "/a/报告.txt") == "unchanged"
    assert library.add(analysis, "/b/副本.txt") == "unchanged"
    assert len(library.reports()) == 1
    assert len(library.search_text(["投资"], None, 9)) == 2


def test_a_batch_may_hold_the_same_content_twice(library: Library) -> None:
    analysis = analysis_of(BUREAU)
    assert library.add_many([(analysis, "/a/报告.txt"), (analysis, "/b/报告.txt")]) == ["added", "unchanged"]
    assert len(library.reports()) == 1


@pytest.mark.parametrize("path", ["/a/报告.txt", ""])
def test_a_changed_file_replaces_its_earlier_version(library: Library, path: str) -> None:
    library.add(analysis_of(BUREAU), path)
    changed = analysis_of(BUREAU.replace("36亿元", "38亿元"))
    assert library.add(changed, path) == "replaced"
    assert [report.id for report in library.reports()] == [changed.report.id]
    assert not library.search_text(["36"], None, 5)
    assert [hit.report for hit in library.search_text(["38"], None, 5)] == [changed.report.id]
    assert library.check() == []


def test_a_file_of_the_same_name_in_another_folder_replaces_nothing(library: Library) -> None:
    library.add(analysis_of(BUREAU), "/a/报告.txt")
    assert library.add(analysis_of(OTHER), "/b/报告.txt") == "added"
    assert len(library.reports()) == 2


def test_a_file_that_becomes_a_copy_of_another_report_leaves_only_that(library: Library) -> None:
    bureau, other = analysis_of(BUREAU, "甲.txt"), analysis_of(OTHER, "乙.txt")
    library.add_many([(bureau, "/甲.txt"), (other, "/乙.txt")])
    copy = analysis_of(OTHER, "甲.txt")
    assert library.add(copy, "/甲.txt") == "replaced"
    assert [report.id for report in library.reports()] == [other.report.id]


def test_a_file_may_change_back(library: Library) -> None:
    first, second = analysis_of(BUREAU), analysis_of(OTHER)
    for analysis in (first, second, first):
        library.add(analysis, "/a.txt")
    assert [report.id for report in library.reports()] == [first.report.id]
    assert library.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].report == first.report.id
    assert library.check() == []


def test_a_removed_report_is_nowhere(library: Library) -> None:
    bureau, other = analysis_of(BUREAU, names=["临临高速"]), analysis_of(OTHER, "乙.txt")
    library.add_many([(bureau, ""), (other, "")])
    assert library.remove(bureau.report.id).id == bureau.report.id
    assert [report.id for report in library.reports()] == [other.report.id]
    assert library.names() == frozenset()
    assert {hit.report for hit in library.search_text(["投资"], None, 9)} == {other.report.id}
    assert {hit.report for hit in library.search_vectors(EMBEDDER.embed(["投资"])[0], None, 9)} == {other.report.id}
    for read in (library.report, library.passages, library.figures, library.remove):
        with pytest.raises(LibraryError, match=bureau.report.id):
            read(bureau.report.id)
    assert library.check() == []


def test_a_report_is_found_by_what_people_call_it(library: Library) -> None:
    analysis = analysis_of(BUREAU, "总结.docx", "2022年工作总结")
    library.add(analysis, "/报告/总结.docx")
    for name in (analysis.report.id, analysis.report.id[:8], "总结.docx", "2022年工作总结", "/报告/总结.docx"):
        assert [report.id for report in library.find(name)] == [analysis.report.id]
    assert library.find("总结") == ()


def test_text_is_found_by_terms(library: Library) -> None:
    bureau = analysis_of(BUREAU)
    library.add_many([(bureau, ""), (analysis_of(OTHER, "乙.txt"), "")])
    hits = library.search_text(question("公交站点有多少处"), None, 5)
    assert (hits[0].report, hits[0].ordinal) == (bureau.report.id, 2)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_text_is_found_by_the_headings_and_the_title_it_stands_under(library: Library) -> None:
    bureau = analysis_of(BUREAU, title="交通局工作总结")
    library.add_many([(bureau, ""), (analysis_of(OTHER, "乙.txt", title="县政府工作报告"), "")])
    assert {hit.report for hit in library.search_text(question("工程建设"), None, 9)} == {bureau.report.id}
    assert {hit.report for hit in library.search_text(question("交通局"), None, 9)} == {bureau.report.id}


def test_a_coined_name_is_one_term(library: Library) -> None:
    bureau = analysis_of(BUREAU, names=["临临高速", "鲁沟路"])
    library.add_many([(bureau, ""), (analysis_of(OTHER, "乙.txt"), "")])
    assert [(hit.report, hit.ordinal) for hit in library.search_text(["鲁沟路"], None, 9)] == [(bureau.report.id, 1)]


@pytest.mark.parametrize("search", ["text", "vectors"])
def test_a_search_stays_within_the_reports_named(library: Library, search: str) -> None:
    reports = [numbered(n) for n in range(6)]
    library.add_many([(report, "") for report in reports])
    vector = EMBEDDER.embed(["公路完成投资"])[0]
    for chosen in ([2], [1, 4], [0, 1, 2, 3, 4, 5], []):
        ids = {reports[n].report.id for n in chosen}
        hits = library.search_text(["投资"], ids, 50) if search == "text" else library.search_vectors(vector, ids, 50)
        assert {hit.report for hit in hits} == ids
    assert library.search_text(["投资"], ["没有这份报告"], 9) == []
    assert library.search_vectors(vector, ["没有这份报告"], 9) == []


def test_equal_scores_are_ordered_by_report_and_ordinal(library: Library) -> None:
    reports = [numbered(n) for n in range(5)]
    library.add_many([(report, "") for report in reports])
    for hits in (
        library.search_text(["投资"], None, 7),
        library.search_vectors(EMBEDDER.embed(["公路"])[0], None, 7),
    ):
        assert len(hits) == 7
        assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))


@pytest.mark.parametrize("term", ['"', "'", "*", "AND", "投资 OR", "a\0b", "\ud800", "(", "-投资", "投资:body", "  "])
def test_no_term_breaks_a_search(library: Library, term: str) -> None:
    library.add(analysis_of(BUREAU))
    assert isinstance(library.search_text([term, "公交"], None, 5), list)


def test_nothing_is_found_by_nothing(library: Library) -> None:
    library.add(analysis_of(BUREAU))
    assert library.search_text([], None, 5) == []
    assert library.search_text(["。"], None, 5) == []
    assert library.search_vectors(np.zeros(EMBEDDER.dimensions, np.float32), None, 5) == []
    assert library.search_vectors(EMBEDDER.embed(["投资"])[0], None, 0) == []


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.reports() == ()
    assert library.search_text(["投资"], None, 5) == []
    assert library.search_vectors(EMBEDDER.embed(["投资"])[0], None, 5) == []
    assert library.check() == []


def test_a_second_library_sees_what_the_first_adds_and_removes(home: Path, library: Library) -> None:
    with Library.open(home, EMBEDDER) as second:
        bureau = analysis_of(BUREAU)
        library.add(bureau)
        assert [report.id for report in second.reports()] == [bureau.report.id]
        assert second.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].ordinal == 2
        library.remove(bureau.report.id)
        assert second.reports() == ()
        assert second.search_text(["投资"], None, 5) == []


def test_many_threads_may_read_while_one_writes(library: Library) -> None:
    """Every answer is of one revision: whatever a search finds can be read."""
    library.add(numbered(0))
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                for hit in library.search_text(["投资"], None, 20):
                    library.passages(hit.report)[hit.ordinal]
                library.search_vectors(EMBEDDER.embed(["公路"])[0], None, 5)
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 8):
        library.add(numbered(number))
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(library.reports()) == 8


def test_status_says_what_is_there(library: Library, home: Path) -> None:
    analysis = analysis_of(BUREAU, figures=[Figure(0, 17, 21, "36亿元", "quantity", Decimal(36), "亿元")])
    library.add(analysis, "/报告.txt")
    status = library.status()
    assert (status["home"], status["passages"], status["figures"]) == (str(home.resolve()), 3, 1)
    assert status["bytes"] > 0
    assert [(report["id"], report["path"]) for report in status["reports"]] == [(analysis.report.id, "/报告.txt")]


def test_a_thread_that_ends_leaves_no_connection_behind(library: Library) -> None:
    for _ in range(20):
        reader = threading.Thread(target=library.search_text, args=(["投资"], None, 5))
        reader.start()
        reader.join()
    gc.collect()
    assert len(library.store._connections) < 5


def test_a_full_disk_is_told_and_loses_nothing(library: Library) -> None:
    library.add(analysis_of(BUREAU))
    with library.store.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match="磁盘已满"):
        library.add(numbered(1, lines=300))
    assert len(library.reports()) == 1
    assert library.check() == []
    with library.store.reading() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert library.add(numbered(1, lines=300)) == "added"
    assert library.check() == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("不是文件夹", "utf-8")
    with pytest.raises(LibraryError, match=r"文件.*WENBAO_HOME"):
        Library.open(tmp_path / "文件", EMBEDDER)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Root may write anywhere but in /proc."""
    with pytest.raises(LibraryError, match="WENBAO_HOME"):
        Library.open(Path("/proc/wenbao"), EMBEDDER)


def test_a_library_of_a_newer_program_is_refused(home: Path) -> None:
    Library.open(home, EMBEDDER).close()
    with sqlite3.connect(home / FILE) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LibraryError, match="升级问报"):
        Library.open(home, EMBEDDER)


def test_a_file_that_is_no_library_is_named(home: Path) -> None:
    home.mkdir()
    (home / FILE).write_bytes("这不是数据库".encode() * 1000)
    with pytest.raises(LibraryError, match=FILE):
        Library.open(home, EMBEDDER)


def test_vectors_of_two_models_are_not_mixed(home: Path) -> None:
    with Library.open(home, HashEmbedder("甲模型")) as library:
        library.add(analysis_of(BUREAU))
    with pytest.raises(EmbeddingError, match=r"WENBAO_EMBEDDING=甲模型.*doctor --repair"):
        Library.open(home, HashEmbedder("乙模型"))


def test_an_empty_library_takes_any_model(home: Path) -> None:
    Library.open(home, HashEmbedder("甲模型")).close()
    with Library.open(home, HashEmbedder("乙模型", dimensions=32)) as library:
        library.add(analysis_of(BUREAU))
        assert library.status()["model"] == "乙模型"


def test_reading_does_not_import_chroma(home: Path) -> None:
    """Importing it takes longer than answering a question."""
    with Library.open(home, EMBEDDER) as library:
        library.add(analysis_of(BUREAU))
    script = f"""
import sys
from pathlib import Path
from ingest.library import Library
from tests.ingest.standins import HashEmbedder
embedder = HashEmbedder()
with Library.open(Path({str(home)!r}), embedder) as library:
    assert library.search_text(["投资"], None, 5)
    assert library.search_vectors(embedder.embed(["投资"])[0], None, 5)
assert "chromadb" not in sys.modules
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)
