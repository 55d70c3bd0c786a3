"""The exceptions of ingestion: each says which file or setting, what is wrong and what to do about it."""

from __future__ import annotations

#: what to do with a file that was read in part, once the part that was missing is there
AGAIN = "再运行 wenbao ingest --retry-failed，或在网页的「文档」里点「全部重试」"


class WenbaoError(Exception):
    """A fault that a person can mend. Its text is shown to them as it is, in Chinese."""


class SettingsError(WenbaoError):
    """A setting has a value that cannot be used."""


class IngestError(WenbaoError):
    """A file cannot be taken in."""


class LibraryError(WenbaoError):
    """The library cannot be opened, read or written."""


class EmbeddingError(WenbaoError):
    """An embedding model cannot be loaded, or is not the one that made the library's vectors."""
