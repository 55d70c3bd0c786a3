"""A running ``wenbao serve`` and other processes that change the library under it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.library.store import FILE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

#: seconds within which a server must see what another process did
SEEN_WITHIN = 2.0

TEXT = "{town}2024年工作总结\n一、工作回顾\n2024年，{town}新建光伏电站{number}座，完成投资9.8亿元。\n"


@dataclass
class Office:
    """A library's folder, and the address at which a server shows it."""

    home: Path
    address: str = ""

    def wenbao(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)

    def environment(self) -> dict[str, str]:
        return os.environ | {"WENBAO_HOME": str(self.home), "WENBAO_CORPUS": str(self.home / "无")}

    @contextmanager
    def serving(self, **environment: str) -> Iterator[str]:
        """A server on a free port; what it says on standard error is kept in a file, whose path this gives."""
        command = [sys.executable, "-m", "ui.cli", "serve", "--port", "0"]
        errors = self.home.with_name("stderr.txt")
        with (
            errors.open("w", encoding="utf-8") as sink,
            subprocess.Popen(
                command, env=self.environment() | environment, stdout=subprocess.PIPE, stderr=sink, text=True
            ) as server,
        ):
            assert server.stdout is not None
            try:
                said = server.stdout.readline()
                assert "http://" in said, errors.read_text("utf-8")
                self.address = said.split("：")[1].split("（")[0]
                yield str(errors)
            finally:
                server.terminate()

    def reports(self) -> dict[str, str]:
        """The server's reports, file name -> id."""
        return {one["file"]: one["id"] for one in self._json("/api/reports?size=100")["items"]}

    def short(self, question: str) -> str:
        """The server's bare answer."""
        return str(self._json("/api/ask", {"question": question})["short"])

    def sees(self, wanted: set[str]) -> bool:
        """Whether the server shows just these files in time."""
        until = time.monotonic() + SEEN_WITHIN
        while time.monotonic() < until:
            if set(self.reports()) == wanted:
                return True
        return False

    def _json(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with one report in its library, of which the file is still there."""
    office = Office(tmp_path / "资料库")
    write(tmp_path, "东里镇", 7)
    ran = office.wenbao("ingest", tmp_path / "东里镇.txt")
    assert ran.returncode == 0, ran.stderr
    return office


def write(folder: Path, town: str, number: int) -> Path:
    file = folder / f"{town}.txt"
    file.write_text(TEXT.format(town=town, number=number), "utf-8")
    return file


def test_a_server_sees_within_two_seconds_what_another_process_takes_in_replaces_and_removes(
    office: Office, tmp_path: Path
) -> None:
    with office.serving():
        assert office.short("东里镇新建光伏电站多少座") == "7座"
        assert office.wenbao("ingest", write(tmp_path, "南麻镇", 9)).returncode == 0
        assert office.sees({"东里镇.txt", "南麻镇.txt"})
        assert office.short("南麻镇新建光伏电站多少座") == "9座"
        assert office.wenbao("ingest", write(tmp_path, "东里镇", 8)).returncode == 0
        assert office.short("东里镇新建光伏电站多少座") == "8座"
        assert office.wenbao("remove", "南麻镇.txt").returncode == 0
        assert office.sees({"东里镇.txt"})


@pytest.mark.parametrize("damage", ["a report's rows", "the library's file", "no vectors"])
def test_a_server_goes_on_when_the_doctor_repairs_its_library(office: Office, tmp_path: Path, damage: str) -> None:
    assert office.wenbao("ingest", write(tmp_path, "南麻镇", 9)).returncode == 0
    with office.serving():
        assert office.short("东里镇新建光伏电站多少座") == "7座"
        file = office.home / FILE
        if damage == "a report's rows":
            with sqlite3.connect(file) as db:
                db.execute("UPDATE figures SET text = 'x' WHERE report = 1")
        elif damage == "the library's file":
            with sqlite3.connect(file) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with file.open("r+b") as opened:
                opened.write(b"\0" * 4096)
        else:
            shutil.rmtree(office.home / "chroma")
        assert office.wenbao("doctor").returncode == 1
        ran = office.wenbao("doctor", "--repair")
        assert ran.returncode == 0, ran.stderr
        assert office.sees({"东里镇.txt", "南麻镇.txt"})
        assert office.short("东里镇新建光伏电站多少座") == "7座"
        assert office.short("南麻镇新建光伏电站多少座") == "9座"
        assert office.wenbao("ingest", write(tmp_path, "石桥镇", 5)).returncode == 0
        assert office.sees({"东里镇.txt", "南麻镇.txt", "石桥镇.txt"})
        assert office.short("石桥镇新建光伏电站多少座") == "5座"
        request = urllib.request.Request(
            f"{office.address}/api/reports/{office.reports()['石桥镇.txt']}", method="DELETE"
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            assert reply.status == 204
    assert office.wenbao("doctor").returncode == 0


def test_a_server_starts_on_a_library_of_another_model_and_says_what_to_do(office: Office) -> None:
    with sqlite3.connect(office.home / FILE) as db:
        db.execute("UPDATE meta SET value = '别的模型' WHERE name IN ('model', 'fingerprint')")
    with office.serving() as errors:
        said = Path(errors).read_text("utf-8")
        assert "别的模型" in said
        assert "修复并重建索引" in said
        assert office.short("东里镇新建光伏电站多少座") == "7座"
        assert office.wenbao("doctor", "--repair").returncode == 0
        assert office.short("东里镇新建光伏电站多少座") == "7座"
