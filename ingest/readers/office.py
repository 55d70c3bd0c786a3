"""Old Office, WPS and OpenDocument files: LibreOffice, where it is installed, converts them for the readers we have.

It runs by itself on a copy of the file, with a profile that is made for the one run and thrown away: no macros, no
network, nothing of the user's settings.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import olefile

from ingest.document import Document
from ingest.errors import IngestError, in_chinese
from ingest.limits import Limits
from ingest.readers import kinds
from ingest.readers.files import content
from ingest.readers.package import OLE, open_package

logger = logging.getLogger(__name__)

#: suffix -> what to convert to, the module that reads that, and what to save the file as by hand
_TARGETS = {
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt"), (".docx", "docx", "Word 文档 .docx")),
    **dict.fromkeys((".xls", ".et", ".ods", ".xlsx"), (".xlsx", "excel", "Excel 工作簿 .xlsx")),
    **dict.fromkeys((".ppt", ".dps", ".odp"), (".pptx", "pptx", "演示文稿 .pptx")),
}

_PLACES = (
    "/usr/lib/libreoffice/program/soffice.bin",
    "/opt/libreoffice*/program/soffice.bin",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
#: the exit codes with which LibreOffice asks to be started once more, as it does with a new profile
_RESTART = (79, 81)
#: the share of a file's seconds that LibreOffice may take; the rest is for reading what it made
_SHARE = 0.8

#: (node, property, type, value): macros off, links never updated, and a proxy that nobody answers
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "int", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "boolean", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "boolean", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "boolean", "true"),
    ("Office.Common/Misc", "FirstRun", "boolean", "false"),
    ("Office.Writer/Content/Update", "Link", "int", "2"),
    ("Office.Calc/Content/Update", "Link", "short", "2"),
    ("Inet/Settings", "ooInetProxyType", "int", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "string", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "int", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "string", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "int", "9"),
    ("Inet/Settings", "ooInetNoProxy", "string", ""),
)


def read(path: Path, limits: Limits) -> Document:
    """The document in a file that LibreOffice can convert.

    :raises IngestError: where LibreOffice is not installed, fails or takes too long, and where the file cannot be
        opened, is empty, encrypted, damaged, or larger than ``limits`` allow.
    """
    data = content(path, limits)
    suffix = kinds.suffix_of(path)
    _, module, by_hand = _TARGETS[suffix]
    if _is_encrypted(path, data, limits):
        raise IngestError(f"{path}：文件有密码。请用 Word 或 WPS 去掉密码，另存后再收入。")
    if not kinds.is_old_office(path):
        raise _damaged(path, by_hand)
    program = find_program()
    if program is None:
        raise IngestError(
            f"{path}：{suffix} 文件要由 LibreOffice 转换，这台电脑上没有找到它。"
            "请安装 LibreOffice（Debian、Ubuntu、麒麟、统信：apt install libreoffice-writer libreoffice-calc "
            f"libreoffice-impress；Windows：libreoffice.org），或用 Word、WPS 另存为{by_hand} 后再收入。"
        )
    with _conversion(program, data, suffix, path, limits) as converted:
        try:
            document: Document = import_module(f"ingest.readers.{module}").read(converted, limits)
        except IngestError as fault:
            raise IngestError(str(fault).replace(str(converted), str(path))) from fault
    return document


def calculated(data: bytes, path: Path, limits: Limits) -> bytes | None:
    """A workbook (.xlsx) whose formulas LibreOffice has worked out; None where it is not installed or cannot."""
    program = find_program()
    if program is None:
        return None
    try:
        with _conversion(program, data, ".xlsx", path, limits) as converted:
            return converted.read_bytes()
    except IngestError as fault:
        logger.warning("%s", fault)
        return None


@contextmanager
def _conversion(program: Path, data: bytes, suffix: str, path: Path, limits: Limits) -> Iterator[Path]:
    """What LibreOffice makes of the bytes of a file, in a folder that is thrown away."""
    target, _, by_hand = _TARGETS[suffix]
    with TemporaryDirectory(prefix="wenbao-office-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, f"source{suffix}")
        source.write_bytes(data)
        yield _converted(program, source, target, path, by_hand, limits.seconds * _SHARE)


def find_program() -> Path | None:
    """LibreOffice's own program, None where it is not installed.

    The program itself, not the script that starts it, so that there is one process and killing it leaves none behind.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    for place in (*([Path(found).resolve()] if found else []), *_installed()):
        itself = place.with_name("soffice.bin") if os.name == "posix" else place
        if itself.is_file() or place.is_file():
            return itself if itself.is_file() else place
    return None


def _installed() -> Iterator[Path]:
    for place in _PLACES:
        root = Path(Path(place).anchor)
        if root.is_dir():
            with suppress(ValueError, OSError):
                yield from root.glob(str(Path(place).relative_to(root)))


def _converted(program: Path, source: Path, target: str, path: Path, by_hand: str, seconds: float) -> Path:
    """What LibreOffice makes of a file, beside it in its folder."""
    folder = source.parent
    profile, made = folder / "profile", folder / "made"
    _write_profile(profile)
    command = [str(program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore"]
    command += [
        "--nologo",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        target[1:],
        "--outdir",
        str(made),
        str(source),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    deadline = time.monotonic() + seconds
    try:
        for _ in range(3):
            left = max(0.1, deadline - time.monotonic())
            ended = subprocess.run(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=left,
                check=False,
            )
            if ended.returncode not in _RESTART:
                break
    except subprocess.TimeoutExpired as fault:
        raise IngestError(
            f"{path}：LibreOffice 转换了 {seconds:.0f} 秒还没有完成。"
            f"请调大设置 WENBAO_MAX_SECONDS，或用 Word、WPS 另存为{by_hand} 后再收入。"
        ) from fault
    except OSError as fault:
        raise IngestError(f"{path}：LibreOffice 不能启动（{in_chinese(fault)}）。请检查它的安装。") from fault
    converted = made / f"{source.stem}{target}"
    if not converted.is_file():
        raise _damaged(path, by_hand)
    return converted


def _damaged(path: Path, by_hand: str) -> IngestError:
    return IngestError(f"{path}：文件已损坏，或不是后缀说的格式。请用 Word 或 WPS 打开检查，另存为{by_hand} 后再收入。")


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{node}"><prop oor:name="{name}" oor:op="fuse">'
        f'<value xsi:type="xs:{kind}">{escape(value)}</value></prop></item>'
        for node, name, kind, value in _SETTINGS
    )
    folder = profile / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _is_encrypted(path: Path, data: bytes, limits: Limits) -> bool:
    """Whether a file asks for a password, as far as its format says so openly."""
    if data.startswith(b"PK"):
        package = open_package(path, limits)
        manifest = "META-INF/manifest.xml"
        return manifest in package and b"encryption-data" in package.read(manifest)
    if not data.startswith(OLE):
        return False
    with suppress(Exception), olefile.OleFileIO(data) as file:  # LibreOffice will find out what is damaged
        if file.exists("EncryptedPackage") or file.exists("EncryptedSummary"):
            return True
        if file.exists("WordDocument"):
            return bool(file.openstream("WordDocument").read(12)[11] & 0x01)  # [MS-DOC] 2.5.2, fEncrypted
        for name in ("Workbook", "Book"):
            if file.exists(name):
                return _has_file_pass(file.openstream(name).read(4096))
    return False


def _has_file_pass(stream: bytes) -> bool:
    """Whether a workbook's first records are followed by a password's ([MS-XLS] 2.4.117, FilePass)."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = int.from_bytes(stream[at : at + 2], "little"), int.from_bytes(stream[at + 2 : at + 4], "little")
        if kind == 0x2F:
            return True
        at += 4 + length
    return False
