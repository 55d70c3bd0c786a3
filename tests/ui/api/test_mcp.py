"""A real MCP client uses the tools over a real socket."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx

from ingest.settings import PROJECT
from tests.ui.coroutines import run

if TYPE_CHECKING:
    from tests.ui.conftest import Office


def _session(address: str, token: str, calls: list[tuple[str, dict[str, Any]]]) -> tuple[dict[str, str], list[Any]]:
    """The tools that a client is offered, with their descriptions, and what its calls give."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def session() -> tuple[dict[str, str], list[Any]]:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            streamablehttp_client(f"{address}/gradio_api/mcp/", headers=headers) as (read, write, _),
            ClientSession(read, write) as client,
        ):
            await client.initialize()
            offered = (await client.list_tools()).tools
            results = [await client.call_tool(name, arguments) for name, arguments in calls]
        return {tool.name: tool.description or "" for tool in offered}, results

    return run(session())


def test_a_client_asks_looks_up_and_lists(office: Office, office_address: str) -> None:
    tools, (answered, figures, reports, refused) = _session(
        office_address,
        office.tokens["reader"],
        [
            ("ask", {"question": "2024年新建光伏电站多少座", "history": []}),
            ("find_figures", {"indicator": "2025年农村公路"}),
            ("list_reports", {}),
            ("ask", {"question": " ", "history": []}),
        ],
    )
    assert set(tools) == {"ask", "find_figures", "list_reports"}
    assert "工作报告" in tools["ask"]
    answer = json.loads(answered.content[0].text)
    assert (answer["short"], answer["status"]) == ("7座", "answered")
    assert "新建光伏电站7座" in answer["citations"][0]["quote"]
    assert json.loads(figures.content[0].text)[0]["figure"] == "20公里"
    assert [report["title"] for report in json.loads(reports.content[0].text)] == ["某镇2024年工作总结"]
    assert refused.isError
    assert "请先输入问题" in refused.content[0].text


def test_a_client_without_a_token_is_told_to_bring_one(office_address: str) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    for path in ("/gradio_api/mcp/", "/gradio_api/mcp"):
        assert httpx.post(office_address + path, json=request, headers=accept).status_code == 401


def test_a_browser_is_led_to_the_interfaces_page(office: Office) -> None:
    reply = office.client("reader").get("/gradio_api/mcp/", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/api/docs")


def test_the_page_is_built_without_what_it_does_not_use_yet() -> None:
    code = "import sys, ui.web; sys.exit(' '.join(sys.modules.keys() & {'mcp', 'mcp.server', 'argon2', 'openai'}))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False, capture_output=True, text=True)
    assert ran.stderr.strip() == ""
