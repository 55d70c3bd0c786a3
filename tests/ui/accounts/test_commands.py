"""wenbao users and wenbao audit."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.settings import Settings
from ui.accounts import Accounts, Person
from ui.accounts.audit import Audit
from ui.accounts.store import Database
from ui.cli import run

PASSWORD = "山水有相逢2024"

Wenbao = Callable[..., tuple[int, str, str]]


@pytest.fixture
def wenbao(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wenbao:
    def invoke(*arguments: str, password: str = PASSWORD) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return invoke


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "library"


def _accounts(home: Path) -> Accounts:
    return Accounts(Database(home), Settings(home=home))


def test_an_account_is_made_changed_and_removed(wenbao: Wenbao, home: Path) -> None:
    assert wenbao("users", "add", "管理", "--role", "admin")[:2] == (0, "已新增账号 管理（管理员）。\n")
    assert wenbao("users", "add", "张三", "--role", "编辑")[0] == 0
    assert wenbao("users", "role", "张三", "reader")[0] == 0
    assert wenbao("users", "password", "张三", password="另一个密码2025")[0] == 0
    assert [(row["name"], row["role"]) for row in json.loads(wenbao("users", "list", "--json")[1])] == [
        ("张三", "reader"),
        ("管理", "admin"),
    ]
    assert _accounts(home).log_in("张三", "另一个密码2025", "")
    assert wenbao("users", "remove", "张三")[0] == 0
    assert "张三" not in wenbao("users", "list")[1]


def test_a_token_is_shown_once_and_alone_on_standard_output(wenbao: Wenbao, home: Path) -> None:
    wenbao("users", "add", "管理", "--role", "admin")
    _, token, _ = wenbao("users", "token", "管理", "--label", "办公系统")
    assert _accounts(home).by_token(token.strip()) == Person("管理", "admin")
    _, listed, _ = wenbao("users", "token", "管理", "--list")
    assert "办公系统" in listed
    assert token.strip() not in listed
    assert wenbao("users", "token", "管理", "--revoke", "9")[0] == 2
    assert wenbao("users", "token", "管理", "--revoke", "1")[0] == 0
    assert _accounts(home).by_token(token.strip()) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("users",), "没有给出命令"),
        (("users", "add", "张三"), "第一个账号必须是管理员"),
        (("users", "add", "张三", "--role", "主任"), "没有「主任」这个角色"),
        (("users", "remove", "张三"), "没有账号「张三」"),
        (("users", "add"), "缺少"),
    ],
)
def test_what_cannot_be_done_is_said_in_chinese(wenbao: Wenbao, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = wenbao(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_short_password_is_refused(wenbao: Wenbao) -> None:
    code, _, err = wenbao("users", "add", "管理", "--role", "admin", password="123")
    assert code == 2
    assert "8 到 256" in err


def test_the_audit_log_shows_who_changed_what(wenbao: Wenbao, home: Path) -> None:
    wenbao("users", "add", "管理", "--role", "admin")
    Audit(Database(home)).note("上传", "管理", "10.0.0.9", "甲\x1b[2J.txt")
    newest, first = json.loads(wenbao("audit", "--json")[1])
    assert (newest["who"], newest["action"], newest["address"]) == ("管理", "上传", "10.0.0.9")
    assert (first["who"], first["action"], first["about"]) == ("命令行", "新增账号", "管理")
    shown = wenbao("audit", "--user", "管理")[1]
    assert "上传" in shown
    assert "新增账号" not in shown
    assert "\x1b" not in shown
