"""What the objects on a page of an OFD file share: whether they are shown, and where (GB/T 33190-2016, 8)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

#: points a millimetre
POINTS = 72 / 25.4

#: a, b, c, d, e, f: x' = ax + cy + e, y' = bx + dy + f (GB/T 33190 8.1)
Matrix = tuple[float, float, float, float, float, float]


def elements(element: Any, name: str) -> Iterator[Any]:
    yield from (found for found in element.iter(f"{{*}}{name}", name) if isinstance(found.tag, str))


def is_shown(text: Any, root: Any) -> bool:
    """Whether a reader shows an object, as far as it and what holds it say so."""
    for element in (text, *text.iterancestors()):
        if element.get("Visible") == "false" or element.get("Alpha") == "0":
            return False
        if element is root:
            break
    return True


def placed(text: Any) -> Matrix:
    """From an object's own space to the page: its matrix, then its box's corner."""
    matrix, box = numbers(text.get("CTM")), numbers(text.get("Boundary"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    x, y = box[:2] if len(box) == 4 else (0.0, 0.0)
    return a, b, c, d, e + x, f + y


def numbers(text: str | None) -> list[float]:
    found = [number(token, math.nan) for token in (text or "").split()]
    return [] if any(map(math.isnan, found)) else found


def number(text: str | None, otherwise: float) -> float:
    try:
        value = float(text) if text else otherwise
    except ValueError:
        return otherwise
    return value if math.isfinite(value) and abs(value) < 1e6 else otherwise
