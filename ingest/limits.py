"""What one file may cost: bytes, pages, expansion, seconds. A file that would cost more is refused with the setting's name."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.settings import Settings

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The most that taking in one file may cost; each is a setting, WENBAO_MAX_….

    ``file_bytes`` is the size on disk, ``expanded_bytes`` what all parts of a packed file (.zip, .docx, .ofd) hold
    together when unpacked and ``members`` how many there may be, ``nesting`` how many archives may stand inside each
    other, ``pages`` the pages, sheets or slides, ``characters`` the text, ``seconds`` the time, ``memory_bytes`` the
    worker process's address space.
    """

    file_bytes: int = 200 * MB
    expanded_bytes: int = 1024 * MB
    members: int = 20_000
    nesting: int = 3
    pages: int = 5_000
    characters: int = 20_000_000
    seconds: float = 120.0
    memory_bytes: int = 4096 * MB


#: what the settings give when none is set
DEFAULT = Limits()


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings give."""
    return Limits(
        file_bytes=settings.max_file_mb * MB,
        expanded_bytes=settings.max_expanded_mb * MB,
        members=settings.max_members,
        nesting=settings.max_nesting,
        pages=settings.max_pages,
        characters=settings.max_characters,
        seconds=settings.max_seconds,
        memory_bytes=settings.max_memory_mb * MB,
    )
