"""The library: reports are added, removed, listed and searched here."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.document import Report
from ingest.errors import EmbeddingError, LibraryError, in_chinese
from ingest.library import doctor, records
from ingest.library.failures import Failures, partly
from ingest.library.indexing import Indexed, index
from ingest.library.keeper import Keeper
from ingest.library.search import Hit, Search
from ingest.library.stated import FigureSearch
from ingest.library.store import Catalogue, Store
from ingest.library.undo import TakenOut
from ingest.library.vectors import VectorIndex
from ingest.library.visible import Outcome, VisibleReports, outcomes

if TYPE_CHECKING:
    from ingest.analysis import Analysis
    from ingest.embedding import Embedder


class Library(VisibleReports):
    """The reports in one folder; satisfies ``protocol.AnyLibrary``. A process opens a library once; its methods may be called from many threads.

    .. code-block:: python

        with Library.open(settings.home, load_embedder(settings.embedding)) as library:
            library.add(analysis, path="corpus/总结.txt")
            hits = library.search_text(["投资"], reports=None, limit=20)

    :raises LibraryError: from every method, if the library cannot be read or written.
    """

    def __init__(self, home: Path, embedder: Embedder, chroma_url: str) -> None:
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise LibraryError(
                f"资料库文件夹 {home} 无法建立（{in_chinese(fault)}）。请检查权限，或用 WENBAO_HOME 指定另一个文件夹。"
            ) from fault
        self.home = home
        self.embedder = embedder
        self.store = Store(home)
        super().__init__(self.store)
        self.index = VectorIndex(home, self.store.meta("library"), chroma_url)
        self.keeper = Keeper(home, self.store, self.index)
        self.search = Search(self.store, self.index, self.keeper, embedder.dimensions)
        self.stated = FigureSearch(self.store)
        self.failures = Failures(self.store)
        self._catalogue: Catalogue | None = None
        self._place = self.store.place()

    @classmethod
    def open(cls, home: Path, embedder: Embedder, chroma_url: str = "") -> Library:
        """Open the library in a folder, made if it is not there; what a killed process left half done is finished.

        :param chroma_url: a Chroma server for the vectors; "" keeps them in the folder.
        :raises LibraryError: if the folder cannot be written, or a newer program made the library.
        :raises EmbeddingError: if another model made its vectors.
        """
        library = cls.open_with_any_model(home, embedder, chroma_url)
        objection = library.objection()
        if objection:
            library.close()
            raise EmbeddingError(objection)
        return library

    @classmethod
    def open_with_any_model(cls, home: Path, embedder: Embedder, chroma_url: str = "") -> Library:
        """Open a library also where another model made its vectors: until ``repair`` has made them anew, ``objection``
        says so, vectors find nothing, words do, and nothing can be taken in.

        :raises LibraryError: as ``open`` does.
        """
        library = cls.open_for_repair(home, embedder, chroma_url)
        try:
            library._settle_model()
            library.keeper.tidy()
        except BaseException:
            library.close()
            raise
        return library

    @classmethod
    def open_for_repair(cls, home: Path, embedder: Embedder, chroma_url: str = "") -> Library:
        """Open a library as it is, for ``check`` and ``repair``: whoever made its vectors, and nothing finished yet."""
        return cls(home, embedder, chroma_url)

    def close(self) -> None:
        """Close both stores."""
        self.index.close()
        self.store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Adding and removing.

    def add(self, analysis: Analysis, path: str = "") -> Outcome:
        """Take in one report; see ``add_many``."""
        return self.add_many([(analysis, path)])[0]

    def add_many(self, analyses: Sequence[tuple[Analysis, str]]) -> list[Outcome]:
        """Take in reports, each with the path of its file, in one go; the outcome of each.

        A report whose content is in the library stays as it is. One of the same path (without a path: of the same file
        name) with other content is replaced; at every moment one of the two versions is visible.
        """
        ids = [analysis.report.id for analysis, _ in analyses]
        known = self.store.present(ids)
        indexed = index([analysis for analysis, _ in analyses if analysis.report.id not in known], self.embedder)
        with self._taking_in():
            # A report that was there when we looked may have been removed since.
            known &= self.store.present(ids)
            missing = [item[0] for item in analyses if item[0].report.id not in known | indexed.keys()]
            indexed |= index(missing, self.embedder)
            return self._bring_in([(analysis, indexed.get(analysis.report.id), path) for analysis, path in analyses])

    def add_indexed(self, reports: Sequence[tuple[Indexed, str]]) -> list[Outcome]:
        """``add_many`` for reports that are indexed already, by a library with the same embedder."""
        with self._taking_in():
            return self._bring_in([(indexed.analysis, indexed, path) for indexed, path in reports])

    def remove(self, report_id: str) -> Report:
        """Take a report out; what it was.

        :raises LibraryError: if there is none with this id.
        """
        with self.keeper.exclusive():
            entry = self.entry(report_id)
            self.keeper.withdraw(entry.key, entry.path)
        if entry.path in partly(self.failures):
            self.failures.forget([entry.path])
        return entry.report

    def copy_of(self, report_id: str) -> TakenOut:
        """A report whole, so that it can be put back when it has been removed.

        :raises LibraryError: if there is none with this id, or it is damaged.
        """
        entry = self.entry(report_id)
        try:
            with self.store.reading() as db:
                indexed = records.read(db, entry.key, self.store.dimensions())
        except (ValueError, TypeError, sqlite3.Error) as fault:
            raise LibraryError("这份报告的内容已损坏。请先运行 wenbao doctor --repair。") from fault
        return TakenOut(indexed, entry.path, self.store.meta("fingerprint"))

    # Reading.

    def catalogue(self) -> Catalogue:
        """The visible reports now. Cheap: it is read anew only if this or another process has changed the library."""
        if self._place != self.store.place():
            self._start_over()
        held = self._catalogue
        if held is None or held.revision != self.store.revision():
            held = self._catalogue = self.store.catalogue(held)
        return held

    # Searching.

    def search_text(self, terms: Sequence[str], reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages that hold any of the terms, best first by BM25, ties by report and ordinal.

        :param terms: as ``words.terms`` makes them, and names folded by ``words.fold``.
        :param reports: ids of the reports to search; None for all.
        """
        return self.search.text(self.catalogue(), terms, reports, limit)

    def search_vectors(self, vector: np.ndarray, reports: Collection[str] | None, limit: int) -> list[Hit]:
        """The passages nearest to a vector, best first by cosine, ties by report and ordinal.

        :param vector: of unit length; one of length zero, as a question without words has, finds nothing.
        :param reports: ids of the reports to search; None for all.
        """
        if self.objection():
            return []
        return self.search.vector(self.catalogue(), vector, reports, limit)

    # Keeping in order.

    def status(self) -> dict[str, Any]:
        """What the library holds, as ``wenbao status --json`` prints it."""
        return doctor.status(self)

    def check(self) -> list[doctor.Problem]:
        """What is wrong with the library; nothing is changed."""
        return doctor.check(self)

    def repair(self) -> list[str]:
        """Mend what ``check`` finds, as far as it can be; what was done, in sentences."""
        return doctor.repair(self)

    def adopt_model(self) -> None:
        """Note that this library's vectors are made by its embedder."""
        model = self.embedder
        self.store.set_meta(model=model.name, fingerprint=model.fingerprint, dimensions=str(model.dimensions))
        self.search.forget()

    def objection(self) -> str:
        """Why the vectors in the library cannot be compared with its embedder's, and the remedy; "" where they can."""
        made_by = self.store.meta("fingerprint")
        if made_by == self.embedder.fingerprint or not self.store.newest():
            return ""
        return doctor.of_another_model(f"资料库 {self.home}", self.store.meta("model"), self.embedder)

    def _settle_model(self) -> None:
        """The first model to open an empty library, or to take something into it, is the one that makes its vectors."""
        model, store = self.embedder, self.store
        if store.meta("fingerprint") == model.fingerprint or store.newest():
            return
        if store.dimensions() not in (0, model.dimensions):  # the index was made for longer or shorter vectors
            self.keeper.rebuild_index()
        self.adopt_model()

    @contextmanager
    def _taking_in(self) -> Iterator[None]:
        """Sole right to write, with the embedder as the one that makes the vectors.

        :raises EmbeddingError: if another model does.
        """
        with self.keeper.exclusive():
            self._settle_model()
            objection = self.objection()
            if objection:
                raise EmbeddingError(objection)
            yield

    def _start_over(self) -> None:
        """Hold nothing of the library's file: another is in its place, made anew by ``doctor`` or put there by hand."""
        self._place = self.store.place()
        self._catalogue = None
        self.stated = FigureSearch(self.store)
        self.forget()
        self.search.forget()
        self.index.belong_to(self.store.meta("library"))

    def _bring_in(self, reports: Sequence[tuple[Analysis, Indexed | None, str]]) -> list[Outcome]:
        """Take in reports; those without an index are here."""
        present = self.store.present([analysis.report.id for analysis, _, _ in reports])
        before = [self.store.at(path, analysis.report.file) for analysis, _, path in reports]
        new: dict[str, tuple[Indexed, str]] = {}
        for analysis, indexed, path in reports:
            if analysis.report.id not in present and indexed is not None:
                new.setdefault(analysis.report.id, (indexed, path))
        self.keeper.bring_in(list(new.values()))

        def withdraw(_: Analysis, path: str, key: int, earlier: str) -> None:
            if self.store.present([earlier]):
                self.keeper.withdraw(key, path)

        return outcomes([(analysis, path) for analysis, _, path in reports], before, set(new), withdraw)
