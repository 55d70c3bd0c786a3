"""The web app: Gradio Blocks on FastAPI, served by uvicorn; beyond this machine only where there are accounts.

Every request passes the gate (accounts/gate.py), which knows who may ask for what. Every reply carries headers that confine the page to its own host, and Gradio's page is given the language, name and
stylesheet of this one before it is sent, so that nothing is shown unstyled.
"""

from __future__ import annotations

import ctypes
import errno
import ipaddress
import logging
import os
import socket
import sys
import tempfile
import threading
import time
from html import escape
from typing import TYPE_CHECKING, cast

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from ingest.errors import SettingsError, WenbaoError
from ui import chat, documents, exporting, lookup, theme
from ui.accounts import THIS_MACHINE, Accounts, Person, pages
from ui.accounts.audit import Audit
from ui.accounts.blocks import GuardedBlocks, person_of
from ui.accounts.gate import Gate, is_loopback, problem
from ui.accounts.roles import NAMES
from ui.accounts.store import Database
from ui.api import docs, openai, rest
from ui.api.mcp import PATH as MCP
from ui.api.mcp import McpEndpoint, add_tools
from ui.api.metrics import CountedAssistant, Metrics, MetricsMiddleware
from ui.conversations import Conversations
from ui.evaluations import downloads
from ui.evaluations import tab as evaluations
from ui.evaluations.keeping import Evaluations
from ui.feedback import Feedback
from ui.framework import gr
from ui.page import TITLE, PageMiddleware

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings
    from ui.accounts.audit import Audit

log = logging.getLogger(__name__)

#: events of the page handled at the same time; a chat's own limit is in chat.py
CONCURRENCY = 32
#: seconds that an idle connection is kept: longer than browsers and nginx (60) keep theirs, so that no request meets one
#: that is being closed
KEPT_ALIVE = 75
#: seconds for which files that pass through (uploads, downloads) are kept
PASSING = 3600
#: seconds between two reports that are read ahead
BREATH = 0.2
#: M_ARENA_MAX of malloc.h
_ARENA_MAX = -8
#: visitors whose conversations are kept in memory; of more, those least recently active begin anew
VISITORS = 1_000
#: the names under which a browser on this machine asks for the page
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
#: a form that is posted: a link could be followed from another site
MASTHEAD = '<header class="masthead"><h1 class="wordmark">问报</h1><p class="tagline">工作报告问答 · 数字有出处</p>{who}</header>'
WHO = (
    '<form class="who" method="post" action="/logout"><a href="/account" title="修改密码">{name}（{role}）</a>'
    '<button type="submit">退出</button></form>'
)


def masthead(person: Person | None) -> str:
    """The page's head, with who has signed in where somebody has."""
    known = person is not None and person != THIS_MACHINE
    return MASTHEAD.format(
        who=WHO.format(name=escape(person.name), role=NAMES[person.role]) if person and known else ""
    )


def build(
    assistant: Assistant,
    library: AnyLibrary,
    settings: Settings,
    audit: Audit | None = None,
    people: Database | None = None,
) -> gr.Blocks:
    """The page. Later tabs are laid out here, each by its own module's ``tab``.

    Any reader may call the functions of a tab, but for those that it marks with ``accounts.blocks.needs``.
    """

    def greeted(request: gr.Request) -> str:
        return masthead(person_of(request))

    with GuardedBlocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(PASSING, PASSING)) as page:
        head = gr.HTML(masthead(None), elem_id="masthead", js_on_load=None, apply_default_css=False)
        page.load(greeted, None, head, queue=False, show_progress="hidden", api_visibility="private")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("问答", id="chat"):
                kept = Conversations(people, settings.conversation_days) if people else None
                chat.tab(page, assistant, library, kept, Feedback(people) if people else None)
            lookup.tab(page, library)
            documents.tab(page, library, settings, audit)
            evaluations.tab(page, assistant, settings, people)
        add_tools(assistant, library)
    page.queue(default_concurrency_limit=CONCURRENCY)
    page.state_session_capacity = VISITORS
    page.has_launched = True  # only then does Gradio itself look where a file lies
    return page


def application(assistant: Assistant, library: AnyLibrary, settings: Settings) -> FastAPI:
    """The whole web app: the page at /, its files under /wenbao, the interfaces under /api, /v1 and /gradio_api/mcp,
    /healthz and /metrics for whoever watches over it.

    :raises PeopleError: if the accounts cannot be read.
    """
    database = Database(settings.home)
    accounts, metrics = Accounts(database, settings), Metrics(library)
    assistant = cast("Assistant", CountedAssistant(assistant, metrics))
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=docs.SCHEMA)

    @app.get("/healthz", response_class=PlainTextResponse, include_in_schema=False)
    def healthz() -> str:
        return "ok"

    @app.exception_handler(WenbaoError)
    def told(request: Request, fault: WenbaoError) -> JSONResponse:
        log.error("%s", fault)
        return problem(request.url.path, 503, str(fault))

    app.mount("/wenbao", StaticFiles(directory=theme.ASSETS))
    app.include_router(pages.router(accounts, settings))
    app.include_router(rest.router(assistant, library, settings, database))
    app.include_router(openai.router(assistant))
    conversations = Conversations(database, settings.conversation_days)
    conversations.prune()
    app.include_router(exporting.router(conversations))
    app.include_router(metrics.router())
    app.include_router(downloads.router(Evaluations(settings.home, assistant)))
    docs.add(app)
    page = build(assistant, library, settings, Audit(database), database)
    tools = McpEndpoint(page)
    app.router.routes += [Route(MCP, tools), Route(f"{MCP}/", tools)]
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme.theme(),
        favicon_path=str(theme.ASSETS / "icon.png"),
        max_file_size=f"{settings.max_file_mb}mb",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,  # see api/mcp.py
    )
    app.add_middleware(Gate, accounts=accounts, settings=settings)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    # a page of another site must not reach this one through a name that it points at this machine
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_names(settings))
    app.add_middleware(PageMiddleware)
    return app


def serve(assistant: Assistant, library: AnyLibrary, settings: Settings) -> None:
    """Serve the web app until interrupted, after saying where it is.

    :raises SettingsError: if others could reach it and there are no accounts, or the port is taken.
    :raises PeopleError: if the accounts cannot be read.
    """
    require_accounts(settings)
    _share_memory()
    if assistant.writer:
        assistant.writer.warm()
    listener = listen(settings.host, settings.port)
    with tempfile.TemporaryDirectory(prefix="wenbao-", ignore_cleanup_errors=True) as passing:
        os.environ["GRADIO_TEMP_DIR"] = passing  # its own is /tmp/gradio, which other users of this machine can foresee
        app = application(assistant, library, settings)
        threading.Thread(target=_warm, args=(assistant,), daemon=True).start()
        _run(app, listener)


def _warm(assistant: Assistant) -> None:
    """Read ahead what the first questions will need, leaving time for whoever opens the page meanwhile."""
    try:
        for _ in assistant.warm():
            time.sleep(BREATH)
    except Exception:  # they will read it themselves, and say what is wrong
        log.exception("reports could not be read ahead")


def _share_memory() -> None:
    """Let all threads share two of the heaps of GNU's malloc, not eight for each core: what many threads free is used
    again (650 MB with fifty people asking where it was 1,200 MB). Other systems have other ways, and are left alone."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)


def _run(app: FastAPI, listener: socket.socket) -> None:
    """Serve an app on a socket until interrupted."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEPT_ALIVE,
        timeout_graceful_shutdown=2,
        ws="none",
    )
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"问报已就绪：{address}（按 Ctrl+C 停止）", flush=True)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        log.info("stopped by the keyboard")
    finally:
        listener.close()


def require_accounts(settings: Settings) -> None:
    """Refuse to be reached from other machines as long as everybody could do everything.

    :raises SettingsError: naming the remedy.
    """
    if is_loopback(settings.host):
        return
    database = Database(settings.home)
    try:
        if not Accounts(database, settings).exist():
            raise SettingsError(
                f"WENBAO_HOST={settings.host} 不是本机地址：没有账号时，网页只在本机提供。"
                "请先用 wenbao users add 用户名 --role admin 新增账号，或改为 127.0.0.1，或去掉这个设置。"
            )
    finally:
        database.close()


def _names(settings: Settings) -> list[str]:
    """The names by which the app may be called. Where it listens everywhere and none are set any will do: a page of
    another site could send no session with its requests."""
    given = [name.strip() for name in settings.server_names.split(",") if name.strip()]
    if settings.host in ("0.0.0.0", "::") and not given:  # noqa: S104 - not without accounts
        return ["*"]
    return [*LOOPBACK, settings.host, *given]


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    :raises SettingsError: if the address is not one of this machine's, or the port is taken or not allowed.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise SettingsError(
            f"WENBAO_HOST={host} 不是 IP 地址。请写这台机器的地址，例如 127.0.0.1 或 0.0.0.0。"
        ) from None
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this option lets two programs take one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(128)
    except OSError as fault:
        listener.close()
        if fault.errno == errno.EADDRNOTAVAIL:
            raise SettingsError(f"WENBAO_HOST={host} 不是这台机器的地址。请改正，或改为 127.0.0.1。") from fault
        other = port + 1 if port < 65535 else 7861
        raise SettingsError(
            f"端口 {port} 不能使用：可能已有程序占用（也许问报已在运行）。"
            f"请关闭那个程序，或用环境变量 WENBAO_PORT 换一个端口，例如 WENBAO_PORT={other}。"
        ) from fault
    return listener
