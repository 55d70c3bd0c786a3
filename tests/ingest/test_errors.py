"""What the system says, in words for a person."""

import errno
import sqlite3

import pytest

from ingest.errors import in_chinese


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/甲"), "找不到文件或文件夹"),
        (PermissionError(errno.EACCES, "Permission denied", "/甲"), "没有权限"),
        (FileExistsError(errno.EEXIST, "File exists", "/甲"), "同名的文件或文件夹已经存在"),
        (PermissionError("Permission denied (os error 13)"), "没有权限"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (OSError(9999, "something rare"), "something rare"),
        (sqlite3.OperationalError("database is locked"), "database is locked"),
    ],
)
def test_common_faults_are_told_in_chinese(fault: Exception, told: str) -> None:
    assert in_chinese(fault) == told
