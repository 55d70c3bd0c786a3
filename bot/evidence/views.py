"""The reports of a library laid out for reading, kept while they are asked about."""

from __future__ import annotations

from functools import cached_property

from bot.evidence.view import ReportView
from ingest.embedding import StaticEmbedder, shipped_vectors
from ingest.library.cache import Cache
from ingest.library.protocol import AnyLibrary

#: views are kept up to so many bytes: some forty provincial reports, or two thousand short ones
_KEPT_BYTES = 320_000_000
#: what each token, word, sentence and figure of a view takes up, with vectors of 256 dimensions (measured by tracemalloc)
_TOKEN_BYTES, _WORD_BYTES, _SENTENCE_BYTES = 160, 1_400, 3_000


class Views:
    """Makes a view of a report when it is first asked about, and keeps those of the reports asked about last.

    .. code-block:: python

        views = Views(library)
        views(library.reports()[0].id).figures

    :param vectors: the word vectors of the views; None for the shipped ones.
    """

    def __init__(self, library: AnyLibrary, vectors: StaticEmbedder | None = None) -> None:
        self._library = library
        self._given = vectors
        self._held: Cache[ReportView] = Cache(_KEPT_BYTES, _weight)

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


def _weight(view: ReportView) -> int:
    """About how many bytes a view takes up."""
    stated = len(view.sentences) + len(view.figures)
    return len(view.tokens) * _TOKEN_BYTES + len(view.vocabulary) * _WORD_BYTES + stated * _SENTENCE_BYTES
