"""The exceptions of ingestion: each says which file or setting, what is wrong and what to do about it."""

from __future__ import annotations

import errno

#: what to do with a file that was read in part, once the part that was missing is there
AGAIN = "再运行 wenbao ingest --retry-failed，或在网页的「文档」里点「全部重试」"

#: what the system says in English, by its number
_SAID = {
    errno.ENOENT: "找不到文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "同名的文件或文件夹已经存在",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ENOMEM: "内存不够",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EBUSY: "正被占用",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "连接超时",
}

#: of faults that other libraries raise without a number
_KINDS = (
    (PermissionError, errno.EACCES),
    (FileNotFoundError, errno.ENOENT),
    (FileExistsError, errno.EEXIST),
    (TimeoutError, errno.ETIMEDOUT),
    (ConnectionRefusedError, errno.ECONNREFUSED),
)


class WenbaoError(Exception):
    """A fault that a person can mend. Its text is shown to them as it is, in Chinese."""


class SettingsError(WenbaoError):
    """A setting has a value that cannot be used."""


class IngestError(WenbaoError):
    """A file cannot be taken in."""


class LibraryError(WenbaoError):
    """The library cannot be opened, read or written."""


class EmbeddingError(WenbaoError):
    """An embedding model cannot be loaded, or is not the one that made the library's vectors."""


def in_chinese(fault: BaseException) -> str:
    """What the system says of a fault, in Chinese where it is one of the common ones; without the path."""
    if not isinstance(fault, OSError):
        return str(fault)
    number = fault.errno or next((number for kind, number in _KINDS if isinstance(fault, kind)), 0)
    return _SAID.get(number) or fault.strerror or str(fault)
