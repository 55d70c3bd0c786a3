"""Archives (.zip): their members into a folder, under names of our own, so that none can be written elsewhere.

What a header says of a size is not believed: bytes are counted while they are unpacked. Every member ends in a file, in
a reason why it was passed over, or in a reason why it failed; one bad member does not spoil the others.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.errors import IngestError, in_chinese
from ingest.limits import MB, Limits
from ingest.sources import ARCHIVES, unwanted

_ENCRYPTED = 0x1  # APPNOTE.TXT 4.4.4, bit 0
_UTF8 = 0x800  # bit 11: the name is UTF-8; otherwise zipfile has taken it for code page 437
_CHUNK = 1 << 16
_LONGEST_NAME = 1_000
#: what the archivers of macOS put beside every file
_MACINTOSH = "__MACOSX"


@dataclass(frozen=True)
class Member:
    """One member of an archive: its ``place`` (the archive's and its own path) and, where it was unpacked, its file.

    Without a file, ``reason`` says why not; ``skipped`` tells what is no report from what failed.
    """

    place: Path
    file: Path | None = None
    reason: str = ""
    skipped: bool = False


@dataclass
class _Budget:
    """What is left of the limits for one archive with all that is nested in it."""

    limits: Limits
    bytes: int = field(init=False)
    members: int = field(init=False)
    files: int = 0

    def __post_init__(self) -> None:
        self.bytes, self.members = self.limits.expanded_bytes, self.limits.members


def unpack(path: Path, place: Path, folder: Path, limits: Limits, only: Collection[Path] = ()) -> tuple[Member, ...]:
    """The members of an archive, those of archives in it too, unpacked into a folder.

    :param place: the path that the archive is known by.
    :param folder: an empty one; its files are called 000001.docx and so on.
    :param only: the places that are wanted; all, if none of them is in this archive.
    :raises IngestError: where the archive itself cannot be opened, is damaged, or would cost more than ``limits`` allow.
    """
    if path.stat().st_size > limits.file_bytes:
        raise IngestError(
            f"{place}：有 {path.stat().st_size / MB:.0f} MB，超过一个文件 {limits.file_bytes // MB} MB 的上限。"
            "请拆分后再收入，或调大设置 WENBAO_MAX_FILE_MB。"
        )
    wanted = frozenset(one for one in only if one.is_relative_to(place))
    return tuple(_members(path, place, folder, _Budget(limits), 1, wanted))


def _members(
    path: Path, place: Path, folder: Path, budget: _Budget, depth: int, only: frozenset[Path]
) -> Iterator[Member]:
    if depth > budget.limits.nesting:
        raise IngestError(
            f"{place}：压缩包套了 {depth} 层，超过 {budget.limits.nesting} 层的上限。"
            "请解开后再收入，或调大设置 WENBAO_MAX_NESTING。"
        )
    with _opened(path, place) as archive:
        infos = archive.infolist()
        budget.members -= len(infos)
        if budget.members < 0:
            raise IngestError(
                f"{place}：里面的成员超过 {budget.limits.members} 个的上限。"
                "请拆分后再收入，或调大设置 WENBAO_MAX_MEMBERS。"
            )
        seen: set[Path] = set()
        for info in infos:
            if info.is_dir():
                continue
            name = _name(info)
            inside = place / _printable(name)
            if only and inside not in only and not _leads_to(inside, only):
                continue
            reason = _fault(info, name) or ("压缩包里有同名的成员，只收入前一个" if inside in seen else "")
            if reason:
                yield Member(inside, reason=f"{inside}：{reason}。")
                continue
            seen.add(inside)
            passed_over = _passed_over(name)
            if passed_over:
                yield Member(inside, reason=passed_over, skipped=True)
                continue
            yield from _one(archive, info, inside, folder, budget, depth, only)


def _one(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    place: Path,
    folder: Path,
    budget: _Budget,
    depth: int,
    only: frozenset[Path],
) -> Iterator[Member]:
    budget.files += 1
    file = folder / f"{budget.files:06d}{place.suffix.lower()}"
    try:
        _extract(archive, info, place, file, budget)
        if place.suffix.lower() in ARCHIVES:
            yield from _members(file, place, folder, budget, depth + 1, only)
            file.unlink()
            return
    except IngestError as fault:
        file.unlink(missing_ok=True)
        yield Member(place, reason=str(fault))
        return
    yield Member(place, file)


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, file: Path, budget: _Budget) -> None:
    """Write a member's bytes to a file, as many as the limits allow."""
    size = 0
    try:
        with archive.open(info) as member, file.open("xb") as target:
            while chunk := member.read(_CHUNK):
                size += len(chunk)
                budget.bytes -= len(chunk)
                if size > budget.limits.file_bytes:
                    raise IngestError(
                        f"{place}：解开后超过一个文件 {budget.limits.file_bytes // MB} MB 的上限。"
                        "请拆分后再收入，或调大设置 WENBAO_MAX_FILE_MB。"
                    )
                if budget.bytes < 0:
                    raise IngestError(
                        f"{place}：整个压缩包解开后超过 {budget.limits.expanded_bytes // MB} MB 的上限（可能是压缩炸弹）。"
                        "请拆分后再收入，或调大设置 WENBAO_MAX_EXPANDED_MB。"
                    )
                target.write(chunk)
    except (IngestError, MemoryError):
        raise
    except OSError as fault:
        if fault.errno is None:  # zipfile's own
            raise _damaged(place, fault) from fault
        raise IngestError(f"{place}：解压时写不了临时文件（{in_chinese(fault)}）。请检查磁盘空间。") from fault
    except NotImplementedError as fault:
        raise IngestError(f"{place}：用了不支持的压缩方法。请用普通的 zip 方式重新压缩。") from fault
    except Exception as fault:  # damage shows as an error of zipfile, of zlib, or as a wrong value anywhere
        raise _damaged(place, fault) from fault


@contextmanager
def _opened(path: Path, place: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except Exception as fault:  # zipfile raises whatever the damage leads to
        raise _damaged(place, fault) from fault
    with archive:
        yield archive


def _damaged(place: Path, fault: Exception) -> IngestError:
    return IngestError(f"{place}：压缩包已损坏（{type(fault).__name__}）。请重新压缩或重新获取后再收入。")


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name. Archivers on Chinese Windows write GBK and on macOS UTF-8, both without saying so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _printable(name: str) -> PurePosixPath:
    """A name as a relative path to show: it is never used to write a file."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    shown = "/".join(parts)[:_LONGEST_NAME]
    return PurePosixPath("".join(character if character.isprintable() else "�" for character in shown) or "（无名）")


def _fault(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member must not be unpacked; "" if it may."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":") or "\0" in name:
        return "名称指向压缩包之外的位置，不予收入。请确认文件来源可靠"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "是符号链接，不予收入。请压缩原来的文件"
    if info.flag_bits & _ENCRYPTED:
        return "有密码。请去掉密码，重新压缩后再收入"
    if len(name) > _LONGEST_NAME:
        return f"名称超过 {_LONGEST_NAME} 字。请改名后重新压缩"
    return ""


def _passed_over(name: str) -> str:
    """Why a member is no report; "" if it may be one."""
    *folders, last = name.replace("\\", "/").split("/")
    if any(folder.startswith(".") or folder == _MACINTOSH for folder in folders):
        return "隐藏文件或临时文件"
    return unwanted(last)


def _leads_to(place: Path, only: frozenset[Path]) -> bool:
    """Whether a nested archive holds a place that is wanted."""
    return place.suffix.lower() in ARCHIVES and any(wanted.is_relative_to(place) for wanted in only)
