"""A folder that is watched: what appears or changes in it is taken in, once it is whole."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.events import Finished
from ingest.library import Library
from ingest.settings import Settings
from ingest.watch import watch
from tests.ingest.standins import HashEmbedder

TEXT = "县交通局{year}年工作总结\n一、工程建设\n临临高速完成投资{amount}亿元。\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "资料库", HashEmbedder()) as library:
        yield library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    folder.mkdir()
    (folder / "2022.txt").write_text(TEXT.format(year=2022, amount=36), "utf-8")
    return folder


def test_what_is_there_appears_and_changes_is_taken_in(folder: Path, library: Library) -> None:
    stop = threading.Event()
    events = (e for e in watch(folder, library, Settings(), 0.1, stop) if isinstance(e, Finished))
    first = next(events)
    assert (first.path.name, first.outcome) == ("2022.txt", "added")
    (folder / "新").mkdir()
    (folder / "新" / "2023.txt").write_text(TEXT.format(year=2023, amount=30), "utf-8")
    second = next(events)
    assert (second.path.name, second.outcome) == ("2023.txt", "added")
    (folder / "2022.txt").write_text(TEXT.format(year=2022, amount=38), "utf-8")
    (folder / "~$2022.txt").write_text("锁", "utf-8")
    third = next(events)
    assert (third.path.name, third.outcome) == ("2022.txt", "replaced")
    stop.set()
    assert list(events) == []
    assert len(library.reports()) == 2


def test_a_file_that_is_still_being_written_waits(folder: Path, library: Library) -> None:
    """It grows with every look; only when it has stopped is it read."""
    from ingest import watch as module

    path = folder / "大.txt"
    restless = {path: module._Seen(-1, -1, 0.0)}
    for size in range(1, 4):
        path.write_text("字" * size, "utf-8")
        assert module._settled(restless, 0) == []
    assert module._settled(restless, 3600) == []
    assert module._settled(restless, 0) == [path]
    assert restless == {}


def test_a_folder_that_is_none_is_named(tmp_path: Path, library: Library) -> None:
    with pytest.raises(IngestError, match="没有"):
        next(watch(tmp_path / "没有", library, Settings()))


def test_a_locked_folder_in_it_is_named(folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = folder / "锁"
    locked.mkdir()
    scandir = os.scandir

    def refused(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == locked:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    def unwatchable(*_: object, **__: object) -> Iterator[object]:
        raise PermissionError("Permission denied (os error 13)")

    monkeypatch.setattr(os, "scandir", refused)
    monkeypatch.setattr("watchfiles.watch", unwatchable)
    with pytest.raises(IngestError, match=f"没有权限查看其中的 {locked}"):
        next(watch(folder, library, Settings()))
