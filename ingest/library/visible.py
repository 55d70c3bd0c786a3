"""What is read of a library's visible reports, wherever its rows are: every home of a library reads them like this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from ingest.document import Figure, Passage, Report
from ingest.errors import LibraryError
from ingest.library.cache import Cache

if TYPE_CHECKING:
    from ingest.analysis import Analysis
    from ingest.library.store import Catalogue, Entry

Outcome = Literal["added", "unchanged", "replaced"]

_CACHED_CHARACTERS = 10_000_000
_CACHED_PASSAGES = 40_000
_CACHED_FIGURES = 40_000


class Rows(Protocol):
    """Where the rows of reports are, by the keys that the catalogue gives."""

    def report(self, key: int) -> Report | None:
        """A report with its text; None if it has just been removed."""

    def passages(self, key: int, text: str) -> tuple[Passage, ...]:
        """Its passages, given its text."""

    def figures(self, key: int) -> tuple[Figure, ...]:
        """Its figures in the order of its text."""

    def at(self, path: str, file: str) -> tuple[int, str]:
        """Key and id of the visible report that came from a file; the id is "" if none did."""

    def present(self, ids: Sequence[str]) -> set[str]:
        """Those of these reports that are visible."""


class VisibleReports(ABC):
    """The reports that can be seen, by id; what was read last is kept."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._reports: Cache[Report | None] = Cache(_CACHED_CHARACTERS, lambda held: len(held.text) if held else 0)
        self._passages: Cache[tuple[Passage, ...]] = Cache(_CACHED_PASSAGES, len)
        self._figures: Cache[tuple[Figure, ...]] = Cache(_CACHED_FIGURES, len)

    @abstractmethod
    def catalogue(self) -> Catalogue:
        """The visible reports now. Cheap."""

    def holds(self, report_id: str, path: str, file: str) -> bool:
        """Whether a file with this content would change nothing: it is here, and nothing else came from the file."""
        return bool(self._rows.present([report_id])) and self.at(path, file) in ("", report_id)

    def at(self, path: str, file: str) -> str:
        """The id of the visible report that came from a file; "" if none did."""
        return self._rows.at(path, file)[1]

    def reports(self) -> tuple[Report, ...]:
        """The visible reports by file name, without their text; the same tuple until something has changed."""
        return self.catalogue().reports

    def find(self, text: str) -> tuple[Report, ...]:
        """The reports with this id, file name, path or title; failing these, those whose id begins with it."""
        entries = self.catalogue().entries
        exact = [e.report for e in entries if text in (e.report.id, e.report.file, e.path, e.report.title)]
        begun = [e.report for e in entries if len(text) >= 6 and e.report.id.startswith(text)]
        return tuple(exact or begun)

    def report(self, report_id: str) -> Report:
        """A report with its text, pages and sections.

        :raises LibraryError: if there is none with this id.
        """
        key = self.entry(report_id).key
        report = self._reports.get(key, lambda: self._rows.report(key))
        if report is None:
            raise absent(report_id)
        return report

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages; the n-th has the ordinal n."""
        report, key = self.report(report_id), self.entry(report_id).key
        return self._passages.get(key, lambda: self._rows.passages(key, report.text))

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in the order of its text."""
        key = self.entry(report_id).key
        return self._figures.get(key, lambda: self._rows.figures(key))

    def names(self) -> frozenset[str]:
        """The names that the visible reports coin (临临高速, X019鲁沟路); folded, each is one term of the full text."""
        return self.catalogue().names

    def entry(self, report_id: str) -> Entry:
        """A report's line in the catalogue.

        :raises LibraryError: if there is none with this id.
        """
        try:
            return self.catalogue().by_id[report_id]
        except KeyError:
            raise absent(report_id) from None

    def forget(self) -> None:
        """Keep nothing that was read."""
        for cache in (self._reports, self._passages, self._figures):
            cache.clear()


def absent(report_id: str) -> LibraryError:
    """There is no such report."""
    return LibraryError(f"资料库中没有编号为 {report_id} 的报告；它可能刚被删除或替换。")


def outcomes(
    taken: Sequence[tuple[Analysis, str]],
    before: Sequence[tuple[int, str]],
    added: set[str],
    withdraw: Callable[[Analysis, str, int, str], None],
) -> list[Outcome]:
    """What became of the reports of one batch, in order. If a report is here from another file, what its own file held
    before goes.

    :param taken: the reports, each with the path of its file.
    :param before: key and id of what each one's file held before.
    :param added: the ids of those that are new; of one that stands in the batch twice, the second is not.
    :param withdraw: takes out what a file held before, given the report, its path, and the key and id of the earlier one.
    """
    left = set(added)
    found: list[Outcome] = []
    for (analysis, path), (key, earlier) in zip(taken, before, strict=True):
        own = analysis.report.id
        new = own in left
        left.discard(own)
        if not earlier or earlier == own:
            found.append("added" if new else "unchanged")
            continue
        withdraw(analysis, path, key, earlier)
        found.append("replaced")
    return found
