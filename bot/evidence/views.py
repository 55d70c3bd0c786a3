"""The reports of a library laid out for reading, kept while they are asked about."""

from __future__ import annotations

from functools import cached_property

from bot.evidence.view import ReportView
from ingest.embedding import StaticEmbedder, shipped_vectors
from ingest.library import Library
from ingest.library.cache import Cache

_KEPT = 64


class Views:
    """Makes a view of a report when it is first asked about, and keeps those of the reports asked about last.

    .. code-block:: python

        views = Views(library)
        views(library.reports()[0].id).figures

    :param vectors: the word vectors of the views; None for the shipped ones.
    """

    def __init__(self, library: Library, vectors: StaticEmbedder | None = None) -> None:
        self._library = library
        self._given = vectors
        self._held: Cache[ReportView] = Cache(_KEPT, lambda view: 1)

    def __call__(self, report: str) -> ReportView:
        """The view of the report with this id.

        :raises LibraryError: if there is none with this id.
        """
        return self._held.get(report, lambda: self._made(report))

    def _made(self, report: str) -> ReportView:
        library = self._library
        return ReportView(library.report(report), library.passages(report), library.figures(report), self._vectors)

    @cached_property
    def _vectors(self) -> StaticEmbedder:
        return self._given or shipped_vectors()
