"""The language model: a LangChain chat model behind OpenAI's protocol, or one in a folder, read with limits of time.

Its text comes through a thread of its own, so that a model that is slow, stalls or never ends is left when its time is up.
"""

from __future__ import annotations

import ipaddress
import logging
import queue
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from bot.writing.evidence import tokens_of
from bot.writing.patience import Breaker, Clock
from ingest.errors import SettingsError
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

#: a role and what it says: ("system", …), ("human", …), ("ai", …)
Message = tuple[str, str]

_TOO_MANY, _UNAUTHORISED, _ABSENT, _SERVER = 429, (401, 403), 404, 500
_PORTS = {"http": 80, "https": 443}
#: a model that ends where it was told to; anything else is a reply cut off
_WHOLE = frozenset({"stop", "eos", "end_turn", "eos_token"})


class ModelError(Exception):
    """A model did not answer; ``why`` completes 「语言模型…」. ``retry``: it may answer when asked again."""

    def __init__(self, kind: str, why: str, retry: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.why = why
        self.retry = retry


@dataclass
class _Reply:
    """A reply while it comes in: what stands in ``parts`` is a piece of text, a fault, or the reason of its end."""

    parts: queue.Queue[Any] = field(default_factory=queue.Queue)
    left: threading.Event = field(default_factory=threading.Event)


class ChatModel:
    """The model that the settings name.

    :raises SettingsError: where the settings name no model that can be used.
    """

    def __init__(self, settings: Settings, chat: BaseChatModel | None = None) -> None:
        self._settings = settings
        self._given = chat
        self.name = settings.llm_model
        if chat is None and not settings.llm_model:
            raise SettingsError("设置了 WENBAO_LLM_BASE_URL，但没有设置 WENBAO_LLM_MODEL。请写上模型的名称。")
        if chat is None and not settings.llm_base_url and not Path(settings.llm_model).is_dir():
            raise SettingsError(
                f"设置 WENBAO_LLM_MODEL 的值「{settings.llm_model}」不是文件夹。请改成模型文件夹，"
                "或用 WENBAO_LLM_BASE_URL 写上模型服务的地址。"
            )
        self.breaker = Breaker(settings.llm_breaker_failures, settings.llm_breaker_seconds)
        self._loading = threading.Lock()

    @property
    def place(self) -> str:
        """Where it runs: the address of a service, "" for this process."""
        return self._settings.llm_base_url

    def reach(self, seconds: float) -> None:
        """See whether anybody listens at the service's address: quicker than loading what speaks to it.

        :raises ModelError: if nobody does. Behind a proxy only the proxy can tell.
        """
        url = urlsplit(self.place)
        if self._given is not None or not url.hostname or (getproxies() and not _is_loopback(self.place)):
            return
        try:
            socket.create_connection((url.hostname, url.port or _PORTS.get(url.scheme, 80)), max(0.1, seconds)).close()
        except OSError as fault:
            self.breaker.failed()
            raise ModelError("unreachable", "连不上") from fault

    def prepare(self) -> None:
        """Load what is needed, so that the first question need not wait for it."""
        with self._loading:
            _ = self.chat

    @cached_property
    def chat(self) -> BaseChatModel:
        """LangChain's chat model."""
        if self._given is not None:
            return self._given
        if not self._settings.llm_base_url:
            from bot.writing.local import load

            return load(self._settings.llm_model, self._settings.llm_answer_tokens)
        return _served(self._settings)

    def stream(self, messages: Sequence[Message], clock: Clock) -> Iterator[str]:
        """The pieces of the model's reply as they come.

        :raises ModelError: where it cannot be reached, is late, fails, or its reply is cut off.
        """
        if not self.breaker.allows():
            raise ModelError("paused", "接连出错，已暂停使用")
        if not clock.left():
            raise ModelError("slow", "太慢，没有等到它写完")
        pause = self._settings.llm_backoff
        for attempt in range(self._settings.llm_retries + 1):
            said = False
            try:
                for piece in self._once(messages, clock):
                    said = True
                    yield piece
            except ModelError as fault:
                log.warning("the language model failed (%s): %s", fault.kind, fault.__cause__ or fault.why)
                last = attempt == self._settings.llm_retries
                if said or last or not fault.retry or clock.left() <= pause:
                    self.breaker.failed()
                    raise
                time.sleep(pause)
                pause *= 2
            else:
                self.breaker.succeeded()
                return

    def _once(self, messages: Sequence[Message], clock: Clock) -> Iterator[str]:
        reply, spent = _Reply(), clock.spent
        spent.calls += 1
        threading.Thread(target=self._receive, args=(list(messages), reply), daemon=True).start()
        usage: dict[str, int] = {}
        text: list[str] = []
        most = 2 * self._settings.llm_answer_tokens
        try:
            length = 0
            while True:
                try:
                    part = reply.parts.get(timeout=max(0.001, clock.left()))
                except queue.Empty:
                    raise ModelError("slow", "太慢，没有等到它写完") from None
                if isinstance(part, ModelError):
                    raise part
                if isinstance(part, dict):
                    usage = part
                    break
                text.append(part)
                length += len(part)
                if length > most:
                    raise ModelError("endless", "写得没完没了")
                if not clock.left():
                    raise ModelError("slow", "太慢，没有等到它写完")
                yield part
        finally:
            reply.left.set()
            read = sum(tokens_of(said) for _, said in messages) if text else 0  # a request refused is not charged
            spent.prompt_tokens += usage.get("input_tokens") or read
            spent.completion_tokens += usage.get("output_tokens") or tokens_of("".join(text))
        if not "".join(text).strip():
            raise ModelError("empty", "没有写出内容")

    def _receive(self, messages: list[Message], reply: _Reply) -> None:
        """Reads a reply to its end in a thread of its own, or until nobody waits for it any more."""
        reason = ""
        usage: dict[str, Any] = {}
        try:
            self.prepare()
            for chunk in self.chat.stream(messages):
                if reply.left.is_set():
                    return
                reason = chunk.response_metadata.get("finish_reason") or reason
                usage = dict(getattr(chunk, "usage_metadata", None) or usage)
                if chunk.text:
                    reply.parts.put(str(chunk.text))
        except Exception as fault:  # whatever a service or a model may raise, the reader's answer stands in
            reply.parts.put(_fault_of(fault))
            return
        if reason in _WHOLE:
            reply.parts.put(usage)
        elif reason == "content_filter":
            reply.parts.put(ModelError("refused", "拒绝回答"))
        else:
            reply.parts.put(ModelError("cut off", "的回复中断了"))


def _fault_of(fault: Exception) -> ModelError:
    """A client's exception in plain words."""
    status, names = getattr(fault, "status_code", None), {cls.__name__ for cls in type(fault).__mro__}
    if isinstance(fault, SettingsError):
        found = ModelError("unloadable", "读不出来，请检查 WENBAO_LLM_MODEL")
    elif status == _TOO_MANY:
        found = ModelError("busy", "正忙，请求太多", retry=True)
    elif status in _UNAUTHORISED:
        found = ModelError("unauthorised", "不认 WENBAO_LLM_API_KEY 里的密钥")
    elif status == _ABSENT:
        found = ModelError("absent", "不存在，请检查 WENBAO_LLM_MODEL 和 WENBAO_LLM_BASE_URL")
    elif isinstance(status, int) and status >= _SERVER:
        found = ModelError("error", "出错了", retry=True)
    elif any("Timeout" in name for name in names):
        found = ModelError("slow", "太慢，没有等到它写完")
    elif names & {"APIConnectionError", "ConnectError"}:
        found = ModelError("unreachable", "连不上", retry=True)
    elif names & {"RemoteProtocolError", "ReadError", "IncompleteRead"}:
        found = ModelError("cut off", "的回复中断了")
    else:
        found = ModelError("garbled", "的回复读不懂")
    found.__cause__ = fault
    return found


def _served(settings: Settings) -> BaseChatModel:
    """The client of a service behind OpenAI's protocol. Retries, backoff and the time limit are this module's own."""
    import httpx
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    wait = httpx.Timeout(settings.llm_patience + 1)
    nearby = _is_loopback(settings.llm_base_url)
    return ChatOpenAI(
        model=settings.llm_model,
        base_url=settings.llm_base_url,
        api_key=settings.llm_api_key if settings.llm_api_key.get_secret_value() else SecretStr("none"),
        temperature=0,
        max_completion_tokens=settings.llm_answer_tokens,
        max_retries=0,
        timeout=wait,
        stream_usage=True,
        http_client=httpx.Client(timeout=wait, trust_env=not nearby),
        use_responses_api=False,
    )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
