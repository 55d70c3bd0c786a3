"""The servers that homes of libraries need, started on this machine for as long as the tests run."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def started(command: list[str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """A server process that has begun to listen on a port."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    while not answers(port):
        if process.poll() is not None:
            pytest.fail(f"{command[0]} ended: {log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    return process


@contextlib.contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """A Chroma server; its address."""
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    process = started(
        [str(program), "run", "--path", str(folder), "--host", HOST, "--port", str(port)], port, folder / "log"
    )
    yield f"http://{HOST}:{port}"
    process.terminate()
    process.wait()


@contextlib.contextmanager
def milvus(folder: Path) -> Iterator[str]:
    """A Milvus Lite server; its address."""
    pytest.importorskip("pymilvus")
    pytest.importorskip("milvus_lite")
    port = free_port()
    command = [sys.executable, "-m", "milvus_lite.cmdline", "server", "--data-dir", str(folder / "data")]
    process = started([*command, "--host", HOST, "--port", str(port)], port, folder / "log")
    yield f"http://{HOST}:{port}"
    process.kill()
    process.wait()


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's own programs, which Debian keeps off the path."""
    found = shutil.which("initdb")
    folders = [*([Path(found).parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server; its address without the database's name. It will not run as root, so nobody does it then."""
    pytest.importorskip("psycopg")
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL here")
    user: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="wenbao-pg-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        port, data = free_port(), f"{folder}/data"
        initdb = [str(programs / "initdb"), "-D", data, "-U", "wenbao", "--auth=trust", "--no-sync"]
        quiet = subprocess.DEVNULL
        subprocess.run([*initdb, "-E", "UTF8", "--locale=C"], check=True, stdout=quiet, cwd=folder, **user)  # type: ignore[call-overload]
        options = f"-p {port} -c listen_addresses={HOST} -c unix_socket_directories='' -c fsync=off"
        control = [str(programs / "pg_ctl"), "-D", data]
        start = [*control, "-w", "-o", options, "-l", f"{folder}/log", "start"]
        subprocess.run(start, check=True, stdout=quiet, cwd=folder, **user)  # type: ignore[call-overload]
        try:
            yield f"postgresql://wenbao@{HOST}:{port}"
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, stdout=quiet, cwd=folder, **user)  # type: ignore[call-overload]


def new_database(server: str) -> str:
    """The address of a new, empty database."""
    import psycopg

    name = f"wenbao_{uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"
