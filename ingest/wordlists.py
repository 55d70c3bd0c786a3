"""Lists of words kept as text files that a person can read and extend: a line a group, # begins a comment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def groups(path: Path) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Each line's groups of words: 「进口、出口」 is one group, 「上了年纪的人、老人家 = 老年人」 two.

    :raises ValueError: naming the line that has an empty group.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        found = tuple(tuple(word.strip() for word in part.split("、") if word.strip()) for part in line.split("="))
        if not all(found):
            raise ValueError(f"{path.name}, line {number}: {line!r} has nothing on one side of 「=」")
        yield found
