"""Wherever the library is kept, a question gets the same answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.chain import Assistant
from ingest.embedding import load_embedder
from ingest.library.homes import open_library
from ingest.pipeline import ingest
from ingest.settings import PROJECT
from tests.ingest.homes.conftest import settings_of

if TYPE_CHECKING:
    from ingest.settings import Settings

QUESTIONS = PROJECT / "evals" / "questions" / "yiyuan_dev.jsonl"


@pytest.mark.slow
@pytest.mark.parametrize("home", ["chroma", "shared"])
def test_answers_are_those_of_the_library_on_one_pc(
    home: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    corpus_assistant: Assistant,
    corpus_settings: Settings,
) -> None:
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]

    def answers(assistant: Assistant) -> list[tuple[str, str]]:
        found = [assistant.ask(one["question"], one.get("history") or []) for one in questions]
        return [(answer.status, answer.short) for answer in found]

    expected = answers(corpus_assistant)
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    settings = settings_of(home, tmp_path / "资料库", request)
    with open_library(settings, load_embedder()) as library:
        list(ingest([corpus_settings.corpus], library, settings))
        same = [one == other for one, other in zip(answers(Assistant(library, settings)), expected, strict=True)]
    assert sum(same) >= 0.99 * len(same)
    assert sum(status == "answered" for status, _ in expected) > 40
