"""What the rest of the program knows of a library, wherever its reports are kept.

Three homes satisfy it. ``library.Library`` keeps reports in one folder, in SQLite and Chroma, or with its vectors on a
Chroma server. ``homes.shared.SharedLibrary`` keeps them in PostgreSQL and Milvus, for any number of processes on any
number of machines. ``homes.open_library`` opens the one that the settings name; tests/ingest/homes/test_contract.py says
what all of them do alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from ingest.analysis import Analysis
    from ingest.document import Figure, Passage, Report
    from ingest.embedding import Embedder
    from ingest.library.doctor import Problem
    from ingest.library.failures import Failure
    from ingest.library.indexing import Indexed
    from ingest.library.search import Hit
    from ingest.library.stated import Filter, Stated, Term
    from ingest.library.store import Catalogue
    from ingest.library.undo import TakenOut
    from ingest.library.visible import Outcome


@runtime_checkable
class AnyLibrary(AbstractContextManager[Any], Protocol):
    """Reports that are added, removed, listed and searched. Its methods may be called from many threads.

    A report is visible once all of it can be found, and not before; a process killed at any moment harms nothing.

    :raises LibraryError: from every method, if the library cannot be read or written.
    """

    embedder: Embedder

    @property
    def failures(self) -> AnyFailures:
        """The files that could not be taken in."""

    @property
    def stated(self) -> AnyFigureSearch:
        """Figures over all reports at once."""

    def close(self) -> None:
        """Let go of what is held open."""

    # Adding and removing.

    def add(self, analysis: Analysis, path: str = "") -> Outcome:
        """Take in one report; see ``add_many``."""

    def add_many(self, analyses: Sequence[tuple[Analysis, str]]) -> list[Outcome]:
        """Take in reports, each with the path of its file; the outcome of each.

        A report whose content is in the library stays as it is. One of the same path and file name with other content
        is replaced; at every moment one of the two versions is visible.

        :raises EmbeddingError: if another model made the library's vectors.
        """

    def add_indexed(self, reports: Sequence[tuple[Indexed, str]]) -> list[Outcome]:
        """``add_many`` for reports that are indexed already, with the same embedder."""

    def remove(self, report_id: str) -> Report:
        """Take a report out; what it was."""

    def copy_of(self, report_id: str) -> TakenOut:
        """A report whole, so that it can be put back when it has been removed."""

    # Reading.

    def catalogue(self) -> Catalogue:
        """The visible reports now. Cheap."""

    def holds(self, report_id: str, path: str, file: str) -> bool:
        """Whether a file with this content would change nothing."""

    def at(self, path: str, file: str) -> str:
        """The id of the visible report that came from a file; "" if none did."""

    def reports(self) -> tuple[Report, ...]:
        """The visible reports by file name, without their text."""

    def find(self, text: str) -> tuple[Report, ...]:
        """The reports with this id, file name, path or title; failing these, those whose id begins with it."""

    def report(self, report_id: str) -> Report:
        """A report with its text, pages and sections."""

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages; the n-th has the ordinal n."""

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in the order of its text."""

    def names(self) -> frozenset[str]:
        """The names that the visible reports coin; folded, each is one term of the full text."""

    # Searching.

    def search_text(self, terms: Sequence[str], reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages that hold any of the terms, best first by BM25, ties by report and ordinal.

        :param reports: ids of the reports to search; None for all.
        """

    def search_vectors(self, vector: np.ndarray, reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages nearest to a vector of unit length, best first by cosine, ties by report and ordinal."""

    # Keeping in order.

    def objection(self) -> str:
        """Why its vectors cannot be compared with its embedder's, and the remedy; "" where they can."""

    def status(self) -> dict[str, Any]:
        """What the library holds, as ``wenbao status --json`` prints it."""

    def check(self) -> list[Problem]:
        """What is wrong with the library; nothing is changed."""

    def repair(self) -> list[str]:
        """Mend what ``check`` finds, as far as it can be; what was done, in sentences."""


@runtime_checkable
class Fusing(Protocol):
    """A library whose server fuses what full text and vectors find, in one round trip."""

    def search_both(
        self, terms: Sequence[str], vector: np.ndarray, reports: Collection[str] | None, limit: int, depth: int
    ) -> list[Hit]:
        """The passages that hold any of the terms or are near to the vector, best first by reciprocal rank fusion.

        :param depth: so many passages are taken from each half.
        """


class AnyFailures(Protocol):
    """The failures that a library remembers; see ``failures.Failures``."""

    def all(self) -> tuple[Failure, ...]:
        """All of them, by path."""

    def paths(self) -> frozenset[str]:
        """The paths alone."""

    def waiting(self) -> frozenset[str]:
        """Those that were in the library before it was damaged."""

    def note(self, path: str, reason: str) -> None:
        """Remember a failure; an earlier one of the same file is forgotten."""

    def forget(self, paths: Iterable[str]) -> None:
        """Forget the failures of some files."""


class AnyFigureSearch(Protocol):
    """Searches what figures count; see ``stated.FigureSearch``."""

    def warm(self, catalogue: Catalogue) -> None:
        """Make the first search as quick as the others."""

    def find(self, catalogue: Catalogue, terms: Sequence[Term], only: Filter, limit: int) -> tuple[list[Stated], int]:
        """The figures that name most of the terms, those that name little else first, and how many there are."""
