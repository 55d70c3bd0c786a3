"""Full text in a library of any size: what one search costs does not grow with it.

FTS5's own bm25() reads every posting of every term, whatever is searched: at half a million passages 「2026年完成投资」
takes half a second. Here at most so many postings of each term are read, the newest, which leaves out nothing of a term
that is rarer; what holds most of the question by these is then scored exactly.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.library import rows
from ingest.library.cache import Cache
from ingest.library.schema import ORDINAL_BITS
from ingest.library.store import BODY_WEIGHT, CONTEXT_WEIGHT, Catalogue, Store, plain

#: in a library of up to so many passages bm25() itself is as quick
FEW_PASSAGES = 20_000

#: so many postings of a term are read; one that has more is frequent
MOST_POSTINGS = 5_000

#: so many passages that hold the most of a question are scored, and a scope with so many passages is read whole
MOST_SCORED, MOST_READ = 100, 1_000

#: bm25()'s constants: https://www.sqlite.org/fts5.html#the_bm25_function
_K1, _B, _LEAST_IDF = 1.2, 0.75, 1e-6

_POSTINGS_BYTES, _TERMS_BYTES = 16_000_000, 32_000_000

#: as one string: a row for each costs three times as much
_POSTINGS = """
SELECT group_concat(rowid) FROM (
    SELECT rowid FROM passage_terms WHERE passage_terms MATCH ? ORDER BY rowid DESC LIMIT ?
)"""


@dataclass(frozen=True)
class _Term:
    """A term, the keys of the newest passages that hold it, and its inverse document frequency."""

    text: str
    keys: np.ndarray
    idf: float


class FullText:
    """Searches the full text of one library; may be called from many threads.

    :raises LibraryError: if the library cannot be read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._postings: Cache[np.ndarray] = Cache(_POSTINGS_BYTES, lambda held: held.nbytes + 200)
        self._terms: Cache[list[tuple[str, str]]] = Cache(_TERMS_BYTES, _weight)

    def search(
        self, catalogue: Catalogue, terms: Sequence[str], keys: Collection[int] | None, limit: int
    ) -> list[tuple[int, int, float]]:
        """Report key, ordinal and BM25 score of the best passages that hold any of the terms, best first.

        :param keys: of the reports to search; None for all.
        """
        if catalogue.passages <= FEW_PASSAGES:
            return self._store.search(terms, keys, limit)
        wanted = [term for term in dict.fromkeys(map(plain, terms)) if term.strip()]
        if not wanted or limit < 1 or (keys is not None and not keys):
            return []
        with self._store.reading() as db:
            known = [self._term(db, catalogue, term) for term in wanted]
            places = _all_of(catalogue, keys)
            if places is None:
                places = _holding(known, keys)[:MOST_SCORED]
            scores = self._scores(db, known, places.tolist())
        found = sorted(zip(scores, places.tolist(), strict=True), key=lambda hit: (-hit[0], hit[1]))
        return [(*rows.split_key(place), score) for score, place in found if score > 0][:limit]

    def forget(self) -> None:
        """Hold nothing: another file has come in the place of this one."""
        self._postings.clear()
        self._terms.clear()

    def _term(self, db: sqlite3.Connection, catalogue: Catalogue, text: str) -> _Term:
        keys = self._postings.get((catalogue.revision, text), lambda: _postings(db, text))
        count, total = float(len(keys)), catalogue.passages
        if len(keys) == MOST_POSTINGS:  # as frequent among the older passages as among the newest
            newest = catalogue.newest
            count *= newest / max(1, newest - (int(keys[-1]) >> ORDINAL_BITS) + 1)
        count = min(count, total)
        return _Term(text, keys, max(_LEAST_IDF, math.log((total - count + 0.5) / (count + 0.5))))

    def _scores(self, db: sqlite3.Connection, terms: Sequence[_Term], places: Sequence[int]) -> list[float]:
        """The BM25 scores of passages, given by their keys; their own mean length stands for that of all."""
        counts = np.zeros((len(places), len(terms)))
        lengths = np.zeros(len(places))
        for number, place in enumerate(places):
            report, ordinal = rows.split_key(place)
            held = self._terms.get(report, lambda report=report: _terms_of(db, report))  # type: ignore[misc]
            if ordinal >= len(held):  # it has left just now
                continue
            context, body = held[ordinal][0].split(), held[ordinal][1].split()
            lengths[number] = len(context) + len(body)
            counts[number] = [CONTEXT_WEIGHT * context.count(t.text) + BODY_WEIGHT * body.count(t.text) for t in terms]
        mean = max(1.0, float(lengths.mean())) if len(places) else 1.0
        damped = counts + _K1 * (1 - _B + _B * lengths / mean)[:, None]
        found: list[float] = (counts * (_K1 + 1) / damped @ np.asarray([term.idf for term in terms])).tolist()
        return found


def _postings(db: sqlite3.Connection, text: str) -> np.ndarray:
    """The keys of the newest passages that hold a term, the newest first."""
    (found,) = db.execute(_POSTINGS, (f'"{text}"', MOST_POSTINGS)).fetchone()
    return np.fromstring(found, np.int64, sep=",") if found else np.empty(0, np.int64)


def _all_of(catalogue: Catalogue, keys: Collection[int] | None) -> np.ndarray | None:
    """The keys of all passages of some reports; None where these are too many to be read."""
    if keys is None:
        return None
    counts = [(key, catalogue.by_key[key].passages) for key in sorted(keys) if key in catalogue.by_key]
    if sum(count for _, count in counts) > MOST_READ:
        return None
    return np.asarray([rows.passage_key(key, n) for key, count in counts for n in range(count)], np.int64)


def _holding(terms: Sequence[_Term], keys: Collection[int] | None) -> np.ndarray:
    """The keys of the passages of some reports that hold terms, those first that hold the most by the sum of their idf,
    the newest of equals."""
    places, which = np.unique(np.concatenate([term.keys for term in terms]), return_inverse=True)
    sums = np.bincount(which, np.concatenate([np.full(len(term.keys), term.idf) for term in terms]), len(places))
    if keys is not None:
        within = np.isin(places >> ORDINAL_BITS, np.asarray(list(keys), np.int64))
        places, sums = places[within], sums[within]
    return places[np.lexsort((-places, -sums))]


def _terms_of(db: sqlite3.Connection, report: int) -> list[tuple[str, str]]:
    row = db.execute("SELECT terms FROM contents WHERE report = ?", (report,)).fetchone()
    return rows.unpack(row[0]) if row else []


def _weight(held: Sequence[tuple[str, str]]) -> int:
    """About how many bytes the terms of a report take up."""
    return 200 + sum(300 + 2 * (len(context) + len(body)) for context, body in held)
