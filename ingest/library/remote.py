"""A Chroma server as a client of ours sees it: one that answers in time, or is said not to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
from chromadb.api.client import Client
from chromadb.config import Settings

#: seconds to reach the server, and to wait for a piece of an answer; Chroma's own client would wait for ever
TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class PatientClient(Client):
    """Chroma's HTTP client with a limit to its patience."""

    def get_user_identity(self) -> Any:
        """The first request that a client makes, and so the place to set the time limit for all."""
        self._server._session.timeout = TIMEOUT
        return super().get_user_identity()


def connect(url: str) -> PatientClient:
    """A client of the server at an address: http://10.0.0.5:8000, or host:port alone.

    :raises ValueError, httpx.HTTPError: and others, if it cannot be reached.
    """
    at = urlsplit(url if "//" in url else f"//{url}")
    settings = Settings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=at.hostname or "",
        chroma_server_http_port=at.port or 8000,
        chroma_server_ssl_enabled=at.scheme == "https",
    )
    return PatientClient(settings=settings)
