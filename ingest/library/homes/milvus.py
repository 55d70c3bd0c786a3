"""The Milvus side of a shared library: what is searched of every passage, its text and its vector.

Milvus cuts the text into words with its own jieba, scores it with its BM25 function and fuses it with the vectors with
its RRF ranker. Milvus Lite and a cluster are spoken to in the same words; where they differ is said at the place.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, MilvusException, RRFRanker

from ingest.errors import LibraryError
from ingest.library.homes.texts import Row
from ingest.library.rows import passage_key

# What goes wrong is raised too, and told to a person once.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

#: seconds to wait for an answer
TIMEOUT = 60.0

#: So many passages go to Milvus at a time; with vectors of 1,024 dimensions that is some 6 MB.
_BATCH = 1_000

#: Milvus Lite compares what it has not flushed row by row, thirty times as slow; a cluster flushes by itself.
_FLUSHED = 200

#: The most that Milvus finds at once: https://milvus.io/docs/limitations.md
_MOST_FOUND = 16_384

#: FTS5's k1 = 1.2 and b = 0.75. A body stands in the text twice, its context once, which weighs them 1 to 0.5 as the
#: SQLite home does; with every count doubled, k1 doubled gives the same saturation.
_BM25 = {"bm25_k1": 2.4, "bm25_b": 0.75}

#: Lite and the servers have jieba alike, in its search mode: 「基础设施」 is found by 「设施」 too. It keeps punctuation as
#: words, which would make a passage longer than it is.
_ANALYZER = {
    "tokenizer": "jieba",
    "filter": [
        {
            "type": "stop",
            "stop_words": [" ", "\n", *"，。、；：？！“”‘’《》〈〉（）()【】「」『』…—-.,;:?!'\"/·%+*=~<>[]|"],
        }
    ],
}

#: What Milvus holds, counted up when that changes; a collection of an earlier version is made anew by ``doctor --repair``.
#: 1: terms cut by this program. 2: texts that Milvus's jieba cuts.
VERSION = 2

_HNSW = {"M": 16, "efConstruction": 200}
_SEARCHED = 256

#: The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). With their 60, which is Milvus's own, what
#: one half alone has in front counts too little: several question sets lose 1 to 3 points; see docs/scaling.md.
RRF_K = 10

#: An idle connection is left in peace: a server may close one that asks too often whether it is there.
_CHANNEL = {"grpc.keepalive_time_ms": 60_000, "grpc.keepalive_permit_without_calls": False}


class PassageIndex:
    """The passages of one library in Milvus, in a collection whose name is given with every call.

    :raises LibraryError: from every method, if Milvus cannot be reached.
    """

    def __init__(self, url: str, token: str = "", database: str = "") -> None:
        self._url = url
        self._open: Callable[[], MilvusClient] = lambda: MilvusClient(
            url, token=token, db_name=database, timeout=TIMEOUT, grpc_options=_CHANNEL
        )
        self._held: MilvusClient | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._lock:
            if self._held is not None:
                self._held.close()
            self._held = None

    def create(self, name: str, dimensions: int) -> None:
        """Make a collection if it is not there."""
        with self._client() as client:
            if client.has_collection(name):
                client.load_collection(name)
                return
            self._create(client, name, dimensions)

    def drop(self, name: str) -> None:
        """Delete a collection, if it is there."""
        with self._client() as client:
            if name and client.has_collection(name):
                client.drop_collection(name)

    def put(self, name: str, passages: Iterable[Row], again: bool = False) -> None:
        """Write passages.

        :param again: some of them may be there already.
        """
        waiting = iter(passages)
        while batch := list(islice(waiting, _BATCH)):
            data = [
                {"key": key, "report": _report(key), "text": text, "vector": vector.tolist()}
                for key, text, vector in batch
            ]
            with self._client() as client:
                (client.upsert if again else client.insert)(name, data)
                if len(data) >= _FLUSHED and _is_lite(client):
                    client.flush(name)

    def delete(self, name: str, reports: Collection[int]) -> None:
        """Delete the passages of the reports with these keys."""
        if reports:
            with self._client() as client:
                client.delete(name, filter=_within(reports))

    def text(
        self, name: str, query: str, reports: Collection[int] | None, limit: int, recent: bool
    ) -> list[tuple[int, float]]:
        """Key and BM25 score of the passages that hold any word of a question, best first.

        :param recent: wait for what has just been written.
        """
        if not query:
            return []
        # Milvus Lite gives the scores below nought.
        return [(key, abs(score)) for key, score in self._search(name, "sparse", query, reports, limit, recent, {})]

    def vector(
        self, name: str, vector: np.ndarray, reports: Collection[int] | None, limit: int, recent: bool
    ) -> list[tuple[int, float]]:
        """Key and cosine of the passages nearest to a vector, nearest first."""
        return self._search(name, "vector", vector.tolist(), reports, limit, recent, _near(limit))

    def both(
        self,
        name: str,
        query: str,
        vector: np.ndarray | None,
        reports: Collection[int] | None,
        limit: int,
        depth: int,
        recent: bool,
    ) -> list[tuple[int, float]]:
        """Key and score of what full text and vectors find together, fused by Milvus by reciprocal rank, best first.

        :param query: "" to leave full text out; ``vector`` None to leave vectors out.
        :param depth: so many passages are taken from each half.
        """
        depth = min(depth, _MOST_FOUND)
        within = "" if reports is None else _within(reports)
        halves = [
            AnnSearchRequest([data], field, {"params": params}, depth, expr=within or None)
            for field, data, params in (
                ("sparse", query, {}),
                ("vector", [] if vector is None else vector.tolist(), _near(depth)),
            )
            if data
        ]
        if limit < 1 or not halves or (reports is not None and not reports):
            return []
        with self._client() as client:
            found = client.hybrid_search(
                name,
                halves,
                RRFRanker(RRF_K),
                limit=min(limit, _MOST_FOUND),
                output_fields=["key"],
                consistency_level="Strong" if recent else "Bounded",
            )
        return [(int(hit["key"]), float(hit["distance"])) for hit in found[0]]

    def count(self, name: str) -> int:
        """How many passages a collection holds; 0 if it is not there."""
        with self._client() as client:
            if not name or not client.has_collection(name):
                return 0
            found = client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")
            return int(found[0]["count(*)"])

    def _search(
        self,
        name: str,
        field: str,
        data: Any,
        reports: Collection[int] | None,
        limit: int,
        recent: bool,
        params: dict[str, Any],
    ) -> list[tuple[int, float]]:
        if limit < 1 or (reports is not None and not reports):
            return []
        with self._client() as client:
            found = client.search(
                name,
                [data],
                anns_field=field,
                limit=min(limit, _MOST_FOUND),
                filter="" if reports is None else _within(reports),
                output_fields=["key"],
                search_params={"params": params},
                consistency_level="Strong" if recent else "Bounded",
            )
        return [(int(hit["key"]), float(hit["distance"])) for hit in found[0]]

    @contextmanager
    def _client(self) -> Iterator[MilvusClient]:
        """The connection; Milvus's own errors and its transport's become a message to a person."""
        from grpc import RpcError

        try:
            with self._lock:
                if self._held is None:
                    self._held = self._open()
            yield self._held
        except (MilvusException, RpcError, ConnectionError, TimeoutError) as fault:
            said = getattr(fault, "message", "") or type(fault).__name__
            raise LibraryError(
                f"Milvus 服务 {self._url}（WENBAO_MILVUS_URL）无法使用（{said}）。"
                "请确认服务已启动，地址和 WENBAO_MILVUS_TOKEN、WENBAO_MILVUS_DB 正确。"
            ) from fault

    @staticmethod
    def _create(client: MilvusClient, name: str, dimensions: int) -> None:
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.INT64, is_primary=True)
        schema.add_field("report", DataType.INT64)
        schema.add_field("text", DataType.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=_ANALYZER)
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
        schema.add_function(Function("bm25", FunctionType.BM25, ["text"], ["sparse"]))
        indexes = client.prepare_index_params()
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25)
        indexes.add_index("vector", index_type="HNSW", metric_type="COSINE", params=_HNSW)
        indexes.add_index("report", index_type="INVERTED")
        client.create_collection(name, schema=schema, index_params=indexes)


def _is_lite(client: MilvusClient) -> bool:
    return "lite" in client.get_server_version().lower()


def _near(limit: int) -> dict[str, Any]:
    """How thoroughly HNSW is searched for so many neighbours."""
    return {"ef": max(_SEARCHED, min(2 * limit, _MOST_FOUND))}


def _within(reports: Collection[int]) -> str:
    return f"report in [{', '.join(map(str, sorted(reports)))}]"


def _report(key: int) -> int:
    return key // passage_key(1, 0)
