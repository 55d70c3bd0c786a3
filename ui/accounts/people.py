"""Accounts: names with a password and a role, their sessions and tokens, and the lock after repeated failures.

Passwords are kept as Argon2id (RFC 9106, argon2-cffi's defaults); session keys and tokens are 256 random bits and kept
as SHA-256, which is enough where nothing can be guessed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.errors import WenbaoError
from ingest.settings import Settings
from ui.accounts.audit import Audit
from ui.accounts.roles import ROLES, Person, Role
from ui.accounts.store import Database

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: characters; the lower bound and the lack of rules about their kinds follow NIST SP 800-63B
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256
TOKEN_PREFIX = "wb_"  # noqa: S105 - by which a leaked token is recognised
#: an address from which many names are tried is locked too, but later, for colleagues may share it
_ADDRESS_FACTOR = 5

_NAME = re.compile(r"[\w.@-]{1,32}")


class AccountsError(WenbaoError):
    """An account cannot be made, changed or found."""


class LoginError(WenbaoError):
    """A name and password were not accepted; the text does not tell whether the name exists."""


@dataclass(frozen=True)
class Account:
    """An account without its password."""

    name: str
    role: Role
    created_at: datetime


@dataclass(frozen=True)
class Token:
    """A token without its secret, which is told once, when it is made."""

    id: int
    name: str
    label: str
    created_at: datetime


class Accounts:
    """The accounts of a library's people.

    :param clock: the time in seconds since 1970.
    :param hasher: how passwords are hashed; None for argon2-cffi's defaults.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self.audit = Audit(database)
        self._database = database
        self._settings = settings
        self._clock = clock
        self._given_hasher = hasher
        # one password at a time is checked: it takes 64 MiB, and failures are counted before the next attempt
        self._checking = threading.Lock()

    def exist(self) -> bool:
        """Whether there is any account."""
        return bool(self._database.rows("SELECT 1 FROM accounts LIMIT 1"))

    def people(self) -> list[Account]:
        """The accounts by name."""
        found = self._database.rows("SELECT name, role, created_at FROM accounts ORDER BY name")
        return [Account(name, role, _moment(at)) for name, role, at in found]

    def add(self, name: str, password: str, role: Role) -> Account:
        """Make an account.

        :raises AccountsError: if the name is taken or cannot be one, the password is too short, or the first account
            is not an admin's.
        """
        name = _checked_name(name)
        if role not in ROLES:
            raise AccountsError(f"没有「{role}」这个角色。可用的角色：{'、'.join(ROLES)}。")
        hashed, now = self._hash(password), self._clock()
        with self._database.transaction():
            if role != "admin" and not self.exist():
                raise AccountsError("第一个账号必须是管理员，请加 --role admin。")
            if self._database.rows("SELECT 1 FROM accounts WHERE name = ?", name):
                raise AccountsError(f"账号「{name}」已经有了。修改密码用 wenbao users password {name}。")
            self._database.write("INSERT INTO accounts VALUES (?, ?, ?, ?)", name, hashed, role, now)
        return Account(name, role, _moment(now))

    def remove(self, name: str) -> None:
        """Remove an account with its sessions, tokens and conversations.

        :raises AccountsError: if there is none, or it is the last admin while there are others.
        """
        with self._database.transaction():
            self._keep_an_admin(name)
            self._database.write("DELETE FROM accounts WHERE name = ?", name)
            self._database.write("DELETE FROM conversations WHERE who = ?", name)

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role; it holds from the next request on.

        :raises AccountsError: if there is no such account or role, or it is the last admin's.
        """
        if role not in ROLES:
            raise AccountsError(f"没有「{role}」这个角色。可用的角色：{'、'.join(ROLES)}。")
        with self._database.transaction():
            self._require(name)
            if role != "admin":
                self._keep_an_admin(name, alone=False)
            self._database.write("UPDATE accounts SET role = ? WHERE name = ?", role, name)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; its sessions end, and its lock is lifted.

        :raises AccountsError: if there is no such account, or the password is too short.
        """
        hashed = self._hash(password)
        with self._database.transaction():
            self._require(name)
            self._database.write("UPDATE accounts SET password = ? WHERE name = ?", hashed, name)
            self._database.write("DELETE FROM sessions WHERE name = ?", name)
            self._database.write("DELETE FROM failures WHERE name = ?", name)

    # Sessions.

    def log_in(self, name: str, password: str, address: str) -> str:
        """The key of a new session.

        :param address: where the request comes from.
        :raises LoginError: if the name and password do not belong together, or one has failed too often of late.
        """
        # a name that nobody has is kept no longer than one that somebody could have
        name = unicodedata.normalize("NFKC", name).strip()[:32]
        self._check(name, password, address, "用户名或密码不对。")
        self.audit.note("登录", name, address)
        return self._begin_session(name)

    def change_password(self, name: str, password: str, new: str, address: str) -> str:
        """Give an account the password that its owner wants; all its sessions end but a new one, whose key this is.

        :param password: the present one.
        :raises LoginError: as ``log_in``, for a password may be guessed here too.
        :raises AccountsError: if the new password is too short.
        """
        self._check(name, password, address, "现在的密码不对。")
        self.set_password(name, new)
        self.audit.note("修改密码", name, address, about=name)
        return self._begin_session(name)

    def _check(self, name: str, password: str, address: str, refusal: str) -> None:
        """Refuse a password that is not the account's, and count that.

        :raises LoginError: if it is not, or there were too many such attempts of late.
        """
        with self._checking:
            failed = self._refuse_if_locked(name, address)
            if not self._matches(name, password):
                self._database.write("INSERT INTO failures VALUES (?, ?, ?)", name, address, self._clock())
                self.audit.note("登录失败", name, address)
                if failed + 1 == self._settings.lockout_failures:
                    self.audit.note("锁定", name, address)
                raise LoginError(refusal)
            self._database.write("DELETE FROM failures WHERE name = ?", name)

    def _begin_session(self, name: str) -> str:
        key, now = secrets.token_urlsafe(32), self._clock()
        with self._database.transaction():
            self._database.write("DELETE FROM sessions WHERE expires_at <= ?", now)
            expires = now + self._settings.session_hours * 3600
            self._database.write("INSERT INTO sessions VALUES (?, ?, ?)", _digest(key), name, expires)
        return key

    def by_session(self, key: str) -> Person | None:
        """Who has signed in with this key; None where it has expired or never was one."""
        return self._person(
            "SELECT accounts.name, role FROM sessions JOIN accounts USING (name) WHERE key = ? AND expires_at > ?",
            *(_digest(key), self._clock()),
        )

    def log_out(self, key: str, address: str) -> None:
        """End a session."""
        person = self.by_session(key)
        if self._database.write("DELETE FROM sessions WHERE key = ?", _digest(key)) and person:
            self.audit.note("退出", person.name, address)

    # Tokens.

    def new_token(self, name: str, label: str = "") -> str:
        """A new token for programs that act for an account; it is told this once.

        :raises AccountsError: if there is no such account.
        """
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        with self._database.transaction():
            self._require(name)
            self._database.write(
                "INSERT INTO tokens (name, label, secret, created_at) VALUES (?, ?, ?, ?)",
                *(name, label, _digest(secret), self._clock()),
            )
        return secret

    def tokens(self, name: str) -> list[Token]:
        """An account's tokens, oldest first.

        :raises AccountsError: if there is no such account.
        """
        self._require(name)
        found = self._database.rows("SELECT id, name, label, created_at FROM tokens WHERE name = ? ORDER BY id", name)
        return [Token(number, name, label, _moment(at)) for number, name, label, at in found]

    def revoke(self, number: int) -> None:
        """Make a token worthless.

        :raises AccountsError: if there is none with this number.
        """
        if not self._database.write("DELETE FROM tokens WHERE id = ?", number):
            raise AccountsError(f"没有编号为 {number} 的令牌。用 wenbao users token 用户名 --list 查看。")

    def by_token(self, secret: str) -> Person | None:
        """Whose token this is; None where it is nobody's."""
        return self._person(
            "SELECT accounts.name, role FROM tokens JOIN accounts USING (name) WHERE secret = ?", _digest(secret)
        )

    # Inside.

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return self._given_hasher or PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        """A hash to check against where there is no account, so that this takes no less time."""
        return self._hasher.hash(secrets.token_urlsafe())

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AccountsError(f"密码要有 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符。")
        return self._hasher.hash(_normal(password))

    def _matches(self, name: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        found = self._database.rows("SELECT password FROM accounts WHERE name = ?", name)
        hashed = found[0][0] if found else self._nobodys
        try:
            self._hasher.verify(hashed, _normal(password[: LONGEST_PASSWORD + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return bool(found)

    def _refuse_if_locked(self, name: str, address: str) -> int:
        """How often this name has failed of late.

        :raises LoginError: if that, or the failures from this address, are too many.
        """
        minutes, most = self._settings.lockout_minutes, self._settings.lockout_failures
        since = self._clock() - minutes * 60
        self._database.write("DELETE FROM failures WHERE at <= ?", since)
        ((by_name, by_address),) = self._database.rows(
            "SELECT coalesce(sum(name = ?), 0), coalesce(sum(address = ?), 0) FROM failures", name, address
        )
        if by_name >= most or by_address >= most * _ADDRESS_FACTOR:
            raise LoginError(f"失败次数太多，请过 {minutes} 分钟再试，或请管理员重设密码。")
        return int(by_name)

    def _require(self, name: str) -> None:
        if not self._database.rows("SELECT 1 FROM accounts WHERE name = ?", name):
            raise AccountsError(f"没有账号「{name}」。用 wenbao users list 查看有哪些账号。")

    def _keep_an_admin(self, name: str, alone: bool = True) -> None:
        """Refuse to take away the last admin; where there is nobody else that is allowed if ``alone``."""
        self._require(name)
        admins = {n for (n,) in self._database.rows("SELECT name FROM accounts WHERE role = 'admin'")}
        ((people,),) = self._database.rows("SELECT count(*) FROM accounts")
        if admins == {name} and not (alone and people == 1):
            raise AccountsError(f"「{name}」是唯一的管理员，不能移除或改成别的角色。请先另设一个管理员。")

    def _person(self, sql: str, *values: object) -> Person | None:
        found = self._database.rows(sql, *values)
        return Person(*found[0]) if found else None


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).strip()
    if not _NAME.fullmatch(name):
        raise AccountsError(f"用户名「{name}」不能用：请用 1 到 32 个汉字、字母、数字或 . _ - @。")
    return name


def _normal(password: str) -> str:
    """A password as it is hashed: however a keyboard composes its characters (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
