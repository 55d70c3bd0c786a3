"""Gradio Blocks whose every function has a role, whichever way it is called: by the page, by its API or by MCP.

What a request gives for a file must have been uploaded. Gradio takes any value of the form of a file for one, also where
text is expected: it would fetch its address from another host, or copy a file of this machine to where it can be
downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from ui.accounts.roles import NAMES, Person, Role
from ui.framework import LeanBlocks, gr, upload_folder

_ROLE = "needed_role"

Function = TypeVar("Function", bound=Callable[..., Any])


def needs(role: Role) -> Callable[[Function], Function]:
    """Mark a function of the page as one that only this role may call; without a mark every reader may."""

    def marked(function: Function) -> Function:
        setattr(function, _ROLE, role)
        return function

    return marked


def needed(function: Callable[..., Any] | None) -> Role:
    """The role that a function of the page takes."""
    return getattr(function, _ROLE, "reader")


def person_of(request: Any) -> Person | None:
    """The person whom a request comes from, given Gradio's request or Starlette's; None where the gate saw nobody."""
    scope = getattr(getattr(request, "request", request), "scope", {})
    person = scope.get("user")
    return person if isinstance(person, Person) else None


class GuardedBlocks(LeanBlocks):
    """Blocks that ask who calls, and with which files, before any function runs.

    ``process_api`` is the one way to a function: Gradio's queue, its direct and its deprecated interfaces and its MCP
    server all end there.
    """

    async def process_api(
        self, block_fn: Any, inputs: Any, *arguments: Any, request: Any = None, **others: Any
    ) -> dict[str, Any]:
        """As Gradio's, once the person whom the request (each request of a batch) comes from may call the function."""
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        role = needed(function.fn)
        for one in request if isinstance(request, list) else [request]:
            person = person_of(one)
            if person is None or not person.may(role):
                raise gr.Error(f"没有权限：这项操作需要{NAMES[role]}。", print_exception=False, title="没有权限")
        for place, value in enumerate(inputs or ()):
            takes_files = place < len(function.inputs) and isinstance(function.inputs[place], gr.File)
            for file in _files(value):
                if not takes_files or not _is_uploaded(file):
                    raise gr.Error("文件不能用：只能用刚上传的文件。", print_exception=False, title="文件不能用")
        return await super().process_api(block_fn, inputs, *arguments, request=request, **others)


def _files(value: Any) -> Iterator[dict[str, Any]]:
    """Whatever in a value Gradio, now or in its older form, takes for a file."""
    if isinstance(value, dict):
        if "path" in value or "meta" in value:
            yield value
        for held in value.values():
            yield from _files(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _files(held)


def _is_uploaded(file: dict[str, Any]) -> bool:
    """Whether a file lies where uploads do, under an address of this app or none."""
    path, url = file.get("path"), file.get("url")
    if not isinstance(path, str) or file.get("is_stream"):
        return False
    # it may have been taken from there by now: a function that yields passes here at every step
    inside = Path(path).resolve().is_relative_to(Path(upload_folder()).resolve())
    return inside and (not url or unquote(str(url)).endswith(f"/gradio_api/file={path}"))
