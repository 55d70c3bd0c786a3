"""An assistant that writes with a scripted model, over the report that ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chain import Assistant
from ingest.library import Library
from ingest.settings import Settings

Writing = Callable[..., Assistant]


@pytest.fixture
def writing(corpus_library: Library, corpus_assistant: Assistant, tmp_path: Path) -> Writing:
    """Makes the assistant: ``writing(url, **settings)``; its cache is the test's own."""

    def make(url: str, **given: Any) -> Assistant:
        given = {"llm_patience": 20, "llm_backoff": 0.01} | given  # a busy machine is slow itself
        settings = Settings(home=tmp_path / "own", llm_base_url=url, llm_model="scripted", **given)
        assistant = Assistant(corpus_library, settings, corpus_assistant.reader, corpus_assistant.search)
        assert assistant.writer is not None
        assistant.writer.ready()
        return assistant

    return make
