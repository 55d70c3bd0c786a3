"""The audit log: who signed in, took a report in or out, or changed an account, and from where."""

from __future__ import annotations

import getpass
import os
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ui.accounts.store import Database

Action = Literal["登录", "登录失败", "锁定", "退出", "上传", "移除", "新增账号", "移除账号", "修改密码", "修改角色", "新增令牌", "撤销令牌"]  # fmt: skip

#: who acts where no page is involved
COMMAND_LINE = "命令行"
_LONGEST = 500


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``at`` in UTC, ``about`` the account or the report concerned."""

    at: datetime
    who: str
    address: str
    action: str
    about: str

    def to_dict(self) -> dict[str, Any]:
        """As ``wenbao audit --json`` prints it."""
        at = self.at.isoformat(timespec="seconds")
        return {"at": at, "who": self.who, "address": self.address, "action": self.action, "about": self.about}


class Audit:
    """The log, to which lines are only ever added."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, action: Action, who: str, address: str = "", about: str = "") -> None:
        """Add a line."""
        self._database.write(
            "INSERT INTO audit (at, who, address, action, about) VALUES (?, ?, ?, ?, ?)",
            *(time.time(), who, address, action, about),
        )

    def entries(self, limit: int = 100, who: str = "") -> list[Entry]:
        """The newest lines, newest first.

        :param who: of this person alone.
        """
        found = self._database.rows(
            "SELECT at, who, address, action, about FROM audit WHERE ? IN ('', who) ORDER BY id DESC LIMIT ?",
            who,
            limit,
        )
        return [Entry(datetime.fromtimestamp(at, UTC), *rest) for at, *rest in found]


def note_command(home: Path, action: Action, about: str) -> None:
    """Add a line to the log of the library in a folder: what the operating system's user does on the command line."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in a container
        user = str(os.getuid()) if hasattr(os, "getuid") else ""
    with closing(Database(home)) as database:
        Audit(database).note(action, f"{COMMAND_LINE}（{user}）", about=about[:_LONGEST])
