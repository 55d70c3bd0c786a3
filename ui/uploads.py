"""Reports that come over the network: kept in the library's folder under their own names, and taken in from there."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ingest import pipeline
from ingest.errors import IngestError
from ingest.events import Event, Finished
from ingest.limits import MB
from ingest.sources import ARCHIVES, SUFFIXES

if TYPE_CHECKING:
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings

FOLDER = "uploads"
#: bytes; what every file system takes as a name
_LONGEST_NAME = 240
_COPIED = MB
#: names that Windows keeps for devices, whatever their ending
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}

_taking_in = threading.Lock()


def checked_name(name: str) -> str:
    """The name of an uploaded file, if it is a plain file name on every system.

    :raises IngestError: if it leads elsewhere or cannot be a file's name.
    """
    name = unicodedata.normalize("NFC", name).strip()
    plain = name.isprintable() and not any(character in '/\\:*?"<>|' for character in name)
    device = name.partition(".")[0].strip().lower() in _DEVICES
    if not plain or device or not name.strip(".") or name[0] == "." or len(name.encode("utf-8")) > _LONGEST_NAME:
        raise IngestError("文件名不能用：请改成不含 / \\ : 等符号、不以点开头的普通文件名。")
    return name


def take_in(name: str, content: BinaryIO, library: AnyLibrary, settings: Settings) -> list[Finished]:
    """Take an uploaded file into the library; what became of it, or of each report in it if it is an archive.

    See ``taking_in``.
    """
    return [event for event in taking_in(name, content, library, settings) if isinstance(event, Finished)]


def taking_in(name: str, content: BinaryIO, library: AnyLibrary, settings: Settings) -> Iterator[Event]:
    """Take an uploaded file into the library, yielding events as it goes.

    A file of the same name that was uploaded before is replaced if this one can be taken in, else left as it was.

    :raises IngestError: if the name, the kind or the size of the file is not acceptable.
    :raises LibraryError: if the library cannot be written.
    """
    name = checked_name(name)
    if Path(name).suffix.lower() not in SUFFIXES | ARCHIVES:
        raise IngestError(f"不支持「{name}」的文件类型。支持的类型：{'、'.join(sorted(SUFFIXES | ARCHIVES))}。")
    folder = settings.home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    place = folder.resolve() / name
    with tempfile.TemporaryDirectory(dir=folder, prefix=".", ignore_cleanup_errors=True) as passing:
        arrived, earlier = Path(passing) / "arrived", Path(passing) / "earlier"
        _copy(content, arrived, settings.max_file_mb)
        with _taking_in:
            if place.exists():
                os.replace(place, earlier)
            os.replace(arrived, place)
            finished: list[Finished] = []
            try:
                for event in pipeline.ingest([place], library, settings):
                    finished += [event] if isinstance(event, Finished) else []
                    yield event
            finally:
                if not any(event.outcome != "failed" for event in finished):
                    # it stays with whoever sent it, and is not to be tried again from here
                    library.failures.forget([str(event.path) for event in finished])
                    place.unlink(missing_ok=True)
                    if earlier.exists():
                        os.replace(earlier, place)


def discard(path: str, settings: Settings) -> None:
    """Delete the copy of a removed report's file, if it was uploaded; others are left alone."""
    place = Path(path)
    if place.parent == (settings.home / FOLDER).resolve():
        with suppress(OSError):
            place.unlink(missing_ok=True)


def _copy(content: BinaryIO, place: Path, most_mb: int) -> None:
    with place.open("wb") as copy:
        shutil.copyfileobj(content, copy, _COPIED)
        size = copy.tell()
    if size > most_mb * MB:
        raise IngestError(f"文件超过 {most_mb} MB。请拆成几份，或调大设置 WENBAO_MAX_FILE_MB。")
