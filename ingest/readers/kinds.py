"""Kinds: what a file is by its content, for those whose suffix says something else.

Web sites hand out HTML as .doc and .xls, and people rename what a program does not open.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import olefile

from ingest.readers.package import OLE

_HEAD = 8192
_ZIP = b"PK\x03\x04"
#: a member that only a package of the kind has
_MEMBERS = (
    ("word/document.xml", ".docx"),
    ("xl/workbook.xml", ".xlsx"),
    ("ppt/presentation.xml", ".pptx"),
    ("OFD.xml", ".ofd"),
)
#: what an OpenDocument says it is (ODF 1.3 part 2, 3.3), in its first member
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_OPEN_SUFFIXES = {b"text": ".odt", b"spreadsheet": ".ods", b"presentation": ".odp"}
#: the streams in which old Office, and WPS after it, keep a text, a sheet or slides
_STREAMS = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt"))
#: Office 2003 in XML: one file, its program named
_PROGRAMS = {b"Word.Document": ".doc", b"Excel.Sheet": ".xls"}
_PROGRAM = re.compile(rb"<\?mso-application\s+progid=[\"']([\w.]+)[\"']")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|title|body|table|div|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?MIME-Version:", re.IGNORECASE)
#: what a file that a program of this kind wrote becomes when it is no more than plain text
_PLAIN_KINDS = {
    **dict.fromkeys((".doc", ".docx", ".wps", ".rtf", ".odt"), ".txt"),
    **dict.fromkeys((".xls", ".xlsx", ".et", ".ods"), ".tsv"),
}
#: suffixes under which a text is what it is, whatever it begins with
_PLAIN = frozenset({".txt", ".md", ".markdown", ".csv", ".tsv"})


def suffix_of(path: Path) -> str:
    """The suffix, in small letters, that a file's content deserves; its own where the content does not say.

    A file that cannot be opened keeps its suffix: its reader will say why.
    """
    own = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return own
    if head.startswith(_ZIP):
        return _of_zip(path, head) or own
    if head.startswith(OLE):
        return _of_ole(path) or own
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if own in _PLAIN:
        return own
    return _of_text(head) or (_PLAIN_KINDS.get(own, own) if _is_text(head) else own)


def is_old_office(path: Path) -> bool:
    """Whether a file is beyond doubt of old Office: a program that guesses would make text of any bytes."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(OLE):
        return bool(_of_ole(path))
    return head.startswith((b"{\\rtf", _ZIP)) or bool(_PROGRAM.search(head[:1024]))


def _of_zip(path: Path, head: bytes) -> str:
    opened = _OPEN_DOCUMENT.search(head[:256])
    if opened:
        return _OPEN_SUFFIXES[opened.group(1)]
    with suppress(Exception), zipfile.ZipFile(path) as archive:  # its reader will say what is wrong with it
        names = set(archive.namelist())
        for member, suffix in _MEMBERS:
            if member in names or member.replace("/", "\\") in names:
                return suffix
    return ""


def _of_ole(path: Path) -> str:
    with suppress(Exception), olefile.OleFileIO(path) as file:
        for stream, suffix in _STREAMS:
            if file.exists(stream):
                return suffix
    return ""


def _is_text(head: bytes) -> bool:
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return bool(head.strip()) and (marked or not re.search(rb"[\x00-\x08\x0e-\x1f]", head))


def _of_text(head: bytes) -> str:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            head = head[len(mark) :].replace(b"\0", b"")
    program = _PROGRAM.search(head[:1024])
    if program:
        return _PROGRAMS.get(program.group(1), "")
    if _MAIL.match(head) or _HTML.match(head):
        return ".html"
    return ""
