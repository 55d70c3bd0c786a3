"""Which files a path stands for."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.events import Finished, Skipped
from ingest.sources import Source, look_through

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "报告"
    (folder / "内").mkdir(parents=True)
    (folder / "内" / "甲.txt").write_text("甲", "utf-8")
    (tmp_path / "外").mkdir()
    (tmp_path / "外" / "秘.txt").write_text("秘", "utf-8")
    return folder


def found(*paths: Path) -> tuple[set[str], dict[str, str]]:
    """The names of the files found, and the reasons for those passed over."""
    events = list(look_through(paths))
    files = {event.place.name for event in events if isinstance(event, Source)}
    return files, {event.path.name: event.reason for event in events if isinstance(event, Skipped)}


def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "链.txt").symlink_to(tmp_path / "外" / "秘.txt")
    (folder / "夹").symlink_to(tmp_path / "外")
    (folder / "断.txt").symlink_to(tmp_path / "没有")
    files, reasons = found(folder)
    assert files == {"甲.txt"}
    assert reasons.keys() == {"链.txt", "夹", "断.txt"}
    assert "之外" in reasons["链.txt"]


def test_a_link_inside_the_folder_and_one_that_is_named_are_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "链.txt").symlink_to(folder / "内" / "甲.txt")
    (tmp_path / "总.txt").symlink_to(tmp_path / "外" / "秘.txt")
    assert found(folder, tmp_path / "总.txt") == ({"甲.txt", "链.txt", "总.txt"}, {})


def test_what_is_no_plain_file_is_never_opened(folder: Path) -> None:
    """Reading a pipe would wait for a writer for ever."""
    os.mkfifo(folder / "管.txt")
    assert found(folder) == ({"甲.txt"}, {"管.txt": "不是普通文件"})
    with pytest.raises(IngestError, match=r"管\.txt"):
        found(folder / "管.txt")


def test_archives_are_files_to_take_in(folder: Path) -> None:
    (folder / "包.ZIP").write_bytes(b"")
    (folder / "包.rar").write_bytes(b"")
    files, reasons = found(folder)
    assert files == {"甲.txt", "包.ZIP"}
    assert ".rar" in reasons["包.rar"]


def test_a_folder_that_cannot_be_looked_into_is_named_and_does_not_stop_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = folder / "锁"
    locked.mkdir()
    scandir = os.scandir

    def refused(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == locked:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    events = list(look_through([folder]))
    assert [event.path.name for event in events if isinstance(event, Source)] == ["甲.txt"]
    (failed,) = (event for event in events if isinstance(event, Finished))
    assert failed.outcome == "failed"
    assert f"{locked}：没有权限" in failed.reason
    with pytest.raises(IngestError, match="没有权限"):
        list(look_through([locked]))
