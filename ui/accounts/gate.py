"""The gate that every request passes: from this site's own pages, no larger than allowed, by somebody who may.

What may be asked for is listed here, path by path, with the role it takes; what is not listed is not there, be it of
this program or of Gradio. Who somebody is comes from the session's cookie or from a token, never from what they send.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.limits import MB
from ui.accounts.roles import NAMES, THIS_MACHINE, Person, Role

if TYPE_CHECKING:
    from ingest.settings import Settings
    from ui.accounts.people import Accounts

COOKIE = "wenbao_session"
#: bytes of a request that is no upload: a long conversation fits many times
LARGEST_REQUEST = 4 * MB
#: what a form adds around the file in it
_FORM = 64 * 1024

_READ = ("GET", "HEAD")

#: what a request brings: a form or JSON, one file, or a heap of files
Size = Literal["request", "file", "files"]


@dataclass(frozen=True)
class Rule:
    """Which role a request takes; None for none. ``name`` is the path without what varies, as it is counted by."""

    name: str
    role: Role | None
    methods: Sequence[str]
    pattern: re.Pattern[str]
    size: Size = "request"


def _rule(
    role: Role | None, methods: Sequence[str] | str, name: str, pattern: str = "", size: Size = "request"
) -> Rule:
    methods = (methods,) if isinstance(methods, str) else methods
    return Rule(name, role, methods, re.compile(pattern or re.escape(name), re.DOTALL), size)


#: the first that fits a request holds
RULES = (
    _rule(None, _READ, "/healthz"),
    _rule(None, ("GET", "HEAD", "POST"), "/login"),
    _rule(None, "POST", "/logout"),
    _rule("reader", ("GET", "HEAD", "POST"), "/account"),
    _rule(None, _READ, "/wenbao", r"/wenbao/.+"),
    _rule(None, _READ, "/favicon.ico"),
    _rule("reader", _READ, "/"),
    _rule("reader", "GET", "/metrics"),
    _rule("reader", "GET", "/api/docs", r"/api/docs(/[\w.-]+)?|/api/openapi\.json"),
    _rule("reader", "GET", "/api/me"),
    _rule("reader", "POST", "/api/ask"),
    _rule("reader", "GET", "/api/reports", r"/api/reports(/\w+)?"),
    _rule("editor", "POST", "/api/reports", size="file"),
    _rule("editor", "DELETE", "/api/reports", r"/api/reports/\w+"),
    _rule("reader", "GET", "/api/figures"),
    _rule("reader", "POST", "/api/feedback"),
    _rule("editor", "GET", "/api/feedback"),
    _rule("admin", "GET", "/api/audit"),
    # whose conversation it is decides exporting.py
    _rule("reader", "GET", "/conversations", r"/conversations/\d+\.(docx|md)"),
    _rule("reader", "GET", "/v1/models", r"/v1/models(/[\w.-]+)?"),
    _rule("reader", "POST", "/v1/chat/completions"),
    _rule("reader", ("GET", "POST", "DELETE"), "/gradio_api/mcp", r"/gradio_api/mcp/?"),
    _rule("editor", "GET", "/evaluations", r"/evaluations/(runs/[\d-]+\.html|sets/(own|shipped)/[^/]+\.jsonl)"),
    # Gradio: its page, its events (each function has a role of its own, see blocks.py) and the files it holds
    _rule("reader", _READ, "/config", r"/config/?"),
    _rule("reader", _READ, "/assets", r"/(assets|static|svelte)/.+|/theme\.css|/gradio_api/theme\.css"),
    _rule("reader", "GET", "/gradio_api/info", r"/gradio_api/(info|app_id|startup-events|login_check)/?"),
    _rule("reader", "GET", "/gradio_api/heartbeat", r"/gradio_api/heartbeat/\w+"),
    _rule("reader", "POST", "/gradio_api/queue/join"),
    _rule("reader", "GET", "/gradio_api/queue/data"),
    _rule("reader", "POST", "/gradio_api/cancel", r"/gradio_api/(cancel|reset)/?"),
    _rule("reader", "POST", "/gradio_api/call", r"/gradio_api/(call|call/v2|run|api)/\w+/?"),
    _rule("reader", "GET", "/gradio_api/call", r"/gradio_api/(call|call/v2)/\w+/\w+"),
    # never another host's: Gradio would fetch an address that is given for a file
    _rule("reader", _READ, "/gradio_api/file", r"/gradio_api/file=(?!\s*\w+:/).+"),
    _rule("editor", "POST", "/gradio_api/upload", size="files"),
    _rule("editor", "GET", "/gradio_api/upload_progress"),
)


def rule_of(method: str, path: str) -> Rule | None:
    """The rule for a request; None where there is nothing to ask for."""
    return next((rule for rule in RULES if method in rule.methods and rule.pattern.fullmatch(path)), None)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Gate:
    """Lets a request through to the app with the person it comes from as ``scope["user"]``, or answers it itself.

    Where there are no accounts, whoever asks from this machine is let through as its only user; nobody else is.
    """

    def __init__(self, app: ASGIApp, accounts: Accounts, settings: Settings) -> None:
        self.app = app
        self._accounts = accounts
        self._open = is_loopback(settings.host)
        file = settings.max_file_mb * MB + _FORM
        heap = max(file, settings.max_expanded_mb * MB)
        self._largest: dict[Size, int] = {"request": LARGEST_REQUEST, "file": file, "files": heap}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # this program speaks no WebSocket
            await send({"type": "websocket.close", "code": 1008})
            return
        connection = HTTPConnection(scope)
        rule = rule_of(scope["method"], scope["path"])
        scope["rule"] = rule
        person = self._person(connection) if rule and rule.role else None
        refusal = self._refusal(connection, rule, person)
        if refusal:
            await refusal(scope, receive, send)
            return
        scope["user"] = person
        await self.app(scope, _measured(receive, self._largest[rule.size if rule else "request"]), send)

    def _person(self, connection: HTTPConnection) -> Person | None:
        """Who this is: the owner of the token if one is sent, else of the session."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._accounts.exist():
            return self._accounts.by_token(token.strip())
        cookie = connection.cookies.get(COOKIE)
        person = self._accounts.by_session(cookie) if cookie else None
        if person or self._accounts.exist():
            return person
        # what came through a proxy on this machine came from another
        proxied = any(name in connection.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
        return THIS_MACHINE if self._open and not proxied else None

    def _refusal(self, connection: HTTPConnection, rule: Rule | None, person: Person | None) -> Response | None:
        """The reply to a request that is not let through; None where it is."""
        path, method = connection.scope["path"], connection.scope["method"]
        if method not in _READ and not _is_own(connection):
            return problem(path, 403, "请求来自别的网站，已拒绝。")
        if rule is None:
            return problem(path, 404, "没有这个地址。")
        if rule.role and person is None:
            if method == "GET" and "text/html" in connection.headers.get("accept", ""):
                return RedirectResponse("/login", 303)
            return problem(path, 401, "请先登录，或在 Authorization 里给出有效的令牌。")
        if rule.role and person and not person.may(rule.role):
            return problem(path, 403, f"没有权限：这项操作需要{NAMES[rule.role]}。")
        largest = self._largest[rule.size]
        length = connection.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > largest:
            return problem(path, 413, f"内容太大，最多 {largest // MB} MB。")
        return None


def problem(path: str, status: int, message: str) -> JSONResponse:
    """A refusal, in the form that the interface at a path uses."""
    body: dict[str, Any] = {"detail": message}
    if path.startswith("/v1/"):
        kind = "authentication_error" if status == 401 else "invalid_request_error"
        body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    return JSONResponse(body, status, {"WWW-Authenticate": "Bearer"} if status == 401 else None)


def _is_own(connection: HTTPConnection) -> bool:
    """Whether a request that changes something comes from this site's own page, or from a program, which names none."""
    origin = connection.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == connection.headers.get("host")
    return connection.headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _measured(receive: Receive, largest: int) -> Receive:
    """The same messages, as long as their bodies are not too large together: a length need not be told beforehand."""
    received = 0

    async def measured() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise HTTPException(413, f"内容太大，最多 {largest // MB} MB。")
        return message

    return measured
