"""Charts of Office files (DrawingML): the numbers that they are drawn from, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.readers.blocks import Block
from ingest.readers.displayed import displayed
from ingest.readers.tables import Cells


def chart(root: Any) -> Iterator[Block]:
    """A chart's title and its table: one row a category, one column a series; nothing where it keeps no numbers.

    :param root: the root of the chart's part.
    """
    title = "".join(_title(root))
    if title:
        yield Block(title)
    series = [_series(element) for element in root.iter("{*}ser")]
    categories = {place: name for _, names, _ in reversed(series) for place, name in names.items()}
    if not series:
        return
    rows: list[Cells] = [("", *(name or f"系列{number}" for number, (name, _, _) in enumerate(series, start=1)))]
    for place in sorted({place for _, _, values in series for place in values}):
        rows.append((categories.get(place, ""), *(values.get(place, "") for _, _, values in series)))
    if len(rows) > 1:
        yield Block(rows=tuple(rows))


def _series(element: Any) -> tuple[str, dict[int, str], dict[int, str]]:
    """A series: its name, its categories and its values by their places."""
    name = " ".join(_points(element, "tx").values())
    return (
        name,
        _points(element, "cat") or _points(element, "xVal"),
        _points(element, "val") or _points(element, "yVal"),
    )


def _points(series: Any, part: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for holder in (child for child in series if _local(child) == part):
        formats = [code.text for code in holder.iter("{*}formatCode") if code.text]
        for point in holder.iter("{*}pt"):
            value = next((child.text or "" for child in point if _local(child) == "v"), "")
            place = point.get("idx", "")
            if place.isdecimal():
                number_format = point.get("formatCode") or (formats[0] if formats else "General")
                found[int(place)] = _shown(value, number_format) if part in ("val", "yVal") else value
    return found


def _shown(value: str, number_format: str) -> str:
    try:
        return displayed(float(value), number_format)
    except ValueError:
        return value


def _title(root: Any) -> Iterator[str]:
    for drawn in (child for child in root if _local(child) == "chart"):
        for title in (child for child in drawn if _local(child) == "title"):
            yield from (words.text or "" for words in title.iter("{*}t"))


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
