"""A library that any number of processes on any number of machines share: reports and figures in PostgreSQL, which is
the truth, and what is searched of their passages in Milvus, which can be rebuilt from it.

The processes hold nothing that the others need: each may be started, killed and replaced at any time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest import words
from ingest.document import Report
from ingest.errors import EmbeddingError, LibraryError
from ingest.library.failures import partly
from ingest.library.homes import mending, texts
from ingest.library.homes.figures import SharedFigureSearch
from ingest.library.homes.milvus import PassageIndex
from ingest.library.homes.records import Records, SharedFailures
from ingest.library.homes.writing import Writer
from ingest.library.indexing import Indexed, index
from ingest.library.rows import split_key
from ingest.library.search import Hit
from ingest.library.store import Catalogue
from ingest.library.undo import TakenOut
from ingest.library.visible import Outcome, VisibleReports, absent, outcomes

if TYPE_CHECKING:
    from ingest.analysis import Analysis
    from ingest.embedding import Embedder
    from ingest.library.doctor import Problem
    from ingest.settings import Settings

logger = logging.getLogger(__name__)

#: Seconds for which what another process has changed may go unseen: asking at every step of an answer would cost more
#: than the answer.
FRESH_SECONDS = 0.5

#: Seconds after a change for which a search waits until Milvus shows it, instead of taking what it has.
_RECENT_SECONDS = 10.0

#: With so many reports or more, the whole collection is asked and what was not wanted is left out.
_MOST_NAMED = 20_000


class SharedLibrary(VisibleReports):
    """The library in a PostgreSQL database and a Milvus database; satisfies ``protocol.AnyLibrary``.

    :raises LibraryError: from every method, if either cannot be reached, read or written.
    """

    def __init__(self, database_url: str, milvus: PassageIndex, embedder: Embedder) -> None:
        self.embedder = embedder
        self.records = Records(database_url)
        super().__init__(self.records)
        self.index = milvus
        self.writer = Writer(self.records, milvus, embedder.fingerprint)
        self.stated = SharedFigureSearch(self.records)
        self.failures = SharedFailures(self.records)
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._meta: dict[str, str] = {}
        self._named: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()
        self._looked = self._changed = float("-inf")

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder, any_model: bool = False) -> SharedLibrary:
        """Open the library that the settings name, made if it is not there; what a killed process left is finished.

        :param any_model: open it also where another model made its vectors, which then find nothing.
        :raises EmbeddingError: if another model made its vectors.
        """
        milvus = PassageIndex(settings.milvus_url, settings.milvus_token, settings.milvus_db)
        library = cls(settings.database_url, milvus, embedder)
        try:
            mending.settle(library)
            objection = library.objection()
            if objection and not any_model:
                raise EmbeddingError(objection)
            outdated = mending.outdated(library.records.meta())
            if outdated and not any_model:
                raise LibraryError(outdated)
            if not objection and not outdated:
                milvus.create(library.records.meta()["collection"], embedder.dimensions)
                library._tidy()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Close the connections."""
        self.index.close()
        self.records.close()

    def __enter__(self) -> SharedLibrary:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Adding and removing.

    def add(self, analysis: Analysis, path: str = "") -> Outcome:
        """Take in one report; see ``add_many``."""
        return self.add_many([(analysis, path)])[0]

    def add_many(self, analyses: Sequence[tuple[Analysis, str]]) -> list[Outcome]:
        """Take in reports, each with the path of its file, in one go; the outcome of each."""
        known = self.records.present(analysis.report.id for analysis, _ in analyses)
        indexed = index([analysis for analysis, _ in analyses if analysis.report.id not in known], self.embedder)
        return self._bring_in([(analysis, indexed.get(analysis.report.id), path) for analysis, path in analyses])

    def add_indexed(self, reports: Sequence[tuple[Indexed, str]]) -> list[Outcome]:
        """``add_many`` for reports that are indexed already, with the same embedder."""
        return self._bring_in([(indexed.analysis, indexed, path) for indexed, path in reports])

    def remove(self, report_id: str) -> Report:
        """Take a report out; what it was.

        :raises LibraryError: if there is none with this id.
        """
        entry = self.entry(report_id)
        if not self.writer.withdraw(entry.key):
            self.look_again()
            raise absent(report_id)
        self.look_again()
        if entry.path in partly(self.failures):
            self.failures.forget([entry.path])
        return entry.report

    def copy_of(self, report_id: str) -> TakenOut:
        """A report whole, so that it can be put back when it has been removed."""
        entry = self.entry(report_id)
        indexed = self.records.indexed(entry.key)
        if indexed is None:
            raise absent(report_id)
        return TakenOut(indexed, entry.path, self.records.meta()["fingerprint"])

    # Reading.

    def catalogue(self) -> Catalogue:
        """The visible reports, as of half a second ago at most; what this process has changed is seen at once."""
        with self._lock:
            now = time.monotonic()
            if self._catalogue is None or now - self._looked > FRESH_SECONDS:
                found = self.records.catalogue(self._catalogue)
                if found is not self._catalogue:
                    self._meta, self._changed = self.records.meta(), now
                self._catalogue, self._looked = found, now
            return self._catalogue

    def look_again(self) -> None:
        """Have the next ``catalogue`` be that of the moment."""
        self._looked = float("-inf")

    # Searching.

    def search_text(self, terms: Sequence[str], reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages that hold any of the terms, best first by BM25, ties by report and ordinal."""
        query = texts.asked(terms, self._coined())
        return self._search(lambda *how: self.index.text(how[0], query, *how[1:]), reports, limit)

    def search_vectors(self, vector: np.ndarray, reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages nearest to a vector, best first by cosine, ties by report and ordinal."""
        if not np.any(vector) or self.objection():
            return []
        return self._search(lambda *how: self.index.vector(how[0], vector, *how[1:]), reports, limit)

    def search_both(
        self, terms: Sequence[str], vector: np.ndarray, reports: Collection[str] | None, limit: int, depth: int
    ) -> list[Hit]:
        """The passages that terms and vector find together, best first by reciprocal rank; see ``protocol.Fusing``."""
        query = texts.asked(terms, self._coined())
        near = vector if np.any(vector) and not self.objection() else None

        def ask(collection: str, keys: Collection[int] | None, most: int, recent: bool) -> list[tuple[int, float]]:
            return self.index.both(collection, query, near, keys, most, depth, recent)

        return self._search(ask, reports, limit)

    # Keeping in order.

    def objection(self) -> str:
        """Why its vectors cannot be compared with its embedder's, and the remedy; "" where they can."""
        self.catalogue()
        return mending.objection(self._meta, self.embedder)

    def status(self) -> dict[str, Any]:
        """What the library holds, as ``wenbao status --json`` prints it."""
        return mending.status(self)

    def check(self) -> list[Problem]:
        """What is wrong with the library; nothing is changed."""
        return mending.check(self)

    def repair(self) -> list[str]:
        """Mend what ``check`` finds; what was done, in sentences."""
        return mending.repair(self)

    def _coined(self) -> frozenset[str]:
        """The names that the visible reports coin, folded."""
        names, (known, folded) = self.names(), self._named
        if names is not known:
            folded = frozenset(map(words.fold, names))
            self._named = names, folded
        return folded

    def _search(
        self, ask: Callable[..., list[tuple[int, float]]], reports: Collection[str] | None, limit: int
    ) -> list[Hit]:
        """What Milvus finds among the visible reports, or those of them with these ids."""
        if limit < 1:
            return []
        catalogue = self.catalogue()
        wanted = catalogue.by_key
        if reports is not None:
            chosen = {catalogue.by_id[one].key for one in reports if one in catalogue.by_id}
            wanted = {key: catalogue.by_key[key] for key in chosen}
        if not wanted:
            return []
        keys = None if reports is None or len(wanted) > _MOST_NAMED else wanted.keys()
        recent = time.monotonic() - self._changed < _RECENT_SECONDS
        # A few more: ties at the end go by report, not by key, and some may be of reports on their way in or out.
        found = ask(self._meta["collection"], keys, limit + 16, recent)
        hits = [
            Hit(wanted[key].report.id, ordinal, score)
            for (key, ordinal), score in ((split_key(passage), score) for passage, score in found)
            if key in wanted
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))[:limit]

    def _bring_in(self, reports: Sequence[tuple[Analysis, Indexed | None, str]]) -> list[Outcome]:
        """Take in reports; those without an index are here."""
        mending.settle(self)
        objection = mending.objection(self.records.meta(), self.embedder)
        if objection:
            raise EmbeddingError(objection)
        outdated = mending.outdated(self.records.meta())
        if outdated:
            raise LibraryError(outdated)
        present = self.records.present(analysis.report.id for analysis, _, _ in reports)
        before = [self.records.at(path, analysis.report.file) for analysis, _, path in reports]
        new: dict[str, tuple[Indexed, str]] = {}
        for analysis, indexed, path in reports:
            if analysis.report.id not in present:
                whole = indexed or index([analysis], self.embedder)[analysis.report.id]  # it has just been removed
                new.setdefault(analysis.report.id, (whole, path))
        if new:
            self.writer.bring_in(list(new.values()))

        def withdraw(analysis: Analysis, path: str, key: int, earlier: str) -> None:
            if self.at(path, analysis.report.file) == earlier:
                self.writer.withdraw(key)

        found = outcomes([(analysis, path) for analysis, _, path in reports], before, set(new), withdraw)
        self.look_again()
        return found

    def _tidy(self) -> None:
        """Finish what a killed process left, unless it cannot be done: reading goes on."""
        try:
            self.writer.finish()
        except LibraryError as fault:
            logger.warning("reports left half done stay so for now: %s", fault)
