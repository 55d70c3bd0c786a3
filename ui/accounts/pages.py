"""The pages where people sign in and change their password: forms, no script, served from here alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.accounts.gate import COOKIE
from ui.accounts.people import LONGEST_PASSWORD, SHORTEST_PASSWORD, AccountsError, LoginError
from ui.accounts.roles import NAMES, THIS_MACHINE, Person
from ui.theme import FONTS, asset_url

if TYPE_CHECKING:
    from ingest.settings import Settings
    from ui.accounts.people import Accounts

_Password = Annotated[str, Form(max_length=2 * LONGEST_PASSWORD)]

_FRAME = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 问报</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<style>:root {{ --font: {fonts}; }}</style><link rel="stylesheet" href="{css}">
</head><body class="login"><main>
<h1>问报</h1>{body}</main></body></html>"""

_LOGIN = """<p>工作报告问答 · 数字有出处</p>
{told}<form method="post" action="/login">
<label>用户名<input name="name" value="{name}" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>密码<input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">登录</button></form>
<p>没有账号或忘记密码，请找管理员。</p>"""

_ACCOUNT = """<p>{name}（{role}）</p>
{told}<form method="post" action="/account">
<input type="hidden" name="username" value="{name}" autocomplete="username">
<label>现在的密码<input name="password" type="password" autocomplete="current-password" required></label>
<label>新密码（至少 {least} 个字符）<input name="new" type="password" autocomplete="new-password" minlength="{least}" required></label>
<label>再输一遍新密码<input name="again" type="password" autocomplete="new-password" minlength="{least}" required></label>
<button type="submit">修改密码</button></form>
<p>修改后，在别处的登录都会退出。</p>
<p><a href="/">返回问报</a></p>"""


def page(message: str = "", name: str = "") -> str:
    """The login page's HTML, with what went wrong and the name that was given."""
    return _framed("登录", _LOGIN.format(told=_told(message, "refused"), name=escape(name)))


def account_page(person: Person, message: str = "", done: bool = False) -> str:
    """The HTML of the page where a person changes the password, with what came of it."""
    told = _told(message, "done" if done else "refused")
    body = _ACCOUNT.format(name=escape(person.name), role=NAMES[person.role], told=told, least=SHORTEST_PASSWORD)
    return _framed("账号", body)


def _framed(title: str, body: str) -> str:
    fonts = ", ".join(f"'{font}'" if " " in font else font for font in FONTS)
    return _FRAME.format(title=title, fonts=fonts, css=asset_url("login.css"), body=body)


def _told(message: str, kind: str) -> str:
    return f'<p class="{kind}" role="alert">{escape(message)}</p>' if message else ""


def router(accounts: Accounts, settings: Settings) -> APIRouter:
    """/login, /logout and /account."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login", response_class=HTMLResponse)
    def shown() -> Response:
        if not accounts.exist():
            return RedirectResponse("/", 303)
        return HTMLResponse(page(), headers={"Cache-Control": "no-store"})

    @routes.post("/login", response_class=HTMLResponse)
    async def signed_in(
        request: Request,
        name: Annotated[str, Form(max_length=64)] = "",
        password: _Password = "",
    ) -> Response:
        try:
            key = await run_in_threadpool(accounts.log_in, name, password, address_of(request))
        except LoginError as refused:
            return HTMLResponse(page(str(refused), name), 401, headers={"Cache-Control": "no-store"})
        reply = RedirectResponse("/", 303)
        keep(reply, key, request)
        return reply

    def keep(reply: Response, key: str, request: Request) -> None:
        reply.set_cookie(
            COOKIE,
            key,
            max_age=int(settings.session_hours * 3600),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    @routes.get("/account", response_class=HTMLResponse)
    def account(request: Request) -> Response:
        if request.user == THIS_MACHINE:
            return RedirectResponse("/", 303)
        return HTMLResponse(account_page(request.user), headers={"Cache-Control": "no-store"})

    @routes.post("/account", response_class=HTMLResponse)
    async def changed(
        request: Request, password: _Password = "", new: _Password = "", again: _Password = ""
    ) -> Response:
        person, headers = request.user, {"Cache-Control": "no-store"}
        try:
            if new != again:
                raise AccountsError("两遍新密码不一样。")
            key = await run_in_threadpool(accounts.change_password, person.name, password, new, address_of(request))
        except (AccountsError, LoginError) as refused:
            return HTMLResponse(account_page(person, str(refused)), 422, headers=headers)
        reply = HTMLResponse(account_page(person, "密码已修改。", done=True), headers=headers)
        keep(reply, key, request)
        return reply

    @routes.post("/logout")
    def signed_out(request: Request) -> Response:
        accounts.log_out(request.cookies.get(COOKIE, ""), address_of(request))
        reply = RedirectResponse("/login", 303)
        reply.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return reply

    return routes


def address_of(request: Request) -> str:
    """The address that a request comes from; behind a proxy on this machine, the one that the proxy names."""
    return request.client.host if request.client else ""
