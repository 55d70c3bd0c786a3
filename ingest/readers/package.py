"""Packages: the zip files that .docx, .xlsx, .pptx and .ofd are, opened so that no file can cost more than its limits.

What a member's header says of its size is not believed: bytes are counted while they are unpacked. XML is parsed
without a document type, entities and network, which none of these formats needs (ECMA-376-2 §8.1.4 forbids a DTD).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from lxml import etree

from ingest.errors import IngestError
from ingest.limits import MB, Limits
from ingest.readers import strict
from ingest.readers.files import content

#: the first bytes of OLE files: Office before 2007, and every Office file with a password
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
_ENCRYPTED_MEMBER = 0x1  # APPNOTE.TXT 4.4.4, bit 0
_CHUNK = 1 << 16
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_RELATIONS = "_rels/.rels"


class Package:
    """An opened package: its members by name, unpacked when asked for, never more in all than ``limits`` allow.

    Names are as in the file, with ``/`` between folders and none in front. Every fault in it is an IngestError that
    names ``path``.
    """

    def __init__(self, path: Path, limits: Limits, data: bytes) -> None:
        self._path = path
        self._limits = limits
        self._left = limits.expanded_bytes
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self._archive.infolist()
        except Exception as fault:  # zipfile raises whatever the damage leads to
            raise self.damaged(fault) from fault
        if len(infos) > limits.members:
            raise IngestError(
                f"{path}：里面有 {len(infos)} 个成员，超过 {limits.members} 个的上限。"
                "请拆分后再收入，或调大设置 WENBAO_MAX_MEMBERS。"
            )
        self._members = {self._safe(info.filename): info for info in infos if not info.is_dir()}
        if any(info.flag_bits & _ENCRYPTED_MEMBER for info in self._members.values()):
            raise IngestError(f"{path}：文件有密码。请去掉密码后再收入。")
        if sum(info.file_size for info in self._members.values()) > self._left:
            raise self._too_large()

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, folders left out, in the order in which the file lists them."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """One member's bytes.

        :raises IngestError: where there is no such member, it is damaged, or the limit is reached.
        """
        return b"".join(self._chunks(name))

    def xml(self, name: str) -> etree._Element:
        """The root of one member's XML.

        :raises IngestError: as :meth:`read` does, and where it is no XML or declares a document type.
        """
        try:
            root = etree.fromstring(self.read(name), _parser())
        except (etree.XMLSyntaxError, ValueError) as fault:
            raise self.damaged(fault) from fault
        if root.getroottree().docinfo.doctype:
            raise self._hostile()
        return root

    def check(self) -> None:
        """Unpack every member once, and see that no XML among them declares a document type.

        For libraries that open the file themselves: after this, what they unpack is known to be within the limits.

        :raises IngestError: as :meth:`read` and :meth:`xml` do.
        """
        for name in self._members:
            prolog = _Prolog() if name.lower().endswith(_XML_SUFFIXES) else None
            for chunk in self._chunks(name):
                if prolog and prolog.declares_type(chunk):
                    raise self._hostile()

    def damaged(self, fault: Exception | None = None) -> IngestError:
        """The error to raise where what the package holds cannot be understood."""
        reason = f"（{type(fault).__name__}）" if fault else ""
        return IngestError(f"{self._path}：文件已损坏{reason}。请用 Word、WPS 等原来的程序打开检查，另存后再收入。")

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._members.get(name)
        if info is None:
            raise self.damaged(KeyError(name))
        try:
            with self._archive.open(info) as member:
                while chunk := member.read(_CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise self._too_large()
                    yield chunk
        except (IngestError, GeneratorExit):
            raise
        except Exception as fault:  # damage shows as an error of zipfile, of zlib, or as a wrong value anywhere
            raise self.damaged(fault) from fault

    def _safe(self, name: str) -> str:
        """A member's name in one form.

        :raises IngestError: where it would lead out of the package.
        """
        parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
        if ".." in parts or "\0" in name:
            raise IngestError(f"{self._path}：里面有指向外面的路径（{name[:60]!r}），不予收入。请确认文件来源可靠。")
        return "/".join(parts)

    def _too_large(self) -> IngestError:
        return IngestError(
            f"{self._path}：解开后超过 {self._limits.expanded_bytes // MB} MB 的上限（可能是压缩炸弹）。"
            "请拆分后再收入，或调大设置 WENBAO_MAX_EXPANDED_MB。"
        )

    def _hostile(self) -> IngestError:
        return IngestError(
            f"{self._path}：里面的 XML 声明了文档类型或实体，正常的文件不会有，不予收入。请用 Word 或 WPS 打开，另存后再收入。"
        )


def open_package(path: Path, limits: Limits) -> Package:
    """The package in a file.

    :raises IngestError: where the file cannot be opened, is empty, too large, encrypted, of old Office, damaged, holds
        more members or more bytes than ``limits`` allow, or names that lead out of it.
    """
    return _package(path, limits, content(path, limits))


def checked(path: Path, limits: Limits) -> io.BytesIO:
    """The bytes of a package for a library that opens it itself, once all of it has been found to be safe.

    Strict Office Open XML, which such libraries do not know, becomes transitional.

    :raises IngestError: as :func:`open_package` and :meth:`Package.check` do.
    """
    data = content(path, limits)
    package = _package(path, limits, data)
    package.check()
    if _RELATIONS in package and strict.is_strict(package.read(_RELATIONS)):
        return _transitional(_package(path, limits, data))
    return io.BytesIO(data)


def _transitional(package: Package) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in package.names:
            member = package.read(name)
            archive.writestr(name, strict.transitional(member) if name.lower().endswith(_XML_SUFFIXES) else member)
    stream.seek(0)
    return stream


def _package(path: Path, limits: Limits, data: bytes) -> Package:
    if data.startswith(OLE):
        if _ENCRYPTED_OFFICE in data:
            raise IngestError(f"{path}：文件有密码。请用 Word 或 WPS 去掉密码，另存后再收入。")
        raise IngestError(f"{path}：内容是旧版 Office 的格式，与后缀不符。请用 Word 或 WPS 打开，另存后再收入。")
    return Package(path, limits, data)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False)


class _Prolog:
    """What stands before the root element of an XML text that is handed over in pieces."""

    def __init__(self) -> None:
        self._typed = self._done = False
        self._expat = expat.ParserCreate()
        self._expat.StartDoctypeDeclHandler = self._on_type
        self._expat.StartElementHandler = self._on_root

    def declares_type(self, piece: bytes) -> bool:
        """Whether the pieces so far declare a document type; a damaged text declares none."""
        if not self._done:
            try:
                self._expat.Parse(piece)
            except (expat.ExpatError, LookupError, ValueError):  # damaged, or of an encoding that nobody knows
                self._done = True
        return self._typed

    def _on_type(self, *_: object) -> None:
        self._typed = self._done = True

    def _on_root(self, *_: object) -> None:
        self._done = True
