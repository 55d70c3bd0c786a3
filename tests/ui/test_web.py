"""The web app: this machine only, nothing from other hosts, and a page that is this program's own."""

import re
import socket
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ingest.errors import SettingsError
from ingest.settings import Settings
from ui import web
from ui.accounts import Accounts
from ui.accounts.store import Database


class Nothing:
    """A library without reports, and so an assistant that is never asked anything."""

    def reports(self) -> tuple[()]:
        return ()

    def ask(self, question: str, history: Any = ()) -> Any:
        raise AssertionError(question)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    app = web.application(Nothing(), Nothing(), Settings(home=tmp_path_factory.mktemp("web")))  # type: ignore[arg-type]
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_the_page_is_chinese_and_named(client: TestClient) -> None:
    page = client.get("/").text
    assert '<html lang="zh-CN"' in page
    assert "<title>问报</title>" in page


def test_the_page_loads_nothing_from_another_host(client: TestClient) -> None:
    page = client.get("/").text
    loaded = re.findall(r'(?:src|href)\s*=\s*["\']([^"\']+)', page)
    assert loaded
    assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == []
    assert "og:image" not in page
    assert "iframeResizer.contentWindow" not in page


def test_the_page_is_styled_before_its_scripts_run(client: TestClient) -> None:
    head = client.get("/").text.partition("</head>")[0]
    address, *_ = re.findall(r'<link rel="stylesheet" href="(/wenbao/[^"]+)"', head)
    assert client.get(address).headers["content-type"].startswith("text/css")


def test_every_reply_confines_the_browser_to_this_host(client: TestClient) -> None:
    for path in ("/", "/healthz", "/config", "/wenbao/page.css", "/absent"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_the_theme_names_no_font_to_download(client: TestClient) -> None:
    css = client.get("/theme.css").text
    assert "@font-face" not in css
    assert re.findall(r"url\(\W*(?!data:)\w+", css) == []
    assert client.get("/config").json()["stylesheets"] == []


def test_health_is_told(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"


def test_the_address_of_another_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "localhost"])
def test_every_name_of_this_machine_is_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_of_the_page_only_the_tools_are_offered_as_a_public_interface(client: TestClient) -> None:
    assert set(client.get("/gradio_api/info").json()["named_endpoints"]) == {"/ask", "/find_figures", "/list_reports"}
    assert client.get("/docs").status_code == 404


def test_a_taken_port_is_named_with_its_remedy() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingsError, match=f"端口 {other.getsockname()[1]} .*WENBAO_PORT"):
            web.listen("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_other_machines_are_not_served_without_accounts(host: str) -> None:
    with pytest.raises(SettingsError, match=r"WENBAO_HOST.*users add"):
        web.require_accounts(Settings(host=host))


def test_other_machines_are_served_where_there_are_accounts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, host="0.0.0.0")
    database = Database(tmp_path)
    Accounts(database, settings).add("管理", "山水有相逢2024", "admin")
    database.close()
    web.require_accounts(settings)
    with web.listen(settings.host, 0) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"


@pytest.mark.parametrize(("host", "said"), [("example.com", "不是 IP 地址"), ("203.0.113.9", "不是这台机器的地址")])
def test_an_address_that_is_not_this_machines_is_named(host: str, said: str) -> None:
    with pytest.raises(SettingsError, match=f"WENBAO_HOST={host} {said}"):
        web.listen(host, 0)


def test_only_the_names_set_are_answered_to(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, host="0.0.0.0", server_names="wenbao.example.cn, 10.0.0.8")
    app = web.application(Nothing(), Nothing(), settings)  # type: ignore[arg-type]
    known = TestClient(app, base_url="http://wenbao.example.cn")
    assert known.get("/healthz").status_code == 200
    assert known.get("/healthz", headers={"Host": "attacker.example"}).status_code == 400


def test_port_zero_takes_a_free_port() -> None:
    with web.listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0
