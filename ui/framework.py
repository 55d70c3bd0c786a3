"""Gradio, imported without what only its developers need.

Each time it is imported, Gradio parses the source of its seventy components to write stubs for editors beside them:
2.4 of the import's 6.0 seconds on a slow core. It skips a class whose file is not known, so while it is being imported
the files of its classes are not told. It also imports the library for MCP, which takes as long as a third of it; that
is left to ``mcp_server``.

While it runs, Gradio remembers of every session how each component was last shown, for links into a state of the page, and
of every event how long it took, for a page of statistics. This program has neither, and both cost time with every answer
and memory with every visitor: 94 KB a session, a third of the server's time with fifty people asking.

Whatever a function leaves as it is, shows or hides, Gradio makes a component anew for, from the signatures of its
constructors; each piece of HTML goes through a thread of its own to come back as it was; and around every call it looks
for matplotlib anew. That is half of what the server has to do for an answer, and is left out.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import datetime
from typing import Any

#: seconds for which a visitor's state is kept after the page was closed, as Gradio keeps it
KEPT_SECONDS = 3600


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


os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)  # events between two summaries

with _untold_files(), _without_mcp():
    import gradio as gr
    from gradio import blocks_events, utils
    from gradio.state_holder import SessionState
    from gradio.utils import get_upload_folder as upload_folder


def _begin(self: SessionState, page: gr.Blocks) -> None:
    self.blocks_config = copy(page.default_config)
    self.config_values = {}
    self.state_data = {}
    self._state_ttl = {}
    self.is_closed = False
    self.STATE_TTL_WHEN_CLOSED = KEPT_SECONDS


def _set(self: SessionState, key: int, value: Any) -> None:
    block = self.blocks_config.blocks.get(key)
    if isinstance(block, gr.State):
        self._state_ttl[key] = (block.time_to_live, datetime.now())
        self.state_data[key] = value
    else:
        self.blocks_config.blocks[key] = value


def _forget(self: SessionState, *_: Any) -> None:
    """How a component is shown is not kept."""


SessionState.__init__ = _begin
SessionState.__setitem__ = _set
SessionState._update_config = SessionState._update_value_in_config = _forget
blocks_events.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]  # for every class of blocks once more
utils.MatplotlibBackendMananger = nullcontext  # no plots are drawn by it


class LeanBlocks(gr.Blocks):
    """Blocks that hand on what needs no work: HTML, and what of the page is left as it is, shown or hidden."""

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: SessionState | None) -> list[Any]:
        """As Gradio's."""
        outputs = block_fn.outputs
        several = isinstance(predictions, list | tuple) and len(predictions) == len(outputs) > 1
        if block_fn.batch or not several:
            return await super().postprocess_data(block_fn, predictions, state)
        plain = [_is_plain(block, value) for block, value in zip(outputs, predictions, strict=True)]
        worked = [value for value, as_it_is in zip(predictions, plain, strict=True) if not as_it_is]
        if worked:
            fewer = copy(block_fn)
            fewer.outputs = [block for block, as_it_is in zip(outputs, plain, strict=True) if not as_it_is]
            worked = await super().postprocess_data(fewer, worked if len(worked) > 1 else worked[0], state)
        done = iter(worked)
        return [value if as_it_is else next(done) for value, as_it_is in zip(predictions, plain, strict=True)]


def _is_plain(block: Any, value: Any) -> bool:
    """Whether a value is for the page as it is."""
    if isinstance(value, str):
        return type(block) is gr.HTML
    return isinstance(value, dict) and value.get("__type__") == "update" and value.keys() <= _SHOWN


#: what of an update changes nothing that the server has to know
_SHOWN = frozenset({"__type__", "visible"})


def mcp_server(page: gr.Blocks) -> Any:
    """Gradio's MCP server for a page; takes a second the first time."""
    module = sys.modules["gradio.mcp"]
    if not hasattr(module.GradioMCPServer, "Server"):
        module = importlib.reload(module)  # it did not find the library when it was first imported
    return module.GradioMCPServer(page)


__all__ = ["LeanBlocks", "gr", "mcp_server", "upload_folder"]
