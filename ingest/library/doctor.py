"""Whether a library is sound, and what can be done if it is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import LibraryError
from ingest.library import schema
from ingest.library.failures import WAITING
from ingest.library.indexing import embed
from ingest.library.records import put_in_index
from ingest.library.store import Entry

if TYPE_CHECKING:
    from ingest.embedding import Embedder
    from ingest.library.library import Library
    from ingest.library.protocol import AnyLibrary


@dataclass(frozen=True)
class Problem:
    """Something wrong with a library: which part of it, and a sentence for a person."""

    part: str
    text: str


def status(library: Library) -> dict[str, Any]:
    """What the library holds, ready for JSON; sizes in bytes."""
    with library.store.reading() as db:
        (figures,) = db.execute(
            "SELECT count(*) FROM figures JOIN reports ON report = key WHERE state = 'ready'"
        ).fetchone()
    return described(
        library,
        home=str(library.home.resolve()),
        version=schema.VERSION,
        model=library.store.meta("model"),
        fingerprint=library.store.meta("fingerprint"),
        dimensions=library.store.dimensions(),
        bytes=sum(file.stat().st_size for file in library.home.rglob("*") if file.is_file()),
        figures=figures,
    )


def described(library: AnyLibrary, **about: Any) -> dict[str, Any]:
    """What a library of any home holds, after what is said ``about`` its home."""
    entries = library.catalogue().entries
    return {
        **about,
        "passages": sum(entry.passages for entry in entries),
        "failed": [asdict(failure) for failure in library.failures.all()],
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


def of_another_model(whose: str, made: str, embedder: Embedder) -> str:
    """Why vectors made by the model ``made`` ("" for the shipped one) cannot be compared with an embedder's, and the remedy."""
    remedy = f"请改回 WENBAO_EMBEDDING={made}" if made else "请去掉环境变量 WENBAO_EMBEDDING"
    return (
        f"{whose} 的向量由「{made or '自带模型'}」生成，与当前的向量模型「{embedder.name or '自带模型'}」不同，不能混用。"
        f"{remedy}，或运行 wenbao doctor --repair 用当前模型重新生成全部向量。"
    )


def check(library: Library) -> list[Problem]:
    """What is wrong with the library; nothing is changed. Waits while another process writes."""
    with library.keeper.locked():
        damage = _database(library)
        if damage:  # what else is wrong cannot be told from such a file
            return damage
        parts = (_model, _full_text, _unfinished, _vectors, _missing)
        return [problem for part in parts for problem in part(library)]


def repair(library: Library) -> list[str]:
    """Mend what can be mended; what was done, in sentences. Files to be read again become failures, ``WAITING``.

    :raises LibraryError: if the library cannot be written.
    """
    from ingest.library import salvage

    with library.keeper.locked():
        done = salvage.mend_under_lock(library.home, library.embedder)
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
        return done + _seek(library, missing_files(library))


def _database(library: Library) -> list[Problem]:
    from ingest.library.salvage import is_damaged  # takes longer to import than a question to answer

    damage = is_damaged(library.home)
    return [Problem("database", damage)] if damage else []


def _missing(library: Library) -> list[Problem]:
    """Reports that were taken in and not removed, and are not here: the file has been lost, or an older one put back."""
    missing = missing_files(library)
    if not missing:
        return []
    return [Problem("missing", f"{len(missing)} 份收入过的报告不在资料库里，例如 {missing[0]}。")]


def missing_files(library: Library) -> list[str]:
    """The files that the ledger says were taken in and that neither the library holds nor its failures name."""
    here = {entry.path for entry in library.store.entries()} | library.failures.paths()
    return [path for path in library.keeper.ledger.paths() if path not in here]


def _seek(library: Library, missing: Sequence[str]) -> list[str]:
    """Have missing reports read again, where their files still are; what was done, in sentences."""
    from ingest.library.salvage import is_there

    found = [path for path in missing if is_there(path)]
    for path in found:
        library.failures.note(path, WAITING)
    lost = [path for path in missing if path not in found]
    library.keeper.ledger.left(lost)
    done = [f"{len(found)} 份收入过的报告不在资料库里，将从原来的文件重新读取。"] if found else []
    return done + [f"无法恢复：{path}（原来的文件也不在了）。" for path in lost]


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
    if _model(library):  # they are made anew anyway
        return []
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
    kept = library.store.vectors(entry.key, library.store.dimensions())
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
