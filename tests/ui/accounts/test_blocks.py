"""A page's functions ask who calls, whichever of Gradio's ways they are called by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from ui.accounts.blocks import GuardedBlocks, needed, needs, person_of
from ui.accounts.roles import Person

called: list[str] = []


def _page() -> gr.Blocks:
    def read(text: str, request: gr.Request) -> str:
        person = person_of(request)
        return f"{person.name if person else ''}读{text}"

    @needs("editor")
    def edit(text: str) -> str:
        called.append("edit")
        return f"改{text}"

    @needs("admin")
    def govern(text: str) -> Iterator[str]:
        called.append("govern")
        yield "管"
        yield f"管{text}"

    with GuardedBlocks() as page:
        box, out = gr.Textbox(), gr.Textbox()
        box.submit(read, box, out, api_name="read")
        box.submit(edit, box, out, api_name="edit")
        box.submit(edit, box, out, api_visibility="private", queue=False)
        box.submit(govern, box, out, api_name="govern")
        gr.api(edit, api_name="edit_too", queue=False)
    return page


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = FastAPI()
    gr.mount_gradio_app(app, _page(), path="/", ssr_mode=False, run_history=False)

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-test-role", b"").decode()
            scope["user"] = Person("某人", name) if name else None  # type: ignore[arg-type]
        await app(scope, receive, send)

    with TestClient(gate, base_url="http://127.0.0.1") as made:
        yield made


@pytest.fixture(autouse=True)
def _nothing_called() -> None:
    called.clear()


def _queued(client: TestClient, role: str, number: int) -> dict[str, Any]:
    """What becomes of a function called as the page calls it."""
    headers, session = {"x-test-role": role}, f"s{role}{number}"
    body = {"fn_index": number, "data": ["字"], "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=body, headers=headers).status_code == 200
    with client.stream("GET", f"/gradio_api/queue/data?session_hash={session}", headers=headers) as events:
        for line in events.iter_lines():
            event = json.loads(line.removeprefix("data: ")) if line else {}
            if event.get("msg") == "process_completed":
                return event
    raise AssertionError("the stream ended early")


@pytest.mark.parametrize(
    ("number", "role", "allowed"),
    [
        (0, "reader", True),
        (0, "", False),
        (1, "reader", False),
        (1, "editor", True),
        (2, "reader", False),
        (2, "admin", True),
        (3, "editor", False),
        (3, "admin", True),
        (4, "reader", False),
        (4, "editor", True),
    ],
)
def test_the_queue_asks(client: TestClient, number: int, role: str, allowed: bool) -> None:
    done = _queued(client, role, number)
    assert done["success"] is allowed
    if not allowed:
        assert "没有权限" in json.dumps(done, ensure_ascii=False)
        assert called == []


@pytest.mark.parametrize(("role", "status"), [("reader", 500), ("editor", 200)])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gradio_api/run/edit_too", {"data": ["字"]}),
        ("/gradio_api/api/edit_too", {"data": ["字"]}),
        ("/gradio_api/run/predict", {"fn_index": 2, "data": ["字"]}),
        ("/gradio_api/run/edit", {"data": ["字"]}),
    ],
)
def test_a_direct_call_asks(client: TestClient, path: str, body: dict[str, Any], role: str, status: int) -> None:
    reply = client.post(path, json=body, headers={"x-test-role": role})
    assert reply.status_code == status
    assert called == (["edit"] if status == 200 else [])


@pytest.mark.parametrize(("role", "event"), [("reader", "error"), ("editor", "complete")])
@pytest.mark.parametrize(
    ("path", "body"), [("/gradio_api/call/edit", {"data": ["字"]}), ("/gradio_api/call/v2/edit_too", {"text": "字"})]
)
def test_a_call_with_an_event_asks(client: TestClient, path: str, body: dict[str, Any], role: str, event: str) -> None:
    headers = {"x-test-role": role}
    number = client.post(path, json=body, headers=headers).json()["event_id"]
    assert f"event: {event}" in client.get(f"{path}/{number}", headers=headers).text
    assert called == (["edit"] if event == "complete" else [])


def test_a_function_knows_who_calls_it(client: TestClient) -> None:
    assert _queued(client, "reader", 0)["output"]["data"] == ["某人读字"]


def test_a_function_without_a_mark_is_every_readers() -> None:
    assert needed(len) == needed(None) == "reader"
