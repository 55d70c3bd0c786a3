"""Finding passages by terms and by vectors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.library.cache import Cache
from ingest.library.fulltext import FullText
from ingest.library.keeper import Keeper
from ingest.library.store import Catalogue, Entry, Store
from ingest.library.vectors import VectorIndex

#: Up to so many passages every vector is compared. It is exact, and as quick as Chroma: on two cores 2 ms for 32,768
#: vectors of 256 dimensions, where Chroma takes 2 to 3 ms for any number, and a second to be imported.
EXACT_PASSAGES = 32_768

#: So many passages taken in by another process are compared one by one before the vector index is opened anew.
FRESH_PASSAGES = 4_096

#: The most neighbours Chroma is asked for, where the reports wanted are a small part of a large library.
MOST_ASKED = 2_000

_CACHED_BYTES = 64_000_000


@dataclass(frozen=True)
class Hit:
    """A passage found: its report's id, its ordinal in it and its score, higher is better."""

    report: str
    ordinal: int
    score: float


class Search:
    """Searches one library, always within a catalogue, so that nothing else is ever found."""

    def __init__(self, store: Store, index: VectorIndex, keeper: Keeper, dimensions: int) -> None:
        self._store = store
        self._index = index
        self._keeper = keeper
        self._dimensions = dimensions
        self._full_text = FullText(store)
        self._cache: Cache[np.ndarray] = Cache(_CACHED_BYTES, lambda held: held.nbytes)

    def text(
        self, catalogue: Catalogue, terms: Sequence[str], reports: Collection[str] | None, limit: int
    ) -> list[Hit]:
        """The passages that hold any of the terms, by BM25, in all reports or in those with these ids."""
        keys = None if reports is None else [entry.key for entry in _chosen(catalogue, reports)]
        found = self._full_text.search(
            catalogue, terms, keys, limit + 16
        )  # a few more: ties at the end go by report, not by key
        hits = (Hit(catalogue.by_key[key].report.id, n, score) for key, n, score in found if key in catalogue.by_key)
        return _best(hits, limit)

    def vector(
        self, catalogue: Catalogue, vector: np.ndarray, reports: Collection[str] | None, limit: int
    ) -> list[Hit]:
        """The passages nearest to a vector by cosine, in all reports or in those with these ids."""
        if limit < 1 or not np.any(vector):
            return []
        if reports is None:
            if catalogue.passages <= EXACT_PASSAGES:
                return self._compare(vector, catalogue.entries, limit)
            return self._ask_index(vector, catalogue, None, limit)
        chosen = _chosen(catalogue, reports)
        if _passages(chosen) <= EXACT_PASSAGES:
            return self._compare(vector, chosen, limit)
        return self._ask_index(vector, catalogue, chosen, limit)

    def forget(self) -> None:
        """Hold nothing: the vectors have been made anew, or another file has come in the library's place."""
        self._cache.clear()
        self._full_text.forget()

    def _compare(self, vector: np.ndarray, chosen: Sequence[Entry], limit: int) -> list[Hit]:
        """The nearest passages of some reports, each compared."""
        parts = [self._rows(entry.key) for entry in chosen]
        scores = np.concatenate([rows @ vector for rows in parts] or [np.empty(0, np.float32)])
        least = np.partition(scores, -limit)[-limit] if len(scores) > limit else -np.inf
        starts = np.cumsum([0] + [len(rows) for rows in parts])
        wanted = np.flatnonzero(scores >= least)
        owners = np.searchsorted(starts, wanted, side="right") - 1
        hits = (
            Hit(chosen[owner].report.id, int(row - starts[owner]), float(scores[row]))
            for owner, row in zip(owners, wanted, strict=True)
        )
        return _best(hits, limit)

    def _ask_index(
        self, vector: np.ndarray, catalogue: Catalogue, chosen: Sequence[Entry] | None, limit: int
    ) -> list[Hit]:
        """The nearest passages as Chroma finds them, and among those too new for it as comparison finds them.

        Chroma's own filters cost more than asking it for more neighbours than are wanted and leaving out the others.
        """
        fresh = self._fresh(catalogue)
        if not self._index.is_open or _passages(fresh) > FRESH_PASSAGES:
            self._keeper.open_index()
            fresh = self._fresh(catalogue)
        wanted = catalogue.by_id.keys() if chosen is None else {entry.report.id for entry in chosen}
        share = 1.0 if chosen is None else _passages(chosen) / catalogue.passages
        found = self._index.query(vector, min(MOST_ASKED, int(1.5 * limit / share) + 16))
        hits = {(report, ordinal): score for report, ordinal, score in found if report in wanted}
        for hit in self._compare(vector, [entry for entry in fresh if entry.report.id in wanted], limit):
            hits.setdefault((hit.report, hit.ordinal), hit.score)
        return _best((Hit(*passage, score) for passage, score in hits.items()), limit)

    def _rows(self, key: int) -> np.ndarray:
        """A report's vectors, one row a passage."""
        return self._cache.get(key, lambda: self._store.vectors(key, self._dimensions))

    def _fresh(self, catalogue: Catalogue) -> list[Entry]:
        """The reports that came in since the index was opened."""
        return [] if self._index.shared else catalogue.since(self._index.covered)


def _chosen(catalogue: Catalogue, reports: Collection[str]) -> list[Entry]:
    """The entries of these reports, in an order that does not depend on how they were named."""
    return [catalogue.by_id[report_id] for report_id in sorted(set(reports)) if report_id in catalogue.by_id]


def _passages(entries: Iterable[Entry]) -> int:
    return sum(entry.passages for entry in entries)


def _best(hits: Iterable[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.report, hit.ordinal))[:limit]
