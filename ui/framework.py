"""Gradio, imported without what only its developers need.

Each time it is imported, Gradio parses the source of its seventy components to write stubs for editors beside them:
2.4 of the import's 6.0 seconds on a slow core. It skips a class whose file is not known, so while it is being imported
the files of its classes are not told.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _untold_files() -> Iterator[None]:
    original = inspect.getfile

    def getfile(thing: Any) -> str:
        if isinstance(thing, type) and thing.__module__.partition(".")[0] == "gradio":
            raise OSError(f"the file of {thing.__qualname__} is not told")
        return original(thing)

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = original


with _untold_files():
    import gradio as gr

__all__ = ["gr"]
