"""The gate: every address has its role, what has none is not there, and who somebody is cannot be claimed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import gradio as gr
import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from tests.ui.coroutines import run
from ui.accounts.blocks import needed
from ui.accounts.gate import COOKIE, LARGEST_REQUEST, RULES, rule_of
from ui.accounts.roles import ROLES, Role
from ui.framework import upload_folder

if TYPE_CHECKING:
    from tests.ui.conftest import Office

#: one request for every rule, as (method, path), with the role that it takes
REQUESTS = [
    ("GET", "/healthz", None),
    ("GET", "/login", None),
    ("POST", "/login", None),
    ("POST", "/logout", None),
    ("GET", "/account", "reader"),
    ("POST", "/account", "reader"),
    ("GET", "/wenbao/page.css", None),
    ("GET", "/favicon.ico", None),
    ("GET", "/", "reader"),
    ("GET", "/conversations/1.docx", "reader"),
    ("GET", "/evaluations/runs/1.html", "editor"),
    ("GET", "/metrics", "reader"),
    ("GET", "/api/docs", "reader"),
    ("GET", "/api/docs/swagger-ui.css", "reader"),
    ("GET", "/api/openapi.json", "reader"),
    ("GET", "/api/me", "reader"),
    ("POST", "/api/ask", "reader"),
    ("GET", "/api/reports", "reader"),
    ("GET", "/api/reports/abc", "reader"),
    ("POST", "/api/reports", "editor"),
    ("DELETE", "/api/reports/abc", "editor"),
    ("GET", "/api/figures", "reader"),
    ("POST", "/api/feedback", "reader"),
    ("GET", "/api/feedback", "editor"),
    ("GET", "/api/audit", "admin"),
    ("GET", "/v1/models", "reader"),
    ("GET", "/v1/models/wenbao", "reader"),
    ("POST", "/v1/chat/completions", "reader"),
    ("POST", "/gradio_api/mcp/", "reader"),
    ("GET", "/config", "reader"),
    ("GET", "/theme.css", "reader"),
    ("GET", "/gradio_api/info", "reader"),
    ("GET", "/gradio_api/heartbeat/abc", "reader"),
    ("POST", "/gradio_api/queue/join", "reader"),
    ("GET", "/gradio_api/queue/data", "reader"),
    ("POST", "/gradio_api/cancel", "reader"),
    ("POST", "/gradio_api/run/predict", "reader"),
    ("POST", "/gradio_api/api/predict", "reader"),
    ("POST", "/gradio_api/call/ask", "reader"),
    ("POST", "/gradio_api/call/v2/ask", "reader"),
    ("GET", "/gradio_api/call/ask/abc", "reader"),
    ("GET", "/gradio_api/file=/tmp/gradio/x.xlsx", "reader"),
    ("POST", "/gradio_api/upload", "editor"),
    ("GET", "/gradio_api/upload_progress", "editor"),
]


def test_every_rule_is_walked_below() -> None:
    assert {id(rule_of(method, path)) for method, path, _ in REQUESTS} == {id(rule) for rule in RULES}


@pytest.mark.parametrize(("method", "path", "role"), REQUESTS)
def test_an_address_takes_its_role(office: Office, method: str, path: str, role: Role | None) -> None:
    rule = rule_of(method, path)
    assert rule is not None
    assert rule.role == role
    if role is None:
        return
    assert office.client().request(method, path).status_code == 401
    for lesser in ROLES[: ROLES.index(role)]:
        assert office.client(lesser).request(method, path).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/ask"), ("POST", "/api/reports"), ("DELETE", "/api/reports/a")]
)
def test_who_may_is_let_through(office: Office, method: str, path: str) -> None:
    assert office.client("editor").request(method, path).status_code in (404, 422)


def test_every_route_of_the_app_is_behind_a_rule(office: Office) -> None:
    for route in office.app.routes:
        if isinstance(route, Route) and route.path != "/":
            path = route.path.replace("{report_id}", "a").replace("{model}", "a")
            methods = (route.methods or {"GET", "POST"}) - {"HEAD"}
            assert any(rule_of(method, path) for method in methods), path
        elif isinstance(route, Mount) and route.path:
            assert rule_of("GET", f"{route.path}/a.css"), route.path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=https://example.com/a"),
        ("GET", "/gradio_api/file=http:/example.com/a"),
        ("GET", "/gradio_api/file=file:///etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.com/a"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/token"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/manifest.json"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/absent"),
        ("GET", "//api/reports"),
        ("GET", "/api/reports/"),
        ("GET", "/API/audit"),
        ("PUT", "/api/reports"),
        ("OPTIONS", "/api/ask"),
    ],
)
def test_what_is_not_listed_is_not_there_even_for_an_admin(office: Office, method: str, path: str) -> None:
    sent = TestClient(office.app, base_url="http://127.0.0.1", headers=office.client("admin").headers)
    assert sent.request(method, path, follow_redirects=False).status_code == 404


@pytest.mark.parametrize("path", ["/wenbao/../cli.py", "/wenbao/%2e%2e/cli.py", "/wenbao/..%2fcli.py", "/wenbao//etc/passwd", "/static/../../routes.py", "/static/..%2f..%2froutes.py", "/assets/%2e%2e/%2e%2e/index.html", "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd", "/gradio_api/file=/tmp/gradio/../../etc/passwd", "/api/docs/..%2f__init__.py", "/api/reports/../audit", "/api/reports/%2e%2e/audit", "/wenbao/../api/audit"])  # fmt: skip
def test_no_path_leads_out_of_its_folder(office_address: str, office: Office, path: str) -> None:
    import http.client
    from urllib.parse import urlsplit

    connection = http.client.HTTPConnection(urlsplit(office_address).netloc, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {office.tokens['admin']}"})
    reply = connection.getresponse()
    assert reply.status in (403, 404), reply.read()[:200]


def test_a_library_file_cannot_be_fetched(office: Office) -> None:
    for file in office.settings.home.iterdir():
        assert office.client("admin").get(f"/gradio_api/file={file}").status_code in (403, 404)


@pytest.mark.parametrize("header", ["x-user", "x-gradio-user", "x-forwarded-user", "remote-user", "x-role", "role"])
def test_nobody_becomes_somebody_by_saying_so(office: Office, header: str) -> None:
    assert office.client().get("/api/me", headers={header: "admin"}).status_code == 401
    reply = office.client("reader").get("/api/me?name=admin&role=admin", headers={header: "admin"})
    assert reply.json() == {"name": "reader", "role": "reader"}


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic YWRtaW46YWRtaW4=", "Bearer wb_"])
def test_what_is_no_token_opens_nothing(office: Office, header: str) -> None:
    assert office.client().get("/api/me", headers={"Authorization": header}).status_code == 401
    assert office.client().get("/api/me", headers={"Cookie": f"{COOKIE}={header}"}).status_code == 401


def test_a_browser_is_led_to_the_login_page(office: Office) -> None:
    reply = office.client().get("/", headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")


def test_a_page_of_another_site_changes_nothing(office: Office) -> None:
    client = office.client("editor")
    for headers in (
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert client.post("/api/ask", json={"question": "投资"}, headers=headers).status_code == 403
        assert client.post("/login", data={"name": "admin"}, headers=headers).status_code == 403
    own = {"Origin": "http://127.0.0.1:7860", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/ask", json={"question": "投资"}, headers=own).status_code == 200


def test_a_request_has_a_size(office: Office) -> None:
    client = office.client("reader")
    assert client.post("/api/ask", content=b" " * (LARGEST_REQUEST + 1)).status_code == 413
    assert client.post("/api/ask", content=(b" " * 65536 for _ in range(100))).status_code == 413
    assert client.post("/api/ask", content=b"{}", headers={"Content-Length": "-1"}).status_code == 413


def test_refusals_carry_the_security_headers(office: Office) -> None:
    for reply in (office.client().get("/api/me"), office.client("reader").get("/api/audit"), office.client().get("/x")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in reply.headers["content-security-policy"]


# Without accounts: one person on one PC.


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from ingest.settings import Settings
    from ui import web

    class Nothing:
        def reports(self) -> tuple[()]:
            return ()

    nothing: Any = Nothing()
    return web.application(nothing, nothing, Settings(home=tmp_path_factory.mktemp("alone")))


def test_without_accounts_this_machine_may_do_everything(alone: Any) -> None:
    client = TestClient(alone, base_url="http://127.0.0.1")
    assert client.get("/api/me").json() == {"name": "本机", "role": "admin"}
    assert client.get("/api/audit").json() == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_without_accounts_nobody_comes_through_a_proxy(alone: Any, header: str) -> None:
    client = TestClient(alone, base_url="http://127.0.0.1", headers={header: "10.0.0.9"})
    assert client.get("/api/me").status_code == 401
    assert client.get("/healthz").status_code == 200


def test_without_accounts_a_page_of_another_site_still_changes_nothing(alone: Any) -> None:
    client = TestClient(alone, base_url="http://127.0.0.1", headers={"Origin": "https://attacker.example"})
    assert client.post("/api/feedback", json={"question": "x", "verdict": "up"}).status_code == 403


def _page(office: Office) -> Any:
    gradio = next(route.app for route in office.app.routes if isinstance(route, Mount) and route.path == "")
    return gradio.get_blocks()  # type: ignore[attr-defined]


def _call(page: Any, number: int, role: Role | None, inputs: list[Any]) -> Any:
    """What comes of a function of the page, called past the gate, as a person of this role."""
    from ui.accounts.roles import Person

    request = SimpleNamespace(scope={"user": Person("某人", role) if role else None}, client=None)
    return run(page.process_api(number, inputs, page_state(page), request=request))


def page_state(page: Any) -> Any:
    from gradio.state_holder import SessionState

    return SessionState(page)


def test_every_function_of_the_page_refuses_whoever_may_not_call_it(office: Office) -> None:
    page = _page(office)
    called = {number: function for number, function in page.fns.items() if function.fn}
    assert called
    for number, function in called.items():
        lesser = ROLES[: ROLES.index(needed(function.fn))]
        for role in (None, *lesser):
            with pytest.raises(gr.Error, match="没有权限"):
                _call(page, number, role, [None] * len(function.inputs))


def test_functions_that_change_the_library_or_tell_of_others_take_a_role(office: Office) -> None:
    """A new function of the tab of documents or evaluations that has no mark must be looked at before it passes."""
    free = {
        function.fn.__qualname__
        for function in _page(office).fns.values()
        if function.fn and needed(function.fn) == "reader" and function.fn.__module__ == "ui.documents"
    }
    assert {name.rpartition(".")[2] for name in free} <= {"entered", "filtered", "looked", "acted"}


def _hostile(office: Office) -> list[dict[str, Any]]:
    meta = {"_type": "gradio.FileData"}
    secret = str(office.settings.home / "people.sqlite3")
    return [
        {"path": "/etc/passwd", "meta": meta},
        {"path": secret, "orig_name": "报告.txt", "meta": meta},
        {"path": f"{upload_folder()}/../../../etc/passwd", "meta": meta},
        {"path": "http://127.0.0.1:9/a.txt", "meta": meta},
        {"path": "https://attacker.example/a.txt", "url": "https://attacker.example/a.txt", "meta": meta},
        {"path": "", "url": "http://169.254.169.254/latest", "meta": meta},
        {"path": "x", "is_stream": True, "meta": meta},
        {"path": "/etc/passwd"},
    ]


def test_no_function_takes_a_file_that_was_not_uploaded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    async def fetched(*_: Any, **__: Any) -> None:
        raise AssertionError("an address was fetched")

    monkeypatch.setattr(httpx.AsyncClient, "request", fetched)
    monkeypatch.setattr(httpx.AsyncClient, "send", fetched)
    page = _page(office)
    for number, function in page.fns.items():
        if not function.fn:
            continue
        for place in range(len(function.inputs)):
            for file in _hostile(office):
                for value in (file, [file], {"value": file}):
                    inputs: list[Any] = [None] * len(function.inputs)
                    inputs[place] = value
                    with pytest.raises(gr.Error, match="文件不能用"):
                        _call(page, number, "admin", inputs)


def test_an_uploaded_file_is_taken_by_the_function_for_it_alone(office: Office) -> None:
    client = office.client("editor")
    (path,) = client.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).json()
    page = _page(office)
    file = {"path": path, "orig_name": "a.txt", "meta": {"_type": "gradio.FileData"}}
    asking = next(n for n, f in page.fns.items() if f.inputs and isinstance(f.inputs[0], gr.Textbox))
    with pytest.raises(gr.Error, match="文件不能用"):
        _call(page, asking, "admin", [file] + [None] * (len(page.fns[asking].inputs) - 1))
    taking = next(n for n, f in page.fns.items() if f.inputs and isinstance(f.inputs[0], gr.File))
    done = _call(page, taking, "editor", [[file], None, None])
    assert "a.txt" in str(done["data"])


def test_every_address_refuses_a_body_that_is_too_large(office: Office) -> None:
    client = office.client("admin")
    for method, path, _ in REQUESTS:
        rule = rule_of(method, path)
        if method not in ("POST", "DELETE") or rule is None:
            continue
        length = {"Content-Length": str(office.settings.max_expanded_mb * 2**20 + 2**20)}
        assert client.request(method, path, content=b"", headers=length).status_code == 413, path
