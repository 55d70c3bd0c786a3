"""What every home of a library does alike."""

from __future__ import annotations

import signal
import threading
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from ingest import words
from ingest.document import Figure, Page, Period
from ingest.errors import EmbeddingError, LibraryError
from ingest.library import transfer, undo
from ingest.library.homes import open_for_repair, open_library
from ingest.library.protocol import AnyLibrary
from ingest.library.stated import Filter, Term
from ingest.settings import Settings
from tests.ingest.homes.conftest import EMBEDDER, Process
from tests.ingest.homes.writer import EARLIER, LATER, NEW, STAYS, STEPS
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

BUREAU = """一、工程建设
临临高速累计完成投资36亿元。
X019鲁沟路完成路基工程，投资1.2亿元。
新建公交站点45处，群众出行更加方便。"""
OTHER = """一、经济运行
全县生产总值增长5.5%。
新增高速里程20公里，完成投资12亿元。"""
FIGURES = (
    Figure(0, 17, 21, "36亿元", "quantity", Decimal("36"), "亿元", "临临高速", "投资", "约", Decimal("36.50"), "up"),
    Figure(
        1, 30, 35, "1.2亿元", "quantity", Decimal("1.20"), "亿元", "鲁沟路", "投资", period=Period(2022, None, "done")
    ),
    Figure(2, 40, 43, "45处", "quantity", Decimal("45"), "处", "公交站点", period=Period(2022, 2022, "planned")),
    Figure(2, 44, 49, "2023年", "date", Decimal("2023"), "年", "公交站点", "投资"),
)


def bureau(**about: object) -> object:
    return analysis_of(BUREAU, "总结.docx", "2022年工作总结", "交通局", names=["临临高速", "鲁沟路"], figures=FIGURES)


def ids(library: AnyLibrary) -> set[str]:
    return {report.id for report in library.reports()}


# Adding, replacing, removing, listing.


def test_what_goes_in_comes_out(library: AnyLibrary) -> None:
    analysis = bureau()
    paged = {**vars(analysis.report), "pages": (Page(1, 0, 20), Page(2, 20, len(BUREAU), 0.9))}
    analysis = type(analysis)(type(analysis.report)(**paged), analysis.passages, analysis.figures, analysis.names)
    assert library.add(analysis, "/报告/总结.docx") == "added"
    (listed,) = library.reports()
    assert (listed.id, listed.title, listed.organisation, listed.year) == (
        analysis.report.id,
        "2022年工作总结",
        "交通局",
        2022,
    )
    assert listed.text == ""
    assert library.report(listed.id) == analysis.report
    assert library.passages(listed.id) == analysis.passages
    assert library.figures(listed.id) == FIGURES
    assert library.names() == {"临临高速", "鲁沟路"}
    assert library.at("/报告/总结.docx", "总结.docx") == listed.id
    assert [found.id for found in library.find("总结.docx")] == [listed.id]
    assert library.check() == []


def test_everything_is_there_after_reopening(settings: Settings) -> None:
    analysis = analysis_of(BUREAU)
    with open_library(settings, EMBEDDER) as library:
        library.add(analysis)
    with open_library(settings, EMBEDDER) as library:
        assert library.passages(analysis.report.id) == analysis.passages
        assert library.search_text(["投资"], None, 5)
        assert library.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].ordinal == 2


def test_the_same_content_is_taken_in_once(library: AnyLibrary) -> None:
    analysis = analysis_of(BUREAU)
    assert library.add_many([(analysis, "/a/报告.txt"), (analysis, "/b/报告.txt")]) == ["added", "unchanged"]
    assert library.add(analysis, "/a/报告.txt") == "unchanged"
    assert library.holds(analysis.report.id, "/a/报告.txt", "报告.txt")
    assert len(library.search_text(["投资"], None, 9)) == 2


@pytest.mark.parametrize("path", ["/a/报告.txt", ""])
def test_a_changed_file_replaces_its_earlier_version(library: AnyLibrary, path: str) -> None:
    library.add(analysis_of(BUREAU), path)
    changed = analysis_of(BUREAU.replace("36亿元", "38亿元"))
    assert not library.holds(changed.report.id, path, "报告.txt")
    assert library.add(changed, path) == "replaced"
    assert ids(library) == {changed.report.id}
    assert not library.search_text(["36"], None, 5)
    assert [hit.report for hit in library.search_text(["38"], None, 5)] == [changed.report.id]
    assert library.check() == []


def test_a_file_that_becomes_a_copy_of_another_report_leaves_only_that(library: AnyLibrary) -> None:
    other = analysis_of(OTHER, "乙.txt")
    library.add_many([(analysis_of(BUREAU, "甲.txt"), "/甲.txt"), (other, "/乙.txt")])
    assert library.add(analysis_of(OTHER, "甲.txt"), "/甲.txt") == "replaced"
    assert ids(library) == {other.report.id}


def test_a_file_may_change_back(library: AnyLibrary) -> None:
    first, second = analysis_of(BUREAU), analysis_of(OTHER)
    for analysis in (first, second, first):
        library.add(analysis, "/a.txt")
    assert ids(library) == {first.report.id}
    assert library.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].report == first.report.id
    assert library.check() == []


def test_a_removed_report_is_nowhere(library: AnyLibrary) -> None:
    one, other = bureau(), analysis_of(OTHER, "乙.txt")
    library.add_many([(one, ""), (other, "")])
    assert library.remove(one.report.id).id == one.report.id
    assert ids(library) == {other.report.id}
    assert library.names() == frozenset()
    assert {hit.report for hit in library.search_text(["投资"], None, 9)} == {other.report.id}
    assert {hit.report for hit in library.search_vectors(EMBEDDER.embed(["投资"])[0], None, 9)} == {other.report.id}
    assert library.stated.find(library.catalogue(), ((("投资",),),), Filter(), 9) == ([], 0)
    for read in (library.report, library.passages, library.figures, library.remove, library.copy_of):
        with pytest.raises(LibraryError, match=one.report.id):
            read(one.report.id)
    assert library.check() == []


def test_a_report_taken_out_can_be_put_back(library: AnyLibrary) -> None:
    analysis = bureau()
    library.add(analysis, "/总结.docx")
    taken = undo.take_out(library, analysis.report.id)
    assert ids(library) == set()
    assert undo.put_back(library, taken) == "added"
    assert library.report(analysis.report.id) == analysis.report
    assert library.figures(analysis.report.id) == FIGURES
    assert library.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].ordinal == 2
    assert library.catalogue().by_id[analysis.report.id].path == "/总结.docx"


def test_text_that_a_database_would_refuse_is_kept_as_it_is(library: AnyLibrary) -> None:
    text = "一、杂项\n完成\0投资3亿元，增长5%_\\'\"。"
    figure = Figure(0, 5, 8, "\0投资", "quantity", Decimal("3"), "亿元", "\0投资", "")
    about = analysis_of("一、杂项\n完成投资3亿元。", "a.txt")
    report = type(about.report)(**{**vars(about.report), "text": text})
    passage = type(about.passages[0])(0, 5, len(text), text[5:], ("一、杂项",), Period(), ("完成",))
    library.add(type(about)(report, (passage,), (figure,), ()), "/a.txt")
    assert library.report(report.id).text == text
    assert library.passages(report.id)[0].text == text[5:]
    assert library.figures(report.id) == (figure,)


# Searching.


def test_text_is_found_by_terms_headings_titles_and_names(library: AnyLibrary) -> None:
    one = bureau()
    library.add_many([(one, ""), (analysis_of(OTHER, "乙.txt", "县政府工作报告"), "")])

    def found(question: str) -> list[tuple[str, int]]:
        hits = library.search_text(words.terms(words.cut(question)), None, 9)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert all(hit.score > 0 for hit in hits)
        return [(hit.report, hit.ordinal) for hit in hits]

    assert found("公交站点有多少处")[0] == (one.report.id, 2)
    assert {report for report, _ in found("工程建设")} == {one.report.id}
    assert {report for report, _ in found("交通局")} == {one.report.id}
    assert [(hit.report, hit.ordinal) for hit in library.search_text(["鲁沟路"], None, 9)] == [(one.report.id, 1)]


def test_vectors_find_what_comparison_finds(library: AnyLibrary) -> None:
    """But for a passage here and there that nothing in an HNSW graph leads to."""
    reports = [numbered(n, 12) for n in range(20)]
    library.add_many([(report, "") for report in reports])
    passages = [[passage.section[-1], " / ", *passage.words] for report in reports for passage in report.passages]
    vectors = EMBEDDER.embed_words([[*words.cut(heading), slash, *cut] for heading, slash, *cut in passages])
    questions = EMBEDDER.embed([f"第{n}号公路第{n % 12}段完成投资{n}亿元" for n in range(20)])
    found = sum(hit.score for question in questions for hit in library.search_vectors(question, None, 10))
    assert found >= 0.97 * np.sort(questions @ vectors.T)[:, -10:].sum()


@pytest.mark.parametrize("search", ["text", "vectors"])
def test_a_search_stays_within_the_reports_named(library: AnyLibrary, search: str) -> None:
    reports = [numbered(n) for n in range(6)]
    library.add_many([(report, "") for report in reports])
    vector = EMBEDDER.embed(["公路完成投资"])[0]
    for chosen in ([2], [1, 4], [0, 1, 2, 3, 4, 5], []):
        scope = {reports[n].report.id for n in chosen}
        hits = (
            library.search_text(["投资"], scope, 50) if search == "text" else library.search_vectors(vector, scope, 50)
        )
        assert {hit.report for hit in hits} == scope
        assert len(hits) == 4 * len(scope)
    assert library.search_text(["投资"], ["没有这份报告"], 9) == []
    assert library.search_vectors(vector, ["没有这份报告"], 9) == []


def test_equal_scores_are_ordered_by_report_and_ordinal(library: AnyLibrary) -> None:
    library.add_many([(numbered(n), "") for n in range(5)])
    for hits in (
        library.search_text(["投资"], None, 7),
        library.search_vectors(EMBEDDER.embed(["公路"])[0], None, 7),
    ):
        assert len(hits) == 7
        assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))


@pytest.mark.parametrize("term", ['"', "'", "*", "AND", "投资 OR", "a\0b", "\ud800", "(", "-投资", "投资:body", "  "])
def test_no_term_breaks_a_search(library: AnyLibrary, term: str) -> None:
    library.add(analysis_of(BUREAU))
    assert isinstance(library.search_text([term, "公交"], None, 5), list)
    assert library.stated.find(library.catalogue(), (((term,),),), Filter(), 5) == ([], 0)


def test_nothing_is_found_by_nothing(library: AnyLibrary) -> None:
    assert library.search_text(["投资"], None, 5) == []
    library.add(analysis_of(BUREAU))
    assert library.search_text([], None, 5) == []
    assert library.search_text(["。"], None, 5) == []
    assert library.search_vectors(np.zeros(EMBEDDER.dimensions, np.float32), None, 5) == []
    assert library.search_vectors(EMBEDDER.embed(["投资"])[0], None, 0) == []


# Figures.


def test_figures_are_found_by_what_they_count(library: AnyLibrary) -> None:
    library.add_many([(bureau(), ""), (analysis_of(OTHER, "乙.txt", figures=FIGURES[:1]), "")])
    catalogue = library.catalogue()

    def found(terms: tuple[Term, ...], only: Filter | None = None, limit: int = 9) -> list[str]:
        stated, total = library.stated.find(catalogue, terms, only or Filter(), limit)
        assert total >= len(stated)
        return [one.figure.text for one in stated]

    assert sorted(found(((("投资",),),))) == ["1.2亿元", "36亿元", "36亿元"]
    assert found(((("投资",),), (("鲁沟",),))) == ["1.2亿元"]
    assert found(((("高速", "投资"),),)) == ["36亿元", "36亿元"]
    assert found(((("轨道",), ("公交",)),)) == ["45处"]
    assert found(((("投资",),), (("轨道",),)))[0] == "1.2亿元"
    assert found(((("轨道",),),)) == []
    assert found((), Filter(first=2022)) == ["1.2亿元", "45处"]
    assert found((), Filter(first=2022, status="planned")) == ["45处"]
    assert found((), Filter(grown=True)) == ["36亿元", "36亿元"]
    assert found((), Filter(reports=[bureau().report.id])) == ["36亿元", "1.2亿元", "45处"]
    assert found(((("投资",),),), Filter(reports=[])) == []
    assert len(found(((("投资",),),), limit=2)) == 2


# What could not be taken in.


def test_failures_are_remembered_until_they_are_forgotten(library: AnyLibrary) -> None:
    library.failures.note("/乙.pdf", "读不出来")
    library.failures.note("/甲.pdf", "有密码")
    library.failures.note("/乙.pdf", "还是读不出来")
    assert {failure.path: failure.reason for failure in library.failures.all()} == {
        "/乙.pdf": "还是读不出来",
        "/甲.pdf": "有密码",
    }
    library.failures.forget(["/乙.pdf", "/没有.pdf"])
    assert library.failures.paths() == {"/甲.pdf"}
    assert library.failures.waiting() == frozenset()
    assert [failure["path"] for failure in library.status()["failed"]] == ["/甲.pdf"]


# Which model made the vectors.


def test_vectors_of_two_models_are_not_mixed(settings: Settings) -> None:
    first, second = HashEmbedder("甲模型"), HashEmbedder("乙模型", dimensions=32)
    with open_library(settings, first) as library:
        library.add(analysis_of(BUREAU))
    with pytest.raises(EmbeddingError, match=r"WENBAO_EMBEDDING=甲模型.*doctor --repair"):
        open_library(settings, second)
    with open_for_repair(settings, second) as library:
        assert library.objection()
        assert library.search_vectors(second.embed(["公交站点"])[0], None, 1) == []
        assert library.search_text(["投资"], None, 5)
        with pytest.raises(EmbeddingError):
            library.add(analysis_of(OTHER))
        assert library.repair()
        assert library.check() == []
        assert library.objection() == ""
        assert library.search_vectors(second.embed(["公交站点"])[0], None, 1)[0].ordinal == 2


def test_an_empty_library_takes_any_model(settings: Settings) -> None:
    with open_library(settings, HashEmbedder("甲模型")) as library:
        library.add(analysis_of(BUREAU))
        library.remove(analysis_of(BUREAU).report.id)
    with open_library(settings, HashEmbedder("乙模型", dimensions=32)) as library:
        library.add(analysis_of(BUREAU))
        assert library.status()["model"] == "乙模型"


# More than one at a time.


def test_a_second_library_sees_what_the_first_adds_and_removes(library: AnyLibrary, settings: Settings) -> None:
    with open_library(settings, EMBEDDER) as second:
        one = analysis_of(BUREAU)
        library.add(one)
        assert ids(second) == {one.report.id}
        assert second.search_vectors(EMBEDDER.embed(["公交站点"])[0], None, 1)[0].ordinal == 2
        library.remove(one.report.id)
        assert ids(second) == set()
        assert second.search_text(["投资"], None, 5) == []


def test_many_threads_may_read_while_one_writes(library: AnyLibrary) -> None:
    """Whatever a search finds can be read."""
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

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 6):
        library.add(numbered(number))
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(library.reports()) == 6


@pytest.mark.slow
def test_two_processes_may_take_in_the_same_files_at_once(settings: Settings) -> None:
    writers = [Process(settings, "add_by_two"), Process(settings, "add_by_three")]
    assert [writer.end() for writer in writers] == [("", 0), ("", 0)]
    with open_library(settings, EMBEDDER) as library:
        assert ids(library) == {numbered(n).report.id for n in range(24)}
        assert library.check() == []
        assert len(library.search_text(["投资"], None, 200)) == 24 * 4


@pytest.mark.slow
def test_another_process_finds_what_is_taken_in(library: AnyLibrary, settings: Settings) -> None:
    library.add(LATER, "/会变.txt")
    said, code = Process(settings, "tell").end()
    assert (said.strip(), code) == (f'["{LATER.report.id}"]', 0)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_taking_in_leaves_all_or_nothing(settings: Settings, step: str) -> None:
    with open_library(settings, EMBEDDER) as library:
        library.add_many([(STAYS, "/不变.txt"), (EARLIER, "/会变.txt")])
        assert Process(settings, "replace", step).end() == ("", -signal.SIGKILL)
        for report in library.reports():
            assert library.passages(report.id)
            assert library.search_text(["投资"], [report.id], 9)
    with open_library(settings, EMBEDDER) as library:
        assert ids(library) in ({STAYS.report.id, EARLIER.report.id}, {STAYS.report.id, LATER.report.id, NEW.report.id})
        assert library.check() == []
        library.add_many([(LATER, "/会变.txt"), (NEW, "/新.txt")])
        assert ids(library) == {STAYS.report.id, LATER.report.id, NEW.report.id}
        assert library.search_text(["38"], None, 5)
        assert not library.search_text(["36"], None, 5)
        assert library.check() == []


@pytest.mark.slow
def test_a_kill_while_removing_leaves_all_or_nothing(settings: Settings) -> None:
    with open_library(settings, EMBEDDER) as library:
        library.add_many([(STAYS, "/不变.txt"), (EARLIER, "/会变.txt")])
    assert Process(settings, "remove", "passages deleted").end() == ("", -signal.SIGKILL)
    with open_library(settings, EMBEDDER) as library:
        assert ids(library) == {STAYS.report.id}
        assert library.check() == []


# From one home to another.


def test_a_library_moves_to_another_home_as_one_file(library: AnyLibrary, tmp_path: Path) -> None:
    library.add_many([(bureau(), "/总结.docx"), (numbered(3), "/三.txt")])
    assert transfer.export(library, tmp_path / "库.zip").reports == 2
    with open_library(Settings(home=tmp_path / "另一个"), EMBEDDER) as other:
        assert transfer.take_over(other, tmp_path / "库.zip") == ["added", "added"]
        assert other.figures(bureau().report.id) == FIGURES
    library.remove(bureau().report.id)
    assert sorted(transfer.take_over(library, tmp_path / "库.zip")) == ["added", "unchanged"]
    assert library.report(bureau().report.id) == bureau().report
