"""The OpenAPI page: all from here, and true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ui.conftest import Office


def test_the_page_loads_nothing_from_another_host(office: Office) -> None:
    client = office.client("reader")
    html = client.get("/api/docs").text
    loaded = re.findall(r"""(?:src|href|url)\s*[=:]\s*['"]([^'"]+)""", html)
    assert {address.partition("?")[0] for address in loaded} >= {"/api/docs/swagger-ui-bundle.js", "/api/openapi.json"}
    assert [address for address in loaded if not address.startswith("/")] == []
    for address in loaded:
        assert client.get(address).status_code == 200, address


def test_the_schema_names_every_address_and_its_refusals(office: Office) -> None:
    schema = office.client("reader").get("/api/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/ask",
        "/api/reports",
        "/api/reports/{report_id}",
        "/api/figures",
        "/api/feedback",
        "/api/audit",
        "/api/me",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
    }
    assert {"200", "401", "403", "422"} <= set(schema["paths"]["/api/ask"]["post"]["responses"])
