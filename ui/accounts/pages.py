"""The page where people sign in: one form, no script, served from here alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.accounts.gate import COOKIE
from ui.accounts.people import LONGEST_PASSWORD, LoginError
from ui.theme import FONTS, asset_url

if TYPE_CHECKING:
    from ingest.settings import Settings
    from ui.accounts.people import Accounts

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>登录 · 问报</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<style>:root {{ --font: {fonts}; }}</style><link rel="stylesheet" href="{css}">
</head><body class="login"><main>
<h1>问报</h1><p>工作报告问答 · 数字有出处</p>
{message}<form method="post" action="/login">
<label>用户名<input name="name" value="{name}" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>密码<input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">登录</button></form>
<p>没有账号或忘记密码，请找管理员。</p></main></body></html>"""


def page(message: str = "", name: str = "") -> str:
    """The page's HTML, with what went wrong and the name that was given."""
    fonts = ", ".join(f"'{font}'" if " " in font else font for font in FONTS)
    told = f'<p class="refused" role="alert">{escape(message)}</p>' if message else ""
    return _PAGE.format(fonts=fonts, css=asset_url("login.css"), message=told, name=escape(name))


def router(accounts: Accounts, settings: Settings) -> APIRouter:
    """/login and /logout."""
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
        password: Annotated[str, Form(max_length=2 * LONGEST_PASSWORD)] = "",
    ) -> Response:
        try:
            key = await run_in_threadpool(accounts.log_in, name, password, address_of(request))
        except LoginError as refused:
            return HTMLResponse(page(str(refused), name), 401, headers={"Cache-Control": "no-store"})
        reply = RedirectResponse("/", 303)
        reply.set_cookie(
            COOKIE,
            key,
            max_age=int(settings.session_hours * 3600),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
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
