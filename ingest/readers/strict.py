"""Strict Office Open XML (ISO/IEC 29500-1): the elements of the transitional variant, which programs write by default, under
other namespaces. Under the transitional ones python-docx and openpyxl can read it.
"""

from __future__ import annotations

import re

#: ISO/IEC 29500-1 annex A and 29500-4 annex A name their namespaces by the same words
_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(?=\w)")


def is_strict(xml: bytes) -> bool:
    """Whether the XML of a part uses the strict variant's namespaces."""
    return bool(_NAMESPACE.search(xml))


def transitional(xml: bytes) -> bytes:
    """The XML of a part with the transitional variant's namespaces."""
    return _NAMESPACE.sub(rb"http://schemas.openxmlformats.org/\1/2006/", xml)
