"""A server on loopback that speaks OpenAI's protocol and says what a test has written down for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: what the server does for one request; it may write to the handler as it likes
Reply = Callable[["Handler"], None]


def says(text: str, piece: int = 7, reason: str = "stop") -> Reply:
    """A streamed reply, ``piece`` characters an event, ended in the regular way."""

    def reply(handler: Handler) -> None:
        handler.open_stream()
        for at in range(0, len(text), piece):
            handler.event({"content": text[at : at + piece]})
        handler.event({}, reason)
        usage = {"prompt_tokens": 321, "completion_tokens": 54, "total_tokens": 375}
        handler.data(
            {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}
        )
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def fails(status: int, headers: Sequence[tuple[str, str]] = ()) -> Reply:
    """An error of the service."""

    def reply(handler: Handler) -> None:
        body = json.dumps({"error": {"message": "no", "type": "x", "code": None}}).encode()
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def cuts_off(text: str) -> Reply:
    """A stream that ends without its end."""

    def reply(handler: Handler) -> None:
        handler.open_stream()
        handler.event({"content": text})

    return reply


def goes_on(text: str) -> Reply:
    """A stream that says the same for ever."""

    def reply(handler: Handler) -> None:
        handler.open_stream()
        while not handler.model.closing.is_set():
            handler.event({"content": text})

    return reply


def stalls(text: str = "") -> Reply:
    """A stream that says something and then nothing until the test is over."""

    def reply(handler: Handler) -> None:
        handler.open_stream()
        if text:
            handler.event({"content": text})
        handler.model.closing.wait(30)

    return reply


def garbage(body: bytes, kind: str = "text/event-stream") -> Reply:
    """Bytes that are no reply."""

    def reply(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@dataclass
class Model:
    """The script: replies in the order of the requests, the last one for all that follow; and what was asked."""

    replies: Sequence[Reply]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def prompts(self) -> list[str]:
        """All that each request said."""
        return ["\n".join(message["content"] for message in body["messages"]) for body in self.asked]


class Handler(BaseHTTPRequestHandler):
    model: Model

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model = self.model
        model.asked.append(body)
        with suppress(OSError):  # nobody listens any more
            model.replies[min(len(model.asked), len(model.replies)) - 1](self)

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def event(self, delta: dict[str, Any], reason: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant"} | delta, "finish_reason": reason}
        self.data({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def data(self, value: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
        pass


@contextmanager
def serving(*replies: Reply) -> Iterator[Model]:
    """A server with this script, until the end of the block."""
    model = Model(replies)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"model": model}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.closing.set()
        server.shutdown()
        server.server_close()
