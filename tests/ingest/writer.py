"""Processes that write a library and kill themselves, or wait, at a step. Started by test_durability.py.

``python -m tests.ingest.writer`` reads jobs, one a line: the JSON list [HOME, DEED, STEP, ACT], the last two optional.
For each it forks a process, which spares it the seconds of importing everything; says that process's id; lets it do the
deed, whose own lines follow; and says "end" and its exit code, negative for a signal.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 (so that no fork has to)

from ingest import words
from ingest.library import Library, records, vectors
from ingest.library.store import Store
from ingest.library.vectors import VectorIndex
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

STAYS = numbered(1)
EARLIER = analysis_of("一、投资\n全年完成投资36亿元。\n新建公路20公里。", "会变.txt")
LATER = analysis_of("一、投资\n全年完成投资38亿元。\n新建公路23公里。\n改造桥梁5座。", "会变.txt")
NEW = numbered(2)

#: Where each step is: an owner, its function, whether before or after it, and at which call.
STEPS: dict[str, tuple[Any, str, str, int]] = {
    "before rows": (Store, "insert", "before", 1),
    "amid rows": (records.rows, "pack", "before", 2),
    "after rows": (Store, "insert", "after", 1),
    "amid vectors": (VectorIndex, "_using", "before", 4),
    "after vectors": (VectorIndex, "upsert", "after", 1),
    "before ready": (Store, "publish", "before", 1),
    "amid ready": (records, "put_in_index", "after", 1),
    "after ready": (Store, "publish", "after", 1),
    "amid deletion": (VectorIndex, "delete", "after", 1),
    "before forgetting": (Store, "forget", "before", 1),
    "after forgetting": (Store, "forget", "after", 1),
    "before leaving": (Store, "withdraw", "before", 1),
    "after leaving": (Store, "withdraw", "after", 1),
}


def at(step: str, act: Callable[[], None]) -> None:
    """Have a step act when it is reached."""
    owner, name, when, call = STEPS[step]
    real = getattr(owner, name)
    calls = 0

    @functools.wraps(real)
    def acting(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == call:
            act()
        result = real(*args, **kwargs)
        if when == "after" and calls == call:
            act()
        return result

    setattr(owner, name, acting)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait() -> None:
    print("waiting", flush=True)  # noqa: T201
    sys.stdin.readline()


def replace(library: Library) -> None:
    """One report is replaced and one added, in one go."""
    library.add_many([(LATER, "/会变.txt"), (NEW, "/新.txt")])


def remove(library: Library) -> None:
    library.remove(EARLIER.report.id)


def add_by_two(library: Library) -> None:
    for number in range(0, 12, 2):
        library.add_many([(numbered(number + n), f"/{number + n}") for n in range(2)])


def add_by_three(library: Library) -> None:
    for number in range(0, 12, 3):
        library.add_many([(numbered(number + n), f"/{number + n}") for n in range(3)])


def repair(library: Library) -> None:
    library.repair()


def rebuild(library: Library) -> None:
    library.keeper.rebuild_index()


def add_on(library: Library) -> None:
    """Until somebody stops us; every third report is a new version of one file. Says which report is in once it is."""
    numbers = [int(report.title.strip("第号报告")) for report in library.reports()]
    for number in itertools.count(max(numbers, default=-1) + 1):
        analysis = numbered(number, 20, f"{number % 3 and number}.txt")
        library.add(analysis)
        print(number, analysis.report.id, flush=True)  # noqa: T201


def do(home: str, deed: str, step: str = "", act: str = "die") -> None:
    vectors.BATCH = 2
    vectors.HNSW["sync_threshold"] = 40  # the graph is written out often
    if step:
        at(step, {"die": die, "wait": wait}[act])
    with Library.open(Path(home), HashEmbedder()) as library:
        globals()[deed](library)


def main() -> None:
    words.cut("热身")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            do(*json.loads(line))
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        print("end", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
