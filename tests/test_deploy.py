"""The files of deploy/ belong together: the Compose file, nginx's and the program's own settings."""

from __future__ import annotations

import re

import yaml

from ingest.settings import PROJECT, Settings

DEPLOY = PROJECT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def test_the_app_is_given_settings_that_it_knows() -> None:
    known = {f"WENBAO_{name.upper()}" for name in Settings.model_fields}
    given = COMPOSE["services"]["app"]["environment"]
    assert set(given) <= known
    assert {"WENBAO_MILVUS_URL", "WENBAO_DATABASE_URL"} <= set(given)
    assert "milvus:19530" in given["WENBAO_MILVUS_URL"]
    assert "@postgres:5432/" in given["WENBAO_DATABASE_URL"]


def test_only_nginx_is_open_and_no_password_is_written_down() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]
    assert COMPOSE["services"]["nginx"]["ports"][0].startswith("${WENBAO_LISTEN:-127.0.0.1:")
    assert COMPOSE["networks"]["inside"]["internal"]
    for name in ("postgres", "milvus"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
    assert COMPOSE["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_whatever_a_service_names_is_there() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in COMPOSE["volumes"]
    assert (DEPLOY / COMPOSE["services"]["app"]["build"]["context"] / "deploy" / "Dockerfile").is_file()


def test_nginx_asks_the_app_at_its_port_and_hands_on_who_asked() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert f"server app:{Settings().port} " in text
    assert f"client_max_body_size {Settings().max_file_mb}m;" in text
    assert {"Host", "X-Forwarded-For", "X-Forwarded-Proto"} <= set(re.findall(r"proxy_set_header (\S+)", text))
    assert "proxy_buffering off" in text
