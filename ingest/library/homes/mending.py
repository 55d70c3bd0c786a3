"""Keeping a shared library in order: which model made its vectors, whether it is sound, and repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ingest.library.doctor import Problem, described, of_another_model
from ingest.library.homes import tables
from ingest.library.homes.milvus import VERSION
from ingest.library.homes.texts import searched
from ingest.library.indexing import embed

if TYPE_CHECKING:
    from ingest.embedding import Embedder
    from ingest.library.homes.shared import SharedLibrary

_INDEX = str(VERSION)


def objection(meta: dict[str, str], embedder: Embedder) -> str:
    """Why the vectors of a library cannot be compared with an embedder's, and the remedy; "" where they can."""
    if meta["fingerprint"] in ("", embedder.fingerprint):
        return ""
    return of_another_model("共享资料库", meta["model"], embedder)


def outdated(meta: dict[str, str]) -> str:
    """Why what Milvus holds cannot be searched by this program, and the remedy; "" where it can."""
    if meta["index"] in ("", _INDEX):
        return ""
    return (
        f"Milvus 里的索引（{meta['collection']}）是另一个版本的问报建立的（格式 {meta['index']}，本程序用 {_INDEX}）。"
        "报告和数据没有受影响。请让各台机器都用同一个版本的问报，然后运行 wenbao doctor --repair 重建索引。"
    )


def settle(library: SharedLibrary) -> None:
    """The first model to take something into an empty library is the one that makes its vectors."""
    meta = library.records.meta()
    ours = meta["fingerprint"] == library.embedder.fingerprint and not outdated(meta)
    if ours or (meta["fingerprint"] and library.records.newest()):
        return
    _switch(library, meta["collection"], _new_collection(library, meta))


def status(library: SharedLibrary) -> dict[str, Any]:
    """What the library holds, ready for JSON; ``bytes`` is the size of the database in PostgreSQL."""
    meta = library.records.meta()
    return described(
        library,
        home=f"PostgreSQL + Milvus（{meta['collection']}）",
        version=tables.VERSION,
        model=meta["model"],
        fingerprint=meta["fingerprint"],
        dimensions=int(meta["dimensions"]),
        bytes=library.records.bytes(),
        figures=library.records.counts()[1],
    )


def check(library: SharedLibrary) -> list[Problem]:
    """What is wrong with the library; nothing is changed."""
    meta = library.records.meta()
    problems = []
    said = objection(meta, library.embedder)
    if said:
        problems.append(Problem("model", said))
    if outdated(meta):
        problems.append(Problem("index", outdated(meta)))
    left = library.writer.left()
    if left:
        problems.append(Problem("unfinished", f"{left} 份报告的收入或删除中途停下。"))
    held, expected = library.index.count(meta["collection"]), library.records.counts()[0]
    if held != expected and not left:
        problems.append(Problem("passages", f"Milvus 里有 {held} 个段落，应有 {expected} 个。"))
    return problems


def repair(library: SharedLibrary) -> list[str]:
    """Mend what can be derived from what is whole; what was done, in sentences. Whoever reads meanwhile reads on."""
    done = []
    meta = library.records.meta()
    if objection(meta, library.embedder):
        done.append(_embed_again(library, meta["collection"]))
    elif outdated(meta) and library.records.newest():
        done.append(_index_again(library))
    settle(library)
    finished = library.writer.finish()
    if finished:
        done.append(f"补完了 {finished} 份中途停下的报告。")
    if any(problem.part == "passages" for problem in check(library)):
        done.append(_index_again(library))
    return done


def _embed_again(library: SharedLibrary, old: str) -> str:
    """Every report's vectors by the present model, in a collection of their own. Broken off, no model fits the library,
    and this begins again."""
    records = library.records
    with library.writer.alone():
        records.adopt(old, fingerprint="unfinished")
        new = _new_collection(library, records.meta())
        keys = records.whole()
        for key in keys:
            held = records.indexed(key)
            if held is None:
                continue
            vectors = embed(held.analysis.passages, library.embedder)
            records.set_vectors(key, vectors)
            library.index.put(new, searched(key, held.analysis, vectors))
        _switch(library, old, new)
    return f"用当前的向量模型重新生成了 {len(keys)} 份报告的向量。"


def _index_again(library: SharedLibrary) -> str:
    """All passages in a new collection, which then takes the place of the old."""
    records = library.records
    with library.writer.alone():
        meta = records.meta()
        new = _new_collection(library, meta)
        for key in records.whole():
            held = records.indexed(key)
            if held is not None:
                library.index.put(new, searched(key, held.analysis, held.vectors))
        _switch(library, meta["collection"], new)
    return "重建了 Milvus 里的索引。"


def _new_collection(library: SharedLibrary, meta: dict[str, str]) -> str:
    name = f"wenbao_{meta['library'][:12]}_{uuid4().hex[:8]}"
    library.index.create(name, library.embedder.dimensions)
    return name


def _switch(library: SharedLibrary, old: str, new: str) -> None:
    """Have a collection by the library's embedder take the place of another; if that is gone already, the new one goes."""
    model = library.embedder
    about = {"model": model.name, "fingerprint": model.fingerprint, "dimensions": str(model.dimensions)}
    about["index"] = _INDEX
    adopted = library.records.adopt(old, collection=new, **about)
    library.look_again()
    library.index.drop(old if adopted else new)
