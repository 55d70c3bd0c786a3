"""A library as one file, to move it to another machine: a snapshot of SQLite, vectors included, and a manifest.

The vector index is not in it: it is made anew from the snapshot, whatever version of Chroma the other machine has.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import LibraryError, in_chinese
from ingest.library import records, schema
from ingest.library.store import FILE

if TYPE_CHECKING:
    from ingest.library.indexing import Indexed
    from ingest.library.library import Outcome
    from ingest.library.protocol import AnyLibrary

_FORMAT = "wenbao-library"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
#: so many passages are taken in together
_BATCH = 4_000
_LARGEST_MANIFEST = 100_000


@dataclass(frozen=True)
class Manifest:
    """What an exported library says of itself: ``version`` is that of its tables, ``bytes`` and ``sha256`` of its
    snapshot."""

    format: str
    version: int
    program: str
    made_at: str
    model: str
    fingerprint: str
    dimensions: int
    reports: int
    passages: int
    bytes: int
    sha256: str


def export(library: AnyLibrary, file: Path) -> Manifest:
    """Write a library to a file, as it stands at one moment; who writes meanwhile waits, who reads does not.
    One that many machines share is copied report by report, and those that come or go meanwhile may be in it or not.

    The file appears whole or not at all; one that is there is replaced.

    :raises LibraryError: if the library is damaged or the file cannot be written.
    """
    from ingest.library.library import Library

    file = file.expanduser().absolute()
    if not isinstance(library, Library):
        with _folder_beside(file) as folder, Library.open(folder, library.embedder) as copy:
            _copy(library, copy)
            return export(copy, file)
    with library.keeper.exclusive():  # nothing is half there
        entries = library.store.entries()
        damaged = [entry.report.file for entry in entries if not library.store.is_intact(entry.key)]
        if damaged:
            raise LibraryError(f"资料库里有损坏的内容（{damaged[0]}）。请先运行 wenbao doctor --repair，再导出。")
        with _beside(file) as snapshot, _beside(file) as packed, _writing(file):
            packed.touch()  # whether it can be written at all is told before the work begins
            with library.store.reading() as db, closing(sqlite3.connect(snapshot)) as copy:
                db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            manifest = Manifest(
                format=_FORMAT,
                version=schema.VERSION,
                program=_program(),
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                model=library.store.meta("model"),
                fingerprint=library.store.meta("fingerprint"),
                dimensions=int(library.store.meta("dimensions")),
                reports=len(entries),
                passages=sum(entry.passages for entry in entries),
                bytes=snapshot.stat().st_size,
                sha256=_sha256(snapshot),
            )
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
                archive.write(snapshot, FILE)
            with packed.open("rb+") as written:
                os.fsync(written.fileno())
            packed.replace(file)
    return manifest


def _copy(library: AnyLibrary, into: AnyLibrary) -> None:
    objection = library.objection()
    if objection:
        raise LibraryError(objection)
    held: list[tuple[Indexed, str]] = []
    for entry in library.catalogue().entries:
        taken = library.copy_of(entry.report.id)
        held.append((taken.indexed, taken.path))
        if sum(len(indexed.analysis.passages) for indexed, _ in held) >= _BATCH:
            into.add_indexed(held)
            held = []
    into.add_indexed(held)


def take_over(
    library: AnyLibrary, file: Path, follow: Callable[[int, int], None] = lambda done, total: None
) -> list[Outcome]:
    """Take the reports of an exported library into this one; the outcome of each.

    A report that is here stays. Of two versions of one file the one that was taken in later stays. Broken off, it can be
    begun again.

    :param follow: told after each step how many reports of how many are done.
    :raises LibraryError: if the file is not an exported library, is damaged, was made by a newer program, or holds the
        vectors of another model; nothing has been changed then.
    """
    file = file.expanduser().absolute()
    with tempfile.TemporaryDirectory(dir=getattr(library, "home", None), prefix="import-") as folder:
        manifest = _unpacked(file, Path(folder, FILE))
        _check(manifest, library, file)
        with _foreign(Path(folder, FILE), file) as db:
            keys = [key for (key,) in db.execute("SELECT key FROM reports WHERE state = 'ready' ORDER BY key")]
            outcomes: list[Outcome] = []
            for batch in _batches(db, keys, manifest.dimensions, file):
                wanted = [(indexed, path) for indexed, path, added in batch if _is_newer(library, indexed, path, added)]
                added = library.add_indexed(wanted) if wanted else []
                outcomes += [*added, *(["unchanged"] * (len(batch) - len(wanted)))]  # type: ignore[list-item]
                follow(len(outcomes), len(keys))
    return outcomes


def _batches(
    db: sqlite3.Connection, keys: list[int], dimensions: int, file: Path
) -> Iterator[list[tuple[Indexed, str, str]]]:
    """The reports of a snapshot with their paths and the times at which they were taken in, some at a time."""
    held: list[tuple[Indexed, str, str]] = []
    passages = 0
    for key in keys:
        try:
            if not records.is_intact(db, key):
                raise ValueError("checksum")
            path, added = db.execute("SELECT path, added_at FROM reports WHERE key = ?", (key,)).fetchone()
            held.append((records.read(db, key, dimensions), str(path), str(added)))
        except Exception as fault:  # what is in the file is somebody else's
            raise _damaged(file) from fault
        passages += len(held[-1][0].analysis.passages)
        if passages >= _BATCH:
            yield held
            held, passages = [], 0
    if held:
        yield held


def _is_newer(library: AnyLibrary, indexed: Indexed, path: str, added_at: str) -> bool:
    """Whether a report is not here, nor a later version of its file."""
    report = indexed.analysis.report
    if library.holds(report.id, "", ""):
        return False
    here = library.catalogue().by_id.get(library.at(path, report.file))
    return here is None or here.added_at < added_at


def _unpacked(file: Path, target: Path) -> Manifest:
    """Write the snapshot of an exported library to a file of our own naming, and check it; the manifest."""
    try:
        with zipfile.ZipFile(file) as archive:
            if sorted(archive.namelist()) != [FILE, _MANIFEST]:
                raise _not_ours(file)
            if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
                raise _not_ours(file)
            manifest = _manifest(archive.read(_MANIFEST), file)
            digest, left = hashlib.sha256(), manifest.bytes
            with archive.open(FILE) as packed, target.open("xb") as unpacked:
                while chunk := packed.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise _damaged(file)
                    digest.update(chunk)
                    unpacked.write(chunk)
            if left or digest.hexdigest() != manifest.sha256:
                raise _damaged(file)
            return manifest
    except LibraryError:
        raise
    except FileNotFoundError as fault:
        raise LibraryError(f"找不到 {file}。请检查路径是否正确。") from fault
    except OSError as fault:
        raise LibraryError(f"{file} 无法读取或解开（{in_chinese(fault)}）。请检查权限和磁盘空间。") from fault
    except Exception as fault:  # zipfile raises whatever the damage leads to
        raise _damaged(file) from fault


def _manifest(raw: bytes, file: Path) -> Manifest:
    try:
        said: dict[str, Any] = json.loads(raw)
        manifest = Manifest(**{name: said[name] for name in Manifest.__dataclass_fields__})
        if manifest.format != _FORMAT or min(manifest.version, manifest.dimensions, manifest.bytes) < 0:
            raise ValueError("not ours")
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise _not_ours(file) from fault
    return manifest


def _check(manifest: Manifest, library: AnyLibrary, file: Path) -> None:
    if manifest.version > schema.VERSION:
        raise LibraryError(
            f"{file} 由更新版本的问报（{manifest.program}）导出，格式 {manifest.version}，本程序只认到 {schema.VERSION}。"
            "请先升级问报，再导入。"
        )
    if manifest.reports and manifest.fingerprint != library.embedder.fingerprint:
        made, now = manifest.model or "自带模型", library.embedder.name or "自带模型"
        raise LibraryError(
            f"{file} 里的向量由「{made}」生成，与当前的向量模型「{now}」不同，不能混用。"
            "请设置同样的 WENBAO_EMBEDDING、使用同样版本的问报，或在原来的机器上换用同样的模型后重新导出。"
        )


@contextmanager
def _foreign(snapshot: Path, file: Path) -> Iterator[sqlite3.Connection]:
    """A snapshot that somebody else made, opened so that nothing in it is executed, and brought to our version."""
    with closing(sqlite3.connect(snapshot, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA cell_size_check = ON")
            if db.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
                raise _not_ours(file)
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damaged(file)
            schema.migrate(db, file)
            yield db
        except (sqlite3.Error, ValueError, TypeError) as fault:
            raise _damaged(file) from fault


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A path for a temporary file in the same folder, removed in the end."""
    path = file.with_name(f".{file.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """A temporary folder in the same folder."""
    with _writing(file), tempfile.TemporaryDirectory(dir=file.parent, prefix=".", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as fault:
        raise LibraryError(f"导出文件 {file} 写不了（{in_chinese(fault)}）。请检查文件夹、权限和磁盘空间。") from fault


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _program() -> str:
    try:
        return version("wenbao")
    except PackageNotFoundError:
        return ""


def _not_ours(file: Path) -> LibraryError:
    return LibraryError(f"{file} 不是问报导出的资料库。请用 wenbao export 导出的文件。")


def _damaged(file: Path) -> LibraryError:
    return LibraryError(f"{file} 已损坏或不完整。请重新复制，或在原来的机器上重新运行 wenbao export。")
