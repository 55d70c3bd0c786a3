"""OpenAI's chat completions, so that chat programs made for it can ask here: one model, ``wenbao``, which is none.

https://platform.openai.com/docs/api-reference/chat. The last message of the user is the question, earlier ones its
history; other roles and sampling parameters have no bearing. The whole answer object stands beside the choices as
``wenbao``. Usage counts characters, for there are no tokens.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from ui.api.schemas import MOST_HISTORY
from ui.limits import LONGEST_QUESTION, objection

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.chain import Assistant

MODEL = "wenbao"
#: characters of an answer sent at a time; a mark [1] or a number is never cut
_PIECE = re.compile(r".{1,12}?(?![\d.\]]|$)|.+$", re.DOTALL)

_LISTED = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its text in one piece."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream ends with."""

    include_usage: bool = False


class Completion(BaseModel):
    """What is read of a request; everything else it holds is passed over."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    stream: bool = False
    stream_options: StreamOptions | None = None


def router(assistant: Assistant) -> APIRouter:
    """The addresses under /v1."""
    routes = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

    @routes.get("/models", summary="列出模型")
    def models() -> Any:
        return {"object": "list", "data": [_LISTED]}

    @routes.get("/models/{model}", summary="一个模型")
    def model(model: str) -> Any:
        return _LISTED if model == MODEL else _unknown(model)

    @routes.post("/chat/completions", summary="对话", response_model=None)
    def complete(body: Completion) -> Any:
        if body.model != MODEL:
            return _unknown(body.model)
        asked = [message.text for message in body.messages if message.role == "user"]
        question = asked[-1] if asked else ""
        complaint = objection(question)
        if complaint:
            return _problem(400, complaint, "messages")
        history = [text for text in asked[:-1] if text.strip() and len(text) <= LONGEST_QUESTION][-MOST_HISTORY:]
        read = sum(len(message.text) for message in body.messages)
        if not body.stream:
            answer = assistant.ask(question, history)
            usage = _usage(read, answer)
            message = {"role": "assistant", "content": answer.answer, "refusal": None}
            choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
            return _head("chat.completion") | {"choices": [choice], "usage": usage, "wenbao": answer.to_dict()}
        growing = assistant.stream(question, history)
        first = next(growing)  # what goes wrong before anything is shown is answered as a fault
        wanted = read if body.stream_options and body.stream_options.include_usage else None
        return StreamingResponse(_events(chain([first], growing), wanted), media_type="text/event-stream")

    return routes


def _usage(read: int, answer: Answer) -> dict[str, int]:
    written = len(answer.answer)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _events(growing: Iterable[Answer], read: int | None) -> Iterator[str]:
    """An answer that grows as server-sent events: its role, its text piece by piece, its end.

    A stream cannot take back what it has sent. Where the last answer does not go on from what was sent (the model broke
    off, and the reader's answer stands in), it follows whole, after a rule.

    :param read: the characters read; its usage follows where given.
    """
    head = _head("chat.completion.chunk")

    def event(delta: dict[str, Any], reason: str | None = None, **others: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return _sent(head | {"choices": [choice]} | others)

    yield event({"role": "assistant", "content": ""})
    sent, last = "", None
    for last in growing:
        more = last.answer.removeprefix(sent) if last.answer.startswith(sent) else ""
        sent += more
        yield from (event({"content": piece}) for piece in _PIECE.findall(more))
    if last and last.answer != sent:
        yield from (event({"content": piece}) for piece in _PIECE.findall(f"\n\n---\n\n{last.answer}"))
    yield event({}, "stop", **({"wenbao": last.to_dict()} if last else {}))
    if last and read is not None:
        yield _sent(head | {"choices": [], "usage": _usage(read, last)})
    yield "data: [DONE]\n\n"


def _sent(value: Any) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _unknown(model: str) -> JSONResponse:
    return _problem(404, f"没有模型「{model[:100]}」，请用 {MODEL}。", "model", "model_not_found")


def _problem(status: int, message: str, parameter: str, code: str | None = None) -> JSONResponse:
    error = {"message": message, "type": "invalid_request_error", "param": parameter, "code": code}
    return JSONResponse({"error": error}, status)
