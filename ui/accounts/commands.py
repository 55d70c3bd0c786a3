"""``wenbao users`` and ``wenbao audit``: accounts are made and changed on the machine that holds the library."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ingest.settings import load_settings
from ui.accounts.audit import COMMAND_LINE, Audit
from ui.accounts.people import Accounts, AccountsError
from ui.accounts.roles import NAMES, Role
from ui.accounts.store import Database

users = typer.Typer(help="管理网页的账号：新增、移除、改密码、改角色、发令牌。")

Name = Annotated[str, typer.Argument(metavar="用户名")]
RoleOption = Annotated[str, typer.Option("--role", metavar="角色", help="reader 读者、editor 编辑、admin 管理员")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.add_typer(users, name="users")
    app.command("audit", help="显示操作记录：谁在什么时候登录、上传、移除。")(_audit)


@users.command("add", help="新增账号；密码会问，或从标准输入读一行。第一个账号必须是管理员。")
def _add(name: Name, role: RoleOption = "reader") -> None:
    with _accounts() as accounts:
        account = accounts.add(name, _password(), _role(role))
        accounts.audit.note("新增账号", COMMAND_LINE, about=account.name)
    print(f"已新增账号 {account.name}（{NAMES[account.role]}）。")


@users.command("list", help="列出账号。")
def _list(as_json: AsJson = False) -> None:
    with _accounts() as accounts:
        found = accounts.people()
    if as_json:
        rows = [
            {"name": a.name, "role": a.role, "created_at": a.created_at.isoformat(timespec="seconds")} for a in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return
    for account in found:
        print(f"{account.name}\t{NAMES[account.role]}\t{account.created_at.astimezone():%Y-%m-%d %H:%M}")
    if not found:
        print("还没有账号：网页只在本机提供，不用登录。用 wenbao users add 用户名 --role admin 新增。", file=sys.stderr)


@users.command("remove", help="移除账号；它的登录和令牌立刻失效。")
def _remove(name: Name) -> None:
    with _accounts() as accounts:
        accounts.remove(name)
        accounts.audit.note("移除账号", COMMAND_LINE, about=name)
    print(f"已移除账号 {name}。")


@users.command("password", help="修改密码；它的登录立刻失效，锁定解除。")
def _change_password(name: Name) -> None:
    with _accounts() as accounts:
        accounts.set_password(name, _password())
        accounts.audit.note("修改密码", COMMAND_LINE, about=name)
    print(f"已修改 {name} 的密码。")


@users.command("role", help="修改角色：reader 只能问和查，editor 还能上传和移除报告，admin 还能看操作记录。")
def _change_role(name: Name, role: Annotated[str, typer.Argument(metavar="角色")]) -> None:
    with _accounts() as accounts:
        accounts.set_role(name, _role(role))
        accounts.audit.note("修改角色", COMMAND_LINE, about=f"{name} {role}")
    print(f"{name} 现在是{NAMES[_role(role)]}。")


@users.command("token", help="发一个令牌，供程序调用接口；令牌只显示这一次。加 --list 列出，加 --revoke 撤销。")
def _token(
    name: Name,
    label: Annotated[str, typer.Option("--label", metavar="说明", help="令牌给谁用，例如：办公系统")] = "",
    listing: Annotated[bool, typer.Option("--list", help="列出这个账号的令牌")] = False,
    revoke: Annotated[int | None, typer.Option("--revoke", metavar="编号", help="撤销这个编号的令牌")] = None,
) -> None:
    with _accounts() as accounts:
        held = accounts.tokens(name)
        if listing:
            for token in held:
                print(f"{token.id}\t{token.label}\t{token.created_at.astimezone():%Y-%m-%d %H:%M}")
        elif revoke is not None:
            if revoke not in {token.id for token in held}:
                raise AccountsError(f"{name} 没有编号为 {revoke} 的令牌。用 wenbao users token {name} --list 查看。")
            accounts.revoke(revoke)
            accounts.audit.note("撤销令牌", COMMAND_LINE, about=f"{name} {revoke}")
            print(f"已撤销 {name} 的令牌 {revoke}。")
        else:
            secret = accounts.new_token(name, label)
            accounts.audit.note("新增令牌", COMMAND_LINE, about=f"{name} {label}".strip())
            print("令牌只显示这一次，请现在就记下来：", file=sys.stderr)
            print(secret)


def _audit(
    limit: Annotated[int, typer.Option("--limit", metavar="条数", min=1, help="最多显示多少条，最新的在前")] = 100,
    who: Annotated[str, typer.Option("--user", metavar="用户名", help="只看这个人的")] = "",
    as_json: AsJson = False,
) -> None:
    with _database() as database:
        entries = Audit(database).entries(limit, who)
    if as_json:
        print(json.dumps([entry.to_dict() for entry in entries], ensure_ascii=False))
        return
    for entry in entries:
        print(
            f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}\t{_inert(entry.who)}\t{entry.action}\t{_inert(entry.about)}\t{entry.address}"
        )


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load_settings().home)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _accounts() -> Iterator[Accounts]:
    with _database() as database:
        yield Accounts(database, load_settings())


def _role(text: str) -> Role:
    role = next((role for role, name in NAMES.items() if text in (role, name)), None)
    if role is None:
        raise AccountsError(f"没有「{text}」这个角色。可用的角色：{'、'.join(NAMES)}。")
    return role


def _inert(text: str) -> str:
    """A file's name, or what somebody tried to sign in as, without what a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _password() -> str:
    """A password, asked for twice at a terminal, else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一遍"))
