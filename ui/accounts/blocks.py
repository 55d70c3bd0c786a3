"""Gradio Blocks whose every function has a role, whichever way it is called: by the page, by its API or by MCP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ui.accounts.roles import NAMES, Person, Role
from ui.framework import gr

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


class GuardedBlocks(gr.Blocks):
    """Blocks that ask who calls before any function runs.

    ``process_api`` is the one way to a function: Gradio's queue, its direct and its deprecated interfaces and its MCP
    server all end there.
    """

    async def process_api(self, block_fn: Any, *arguments: Any, request: Any = None, **others: Any) -> dict[str, Any]:
        """As Gradio's, once the person whom the request (each request of a batch) comes from may call the function."""
        function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        role = needed(function.fn)
        for one in request if isinstance(request, list) else [request]:
            person = person_of(one)
            if person is None or not person.may(role):
                raise gr.Error(f"没有权限：这项操作需要{NAMES[role]}。", print_exception=False, title="没有权限")
        return await super().process_api(block_fn, *arguments, request=request, **others)
