"""Damage to a library is told, and whatever can be derived is restored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from ingest.analysis import Analysis
from ingest.embedding import Embedder, Vectors
from ingest.errors import EmbeddingError
from ingest.library import Library
from ingest.library.indexing import index
from ingest.library.store import FILE
from ingest.library.vectors import FOLDER, HNSW
from tests.ingest.standins import HashEmbedder, numbered

EMBEDDER = HashEmbedder()
REPORTS = [numbered(n, 40) for n in range(4)]


def vectors_of(report: Analysis, embedder: Embedder = EMBEDDER) -> Vectors:
    """One row a passage, as the library embeds it: under its heading."""
    return embedder.embed_words([["一", "、", "工程建设", " / ", *passage.words] for passage in report.passages])


VECTOR = vectors_of(REPORTS[3])[7]


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose vectors Chroma has written out to its graph files."""
    home = tmp_path_factory.mktemp("种子")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HNSW, "sync_threshold", 50)
        with Library.open(home, EMBEDDER) as library:
            library.add_many([(report, f"/{report.report.file}") for report in REPORTS])
    return home


@pytest.fixture
def home(seed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed, tmp_path / "资料库"))


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library.open(home, EMBEDDER) as library:
        yield library


def parts(library: Library) -> list[str]:
    return [problem.part for problem in library.check()]


def assert_whole(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong, every report is there, and Chroma finds what it should."""
    assert library.check() == []
    assert {report.id for report in library.reports()} >= {report.report.id for report in REPORTS}
    assert len(library.search_text(["工程"], None, 999)) >= 160
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    assert_chroma_finds(library, REPORTS[3], vectors_of(REPORTS[3]))


def assert_chroma_finds(library: Library, report: Analysis, vectors: Vectors) -> None:
    """Of a report's passages by their own vectors; a passage or two that nothing leads to are HNSW's nature."""
    hits = [library.search_vectors(vector, None, 1)[0] for vector in vectors]
    found = sum((hit.report, hit.ordinal) == (report.report.id, ordinal) for ordinal, hit in enumerate(hits))
    assert found >= 0.9 * len(vectors)


def test_a_sound_library_has_no_problems(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_whole(library, monkeypatch)
    assert library.repair() == []


GRAPH_FILES = ["data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin"]


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
@pytest.mark.parametrize("name", [*GRAPH_FILES, "chroma.sqlite3"])
def test_a_vector_index_cut_short_is_found_and_rebuilt(
    home: Path, name: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma 1.5 crashes the process that opens some of these, and answers wrongly from others."""
    (file,) = (home / FOLDER).rglob(name)
    os.truncate(file, int(file.stat().st_size * share))
    with Library.open(home, EMBEDDER) as library:
        assert parts(library) == ["vectors"]
        assert library.repair() == ["重建了向量索引。"]
        assert_whole(library, monkeypatch)


@pytest.mark.parametrize("name", GRAPH_FILES)
def test_a_vector_index_rewritten_in_part_is_found_and_rebuilt(
    home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer killed between two files leaves the sizes as they were."""
    (file,) = (home / FOLDER).rglob(name)
    file.write_bytes(bytes(file.stat().st_size))
    with Library.open(home, EMBEDDER) as library:
        assert parts(library) == ["vectors"]
        assert library.repair() == ["重建了向量索引。"]
        assert_whole(library, monkeypatch)


def test_a_lost_vector_index_is_rebuilt(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(home / FOLDER)
    with Library.open(home, EMBEDDER) as library:
        assert parts(library) == ["vectors"]
        library.repair()
        assert_whole(library, monkeypatch)
    assert sorted(file.name for file in home.iterdir()) == [FOLDER, FILE, "taken-in.jsonl", "write.lock"]


@pytest.mark.parametrize("damage", ["lost", "cut short"])
def test_a_damaged_vector_index_is_rebuilt_also_by_whoever_needs_it(
    home: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damage == "lost":
        shutil.rmtree(home / FOLDER)
    else:
        (file,) = (home / FOLDER).rglob("link_lists.bin")
        os.truncate(file, 8)
    with Library.open(home, EMBEDDER) as library:
        assert library.add(numbered(9)) == "added"
        assert_whole(library, monkeypatch)


def test_vectors_that_are_not_the_librarys_are_found(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with library.keeper.exclusive():
        library.keeper.open_index()
        library.index.upsert([("ffffffffffffffff", np.eye(2, EMBEDDER.dimensions, dtype=np.float32))])
    assert "2 个多余" in library.check()[0].text
    library.repair()
    assert_whole(library, monkeypatch)


def test_vectors_that_are_not_the_passages_own_are_found(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with library.keeper.exclusive():
        library.keeper.open_index()
        library.index.upsert([(REPORTS[0].report.id, np.eye(40, EMBEDDER.dimensions, dtype=np.float32))])
    assert REPORTS[0].report.file in library.check()[0].text
    library.repair()
    assert_whole(library, monkeypatch)


def test_a_full_text_index_that_lacks_passages_is_rebuilt(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with library.store.writing() as db:
        db.execute("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')")
    assert parts(library) == ["full text"]
    assert library.repair() == ["重建了全文索引。"]
    assert_whole(library, monkeypatch)


def test_a_damaged_full_text_index_is_rebuilt(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with library.store.writing() as db:
        db.execute("UPDATE passage_terms_data SET block = zeroblob(20) WHERE id > 10")
    assert parts(library) == ["full text"]
    library.repair()
    assert_whole(library, monkeypatch)


def test_reports_on_their_way_are_told_and_finished(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    new = numbered(9)
    library.store.insert([(index([new], EMBEDDER)[new.report.id], "/新.txt")])
    assert parts(library) == ["unfinished"]
    assert library.repair() == ["补完了 1 份中途停下的报告。"]
    assert new.report.id in {report.id for report in library.reports()}
    assert_whole(library, monkeypatch)


def test_another_models_vectors_are_made_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = HashEmbedder("乙模型", dimensions=128)
    with Library.open_for_repair(home, other) as library:
        assert "model" in parts(library)
        assert library.repair() == ["用当前的向量模型重新生成了 4 份报告的向量。", "重建了向量索引。"]
        assert library.check() == []
    with Library.open(home, other) as library:
        monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
        assert_chroma_finds(library, REPORTS[2], vectors_of(REPORTS[2], other))
    with pytest.raises(EmbeddingError):
        Library.open(home, EMBEDDER)


def test_vectors_half_made_anew_are_nobodys(home: Path) -> None:
    """A repair that is killed leaves vectors of two models; neither may open the library until a repair is through."""

    class Fails(HashEmbedder):
        calls = 0

        def embed_words(self, sentences):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls > 2:
                raise KeyboardInterrupt
            return super().embed_words(sentences)

    with Library.open_for_repair(home, Fails("乙模型")) as library, pytest.raises(KeyboardInterrupt):
        library.repair()
    for name in ("", "乙模型"):
        with pytest.raises(EmbeddingError):
            Library.open(home, HashEmbedder(name))
    with Library.open_for_repair(home, HashEmbedder("乙模型")) as library:
        library.repair()
        assert library.check() == []


def test_a_damaged_database_is_made_anew(home: Path) -> None:
    size = (home / FILE).stat().st_size
    with (home / FILE).open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 4))
    with Library.open_for_repair(home, EMBEDDER) as library:
        assert parts(library) == ["database"]
        assert any("重建了资料库文件" in line for line in library.repair())
        assert library.check() == []
        library.add_many([(report, "") for report in REPORTS])
        assert {report.id for report in library.reports()} == {report.report.id for report in REPORTS}
        assert library.check() == []


def test_a_copy_put_in_the_place_of_the_library_is_read_by_those_who_have_it_open(home: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "另一个", EMBEDDER) as other:
        other.add(numbered(9, 40), "/9.txt")
    with Library.open(home, EMBEDDER) as library:
        assert [library.report(report.id).file for report in library.reports()] == [f"报告{n}.txt" for n in range(4)]
        (tmp_path / "另一个" / FILE).replace(home / FILE)
        assert [library.report(report.id).file for report in library.reports()] == ["报告9.txt"]
        assert {hit.report for hit in library.search_vectors(VECTOR, None, 99)} == {numbered(9, 40).report.id}


def test_a_library_of_another_model_can_be_read_but_nothing_taken_in_until_it_is_repaired(home: Path) -> None:
    other = HashEmbedder("乙模型", 48)
    with Library.open_with_any_model(home, other) as library:
        assert "乙模型" in library.objection()
        assert "doctor --repair" in library.objection()
        assert len(library.reports()) == 4
        assert library.search_text(["工程"], None, 1)
        assert library.search_vectors(other.embed_words([["公路"]])[0], None, 9) == []
        with pytest.raises(EmbeddingError, match="乙模型"):
            library.add(numbered(9))
        assert parts(library) == ["model"]
        library.remove(REPORTS[0].report.id)
        library.repair()
        assert library.objection() == ""
        assert library.add(numbered(9)) == "added"
        assert len(library.search_vectors(other.embed_words([["公路"]])[0], None, 9)) == 9
        assert library.check() == []


@pytest.mark.parametrize("opened", ["before it is emptied", "after"])
def test_an_emptied_library_takes_in_reports_by_a_model_of_other_dimensions(home: Path, opened: str) -> None:
    other = HashEmbedder("乙模型", 48)
    with Library.open_with_any_model(home, other) if opened == "before it is emptied" else nullcontext() as held:
        with Library.open(home, EMBEDDER) as library:
            for report in library.reports():
                library.remove(report.id)
        with held or Library.open(home, other) as library:
            assert library.objection() == ""
            assert library.add(numbered(9)) == "added"
            assert len(library.search_vectors(other.embed_words([["公路"]])[0], None, 9)) == 4
            assert library.check() == []


def test_a_report_that_was_taken_in_and_is_not_here_is_told(home: Path, tmp_path: Path) -> None:
    """As when somebody has put an older library.sqlite3 back."""
    older = tmp_path / "旧"
    shutil.copy(home / FILE, older)
    with Library.open(home, EMBEDDER) as library:
        library.add(numbered(9), f"{tmp_path}/9.txt")
        library.add(numbered(8), f"{tmp_path}/8.txt")
        library.remove(numbered(8).report.id)
    (tmp_path / "9.txt").write_text("还在", "utf-8")
    shutil.copy(older, home / FILE)
    with Library.open(home, EMBEDDER) as library:
        assert [problem.part for problem in library.check() if "1 份" in problem.text] == ["missing"]
        library.repair()
        assert library.failures.waiting() == {f"{tmp_path}/9.txt"}
        assert library.check() == []
