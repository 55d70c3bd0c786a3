"""A library file that is damaged or gone: every report comes back, from the file or from where it came from."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.library import Library, salvage
from ingest.library.store import FILE
from ingest.pipeline import ingest, retry
from ingest.settings import Settings
from tests.ingest.standins import HashEmbedder

EMBEDDER = HashEmbedder()
TEXT = "{name}2024年工作总结\n一、工程建设\n" + "\n".join(f"第{n}号公路完成投资{{n}}{n}亿元。" for n in range(60))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a library and the reports it was made from."""
    base = tmp_path_factory.mktemp("救")
    (base / "报告").mkdir()
    for n, name in enumerate("甲乙丙丁戊己"):
        (base / "报告" / f"{name}.txt").write_text(TEXT.format(name=f"{name}县", n=n), "utf-8")
    with Library.open(base / "资料库", EMBEDDER) as library:
        list(ingest([base / "报告"], library, Settings()))
        assert len(library.reports()) == 6
    return base


@pytest.fixture
def base(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the library; its reports' files may be moved away and come back."""
    shutil.copytree(made / "资料库", tmp_path / "资料库")
    yield tmp_path
    if (made / "藏").exists():
        (made / "藏").rename(made / "报告")


def texts(library: Library) -> dict[str, str]:
    return {report.file: library.report(report.id).text for report in library.reports()}


def wanted(made: Path) -> dict[str, str]:
    with Library.open(made / "资料库", EMBEDDER) as library:
        return texts(library)


def mended(home: Path) -> tuple[list[str], dict[str, str]]:
    """What was done to a damaged library, and the texts it then holds; nothing is wrong with it any more."""
    assert salvage.is_damaged(home)
    done = salvage.mend(home, EMBEDDER)
    with Library.open_for_repair(home, EMBEDDER) as library:
        library.repair()
        list(retry(library, Settings(), library.failures.waiting()))
        assert library.check() == []
        assert library.failures.all() == ()
        return done, texts(library)


def spoil(file: Path, pages: list[int], seed: int) -> None:
    chance = random.Random(seed)
    with file.open("r+b") as opened:
        for page in pages:
            opened.seek(4096 * page)
            opened.write(chance.randbytes(4096))


def test_a_sound_library_is_left_alone(base: Path) -> None:
    before = (base / "资料库" / FILE).read_bytes()
    assert salvage.is_damaged(base / "资料库") == ""
    assert salvage.mend(base / "资料库", EMBEDDER) == []
    assert (base / "资料库" / FILE).read_bytes() == before


@pytest.mark.parametrize("seed", range(6))
def test_every_report_comes_back_whichever_page_is_damaged(base: Path, made: Path, seed: int) -> None:
    file = base / "资料库" / FILE
    pages = file.stat().st_size // 4096
    spoil(file, random.Random(seed).sample(range(1, pages), 3), seed)
    if salvage.is_damaged(file.parent):  # a page that holds nothing may be damaged too
        done, found = mended(file.parent)
        assert found == wanted(made)
        assert any("备份" in line for line in done)


@pytest.mark.parametrize("damage", ["first page", "cut short", "gone", "no database"])
def test_every_report_comes_back_from_its_file_when_nothing_can_be_read(base: Path, made: Path, damage: str) -> None:
    file = base / "资料库" / FILE
    if damage == "first page":
        spoil(file, [0], 1)
    elif damage == "cut short":
        file.write_bytes(file.read_bytes()[:5000])
    elif damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"hello")
    assert mended(file.parent)[1] == wanted(made)


def test_one_changed_byte_is_seen_though_sqlite_does_not_see_it(base: Path, made: Path) -> None:
    file = base / "资料库" / FILE
    data = file.read_bytes()
    at = data.index("第7号公路完成投资37亿元".encode())
    file.write_bytes(data[:at] + data[at:].replace("投资37亿元".encode(), "投资97亿元".encode(), 1))
    assert "丁.txt" in salvage.is_damaged(file.parent)
    done, found = mended(file.parent)
    assert found == wanted(made)
    assert any("5 份报告原样保留" in line for line in done)


def test_without_the_reports_files_the_kept_text_is_analysed_anew(base: Path, made: Path) -> None:
    file = base / "资料库" / FILE
    expected = wanted(made)
    with sqlite3.connect(file) as db:
        db.execute("UPDATE figures SET value = '1' WHERE report = 2")
    (made / "报告").rename(made / "藏")
    done, found = mended(file.parent)
    assert found == expected
    assert any("1 份由保存的文字重新分析" in line for line in done)


def test_what_is_lost_is_named(base: Path, made: Path) -> None:
    file = base / "资料库" / FILE
    file.unlink()
    (made / "报告").rename(made / "藏")
    done, found = mended(file.parent)
    assert found == {}
    assert all(any(f"无法恢复：{made}/报告/{name}.txt" in line for line in done) for name in "甲乙丙丁戊己")
