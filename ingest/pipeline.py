"""Many files into the library: found, read, analysed and taken in, with an event for whatever happens on the way."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.analysis import Analysis, analyse
from ingest.errors import IngestError, LibraryError, WenbaoError
from ingest.readers import SUFFIXES, read
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.library import Library, Outcome

logger = logging.getLogger(__name__)

#: So many passages are embedded and written together: enough to spread a transaction's cost, little enough to lose.
BATCH_PASSAGES = 1_000


@dataclass(frozen=True)
class Found:
    """All paths have been looked through: so many files will be taken in."""

    files: int


@dataclass(frozen=True)
class Skipped:
    """A file inside a folder was passed over, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Started:
    """A file has come to a stage."""

    path: Path
    stage: Literal["读取", "入库"]


@dataclass(frozen=True)
class Finished:
    """What became of a file; ``reason`` says why it failed, ``report`` is the report's id otherwise."""

    path: Path
    outcome: Outcome | Literal["failed"]
    report: str = ""
    passages: int = 0
    figures: int = 0
    reason: str = ""


Event = Found | Skipped | Started | Finished


@dataclass(frozen=True)
class _Source:
    """A file, by its absolute path, and its content's hash."""

    path: Path
    sha256: str


def ingest(paths: Sequence[Path], library: Library, settings: Settings) -> Iterator[Event]:
    """Take files and folders into the library, yielding events as it goes.

    Folders are walked in the order of names; hidden files, READMEs and files of unknown kinds in them are passed over.
    A file that fails does not stop the others. Broken off at any point and run again, it goes on where it was.

    :raises IngestError: before anything is read, if a path is missing, unreadable or a file of an unknown kind.
    :raises LibraryError: if the library cannot be written; what was reported as finished is in it.
    """
    found = list(_look_through(paths))
    yield from (event for event in found if isinstance(event, Skipped))
    files = list(dict.fromkeys(event for event in found if isinstance(event, Path)))
    yield Found(len(files))
    held: list[tuple[Path, Analysis]] = []
    for path in files:
        yield Started(path, "读取")
        result = _prepare(path, library, settings.passage_words)
        if isinstance(result, Finished):
            yield result
            continue
        held.append((path, result))
        if sum(len(analysis.passages) for _, analysis in held) >= BATCH_PASSAGES:
            yield from _take_in(held, library)
            held = []
    yield from _take_in(held, library)


def analyse_file(path: Path, sha256: str, passage_words: int) -> Analysis:
    """The analysis of one file: a function of its arguments alone, so that worker processes can do it.

    :raises IngestError: if the file cannot be read as what its suffix says.
    """
    return analyse(read(path), path.name, sha256, passage_words)


def report_id(sha256: str) -> str:
    """The id a report with this content has."""
    return sha256[:16]


def _prepare(path: Path, library: Library, passage_words: int) -> Analysis | Finished:
    """A file's analysis, or its end: it failed, or it is in the library as it is."""
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if library.holds(report_id(sha256), str(path), path.name):
            return Finished(path, "unchanged", report_id(sha256))
        return analyse_file(path, sha256, passage_words)
    except LibraryError:
        raise
    except WenbaoError as fault:
        return Finished(path, "failed", reason=str(fault))
    except OSError as fault:
        reason = f"无法读取 {path}：{fault.strerror or fault}。请检查文件是否存在、有无权限。"
        return Finished(path, "failed", reason=reason)
    except Exception as fault:  # a reader's fault must not stop the other files
        logger.exception("cannot read %s", path)
        reason = f"读取 {path} 时出错（{type(fault).__name__}）。请确认文件能正常打开。"
        return Finished(path, "failed", reason=reason)


def _take_in(held: Sequence[tuple[Path, Analysis]], library: Library) -> Iterator[Event]:
    for path, _ in held:
        yield Started(path, "入库")
    outcomes = library.add_many([(analysis, str(path)) for path, analysis in held])
    for (path, analysis), outcome in zip(held, outcomes, strict=True):
        yield Finished(path, outcome, analysis.report.id, len(analysis.passages), len(analysis.figures))


def _look_through(paths: Sequence[Path]) -> Iterator[Path | Skipped]:
    """The files that the paths stand for, each by its absolute path."""
    for given in paths:
        path = given.expanduser().absolute()
        if path.is_dir():
            yield from _walk(path)
        elif not path.exists():
            raise IngestError(f"找不到 {path}。请检查路径是否正确。")
        elif path.suffix.lower() not in SUFFIXES:
            raise IngestError(f"不支持 {path} 的文件类型。支持的类型：{'、'.join(sorted(SUFFIXES))}。")
        else:
            yield path


def _walk(folder: Path) -> Iterator[Path | Skipped]:
    def stop(fault: OSError) -> None:
        raise IngestError(f"无法读取文件夹 {fault.filename}：{fault.strerror}。请检查权限。") from fault

    for parent, folders, files in os.walk(folder, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            reason = _unwanted(path)
            yield Skipped(path, reason) if reason else path


def _unwanted(path: Path) -> str:
    """Why a file in a folder is passed over; "" if it is not."""
    if path.name.startswith((".", "~$")):
        return "隐藏文件或临时文件"
    if path.name.upper().startswith("README"):
        return "说明文件"
    if path.suffix.lower() not in SUFFIXES:
        return f"不支持的文件类型 {path.suffix or '（无后缀）'}"
    return ""
