"""What happens here as Prometheus reads it: requests, questions and their answers, and what the library holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.understanding.chosen import ANYTHING, Chosen

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.chain import Assistant, Turn
    from ingest.library.protocol import AnyLibrary

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)


class Metrics:
    """The counters of one running app."""

    def __init__(self, library: AnyLibrary) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("wenbao_requests", "请求数", ("method", "path", "status"), registry=self.registry)
        self.questions = Counter("wenbao_questions", "问题数，按有没有答案分", ("status",), registry=self.registry)
        self.seconds = Histogram("wenbao_answer_seconds", "回答用时（秒）", buckets=_SECONDS, registry=self.registry)
        self.tokens = Counter("wenbao_llm_tokens", "语言模型用的词元", ("kind",), registry=self.registry)
        self.written = Counter(
            "wenbao_llm_answers", "问过语言模型的回答，按结果分", ("outcome",), registry=self.registry
        )
        self.calls = Counter("wenbao_llm_calls", "语言模型的调用次数", registry=self.registry)
        self.writing = Histogram(
            "wenbao_llm_seconds", "语言模型用时（秒）", buckets=(*_SECONDS, 20, 60), registry=self.registry
        )
        reports = Gauge("wenbao_reports", "资料库里的报告数", registry=self.registry)
        reports.set_function(lambda: len(library.reports()))

    def count(self, answer: Answer) -> None:
        """One more answer, and what a language model cost for it."""
        self.questions.labels(answer.status).inc()
        usage = answer.usage
        if usage:
            self.tokens.labels("prompt").inc(usage.prompt_tokens)
            self.tokens.labels("completion").inc(usage.completion_tokens)
            self.written.labels(usage.outcome).inc()
            self.calls.inc(usage.calls)
            self.writing.observe(usage.seconds)

    def router(self) -> APIRouter:
        """/metrics."""
        routes = APIRouter(include_in_schema=False)

        @routes.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

        return routes


class CountedAssistant:
    """An assistant whose answers are counted and timed; in every other respect it is the one it is given."""

    def __init__(self, assistant: Assistant, metrics: Metrics) -> None:
        self._assistant = assistant
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Answer:
        """As ``Assistant.ask``."""
        with self._counted() as count:
            answer = self._assistant.ask(question, history, within)
            count(answer)
        return answer

    def steps(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Iterator[Turn]:
        """As ``Assistant.steps``."""
        with self._counted() as count:
            last = None
            for last in self._assistant.steps(question, history, within):
                yield last
            if last and last.answer:
                count(last.answer)

    def stream(self, question: str, history: Sequence[str] = (), within: Chosen = ANYTHING) -> Iterator[Answer]:
        """As ``Assistant.stream``."""
        return (turn.answer for turn in self.steps(question, history, within) if turn.answer)

    @contextmanager
    def _counted(self) -> Iterator[Callable[[Answer], None]]:
        """Times the block, and counts the answer that it is told of or its failure."""
        with self._metrics.seconds.time():
            try:
                yield self._metrics.count
            except Exception:
                self._metrics.questions.labels("failed").inc()
                raise


class MetricsMiddleware:
    """Counts every reply under the rule of the gate that its request fell under, so that there are only so many."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._requests = metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                rule = scope.get("rule")
                path, method = (rule.name, scope["method"]) if rule else ("", "")
                self._requests.labels(method, path, message["status"]).inc()
            await send(message)

        await self.app(scope, receive, counted)
