"""The last gate: no figure leaves that the quoted evidence does not state."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def unstated(short: str, quotes: Iterable[str]) -> list[str]:
    """The numbers of an answer that no quote holds verbatim, digits touching no other digits; [] when all stand."""
    held = {number for quote in quotes for number in _NUMBER.findall(quote)}
    return [number for number in _NUMBER.findall(short) if number not in held]
