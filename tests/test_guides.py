"""The guides: every command, setting, address and picture that they name exists, and what they give as files can be used."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from ingest.settings import PROJECT, Settings
from ui.accounts.gate import rule_of
from ui.cli import app

DOCS = PROJECT / "docs"
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "使用指南.md", DOCS / "部署.md")}
DEPLOYMENT = GUIDES["部署.md"]


def _block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DEPLOYMENT, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_with_its_options_exists(name: str) -> None:
    top = typer.main.get_command(app)
    for line in re.findall(r"(?<![\w/-])wenbao(?:\.exe)? ([a-z][^`\n\"#]*)", GUIDES[name]):
        words = line.split()
        command = top
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]  # type: ignore[attr-defined]
        assert command is not top, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.parametrize("name", GUIDES)
def test_every_setting_exists(name: str) -> None:
    known = {f"WENBAO_{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"WENBAO_[A-Z_]+", GUIDES[name])) <= known


@pytest.mark.parametrize("name", GUIDES)
def test_every_picture_and_page_exists(name: str) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", GUIDES[name]):
        assert (DOCS / target).exists(), target


def test_every_address_is_there() -> None:
    for path in re.findall(r"`(/(?:api|v1|healthz|metrics)[\w/]*)`", DEPLOYMENT):
        assert rule_of("GET", path), path


def test_the_service_runs_the_server_and_writes_to_its_own_folder_alone() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read_string(_block("ini"))
    service = unit["Service"]
    assert service["ExecStart"].endswith("wenbao serve")
    assert service["ReadWritePaths"] == "/var/lib/wenbao"
    assert service["ProtectSystem"] == "strict"


@pytest.mark.skipif(not shutil.which("nginx"), reason="没有安装 nginx")
def test_nginx_accepts_the_site(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("没有安装 openssl")
    key, certificate = tmp_path / "wenbao.key", tmp_path / "wenbao.crt"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=wenbao.example.cn"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    site = _block("nginx").replace("/etc/ssl/private/wenbao.key", str(key))
    site = site.replace("/etc/ssl/certs/wenbao.crt", str(certificate))
    site = site.replace("listen 80", "listen 127.0.0.1:18080").replace("listen 443", "listen 127.0.0.1:18443")
    paths = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/errors; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body; {paths}\n{site} }}\n",
        encoding="utf-8",
    )
    nginx = shutil.which("nginx") or "nginx"
    done = subprocess.run([nginx, "-t", "-c", str(config)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
