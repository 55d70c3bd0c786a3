"""Who may do what: accounts with roles, sessions and tokens, the gate before every request, and the audit log."""

from ui.accounts.people import Accounts, AccountsError, LoginError
from ui.accounts.roles import ROLES, THIS_MACHINE, Person, Role

__all__ = ["ROLES", "THIS_MACHINE", "Accounts", "AccountsError", "LoginError", "Person", "Role"]
