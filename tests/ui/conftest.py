"""A web app with accounts: one of each role, on a small library of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.settings import Settings
from ui.accounts import Accounts, Role
from ui.accounts.store import Database

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from ingest.library import Library

PASSWORD = "山水有相逢2024"
ADDRESS = "http://127.0.0.1:7860"
REPORT = """某镇2024年工作总结
一、工作回顾
2024年，全镇新建光伏电站7座，完成投资9.8亿元。改造农村公路12公里。
二、下步打算
2025年，计划新建光伏电站9座，计划改造农村公路20公里。
"""


@dataclass
class Office:
    """A running office: its app, its library and a token for each role."""

    app: FastAPI
    library: Library
    settings: Settings
    accounts: Accounts
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, role: Role | None = None) -> TestClient:
        """A program that brings the token of a role; without one, whoever comes."""
        from starlette.testclient import TestClient

        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return TestClient(self.app, base_url=ADDRESS, headers=headers, follow_redirects=False)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a reader, an editor and an admin, and one report; who changes it must put it back."""
    from bot.chain import Assistant
    from ingest.embedding import load_embedder
    from ingest.library import Library
    from ingest.pipeline import ingest
    from ui import web

    home = tmp_path_factory.mktemp("office")
    settings = Settings(home=home / "library", workers=1, max_file_mb=1)
    file = home / "某镇2024年工作总结.txt"
    file.write_text(REPORT, encoding="utf-8")
    with Library.open(settings.home, load_embedder()) as library:
        list(ingest([file], library, settings))
        accounts = Accounts(Database(settings.home), settings)
        found = Office(web.application(Assistant(library, settings), library, settings), library, settings, accounts)
        roles: tuple[Role, ...] = ("admin", "editor", "reader")
        for role in roles:
            accounts.add(role, PASSWORD, role)
            found.tokens[role] = accounts.new_token(role)
        yield found


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Accounts]:
    """Accounts of which there are none yet."""
    database = Database(tmp_path)
    yield Accounts(database, Settings(home=tmp_path))
    database.close()


@contextmanager
def _listening(app: Any) -> Iterator[str]:
    import uvicorn

    from ui.web import listen

    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    with listen("127.0.0.1", 0) as listener:
        server = Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert started.wait(60)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def office_address(office: Office) -> Iterator[str]:
    """The address at which the office is served over a real socket."""
    with _listening(office.app) as address:
        yield address
