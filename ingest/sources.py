"""Which files the paths given stand for: folders are walked, and what is no report is passed over with a reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestError, in_chinese
from ingest.events import Finished, Skipped
from ingest.readers import SUFFIXES

#: what holds other files
ARCHIVES = frozenset({".zip"})


@dataclass(frozen=True)
class Source:
    """One file to take in: where its bytes are, and the path that it is known by.

    The two differ for a member of an archive, which is read from where it was unpacked to.
    """

    path: Path
    place: Path

    @property
    def is_archive(self) -> bool:
        return self.place.suffix.lower() in ARCHIVES


def look_through(paths: Sequence[Path]) -> Iterator[Source | Skipped | Finished]:
    """The files that the paths stand for, each by its absolute path, what is passed over in folders, and what in them
    cannot be looked into, as failed.

    Folders are walked in the order of names. Links that lead out of the folder given are not followed.

    :raises IngestError: if a path is missing, not readable, no plain file, or a file of an unknown kind.
    """
    for given in paths:
        path = given.expanduser().absolute()
        try:
            mode = path.stat().st_mode
        except FileNotFoundError as fault:
            raise IngestError(f"找不到 {path}。请检查路径是否正确。") from fault
        except OSError as fault:
            raise IngestError(_unreadable(path, fault)) from fault
        if stat.S_ISDIR(mode):
            yield from _walk(path)
        elif not stat.S_ISREG(mode):
            raise IngestError(f"{path} 不是普通文件，不能收入。")
        elif path.suffix.lower() not in SUFFIXES | ARCHIVES:
            known = "、".join(sorted(SUFFIXES | ARCHIVES))
            raise IngestError(f"不支持 {path} 的文件类型。支持的类型：{known}。")
        else:
            yield Source(path, path)


def unwanted(name: str) -> str:
    """Why a file of this name, in a folder or an archive, is passed over; "" if it is not."""
    if name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    if name.upper().startswith("README"):
        return "说明文件"
    suffix = Path(name).suffix
    if suffix.lower() not in SUFFIXES | ARCHIVES:
        return f"不支持的文件类型 {suffix or '（无后缀）'}"
    return ""


def _unreadable(path: str | Path, fault: OSError) -> str:
    return f"无法读取 {path}：{in_chinese(fault)}。请检查它的权限，或换一个有权限的用户再收入。"


def _walk(folder: Path) -> Iterator[Source | Skipped | Finished]:
    faults: list[OSError] = []
    real = folder.resolve()
    for parent, folders, files in os.walk(folder, onerror=faults.append):
        yield from _closed(folder, faults)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if os.path.islink(os.path.join(parent, name)):  # os.walk does not go into it
                yield Skipped(Path(parent, name), "指向文件夹的链接")
        for name in sorted(files):
            path = Path(parent, name)
            try:
                reason = unwanted(name) or _elsewhere(path, real)
            except OSError as fault:
                yield Finished(path, "failed", reason=_unreadable(path, fault))
                continue
            yield Skipped(path, reason) if reason else Source(path, path)
    yield from _closed(folder, faults)


def _closed(folder: Path, faults: list[OSError]) -> Iterator[Finished]:
    """The folders that could not be looked into; ``faults`` is emptied.

    :raises IngestError: if it is the folder given itself.
    """
    while faults:
        fault = faults.pop(0)
        place = Path(fault.filename)
        if place == folder:
            raise IngestError(_unreadable(place, fault)) from fault
        yield Finished(place, "failed", reason=_unreadable(place, fault))


def _elsewhere(path: Path, folder: Path) -> str:
    """Why a file is not one of the folder's own; "" if it is."""
    if path.is_symlink() and not path.resolve().is_relative_to(folder):
        return "链接指向文件夹之外"
    return "" if path.is_file() else "不是普通文件"
