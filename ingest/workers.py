"""Worker processes: each does one call after the other, and may be killed without harm to anything but its call."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ingest.errors import IngestError, in_chinese
from ingest.worker import Answer, Failed, Returned

_ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from ingest.worker import main; main(float(sys.argv[2]), int(sys.argv[3]))"

#: seconds that a process may take to start, on a slow disk after the computer has been switched on
_PATIENCE = 120.0

#: a process that has held so many bytes at once is replaced after the call, for it does not give them all back
FAT = 1 << 30


class Worker:
    """One worker process, started when it is first needed and again after it was killed. For one thread at a time.

    .. code-block:: python

        with Worker(seconds=60, memory_bytes=2**32) as worker:
            answer = worker.call(read, path)

    :param seconds: the time a call may take.
    :param memory_bytes: the address space the process may have, where the system can limit it (not Windows).
    """

    def __init__(self, seconds: float, memory_bytes: int) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def call(self, function: Callable[..., Any], *arguments: Any) -> Returned | Failed:
        """What a function says to some arguments; it, they and its value travel as pickles.

        :raises IngestError: if no process can be started.
        """
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            _kill(process)

        timer = threading.Timer(self._seconds, expire)
        timer.daemon = True
        timer.start()
        try:
            pickle.dump((function, arguments), process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer: Answer = pickle.load(process.stdout)  # noqa: S301 (from our own process)
        except (OSError, EOFError, pickle.UnpicklingError):
            code = self.stop()
            return Failed("time") if expired.is_set() else Failed("died", _cause(code))
        finally:
            timer.cancel()
        outcome, peak = answer
        if peak > FAT or (isinstance(outcome, Failed) and outcome.kind == "memory"):
            self.stop()
        return outcome

    def stop(self) -> int:
        """End the process, whatever it is doing; its exit code. The next call starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return 0
        _kill(process)
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return code

    def close(self) -> None:
        """End the process for good; a call that is under way ends as one that died. From any thread."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is not None:
            _kill(process)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.stop()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ
        command = [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), str(self._seconds), str(self._memory_bytes)]
        with self._lock:
            if self._closed:
                raise IngestError("收入已停止。")
            try:
                # A session of its own: whatever programs a reader starts can be killed with it, and Ctrl-C reaches
                # only us, who then end it.
                process = self._process = subprocess.Popen(
                    command,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=os.name == "posix",
                )
            except OSError as fault:
                raise _unstartable(in_chinese(fault)) from fault
        timer = threading.Timer(_PATIENCE, _kill, [process])
        timer.daemon = True
        timer.start()
        stdout: IO[bytes] | None = process.stdout
        ready = stdout.readline() if stdout is not None else b""
        timer.cancel()
        if ready != b"ready\n":
            raise _unstartable(_cause(self.stop()))
        return process


def _unstartable(reason: str) -> IngestError:
    return IngestError(
        f"不能启动读取文件的进程（{reason}）。请检查内存是否够用、设置 WENBAO_MAX_MEMORY_MB 是否太小，再重试。"
    )


def _cause(code: int) -> str:
    """How a process ended, in a few words."""
    if code >= 0:
        return f"退出码 {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"信号 {-code}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those that it has started."""
    if process.returncode is not None:  # its number may be another's by now
        return
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            taskkill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(taskkill, check=False, capture_output=True)
            process.kill()
