"""Taking in by many machines: the pipeline's own stages, run on a Ray cluster.

What Ray runs is a function of its arguments and of the library, and the library takes the same thing in once. So a task
whose worker or machine dies is simply run again: that costs time and nothing else.

    with cluster("10.0.0.5:6379") as stages:
        for event in pipeline.ingest([Path("报告")], library, settings, stages=stages):
            ...

Every machine of the cluster has the same version of 问报 installed. Files travel with the task: the other machines need
not see the folders. In a library that is shared (``homes.is_shared``) the machines write themselves; into one on this PC
this process writes what they have read.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest import pipeline
from ingest.errors import IngestError, SettingsError, WenbaoError, in_chinese
from ingest.events import Event, Finished, Found, Started
from ingest.library.homes import is_shared, open_library
from ingest.preparing import Prepared, prepare, report_id
from ingest.settings import Settings
from ingest.sources import Source

if TYPE_CHECKING:
    from ingest.library.protocol import AnyLibrary

logger = logging.getLogger(__name__)

#: what one task reads: so many files, or fewer of more bytes; an archive is a task of its own
TASK_FILES, TASK_BYTES = 32, 4_000_000

#: how often Ray runs a task anew whose worker or machine has died; then its files are tried one by one
RETRIES = 3


@dataclass(frozen=True)
class _File:
    """A file on its way to another machine: the path that it is known by, and what is in it."""

    place: str
    content: bytes


@contextmanager
def cluster(address: str) -> Iterator[pipeline.Stages]:
    """The stages of the pipeline on the Ray cluster at an address: ``auto``, ``host:6379`` or ``ray://host:10001``.

    :raises SettingsError: if Ray is not installed.
    :raises IngestError: if the cluster cannot be reached.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ModuleNotFoundError as fault:
        raise SettingsError('给了 --ray，但没有安装 Ray。请运行 pip install "wenbao[ray]"。') from fault
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, namespace="wenbao")
    except (OSError, RuntimeError, ValueError) as fault:
        raise IngestError(
            f"连不上 Ray 集群 {address}（{in_chinese(fault).partition(chr(10))[0]}）。"
            "请确认集群已用 ray start 启动、地址正确，各台机器的 Ray 和 Python 版本相同。"
        ) from fault
    try:
        yield _events
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Whether anybody listens at an address: Ray itself would try for minutes.

    :raises OSError: if nobody does.
    """
    at = urlsplit(address if "//" in address else f"//{address}")
    if at.hostname and at.port:
        socket.create_connection((at.hostname, at.port), timeout=5).close()


def _events(
    sources: Sequence[Source],
    library: AnyLibrary,
    settings: Settings,
    only: Collection[Path],
    again: Collection[str],
) -> Iterator[Event]:
    """What ``pipeline`` does with files, done by the cluster: their events in the order in which tasks end."""
    import ray

    shared = is_shared(settings)
    run = ray.remote(num_cpus=1, max_retries=RETRIES)(_take_in if shared else _read)
    most = 2 * max(1, int(ray.cluster_resources().get("CPU", 1)))
    arguments = ray.put((settings.model_dump(mode="json"), tuple(only), tuple(again)))
    waiting: dict[Any, Sequence[_File]] = {}
    again_alone: list[_File] = []
    for task in _tasks(sources, library, again):
        if isinstance(task, Started | Finished):
            yield task
            continue
        waiting[run.remote(task, arguments)] = task
        if len(waiting) >= most:
            yield from _ended(waiting, library, again_alone)
    while waiting or again_alone:
        if again_alone:
            file = again_alone.pop()
            waiting[run.remote([file], arguments)] = [file]
        else:
            yield from _ended(waiting, library, again_alone)


def _ended(waiting: dict[Any, Sequence[_File]], library: AnyLibrary, again_alone: list[_File]) -> Iterator[Event]:
    """The events of the next task that ends. One that cannot be run goes on file by file, so that one file that takes its
    worker with it does not take others."""
    import ray

    (ended,), _ = ray.wait(list(waiting), num_returns=1)
    files = waiting.pop(ended)
    try:
        found = ray.get(ended)
    except ray.exceptions.RayTaskError as fault:
        raise fault.cause if isinstance(fault.cause, WenbaoError) else fault from fault
    except ray.exceptions.RayError as fault:
        logger.warning("a task of %d files could not be run: %s", len(files), fault)
        if len(files) > 1:
            again_alone.extend(files)
            return
        reason = f"{files[0].place}：读取它的机器或进程一再意外停止（{type(fault).__name__}）。请在本机单独收入这个文件，查看原因。"
        yield Finished(Path(files[0].place), "failed", reason=reason)
        return
    yield from (item for item in found if not isinstance(item, Prepared))
    prepared = [item for item in found if isinstance(item, Prepared)]
    if prepared:
        yield from pipeline.write(prepared, library)


def _tasks(
    sources: Sequence[Source], library: AnyLibrary, again: Collection[str]
) -> Iterator[Started | Finished | list[_File]]:
    """Files by the task; those that the library holds as they are end here."""
    held: list[_File] = []
    for source in sources:
        yield Started(source.place, "解压" if source.is_archive else "读取")
        place = str(source.place)
        try:
            content = source.path.read_bytes()
        except OSError as fault:
            reason = f"无法读取 {place}：{in_chinese(fault)}。请检查文件是否存在、有无权限。"
            yield Finished(source.place, "failed", reason=reason)
            continue
        known = report_id(hashlib.sha256(content).hexdigest())
        if not source.is_archive and place not in again and library.holds(known, place, source.place.name):
            yield Finished(source.place, "unchanged", known)
            continue
        if source.is_archive:
            yield [_File(place, content)]
            continue
        held.append(_File(place, content))
        if len(held) >= TASK_FILES or sum(len(file.content) for file in held) >= TASK_BYTES:
            yield held
            held = []
    if held:
        yield held


def _take_in(files: Sequence[_File], arguments: tuple[dict[str, Any], Any, Any]) -> list[Event]:
    """On a machine of the cluster: files read and written into the library that all machines share."""
    settings, only, again = Settings(**arguments[0]), arguments[1], arguments[2]
    library = _library(settings.model_dump_json())
    with _unpacked(files) as sources:
        return [event for event in pipeline.events(sources, library, _alone(settings), only, again) if _is_told(event)]


def _read(files: Sequence[_File], arguments: tuple[dict[str, Any], Any, Any]) -> list[Event | Prepared]:
    """On a machine of the cluster: files read, for the process that sent them to write."""
    settings, only, _ = Settings(**arguments[0]), arguments[1], arguments[2]
    with _unpacked(files) as sources:
        found = prepare(sources, lambda sha256, place: False, _alone(settings), only)
        return [item for item in found if _is_told(item)]


def _alone(settings: Settings) -> Settings:
    """A task has one core."""
    return settings.model_copy(update={"workers": 1})


def _is_told(item: Event | Prepared) -> bool:
    """Whether the process that sent the files does not know it."""
    return not isinstance(item, Started | Found)


@lru_cache(maxsize=1)
def _library(settings: str) -> AnyLibrary:
    """The shared library, open as long as this worker lives."""
    from ingest.embedding import load_embedder

    opened = Settings.model_validate_json(settings)
    return open_library(opened, load_embedder(opened.embedding))


@contextmanager
def _unpacked(files: Sequence[_File]) -> Iterator[list[Source]]:
    """The files in a temporary folder, by the paths that they are known by."""
    with tempfile.TemporaryDirectory(prefix="wenbao-", ignore_cleanup_errors=True) as folder:
        sources = []
        for number, file in enumerate(files):
            path = Path(folder, f"{number}{Path(file.place).suffix}")
            path.write_bytes(file.content)
            sources.append(Source(path, Path(file.place)))
        yield sources
