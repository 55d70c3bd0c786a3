"""Accounts: passwords, sessions, tokens and the lock after repeated failures."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from ingest.settings import Settings
from ui.accounts import Accounts, AccountsError, LoginError, Person
from ui.accounts.store import FILE, Database

PASSWORD = "山水有相逢2024"
HERE = "127.0.0.1"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    made = Accounts(Database(tmp_path), Settings(home=tmp_path, lockout_failures=3), clock, quick)
    made.add("管理", PASSWORD, "admin")
    made.add("张三", PASSWORD, "reader")
    return made


def test_the_first_account_is_an_admins(people: Accounts) -> None:
    with pytest.raises(AccountsError, match="--role admin"):
        people.add("张三", PASSWORD, "reader")
    assert not people.exist()
    people.add("管理", PASSWORD, "admin")
    assert [(account.name, account.role) for account in people.people()] == [("管理", "admin")]


@pytest.mark.parametrize("name", ["", " ", "a b", "张/三", "<b>", "a" * 33, "a\nb", "../x"])
def test_a_name_is_plain(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountsError, match="用户名"):
        accounts.add(name, PASSWORD, "reader")


@pytest.mark.parametrize("password", ["", "1234567", "长" * 257])
def test_a_password_has_a_length(accounts: Accounts, password: str) -> None:
    with pytest.raises(AccountsError, match="8 到 256"):
        accounts.add("李四", password, "reader")


def test_a_name_is_given_once_however_it_is_typed(accounts: Accounts) -> None:
    accounts.add("ＬＩ", PASSWORD, "reader")
    with pytest.raises(AccountsError, match="已经有了"):
        accounts.add("LI", PASSWORD, "reader")


def test_no_secret_lies_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    token, session = accounts.new_token("张三"), accounts.log_in("张三", PASSWORD, HERE)
    written = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert b"$argon2id$" in written
    for secret in (PASSWORD, token, session):
        assert secret.encode() not in written


def test_the_file_is_its_owners_alone(accounts: Accounts, tmp_path: Path) -> None:
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob(f"{FILE}*")} == {0}


def test_passwords_are_hashed_as_the_standard_recommends(people: Accounts, tmp_path: Path) -> None:
    people.add("管理", PASSWORD, "admin")
    ((hashed,),) = Database(tmp_path).rows("SELECT password FROM accounts")
    kept = extract_parameters(hashed)
    # RFC 9106, section 4: the second recommended option
    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (Type.ID, 64 * 1024, 3, 4)


def test_two_equal_passwords_do_not_look_alike(accounts: Accounts, tmp_path: Path) -> None:
    rows = Database(tmp_path).rows("SELECT password FROM accounts")
    assert len(set(rows)) == 2


def test_a_session_ends_after_its_hours(accounts: Accounts, clock: Clock) -> None:
    key = accounts.log_in("张三", PASSWORD, HERE)
    clock.now += 12 * 3600 - 1
    assert accounts.by_session(key) == Person("张三", "reader")
    clock.now += 1
    assert accounts.by_session(key) is None


def test_a_session_ends_when_somebody_signs_out(accounts: Accounts) -> None:
    key, other = (accounts.log_in("张三", PASSWORD, HERE) for _ in range(2))
    accounts.log_out(key, HERE)
    assert accounts.by_session(key) is None
    assert accounts.by_session(other) is not None


def test_another_password_ends_the_sessions(accounts: Accounts) -> None:
    key = accounts.log_in("张三", PASSWORD, HERE)
    accounts.set_password("张三", "另一个密码2025")
    assert accounts.by_session(key) is None
    with pytest.raises(LoginError):
        accounts.log_in("张三", PASSWORD, HERE)
    assert accounts.by_session(accounts.log_in("张三", "另一个密码2025", HERE))


def test_another_role_holds_at_once(accounts: Accounts) -> None:
    key, token = accounts.log_in("张三", PASSWORD, HERE), accounts.new_token("张三")
    accounts.set_role("张三", "editor")
    assert accounts.by_session(key) == accounts.by_token(token) == Person("张三", "editor")


def test_who_is_removed_is_nobody_at_once(accounts: Accounts) -> None:
    key, token = accounts.log_in("张三", PASSWORD, HERE), accounts.new_token("张三")
    accounts.remove("张三")
    assert accounts.by_session(key) is accounts.by_token(token) is None


def test_the_last_admin_stays(accounts: Accounts) -> None:
    for change in (lambda: accounts.remove("管理"), lambda: accounts.set_role("管理", "editor")):
        with pytest.raises(AccountsError, match="唯一的管理员"):
            change()
    accounts.remove("张三")
    accounts.remove("管理")
    assert not accounts.exist()


def test_a_token_is_whose_it_is_until_it_is_revoked(accounts: Accounts) -> None:
    token, other = accounts.new_token("张三", "办公系统"), accounts.new_token("张三")
    assert accounts.by_token(token) == Person("张三", "reader")
    held = accounts.tokens("张三")
    assert [t.label for t in held] == ["办公系统", ""]
    accounts.revoke(held[0].id)
    assert accounts.by_token(token) is None
    assert accounts.by_token(other) is not None
    assert accounts.by_token("") is accounts.by_token("wb_x") is None


def test_repeated_failures_lock_the_name_for_a_while(accounts: Accounts, clock: Clock) -> None:
    for _ in range(3):
        with pytest.raises(LoginError, match="用户名或密码不对"):
            accounts.log_in("张三", "错的密码啊", HERE)
    with pytest.raises(LoginError, match="15 分钟"):
        accounts.log_in("张三", PASSWORD, HERE)
    assert accounts.by_session(accounts.log_in("管理", PASSWORD, HERE))
    clock.now += 15 * 60
    assert accounts.by_session(accounts.log_in("张三", PASSWORD, HERE))


def test_a_name_that_nobody_has_is_refused_in_the_same_words(accounts: Accounts) -> None:
    said = []
    for name in ("张三", "没有这个人"):
        for _ in range(4):
            with pytest.raises(LoginError) as refused:
                accounts.log_in(name, "错的密码啊", HERE)
            said.append(str(refused.value))
    assert said[:4] == said[4:]


def test_failures_with_many_names_lock_the_address(accounts: Accounts) -> None:
    for number in range(15):
        with pytest.raises(LoginError, match="用户名或密码不对"):
            accounts.log_in(f"人{number}", "错的密码啊", "10.0.0.9")
    with pytest.raises(LoginError, match="失败次数太多"):
        accounts.log_in("张三", PASSWORD, "10.0.0.9")
    assert accounts.log_in("张三", PASSWORD, "10.0.0.10")


def test_signing_in_forgets_the_failures(accounts: Accounts) -> None:
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(LoginError):
                accounts.log_in("张三", "错的密码啊", HERE)
        accounts.log_in("张三", PASSWORD, HERE)


def test_an_admin_lifts_a_lock_with_a_new_password(accounts: Accounts) -> None:
    for _ in range(4):
        with pytest.raises(LoginError):
            accounts.log_in("张三", "错的密码啊", HERE)
    accounts.set_password("张三", PASSWORD)
    assert accounts.log_in("张三", PASSWORD, HERE)


def test_every_login_and_its_end_is_in_the_audit_log(accounts: Accounts) -> None:
    for _ in range(3):
        with pytest.raises(LoginError):
            accounts.log_in("张三", "错的密码啊", "10.0.0.9")
    accounts.set_password("张三", PASSWORD)
    accounts.log_out(accounts.log_in("张三", PASSWORD, HERE), HERE)
    log = [(entry.action, entry.who, entry.address) for entry in reversed(accounts.audit.entries())]
    assert log == [
        *[("登录失败", "张三", "10.0.0.9")] * 3,
        ("锁定", "张三", "10.0.0.9"),
        ("登录", "张三", HERE),
        ("退出", "张三", HERE),
    ]


def test_who_is_not_known_is_named(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.remove("李四"),
        lambda: accounts.set_role("李四", "reader"),
        lambda: accounts.set_password("李四", PASSWORD),
        lambda: accounts.new_token("李四"),
        lambda: accounts.tokens("李四"),
    ):
        with pytest.raises(AccountsError, match="没有账号「李四」"):
            change()


def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(accounts: Accounts) -> None:
    elsewhere = accounts.log_in("张三", PASSWORD, "10.0.0.5")
    here = accounts.change_password("张三", PASSWORD, "万水千山2025", "10.0.0.6")
    assert accounts.by_session(elsewhere) is None
    assert accounts.by_session(here) == Person("张三", "reader")
    with pytest.raises(LoginError):
        accounts.log_in("张三", PASSWORD, "10.0.0.5")
    newest = accounts.audit.entries(who="张三")[1]
    assert (newest.action, newest.address) == ("修改密码", "10.0.0.6")


def test_a_password_cannot_be_guessed_by_changing_it(accounts: Accounts) -> None:
    for _ in range(3):
        with pytest.raises(LoginError, match="现在的密码不对"):
            accounts.change_password("张三", "不是这个密码", "万水千山2025", "10.0.0.6")
    with pytest.raises(LoginError, match="失败次数太多"):
        accounts.change_password("张三", PASSWORD, "万水千山2025", "10.0.0.6")
    assert [entry.action for entry in accounts.audit.entries(who="张三")][:2] == ["锁定", "登录失败"]


def test_a_new_password_that_is_too_short_changes_nothing(accounts: Accounts) -> None:
    with pytest.raises(AccountsError, match="8 到 256"):
        accounts.change_password("张三", PASSWORD, "短", "10.0.0.6")
    accounts.log_in("张三", PASSWORD, "10.0.0.6")
