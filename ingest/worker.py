"""The inside of a worker process: calls come in on standard input, answers go out on standard output, one at a time.

Started by ``ingest.workers``. A process of its own, and not one of ``multiprocessing``, so that nothing of the program
that started it is imported again, on any system.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.errors import WenbaoError


@dataclass(frozen=True)
class Returned:
    """A call has ended well, with a value."""

    value: Any


@dataclass(frozen=True)
class Failed:
    """A call has ended badly.

    ``refused``: the text is a message to a person. ``fault``: an exception that nobody foresaw, the text is its name
    and ``trace`` its traceback. ``memory``: more memory was asked for than the limit allows. The other two are seen from
    outside: ``time`` ran out, or the process ``died``, and the text says how.
    """

    kind: Literal["refused", "fault", "memory", "time", "died"]
    text: str = ""
    trace: str = ""


Call = tuple[Callable[..., Any], tuple[Any, ...]]

#: what comes back of a call: its end, and the most memory that the process has held so far, in bytes
Answer = tuple[Returned | Failed, int]

#: so many times the seconds of a call after it began, a process ends itself: nobody is left to do it
_ORPHANED = 2.0


def main(seconds: float, memory_bytes: int) -> None:
    """Answer calls until standard input ends; says "ready" first.

    :param seconds: the time a call may take. Whoever called keeps watch over it; this is for when they were killed.
    :param memory_bytes: the most address space the process may have; not kept where the system has no such limit.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the answers
    _prepare(memory_bytes)
    calls = sys.stdin.buffer
    answers.write(b"ready\n")
    answers.flush()
    while True:
        try:
            call: Call = pickle.load(calls)  # noqa: S301 (our own parent wrote it)
        except EOFError:
            return
        _alarm(seconds * _ORPHANED)
        answer: Answer = _answer(call), _peak()
        answers.write(_pickled(answer))
        answers.flush()
        _alarm(0)


def _prepare(memory_bytes: int) -> None:
    """Import what every call needs, then keep to the limit."""
    import ingest.analysis
    import ingest.library.indexing  # noqa: F401

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(call: Call) -> Returned | Failed:
    function, arguments = call
    try:
        return Returned(function(*arguments))
    except MemoryError:
        return Failed("memory")
    except WenbaoError as fault:
        return Failed("memory") if _lacked_memory(fault) else Failed("refused", str(fault))
    except Exception as fault:
        return Failed("fault", type(fault).__name__, traceback.format_exc(limit=-20))


def _pickled(answer: Answer) -> bytes:
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((Failed("memory"), answer[1]))


def _lacked_memory(fault: BaseException | None) -> bool:
    """Whether an exception comes of a lack of memory: readers take whatever goes wrong for damage to the file."""
    while fault is not None:
        if isinstance(fault, MemoryError):
            return True
        fault = fault.__cause__
    return False


def _alarm(seconds: float) -> None:
    """Have the system end this process in so many seconds; 0: never. Windows cannot."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _peak() -> int:
    """The most memory this process has had resident, in bytes; 0 where the system does not say."""
    with contextlib.suppress(OSError):  # Linux's getrusage counts what the parent had when it started this process, too
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
