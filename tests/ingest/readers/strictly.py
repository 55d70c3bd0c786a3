"""Files in the strict variant of Office Open XML, as Word and Excel save them when told to: made of transitional ones."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_NAMESPACE = re.compile(
    rb"http://schemas\.openxmlformats\.org/(officeDocument|wordprocessingml|spreadsheetml|presentationml|drawingml)/2006/"
)


def strict(path: Path) -> Path:
    """A strict copy of a file, beside it (ISO/IEC 29500-1 annex A)."""
    copy = path.with_stem(path.stem + "（严格）")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            target.writestr(name, _NAMESPACE.sub(rb"http://purl.oclc.org/ooxml/\1/", source.read(name)))
    return copy
