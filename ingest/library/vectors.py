"""The Chroma side of the library: an index of vectors for libraries too large to compare with every one of them.

Chroma's embedded form keeps its graph in memory and is not made for several processes: one that has not seen another's
writes answers from an old graph, and would write that old graph back. So every process opens and writes it under the
library's lock only, and opens it anew when the library's generation says that somebody else has written.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from ingest.errors import LibraryError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

FOLDER = "chroma"

#: Vectors are of unit length, so the inner product is the cosine. Against the usual 16 neighbours and 100 candidates a vector
#: costs half as much to take in, and of 20 nearest among 40,000 0.984 instead of 0.996 are found. The graph is written out
#: after so many changes (sync_threshold); more seldom makes opening slower, and taking in no quicker.
HNSW = {"space": "ip", "max_neighbors": 8, "ef_construction": 50, "ef_search": 200, "sync_threshold": 2000}

#: the file that Chroma makes when it writes a graph for the first time
_GRAPH_WRITTEN = "index_metadata.pickle"

#: How many vectors go to Chroma at a time; between two such batches other threads may query.
BATCH = 500


class VectorIndex:
    """The vectors of one library in Chroma, embedded or on a server. Nothing is imported or opened before it is needed.

    ``covered`` is the newest report key of which an embedded index has the vectors; a server always has all.

    :raises LibraryError: from every method, if Chroma cannot be reached or opened.
    """

    def __init__(self, home: Path, library: str, url: str = "") -> None:
        self.folder = home / FOLDER
        self.covered = -1
        self._url = url
        self._name = f"wenbao-{library}"
        self._lock = threading.RLock()
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._generation = -1
        self._place: tuple[int, int] | None = None

    @property
    def shared(self) -> bool:
        """Whether the vectors are on a Chroma server, which many processes may use at once."""
        return bool(self._url)

    @property
    def is_open(self) -> bool:
        """Whether it can be asked. One whose folder another process has replaced cannot."""
        return self._collection is not None and self._place == self._file_id()

    def is_current(self, generation: int) -> bool:
        """Whether the index is open and nobody else has written since it was."""
        return self.is_open and (self.shared or self._generation == generation)

    def belong_to(self, library: str) -> None:
        """Close the index; the next one opened is that of the library with this identity."""
        with self._lock:
            self.close()
            self._name = f"wenbao-{library}"

    def _file_id(self) -> tuple[int, int] | None:
        """Which file an embedded index's database is, by device and number."""
        try:
            found = (self.folder / "chroma.sqlite3").stat()
        except OSError:
            return None
        return None if self.shared else (found.st_dev, found.st_ino)

    def open(self, generation: int, covered: int) -> None:
        """Open the index, anew if it is open, as of a generation, with all reports up to the key ``covered``."""
        with self._lock:
            self.close()
            with self._faults():
                self._client = self._connect()
                self._collection = self._client.get_or_create_collection(
                    self._name, embedding_function=None, configuration={"hnsw": HNSW}
                )
                self._collection.count()  # an embedded index brings its graph up to date now, under the lock
                self._place = self._file_id()
            self.mark(generation, covered)

    def mark(self, generation: int, covered: int) -> None:
        """Note that the open index has all up to a generation: what was written since it was opened, we wrote."""
        with self._lock:
            self._generation, self.covered = generation, covered

    def close(self) -> None:
        """Close the index; the next ``open`` opens it again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None
            self.covered = -1

    def upsert(self, reports: Iterable[tuple[str, np.ndarray]]) -> None:
        """Write the vectors of reports, each one's rows in the order of its passages.

        Many reports go to Chroma together: a call of its own for each costs more than their vectors do.
        """
        named = ((_name(report, ordinal), row) for report, vectors in reports for ordinal, row in enumerate(vectors))
        while batch := list(islice(named, BATCH)):
            with self._using() as collection:
                collection.upsert(ids=[name for name, _ in batch], embeddings=np.stack([row for _, row in batch]))

    def delete(self, reports: Iterable[tuple[str, int]]) -> None:
        """Delete the vectors of reports, given how many passages each has, however many of them are there."""
        named = (_name(report, ordinal) for report, passages in reports for ordinal in range(passages))
        while batch := list(islice(named, BATCH)):
            with self._using() as collection:
                collection.delete(ids=batch)

    def query(self, vector: np.ndarray, limit: int) -> list[tuple[str, int, float]]:
        """Report id, ordinal and cosine of the nearest passages, nearest first."""
        with self._using() as collection:
            found = collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [(*_parse(name), 1.0 - far) for name, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def count(self) -> int:
        """How many vectors there are."""
        with self._using() as collection:
            return int(collection.count())

    def fetch(self, report: str, passages: int) -> np.ndarray | None:
        """A report's vectors as they stand in the graph, one row a passage; None if it has other ones than these."""
        rows: dict[str, np.ndarray] = {}
        for ids in _batches(report, passages):
            with self._using() as collection:
                found = collection.get(ids=ids, include=["embeddings"])
            rows.update(zip(found["ids"], found["embeddings"], strict=True))
        if len(rows) < passages:
            return None
        return np.stack([rows[name] for ids in _batches(report, passages) for name in ids])

    def files(self) -> str:
        """The names, sizes and times of change of an embedded index's graph files. Chroma writes them in place, and crashes
        the process that opens what a killed writer left of them, so they must be what they were when the last writer was
        done: also one whose size has not changed may be of another graph than the others. Files that have no graph yet are
        written at every opening, and none is read from them, so of those the time says nothing."""
        if self.shared or not self.folder.exists():
            return "{}"
        files = sorted(file for file in self.folder.glob("*/*") if file.is_file())
        written = {file.parent for file in files if file.name == _GRAPH_WRITTEN}
        stats = [(file, file.stat()) for file in files]
        parts = {
            file.relative_to(self.folder).as_posix(): (stat.st_size, stat.st_mtime_ns if file.parent in written else 0)
            for file, stat in stats
        }
        return json.dumps(parts)

    def is_sound(self) -> bool:
        """Whether an embedded index's database passes SQLite's own check; Chroma sees only what it happens to read."""
        file = self.folder / "chroma.sqlite3"
        if self.shared or not file.exists():
            return True
        with closing(sqlite3.connect(file)) as database:
            try:
                return database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            except sqlite3.DatabaseError:
                return False

    def discard(self) -> None:
        """Clear the index away, to be built anew."""
        with self._lock, self._faults():
            self.close()
            if self.shared:
                client = self._connect()
                if self._name in [collection.name for collection in client.list_collections()]:
                    client.delete_collection(self._name)
                client.close()
                return
            if self.folder.exists():
                # First out of the way in one step: a folder half deleted must not be taken for an index.
                self.folder.rename(self.folder.with_name(f"{FOLDER}.{uuid4().hex}"))
            for aside in self.folder.parent.glob(f"{FOLDER}.*"):
                shutil.rmtree(aside)

    @contextmanager
    def _using(self) -> Iterator[Collection]:
        """The open collection, for one thread at a time: another may be about to open it anew."""
        with self._lock, self._faults():
            if self._collection is None:
                raise RuntimeError("the vector index is not open")
            yield self._collection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Chroma's own errors, its Rust core's and its HTTP client's become a message to a person."""
        try:
            yield
        except Exception as fault:
            place = f"Chroma 服务 {self._url}（WENBAO_CHROMA_URL）" if self.shared else f"向量索引 {self.folder}"
            remedy = (
                "请确认服务已启动、地址正确" if self.shared else "请检查磁盘空间和权限，再运行 wenbao doctor --repair"
            )
            raise LibraryError(f"{place} 无法使用（{type(fault).__name__}: {fault}）。{remedy}。") from fault

    def _connect(self) -> ClientAPI:
        if self.shared:
            from ingest.library import remote

            return remote.connect(self._url)
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(str(self.folder), Settings(anonymized_telemetry=False))


def _batches(report: str, passages: int) -> Iterator[list[str]]:
    """The names of a report's vectors in Chroma, some at a time."""
    for start in range(0, passages, BATCH):
        yield [_name(report, ordinal) for ordinal in range(start, min(start + BATCH, passages))]


def _name(report: str, ordinal: int) -> str:
    return f"{report}:{ordinal}"


def _parse(name: str) -> tuple[str, int]:
    report, ordinal = name.rsplit(":", 1)
    return report, int(ordinal)
