"""Sheets as plain text (.csv, .tsv): columns parted by commas, tabs or semicolons."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import tables
from ingest.readers.blocks import Block, compose
from ingest.readers.files import content
from ingest.readers.tables import Cells
from ingest.readers.text import decode

_DELIMITERS = ",\t;|，"
_SAMPLE_LINES = 50
#: the line with which Excel is told the delimiter
_TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Document:
    """The document in a file of delimited columns; the delimiter is told by the text.

    :raises IngestError: where the file cannot be opened, is empty, or is not text.
    """
    text = decode(content(path, limits), path)
    told = _TOLD.match(text)
    delimiter = told.group(1) if told else _delimiter(text)
    lines = text[told.end() if told else 0 :].splitlines(keepends=True)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    try:
        rows: list[Cells] = [tuple(map(str.strip, row)) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as fault:
        raise IngestError(
            f"{path}：不是完整的表格文本（{fault}）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再收入。"
        ) from fault
    return compose(Block(rows=part) for part in tables.apart(rows))


def _delimiter(text: str) -> str:
    """The delimiter that parts the most lines of a text's head into the same number of columns."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]

    def merit(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1]
        most = max(set(widths), key=widths.count, default=0)
        return widths.count(most), most

    return max(_DELIMITERS, key=merit)
