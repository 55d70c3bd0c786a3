"""Passages put in a new order by a cross-encoder, where the settings name one: https://sbert.net/docs/cross_encoder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from bot.evidence.view import ReportView
from bot.search.hybrid import Ranked
from ingest.errors import SettingsError
from ingest.offline import stay_offline

#: the passages that are read again; those after them keep their places
_DEPTH = 20


class Reranker:
    """Orders passages by how well each answers a question, as a model reads both together.

    .. code-block:: python

        Reranker("/models/bge-reranker-base").order("临临高速完成多少投资", ranked, views)

    :param name: the folder or the name of a sentence-transformers CrossEncoder.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        stay_offline()
        try:
            from sentence_transformers import CrossEncoder

            return CrossEncoder(self.name)
        except (OSError, ValueError, ImportError) as fault:
            raise SettingsError(
                f"设置 WENBAO_RERANKER 的模型「{self.name}」读不出来。请检查文件夹，或先下载这个模型；留空则不用。"
            ) from fault

    def order(self, question: str, ranked: Sequence[Ranked], view: Callable[[str], ReportView]) -> list[Ranked]:
        """The passages, those that answer best first; the scores of the first ones are the model's.

        :raises SettingsError: where the model cannot be loaded.
        """
        first = list(ranked[:_DEPTH])
        if not first:
            return []
        pairs = [(question, _told(view(passage.report), passage.ordinal)) for passage in first]
        with self._lock:
            scores = [float(score) for score in self._model.predict(pairs)]
        read = sorted(
            (replace(passage, score=score) for passage, score in zip(first, scores, strict=True)), key=_by_score
        )
        return read + list(ranked[_DEPTH:])


def _by_score(passage: Ranked) -> float:
    return -passage.score


def _told(view: ReportView, ordinal: int) -> str:
    """A passage with its report and headings before it."""
    inside = [s for s in view.sentences if s.passage == ordinal]
    if not inside:
        return ""
    text = view.text[inside[0].span.start : inside[-1].span.end]
    return " ".join((view.report.title, *inside[0].section, text))
