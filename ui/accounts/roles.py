"""Roles, and the person whom a request comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["reader", "editor", "admin"]

#: each may do what those before it may
ROLES: tuple[Role, ...] = get_args(Role)

#: what people call them
NAMES: dict[Role, str] = {"reader": "读者", "editor": "编辑", "admin": "管理员"}


@dataclass(frozen=True)
class Person:
    """Who a request comes from, as its session or token says; nothing else of the request is believed."""

    name: str
    role: Role

    def may(self, needed: Role) -> bool:
        """Whether this person's role includes another."""
        return ROLES.index(self.role) >= ROLES.index(needed)


#: whoever uses the page where there are no accounts: one person on one PC
THIS_MACHINE = Person("本机", "admin")
