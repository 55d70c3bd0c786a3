"""This program's own search, over a fresh library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.chain import Assistant, Turn
from bot.understanding.scope import Scope
from evals.baselines.common import DEPTH, Finder, Found
from ingest.embedding import load_embedder
from ingest.errors import WenbaoError
from ingest.library import Library
from ingest.pipeline import Finished
from ingest.pipeline import ingest as take_in
from ingest.settings import Settings


@contextmanager
def search(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """The question is understood, and the passages of the reports that it asks about, or of the likeliest, ranked.

    :raises WenbaoError: if a report cannot be read.
    """
    with _opened(files, home, lambda turn: turn.scope) as find:
        yield find


@contextmanager
def everywhere(files: Sequence[Path], home: Path) -> Iterator[Finder]:
    """The same in all reports, whichever the question names: what is left of the search without that.

    :raises WenbaoError: if a report cannot be read.
    """
    with _opened(files, home, lambda _: Scope()) as find:
        yield find


@contextmanager
def _opened(files: Sequence[Path], home: Path, scope: Callable[[Turn], Scope]) -> Iterator[Finder]:
    settings = Settings(home=home, llm_model="", llm_base_url="", reranker="")
    with Library.open(home, load_embedder()) as library:
        for event in take_in(list(files), library, settings):
            if isinstance(event, Finished) and event.outcome == "failed":
                raise WenbaoError(f"{event.path}：{event.reason}")
        assistant = Assistant(library, settings)
        ranking = replace(assistant.search, k=DEPTH)

        def find(question: str) -> list[Found]:
            turn = assistant.understand((question, ()))
            return [
                Found(library.report(passage.report).file, library.passages(passage.report)[passage.ordinal].text)
                for passage in ranking.find(turn.question, scope(turn))
            ]

        yield find
