"""MCP tools, through Gradio: what a language model's program may ask of the library.

Gradio's server for them takes more than a second to import, so it is started by the first request, not with the page.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from bot.lookup import Wanted, cite_figure, look_up
from ui.framework import gr, mcp_server
from ui.limits import objection

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library.protocol import AnyLibrary

PATH = "/gradio_api/mcp"
#: figures told at most in one go
_MOST_FIGURES = 20


def add_tools(assistant: Assistant, library: AnyLibrary) -> None:
    """Offer the tools in the Gradio page that is open; readers may use them."""

    def ask(question: str, history: list[str]) -> str:
        """用工作报告回答一个问题，给出准确的数字和原文出处；没有把握时 status 为 refused。

        Args:
            question: 问题，例如「临临高速完成多少投资」
            history: 同一段对话里先前的问题，没有就给空列表
        """
        complaint = objection(question)
        if complaint:
            raise gr.Error(complaint, print_exception=False)
        return _told(assistant.ask(question, history).to_dict())

    def find_figures(indicator: str) -> str:
        """按指标查工作报告里的数据，每个数据附原文。

        Args:
            indicator: 指标，可以带上地方和年份，例如「2025年山东农村公路」
        """
        found = look_up(library, Wanted(indicator[:200]), _MOST_FIGURES)
        lines = [
            {
                "report": line.report.title,
                "subject": line.figure.subject,
                "figure": line.figure.text,
                "years": line.years,
                "status": line.figure.period.status,
                "quote": cite_figure(library, line.report.id, line.figure.start).quote,
            }
            for line in found.lines
        ]
        return _told(lines)

    def list_reports() -> str:
        """列出资料库里的工作报告：编号、标题、单位、年份。"""
        reports = [
            {"id": report.id, "title": report.title, "organisation": report.organisation, "year": report.year}
            for report in library.reports()
        ]
        return _told(reports)

    for tool in (ask, find_figures, list_reports):
        gr.api(tool, api_name=tool.__name__, queue=False)


class McpEndpoint:
    """The app at ``PATH``: Gradio's MCP server for a page."""

    def __init__(self, page: gr.Blocks) -> None:
        self._page = page
        self._server: Any = None
        self._starting = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if scope["method"] == "GET" and b"text/event-stream" not in headers.get(b"accept", b""):
            await RedirectResponse("/api/docs", 303)(scope, receive, send)  # Gradio's page leads to another host
            return
        async with self._starting:
            if self._server is None:
                await self._start()
        await self._server.handle_streamable_http(scope, receive, send)

    async def _start(self) -> None:
        ready = asyncio.Event()

        async def run() -> None:
            server = await run_in_threadpool(mcp_server, self._page)
            async with server.lifespan(None):
                self._server = server
                ready.set()
                await asyncio.Event().wait()

        # its sessions belong to one task that lives as long as the program
        self._running = asyncio.create_task(run())
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            self._running.result()


def _told(value: Any) -> str:
    """JSON: of other values Gradio would tell Python's own notation."""
    return json.dumps(value, ensure_ascii=False)
