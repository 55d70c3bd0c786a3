"""What is done to every reply of the web app: headers that confine the page, and Gradio's page made this program's."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.theme import FONTS, asset_url

#: the browser itself refuses any request to another host. Gradio compiles its templates in the page: hence unsafe-eval
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # with no-referrer a browser would say of the login form that it comes from nowhere
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_LANGUAGE = re.compile(r'<html\s+lang="en"')
#: cards for sharing on social networks (with pictures on other hosts), a web app's manifest, a script for being framed
_UNWANTED = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*>'
    r'|<link rel="manifest"[^>]*>'
    r"|<script>\s*\(\(\) => \{(?:(?!</script>).)*iframeResizer(?:(?!</script>).)*</script>",
    re.DOTALL,
)
_APP = re.compile(r"(<gradio-app\b[^>]*>)")

TITLE = "问报"
STYLESHEETS = ("page.css", "tabs.css", "lookup.css", "documents.css", "evaluations.css")
HEAD = (
    "<title>{title}</title>"
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    "<style>:root {{ --font: {fonts}; }}</style>"
    '{css}<script src="{js}"></script>'
)
OPENING = (
    '<div id="opening" role="status"><p>{title}</p><span>正在打开……</span></div>'
    "<noscript><p>这个网页需要启用 JavaScript。</p></noscript>"
)


def adapt(html: str) -> str:
    """Gradio's page in this program's language and look: nothing for other hosts, styled from the first moment."""
    html = _LANGUAGE.sub('<html lang="zh-CN"', html, count=1)
    html = _UNWANTED.sub("", html)
    fonts = ", ".join(f"'{font}'" if " " in font else font for font in FONTS)
    css = "".join(f'<link rel="stylesheet" href="{asset_url(name)}">' for name in STYLESHEETS)
    head = HEAD.format(title=TITLE, fonts=fonts, css=css, js=asset_url("page.js"))
    html = html.replace("</head>", f"{head}</head>", 1)
    return _APP.sub(lambda tag: OPENING.format(title=TITLE) + tag.group(), html, count=1)


class PageMiddleware:
    """Adds the headers to every reply and adapts the page at /; replies that stream pass through as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()
        is_page = scope["method"] == "GET" and scope["path"] == "/"

        async def relay(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                if is_page:
                    start = message
                    return
            elif is_page and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = adapt(body.decode()).encode() if start["status"] == 200 else bytes(body)
                MutableHeaders(scope=start)["Content-Length"] = str(len(page))
                await send(start)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, relay)
