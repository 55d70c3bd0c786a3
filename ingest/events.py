"""What happens while files are taken in: the pipeline yields these, faces show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ingest.library import Outcome


@dataclass(frozen=True)
class Found:
    """So many files will be taken in. It comes again, with a higher number, when an archive has been unpacked."""

    files: int


@dataclass(frozen=True)
class Skipped:
    """A file inside a folder or an archive was passed over, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Started:
    """A file has come to a stage."""

    path: Path
    stage: Literal["解压", "读取", "入库"]


@dataclass(frozen=True)
class Finished:
    """What became of a file; ``reason`` says why it failed, ``report`` is the report's id otherwise.

    ``path`` of a member of an archive is the archive's path and the member's name: ``/报告/2022.zip/一季度/总结.docx``.
    ``notes`` are a reader's remarks on what it could not read, such as pages without text; ``partly``: it could read more
    once what they ask for is there.
    """

    path: Path
    outcome: Outcome | Literal["failed"]
    report: str = ""
    passages: int = 0
    figures: int = 0
    reason: str = ""
    notes: tuple[str, ...] = ()
    partly: bool = False


Event = Found | Skipped | Started | Finished
