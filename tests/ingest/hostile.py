"""Calls that no worker process should survive, for test_workers.py and test_pipeline.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from ingest.errors import IngestError


def double(number: int) -> int:
    return 2 * number


def refuse(path: str) -> None:
    raise IngestError(f"{path}：不收。")


def stumble() -> None:
    raise ZeroDivisionError


def hang() -> None:
    while True:
        time.sleep(60)


def hang_with_a_child(pipe: str) -> None:
    """Starts a program, as a reader starts LibreOffice, that holds a pipe open, and hangs."""
    program = "import sys, time; pipe = open(sys.argv[1], 'w'); print('here', file=pipe, flush=True); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", program, pipe])
    hang()


def devour() -> int:
    return len(b"x" * (8 << 30))


def devour_and_hide() -> None:
    """A reader that takes a lack of memory for damage."""
    try:
        devour()
    except MemoryError as fault:
        raise IngestError("文件已损坏") from fault


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def chatter() -> str:
    print("a library prints where it should not", flush=True)  # noqa: T201
    os.write(1, b"and so does its C part\n")
    return "said"


def number_of_process() -> int:
    return os.getpid()
