"""A library moved to another machine as one file."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library, schema
from ingest.library.store import FILE
from ingest.library.transfer import export, take_over
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

EMBEDDER = HashEmbedder()
REPORTS = [numbered(n, 40) for n in range(4)]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "甲", EMBEDDER) as library:
        library.add_many([(report, f"/{report.report.file}") for report in REPORTS])
        yield library


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "乙", EMBEDDER) as library:
        yield library


@pytest.fixture
def file(library: Library, tmp_path: Path) -> Path:
    file = tmp_path / "资料库.zip"
    export(library, file)
    return file


def content(library: Library) -> list[object]:
    return [
        (library.report(report.id), library.passages(report.id), library.figures(report.id))
        for report in library.reports()
    ]


def test_an_empty_library_becomes_the_exported_one(library: Library, other: Library, file: Path) -> None:
    assert take_over(other, file) == ["added"] * 4
    assert content(other) == content(library)
    assert other.names() == library.names()
    assert other.check() == []
    vector = EMBEDDER.embed_words([REPORTS[2].passages[3].words])[0]
    assert other.search_vectors(vector, None, 5) == library.search_vectors(vector, None, 5)
    assert other.search_text(["投资"], None, 5) == library.search_text(["投资"], None, 5)
    assert take_over(other, file) == ["unchanged"] * 4


def test_what_is_here_stays_and_the_later_version_of_a_file_wins(
    library: Library, other: Library, tmp_path: Path, file: Path
) -> None:
    other.add(numbered(9), "/9.txt")
    other.add(REPORTS[1], "/elsewhere.txt")
    later = analysis_of("一、工程\n改过了。", "报告0.txt", "新版")
    earlier = analysis_of("一、工程\n旧的。", "报告2.txt", "旧版")
    other.add(later, "/报告0.txt")
    other.add(earlier, "/报告2.txt")
    for report_id, when in ((later.report.id, "2999"), (earlier.report.id, "1999")):
        with other.store.writing() as db:
            db.execute("UPDATE reports SET added_at = ? WHERE id = ?", (when, report_id))
            db.execute("UPDATE meta SET value = value + 1 WHERE name = 'revision'")
    assert sorted(take_over(other, file)) == ["added", "replaced", "unchanged", "unchanged"]
    here = {report.id for report in other.reports()}
    assert here == {r.report.id for r in (numbered(9), REPORTS[1], later, REPORTS[2], REPORTS[3])}
    assert other.check() == []


def test_the_manifest_tells_versions_and_checksum(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["version"]) == ("wenbao-library", schema.VERSION)
    assert (manifest["reports"], manifest["passages"], manifest["fingerprint"]) == (4, 160, EMBEDDER.fingerprint)


def test_another_models_vectors_are_refused(file: Path, tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "丙", HashEmbedder("丙模型")) as library,
        pytest.raises(LibraryError, match="WENBAO_EMBEDDING"),
    ):
        take_over(library, file)


Change = Callable[[dict[str, bytes]], None]


def newer(members: dict[str, bytes]) -> None:
    manifest = json.loads(members["manifest.json"]) | {"version": schema.VERSION + 1}
    members["manifest.json"] = json.dumps(manifest).encode()


def flipped(members: dict[str, bytes]) -> None:
    data = bytearray(members[FILE])
    data[len(data) // 2] ^= 1
    members[FILE] = bytes(data)


def longer(members: dict[str, bytes]) -> None:
    members[FILE] += b"\0" * 10


def leading_out(members: dict[str, bytes]) -> None:
    members["../外.txt"] = b"x"


def without_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def nonsense(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"[1]"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (newer, "升级"),
        (flipped, "损坏"),
        (longer, "损坏"),
        (leading_out, "不是问报导出的"),
        (without_manifest, "不是问报导出的"),
        (nonsense, "不是问报导出的"),
    ],
)
def test_a_file_that_cannot_be_trusted_changes_nothing(
    file: Path, other: Library, tmp_path: Path, change: Change, message: str
) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    bad = tmp_path / "坏.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(LibraryError, match=message):
        take_over(other, bad)
    assert other.reports() == ()
    assert not (tmp_path / "外.txt").exists()


def test_a_file_with_triggers_is_refused(library: Library, other: Library, tmp_path: Path) -> None:
    with library.store.writing() as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON names BEGIN DELETE FROM reports; END")
    export(library, tmp_path / "有.zip")
    with pytest.raises(LibraryError, match="不是问报导出的"):
        take_over(other, tmp_path / "有.zip")


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_a_file_cut_short_is_named(file: Path, other: Library, share: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(LibraryError, match=r"资料库\.zip"):
        take_over(other, file)
    assert other.reports() == ()


def test_a_damaged_library_is_not_exported(library: Library, tmp_path: Path) -> None:
    with sqlite3.connect(library.store.file) as db:
        db.execute("UPDATE contents SET text = 'x' || text WHERE report = 2")
    with pytest.raises(LibraryError, match="doctor"):
        export(library, tmp_path / "坏.zip")
    assert not (tmp_path / "坏.zip").exists()


def test_an_export_that_cannot_be_written_leaves_nothing(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="没有这里"):
        export(library, tmp_path / "没有这里" / "a.zip")
