"""Gradio, imported without what only its developers need.

Each time it is imported, Gradio parses the source of its seventy components to write stubs for editors beside them:
2.4 of the import's 6.0 seconds on a slow core. It skips a class whose file is not known, so while it is being imported
the files of its classes are not told. It also imports the library for MCP, which takes as long as a third of it; that
is left to ``mcp_server``.
"""

from __future__ import annotations

import importlib
import inspect
import sys
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


@contextmanager
def _without_mcp() -> Iterator[None]:
    if "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # to be imported, it is as if it were not installed
    try:
        yield
    finally:
        del sys.modules["mcp"]


with _untold_files(), _without_mcp():
    import gradio as gr


def mcp_server(page: gr.Blocks) -> Any:
    """Gradio's MCP server for a page; takes a second the first time."""
    module = sys.modules["gradio.mcp"]
    if not hasattr(module.GradioMCPServer, "Server"):
        module = importlib.reload(module)  # it did not find the library when it was first imported
    return module.GradioMCPServer(page)


__all__ = ["gr", "mcp_server"]
