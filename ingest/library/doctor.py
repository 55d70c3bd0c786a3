"""Whether a library is sound, and what can be done if it is not."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import LibraryError
from ingest.library import schema
from ingest.library.indexing import embed
from ingest.library.store import FILE, Entry, put_in_index

if TYPE_CHECKING:
    from ingest.library.library import Library


@dataclass(frozen=True)
class Problem:
    """Something wrong with a library: which part of it, and a sentence for a person."""

    part: str
    text: str


def status(library: Library) -> dict[str, Any]:
    """What the library holds, ready for JSON; sizes in bytes."""
    entries = library.catalogue().entries
    with library.store.reading() as db:
        (figures,) = db.execute(
            "SELECT count(*) FROM figures JOIN reports ON report = key WHERE state = 'ready'"
        ).fetchone()
    return {
        "home": str(library.home.resolve()),
        "version": schema.VERSION,
        "model": library.store.meta("model"),
        "fingerprint": library.store.meta("fingerprint"),
        "dimensions": int(library.store.meta("dimensions") or 0),
        "bytes": sum(file.stat().st_size for file in library.home.rglob("*") if file.is_file()),
        "passages": sum(entry.passages for entry in entries),
        "figures": figures,
        "reports": [
            {
                "id": entry.report.id,
                "file": entry.report.file,
                "title": entry.report.title,
                "organisation": entry.report.organisation,
                "year": entry.report.year,
                "passages": entry.passages,
                "path": entry.path,
                "added_at": entry.added_at,
            }
            for entry in entries
        ],
    }


def check(library: Library) -> list[Problem]:
    """What is wrong with the library; nothing is changed. Waits while another process writes."""
    with library.keeper.locked():
        return [*_database(library), *_model(library), *_full_text(library), *_unfinished(library), *_vectors(library)]


def repair(library: Library) -> list[str]:
    """Mend what can be derived from what is whole; what was done, in sentences.

    :raises LibraryError: if the SQLite file itself is damaged.
    """
    with library.keeper.locked():
        damage = _database(library)
        if damage:
            raise LibraryError(
                f"{damage[0].text}请先备份文件夹 {library.home}，再换用备份，或移走它后重新运行 wenbao ingest。"
            )
        done = []
        if _model(library):
            done.append(_embed_again(library))
        if _full_text(library):
            done.append(_index_again(library))
        if _vectors(library):
            library.keeper.rebuild_index()
            done.append("重建了向量索引。")
        unfinished = len(library.store.unfinished())
        if unfinished:
            with library.keeper.exclusive():
                done.append(f"补完了 {unfinished} 份中途停下的报告。")
        return done


def _database(library: Library) -> list[Problem]:
    try:
        with library.store.reading() as db:
            found = [row[0] for row in db.execute("PRAGMA integrity_check(10)")]
    except LibraryError as fault:
        return [Problem("database", str(fault))]
    return [] if found == ["ok"] else [Problem("database", f"资料库文件 {library.home / FILE} 已损坏：{found[0]}。")]


def _model(library: Library) -> list[Problem]:
    made_by = library.store.meta("fingerprint")
    if not made_by or made_by == library.embedder.fingerprint or not library.store.newest():
        return []
    made, now = library.store.meta("model") or "自带模型", library.embedder.name or "自带模型"
    return [Problem("model", f"向量由「{made}」生成，与当前的向量模型「{now}」不同。")]


def _full_text(library: Library) -> list[Problem]:
    """FTS5's own check of the index, and whether it has a row for every visible passage."""
    with library.store.reading() as db:
        try:
            db.execute("INSERT INTO passage_terms (passage_terms) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as fault:
            return [Problem("full text", f"全文索引已损坏（{fault}）。")]
        (indexed,) = db.execute("SELECT count(*) FROM passage_terms_docsize").fetchone()
    expected = library.store.passages_ready()
    return [] if indexed == expected else [Problem("full text", f"全文索引有 {indexed} 个段落，应有 {expected} 个。")]


def _unfinished(library: Library) -> list[Problem]:
    found = library.store.unfinished()
    return [Problem("unfinished", f"{len(found)} 份报告的收入或删除中途停下。")] if found else []


def _vectors(library: Library) -> list[Problem]:
    """Whether Chroma has the vectors that SQLite has, and no others but those of reports on their way."""
    store, index = library.store, library.index
    entries = [entry for entry in store.entries() if entry.passages]
    index.close()
    if index.files() != store.meta("index_files") or not index.is_sound():
        return [Problem("vectors", f"向量索引 {index.folder} 的文件残缺或被改动。")]
    if not entries and not index.folder.exists():
        return []
    try:
        index.open(store.generation(), store.newest())
        wrong = [entry for entry in entries if not _same_vectors(library, entry)]
        surplus = index.count() - store.passages_ready() - sum(entry.passages for entry in store.unfinished())
    except LibraryError as fault:
        return [Problem("vectors", str(fault))]
    finally:
        index.close()  # whoever uses it next looks at it first
    if wrong:
        return [Problem("vectors", f"{len(wrong)} 份报告的向量不全或不符，例如 {wrong[0].report.file}。")]
    return [Problem("vectors", f"向量索引中有 {surplus} 个多余的向量。")] if surplus > 0 else []


def _same_vectors(library: Library, entry: Entry) -> bool:
    """Half precision keeps a cosine to the fourth decimal."""
    found = library.index.fetch(entry.report.id, entry.passages)
    kept = library.store.vectors(entry.key, library.embedder.dimensions)
    return found is not None and found.shape == kept.shape and np.allclose(found, kept, atol=1e-3)


def _embed_again(library: Library) -> str:
    """Every report's vectors by the present model. Broken off, no model fits the library, and this begins again."""
    library.store.set_meta(fingerprint="unfinished")
    with library.store.reading() as db:
        keys = [key for (key,) in db.execute("SELECT key FROM reports WHERE state <> 'leaving' ORDER BY key")]
    for key in keys:
        report = library.store.report(key)
        passages = library.store.passages(key, report.text) if report else ()
        library.store.set_vectors(key, embed(passages, library.embedder))
    library.index.discard()
    library.adopt_model()
    return f"用当前的向量模型重新生成了 {len(keys)} 份报告的向量。"


def _index_again(library: Library) -> str:
    with library.store.writing() as db:
        db.execute("INSERT INTO passage_terms (passage_terms) VALUES ('delete-all')")
        for (key,) in db.execute("SELECT key FROM reports WHERE state = 'ready' ORDER BY key").fetchall():
            put_in_index(db, key)
    return "重建了全文索引。"
