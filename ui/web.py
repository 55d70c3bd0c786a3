"""The web app: Gradio Blocks on FastAPI, served by uvicorn on this machine only.

Every reply carries headers that confine the page to its own host, and Gradio's page is given the language, name and
stylesheet of this one before it is sent, so that nothing is shown unstyled.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from ingest.errors import SettingsError
from ui import chat, theme
from ui.framework import gr
from ui.page import TITLE, PageMiddleware

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library import Library
    from ingest.settings import Settings

log = logging.getLogger(__name__)

#: events of the page handled at the same time; a chat's own limit is in chat.py
CONCURRENCY = 32
#: the names under which a browser on this machine asks for the page
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
MASTHEAD = (
    '<header class="masthead"><h1 class="wordmark">问报</h1><p class="tagline">工作报告问答 · 数字有出处</p></header>'
)


def build(assistant: Assistant, library: Library, settings: Settings) -> gr.Blocks:
    """The page. Later tabs are laid out here, each by its own module's ``tab``."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(MASTHEAD, elem_id="masthead", js_on_load=None, apply_default_css=False)
        chat.tab(page, assistant, library)
    page.queue(default_concurrency_limit=CONCURRENCY)
    return page


def application(assistant: Assistant, library: Library, settings: Settings) -> FastAPI:
    """The whole web app: the page at /, its files under /wenbao, and /healthz for whoever watches over it."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz", response_class=PlainTextResponse)
    def healthz() -> str:
        return "ok"

    app.mount("/wenbao", StaticFiles(directory=theme.ASSETS))
    gr.mount_gradio_app(
        app,
        build(assistant, library, settings),
        path="/",
        theme=theme.theme(),
        favicon_path=str(theme.ASSETS / "icon.png"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
    )
    # a page of another site must not reach this one through a name that it points at this machine
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, settings.host])
    app.add_middleware(PageMiddleware)
    return app


def serve(assistant: Assistant, library: Library, settings: Settings) -> None:
    """Serve the web app until interrupted, after saying where it is.

    :raises SettingsError: if the address is not this machine's own, or the port is taken.
    """
    listener = listen(settings.host, settings.port)
    app = application(assistant, library, settings)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2, ws="none"
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


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on an address of this machine; port 0 takes any free one.

    :raises SettingsError: if the address is not a loopback one, or the port is taken or not allowed.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingsError(
            f"WENBAO_HOST={host} 不是本机地址：没有账号和登录，网页只在本机提供。请改为 127.0.0.1，或去掉这个设置。"
        )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere this option lets two programs take one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(128)
    except OSError as fault:
        listener.close()
        other = port + 1 if port < 65535 else 7861
        raise SettingsError(
            f"端口 {port} 不能使用：可能已有程序占用（也许问报已在运行）。"
            f"请关闭那个程序，或用环境变量 WENBAO_PORT 换一个端口，例如 WENBAO_PORT={other}。"
        ) from fault
    return listener
