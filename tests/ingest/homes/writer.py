"""A process that opens a library of any home and does a deed, killing itself at a step if told to.

``python -m tests.ingest.homes.writer JOB``: {"settings": {..}, "deed": name, "step": name or ""} as JSON.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from typing import Any

from ingest.library.homes import is_shared, open_library
from ingest.library.protocol import AnyLibrary
from ingest.settings import Settings
from tests.ingest.standins import HashEmbedder, analysis_of, numbered

STAYS = numbered(1)
EARLIER = analysis_of("一、投资\n全年完成投资36亿元。\n新建公路20公里。", "会变.txt")
LATER = analysis_of("一、投资\n全年完成投资38亿元。\n新建公路23公里。\n改造桥梁5座。", "会变.txt")
NEW = numbered(2)

#: The steps of taking in and of leaving, as each home calls them.
FOLDER = {
    "rows written": ("ingest.library.store:Store", "insert"),
    "passages written": ("ingest.library.vectors:VectorIndex", "upsert"),
    "made visible": ("ingest.library.store:Store", "publish"),
    "passages deleted": ("ingest.library.vectors:VectorIndex", "delete"),
}
SHARED = {
    "rows written": ("ingest.library.homes.writing:Writer", "_insert"),
    "passages written": ("ingest.library.homes.milvus:PassageIndex", "put"),
    "made visible": ("ingest.library.homes.writing", "_empty"),
    "passages deleted": ("ingest.library.homes.milvus:PassageIndex", "delete"),
}
STEPS = tuple(FOLDER)


def die_after(owner: str, name: str) -> None:
    """Have this process killed once a function has done its work."""
    module, _, kind = owner.partition(":")
    __import__(module)
    place: Any = getattr(sys.modules[module], kind) if kind else sys.modules[module]
    real = getattr(place, name)

    @functools.wraps(real)
    def dying(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, dying)


def replace(library: AnyLibrary) -> None:
    """One report is replaced and one added, in one go."""
    library.add_many([(LATER, "/会变.txt"), (NEW, "/新.txt")])


def remove(library: AnyLibrary) -> None:
    library.remove(EARLIER.report.id)


def add_by_two(library: AnyLibrary) -> None:
    for number in range(0, 24, 2):
        library.add_many([(numbered(number + n), f"/{number + n}") for n in range(2)])


def add_by_three(library: AnyLibrary) -> None:
    for number in range(0, 24, 3):
        library.add_many([(numbered(number + n), f"/{number + n}") for n in reversed(range(3))])


def tell(library: AnyLibrary) -> None:
    """Say what is found."""
    hits = library.search_text(["23"], None, 5)
    print(json.dumps([hit.report for hit in hits]))  # noqa: T201


def main() -> None:
    job = json.loads(sys.argv[1])
    settings = Settings(**job["settings"])
    if job["step"]:
        die_after(*(SHARED if is_shared(settings) else FOLDER)[job["step"]])
    with open_library(settings, HashEmbedder()) as library:
        globals()[job["deed"]](library)


if __name__ == "__main__":
    main()
