"""Bytes from disk: every way in which opening a file can fail becomes one clear message."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import IngestError, in_chinese
from ingest.limits import DEFAULT, MB, Limits


def content(path: Path, limits: Limits = DEFAULT) -> bytes:
    """The bytes of a file, at least one.

    :raises IngestError: where the file is missing, a folder, not to be opened, empty, or larger than ``limits`` allow.
    """
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise IngestError(
                f"{path}：有 {size / MB:.0f} MB，超过一个文件 {limits.file_bytes // MB} MB 的上限。"
                "请拆分后再收入，或调大设置 WENBAO_MAX_FILE_MB。"
            )
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise IngestError(f"{path}：找不到这个文件。请检查路径。") from fault
    except IsADirectoryError as fault:
        raise IngestError(f"{path}：这是文件夹，不是文件。") from fault
    except PermissionError as fault:
        raise IngestError(f"{path}：没有读取权限。请修改文件权限，或换一个有权限的用户。") from fault
    except OSError as fault:
        raise IngestError(f"{path}：读不出来（{in_chinese(fault)}）。请检查磁盘和文件。") from fault
    if not data:
        raise IngestError(f"{path}：是空文件，没有可以收入的内容。")
    return data
