"""Files damaged at random, for the tests of every format."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from ingest.document import Document
from ingest.errors import IngestError


def read_or_refused(read: Callable[[Path], Document], path: Path, times: int) -> None:
    """The file is cut off or overwritten in a few places, ``times`` over: each ends in text or in an error that names it."""
    whole = path.read_bytes()
    dice = random.Random(len(whole))
    for _ in range(times):
        data = bytearray(whole[: dice.randrange(1, len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            assert read(path).text
        except IngestError as fault:
            assert str(path) in str(fault)
