"""Signing in and out by the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ui.accounts.gate import COOKIE
from ui.accounts.pages import account_page, page
from ui.accounts.roles import Person

if TYPE_CHECKING:
    from tests.ui.conftest import Office

PASSWORD = "山水有相逢2024"


def test_the_page_is_chinese_and_loads_nothing_from_elsewhere(office: Office) -> None:
    client = office.client()
    html = client.get("/login").text
    assert '<html lang="zh-CN">' in html
    assert "<script" not in html
    loaded = re.findall(r'(?:src|href|action)="([^"]+)', html)
    assert [address for address in loaded if not address.startswith("/")] == []
    (css,) = re.findall(r'href="(/wenbao/login[^"]+)', html)
    assert client.get(css).status_code == 200


def test_what_was_typed_is_inert() -> None:
    shown = page("<b>错</b>", '"><script>alert(1)</script>')
    assert "<script" not in shown
    assert "<b>" not in shown


def test_a_name_on_the_account_page_is_inert() -> None:
    assert "<script" not in account_page(Person("<script>", "reader"), "<script>")


def test_a_program_with_a_token_cannot_change_the_password_without_knowing_it(office: Office) -> None:
    form = {"password": "不是这个密码", "new": "万水千山2025", "again": "万水千山2025"}
    reply = office.client("reader").post("/account", data=form)
    assert reply.status_code == 422
    assert "现在的密码不对" in reply.text
    office.accounts.set_password("reader", PASSWORD)  # the failure is forgotten


def test_signing_in_opens_the_page_and_signing_out_closes_it(office: Office) -> None:
    client = office.client()
    reply = client.post("/login", data={"name": "reader", "password": PASSWORD})
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "max-age=43200", "path=/"))
    assert "secure" not in cookie
    assert client.get("/api/me").json() == {"name": "reader", "role": "reader"}
    assert client.get("/api/audit").status_code == 403
    key = client.cookies[COOKIE]
    assert client.post("/logout").headers["location"] == "/login"
    client.cookies.set(COOKIE, key)
    assert client.get("/api/me").status_code == 401


def test_the_cookie_goes_over_tls_alone_where_there_is_tls(office: Office) -> None:
    client = office.client()
    client.base_url = "https://127.0.0.1:7860"
    reply = client.post("/login", data={"name": "reader", "password": PASSWORD})
    assert "secure" in reply.headers["set-cookie"].lower()


def test_a_wrong_password_is_told_and_sets_no_cookie(office: Office) -> None:
    reply = office.client().post("/login", data={"name": "没有<i>这个人", "password": "错的密码啊"})
    assert reply.status_code == 401
    assert "用户名或密码不对" in reply.text
    assert "<i>" not in reply.text
    assert "set-cookie" not in reply.headers


def test_the_login_form_needs_no_fields_to_be_refused(office: Office) -> None:
    assert office.client().post("/login").status_code == 401
