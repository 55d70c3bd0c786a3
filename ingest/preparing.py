"""Files become analyses, ready for the library: in this process where that is quicker, else in as many as there are cores.

Nothing is read that the library holds as it is. In worker processes every file has its limits of time and memory, and
one that breaks them costs nothing but itself.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import archive
from ingest.analysis import Analysis, analyse
from ingest.errors import LibraryError, WenbaoError, in_chinese
from ingest.events import Event, Finished, Found, Skipped, Started
from ingest.library.indexing import index_terms
from ingest.limits import MB, Limits, limits_of
from ingest.readers import read
from ingest.settings import Settings
from ingest.sources import Source
from ingest.worker import Failed
from ingest.workers import Worker

logger = logging.getLogger(__name__)

#: formats that cannot do harm, and how much of them is read sooner than a process starts (about a second)
_QUICK_SUFFIXES = frozenset({".txt", ".md", ".markdown"})
_QUICK_BYTES = 300_000

#: so many passages may wait to be written before reading pauses: what bounds the memory
_MOST_WAITING = 8_000


@dataclass(frozen=True)
class Prepared:
    """A file that has been read and analysed, and the reader's remarks on it; see ``Document``."""

    path: Path
    analysis: Analysis
    notes: tuple[str, ...] = ()
    partly: bool = False


#: whether the library holds a file with this hash as it is
Known = Callable[[str, Path], bool]


def prepare(
    sources: Sequence[Source], known: Known, settings: Settings, only: Collection[Path] = ()
) -> Iterator[Event | Prepared]:
    """The analyses of files in the order in which they are done, and the events on the way.

    A file ends in ``Prepared``, or in ``Finished`` if it failed or is known; archives are unpacked and end in what is
    in them.

    :param known: asked from many threads.
    :param only: of the archives' members, those that are wanted; empty for all.
    :raises LibraryError: if ``known`` does.
    """
    if _is_quick(sources):
        yield from _prepare_here(sources, known, settings)
    else:
        with _Crew(sources, known, settings, frozenset(only)) as crew:
            yield from crew.work()


def analyse_file(source: Source, sha256: str, passage_words: int, limits: Limits) -> Prepared:
    """One file read and analysed: a function of its arguments and the file alone, done in a worker process.

    :raises IngestError: if the file cannot be read as what its suffix says.
    """
    document = read(source.path, limits)
    analysis = analyse(document, source.place.name, sha256, passage_words)
    return Prepared(source.place, replace(analysis, terms=index_terms(analysis)), document.notes, document.partly)


def report_id(sha256: str) -> str:
    """The id a report with this content has."""
    return sha256[:16]


def _is_quick(sources: Sequence[Source]) -> bool:
    """Whether all is done here before a worker process would have started."""
    left = _QUICK_BYTES
    for source in sources:
        if source.place.suffix.lower() not in _QUICK_SUFFIXES:
            return False
        try:
            left -= source.path.stat().st_size
        except OSError:
            return False
        if left < 0:
            return False
    return True


def _prepare_here(sources: Sequence[Source], known: Known, settings: Settings) -> Iterator[Event | Prepared]:
    limits = limits_of(settings)
    for source in sources:
        yield Started(source.place, "读取")
        try:
            sha256 = _hash(source.path)
            if known(sha256, source.place):
                yield Finished(source.place, "unchanged", report_id(sha256))
            else:
                yield analyse_file(source, sha256, settings.passage_words, limits)
        except LibraryError:
            raise
        except Exception as fault:  # a reader's fault must not stop the other files
            yield _failure(source, _told(source, fault), limits)


class _Crew:
    """Threads that each hand one file after the other to a worker process of their own."""

    def __init__(self, sources: Sequence[Source], known: Known, settings: Settings, only: frozenset[Path]) -> None:
        self._waiting = deque(sources)
        self._found = len(sources)
        self._known = known
        self._passage_words = settings.passage_words
        self._limits = limits_of(settings)
        self._only = only
        self._done: deque[Event | Prepared] = deque()
        self._weight = self._busy = 0
        self._stopped = False
        self._fault: BaseException | None = None
        self._change = threading.Condition()
        self._folder = tempfile.TemporaryDirectory(prefix="wenbao-", ignore_cleanup_errors=True)
        count = settings.workers or _cores()
        if not any(source.is_archive for source in sources):
            count = min(count, len(sources))
        self._workers = [Worker(self._limits.seconds, self._limits.memory_bytes) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), daemon=True, name=f"reading-{number}")
            for number, worker in enumerate(self._workers)
        ]

    def __enter__(self) -> _Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._change:
            self._stopped = True
            self._change.notify_all()
        for worker in self._workers:
            worker.close()
        for thread in self._threads:
            thread.join()
        self._folder.cleanup()

    def work(self) -> Iterator[Event | Prepared]:
        """What the threads have done, as they do it."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._done or self._fault or not (self._waiting or self._busy))
                if self._fault:
                    raise self._fault
                if not self._done:
                    return
                item = self._done.popleft()
                self._weight -= _weight(item)
                self._change.notify_all()
            yield item

    def _serve(self, worker: Worker) -> None:
        """One thread's work."""
        with worker:
            while (source := self._next()) is not None:
                try:
                    self._do(source, worker)
                except BaseException as fault:
                    with self._change:
                        self._fault = self._fault or fault
                        self._stopped = True
                finally:
                    if source.path != source.place:
                        source.path.unlink(missing_ok=True)
                    with self._change:
                        self._busy -= 1
                        self._change.notify_all()

    def _next(self) -> Source | None:
        """The next file; None when there is none, and none can come out of an archive any more."""
        with self._change:
            self._change.wait_for(lambda: self._stopped or self._waiting or not self._busy)
            if self._stopped or not self._waiting:
                return None
            self._busy += 1
            return self._waiting.popleft()

    def _put(self, item: Event | Prepared) -> None:
        """Hand something over; waits while too much is waiting to be written."""
        with self._change:
            self._change.wait_for(lambda: self._stopped or self._weight < _MOST_WAITING)
            self._done.append(item)
            self._weight += _weight(item)
            self._change.notify_all()

    def _do(self, source: Source, worker: Worker) -> None:
        self._put(Started(source.place, "解压" if source.is_archive else "读取"))
        try:
            if source.is_archive:
                self._unpack(source, worker)
                return
            sha256 = _hash(source.path)
            if self._known(sha256, source.place):
                self._put(Finished(source.place, "unchanged", report_id(sha256)))
                return
            answer = worker.call(analyse_file, source, sha256, self._passage_words, self._limits)
        except LibraryError:
            raise
        except (WenbaoError, OSError) as fault:
            answer = _told(source, fault)
        self._put(_failure(source, answer, self._limits) if isinstance(answer, Failed) else answer.value)

    def _unpack(self, source: Source, worker: Worker) -> None:
        """An archive becomes the files in it; it counts as a file only if it cannot be opened."""
        folder = Path(tempfile.mkdtemp(dir=self._folder.name))
        answer = worker.call(archive.unpack, source.path, source.place, folder, self._limits, self._only)
        if isinstance(answer, Failed):
            self._put(_failure(source, answer, self._limits))
            return
        members: tuple[archive.Member, ...] = answer.value
        with self._change:
            self._waiting.extend(Source(member.file, member.place) for member in members if member.file)
            self._found += sum(not member.skipped for member in members) - 1
            found = self._found
        self._put(Found(found))
        for member in members:
            if member.skipped:
                self._put(Skipped(member.place, member.reason))
            elif member.file is None:
                self._put(Finished(member.place, "failed", reason=member.reason))


def _weight(item: Event | Prepared) -> int:
    return len(item.analysis.passages) if isinstance(item, Prepared) else 0


def _cores() -> int:
    """How many processes can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told(source: Source, fault: Exception) -> Failed:
    """What an exception in this process comes to."""
    if isinstance(fault, WenbaoError):
        return Failed("refused", str(fault))
    if isinstance(fault, OSError):
        reason = in_chinese(fault)
        return Failed("refused", f"无法读取 {source.place}：{reason}。请检查文件是否存在、有无权限。")
    logger.error("cannot read %s", source.place, exc_info=fault)
    return Failed("fault", type(fault).__name__)


def _failure(source: Source, failed: Failed, limits: Limits) -> Finished:
    """The end of a file that failed, with a reason for a person."""
    if failed.trace:
        logger.error("cannot read %s\n%s", source.place, failed.trace)
    place = str(source.place)
    reasons = {
        "refused": failed.text.replace(str(source.path), place),
        "fault": f"读取 {place} 时出错（{failed.text}）。请确认文件能正常打开。",
        "memory": f"{place}：读取要用的内存超过 {limits.memory_bytes // MB} MB 的上限。"
        "请拆分后再收入，或调大设置 WENBAO_MAX_MEMORY_MB。",
        "time": f"{place}：读取超过 {limits.seconds:g} 秒的上限，已停止。"
        "请拆分或另存后再收入，或调大设置 WENBAO_MAX_SECONDS。",
        "died": f"{place}：读取它的进程意外停止（{failed.text}）。"
        "文件可能已损坏，或内存不够；请用原来的程序打开检查，另存后再收入。",
    }
    return Finished(source.place, "failed", reason=reasons[failed.kind])
