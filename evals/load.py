"""Many people asking at once, through the page's own interface, on this machine.

    python -m evals.load --reports FOLDER | --library FOLDER  [--questions SET.jsonl] [--people 50] [--rounds 10]
                         [--many 10000]

Starts ``wenbao serve`` on a library (that of ``--library``, or one made of the reports of a folder), waits until it has read
ahead what it reads at its start, and lets people ask it as a browser does: each opens the page, holds Gradio's heartbeat,
joins the queue, reads the events until the answer is there, and then has the page look for questions to go on with. First
everybody asks in the same moment, ``--rounds`` times: how long it takes until each has the answer, from the click to the last
event. Then ``--many`` questions are asked by as many people, who come and go after every tenth question and look for more
only then, while the server's resident memory is sampled (Linux only). CPU ms each is the server's processor time for one
question with all that comes of it: what the figures rest on, whatever else the machine is doing. An answer counts as lost
where no event with it came, it is not this question's, or the page told of a fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html import escape
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

from evals.scoring import percentile

QUESTIONS = Path(__file__).parent / "questions"
#: questions that one person asks before another one takes the place, and samples of memory taken over the long run
EACH, SAMPLES = 10, 10
#: seconds after which an answer is given up
PATIENCE = 120
#: the page's textbox and what is done to it when a question is asked
_BOX, _EVENT = "question", "submit"


@dataclass
class Outcome:
    """What became of the questions asked: seconds until each was answered, and what was said of those that were not."""

    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def row(self, name: str, wall: float, processor: float) -> str:
        """A line of the table, given the seconds that the run took by the clock, and of the server's processor time."""
        held = sorted(self.seconds) or [0.0]
        told = (percentile(held, share) for share in (0.5, 0.95, 0.99, 1))
        asked = len(self.seconds) + len(self.lost)
        return (
            f"{name:<24}{asked:>9}{len(self.lost):>6}"
            + "".join(f"{s:>8.2f}" for s in told)
            + (f"{asked / wall:>11.1f}{1000 * processor / asked:>12.0f}")
        )


HEADINGS = f"{'run':<24}{'questions':>9}{'lost':>6}{'p50 s':>8}{'p95 s':>8}{'p99 s':>8}{'max s':>8}{'answers/s':>11}{'CPU ms each':>12}"


@dataclass(frozen=True)
class Asking:
    """How the page asks: the number of its function, what it sends with a question (``None`` in its place), and the
    function that follows an answer."""

    function: int
    inputs: tuple[Any, ...]
    place: int
    after: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> Asking:
        """As Gradio's config of the page tells it."""
        parts = {part["id"]: part for part in config["components"]}
        box = next(number for number, part in parts.items() if part["props"].get("elem_id") == _BOX)
        asking = next(d for d in config["dependencies"] if [box, _EVENT] in [list(t) for t in d["targets"]])
        given = tuple(None if parts[n]["type"] == "state" else parts[n]["props"].get("value") for n in asking["inputs"])
        after = next(d["id"] for d in config["dependencies"] if d["trigger_after"] == asking["id"])
        return cls(asking["id"], given, asking["inputs"].index(box), after)

    def given(self, question: str) -> list[Any]:
        """What is sent with a question."""
        return [question if place == self.place else value for place, value in enumerate(self.inputs)]


class Visitor:
    """One person with the page open."""

    def __init__(self, client: httpx.AsyncClient, asking: Asking) -> None:
        self.session = uuid.uuid4().hex[:11]
        self._client = client
        self._asking = asking

    async def ask(self, question: str, outcome: Outcome) -> None:
        """Ask, and wait for the answer as the page does."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                said = await self._called(self._asking.function, self._asking.given(question))
        except (httpx.HTTPError, TimeoutError, KeyError, ValueError) as fault:
            outcome.lost.append(f"{question}: {type(fault).__name__} {fault}"[:200])
            return
        if not re.search(r'class=\\?"[^"]*\b(?:answered|refused)\b', said) or escape(question) not in said:
            outcome.lost.append(f"{question}: {said[:200]}")
            return
        outcome.seconds.append(time.perf_counter() - began)

    async def look_on(self) -> None:
        """Have the page look for questions to go on with, as it does by itself when an answer stands."""
        body = self._body(self._asking.after, [None])
        (await self._client.post("/gradio_api/run/predict", json=body)).raise_for_status()

    def _body(self, function: int, data: list[Any]) -> dict[str, Any]:
        return {
            "data": data,
            "fn_index": function,
            "session_hash": self.session,
            "trigger_id": None,
            "event_data": None,
        }

    async def _called(self, function: int, data: list[Any]) -> str:
        """What the page is told until a function's event ends, the parts that Gradio sends as differences included."""
        reply = await self._client.post("/gradio_api/queue/join", json=self._body(function, data))
        reply.raise_for_status()
        event_id, said = reply.json()["event_id"], ""
        async with self._client.stream("GET", f"/gradio_api/queue/data?session_hash={self.session}") as events:
            async for line in events.aiter_lines():
                if not line.startswith("data: "):
                    continue
                event = json.loads(line.removeprefix("data: "))
                if event.get("event_id") not in (event_id, None):
                    continue
                if event["msg"] in ("process_generating", "process_completed"):
                    said += json.dumps(event["output"].get("data"), ensure_ascii=False)
                if event["msg"] == "process_completed":
                    return said if event["success"] else f"失败：{event['output']}"
        raise ValueError("the events ended before the answer")


@asynccontextmanager
async def visitor(client: httpx.AsyncClient, asking: Asking) -> AsyncIterator[Visitor]:
    """A person who has opened the page, and closes it afterwards."""
    (await client.get("/")).raise_for_status()
    person = Visitor(client, asking)
    async with client.stream("GET", f"/gradio_api/heartbeat/{person.session}") as held:
        held.raise_for_status()
        yield person


async def together(client: httpx.AsyncClient, asking: Asking, questions: Sequence[str], people: int) -> Outcome:
    """Everybody asks a question in the same moment, and again when all have their answers."""
    outcome = Outcome()

    async def one(place: int, start: asyncio.Barrier) -> None:
        async with visitor(client, asking) as person:
            for question in questions[place::people]:
                await start.wait()
                await person.ask(question, outcome)
                await person.look_on()

    start = asyncio.Barrier(people)
    await asyncio.gather(*(one(place, start) for place in range(people)))
    return outcome


async def lasting(
    client: httpx.AsyncClient, asking: Asking, questions: Sequence[str], people: int, pid: int
) -> tuple[Outcome, list[int]]:
    """So many people ask one question after the other; what became of them, and the server's memory along the way."""
    outcome, coming = Outcome(), iter(questions)
    memory: list[int] = []

    async def one() -> None:
        while own := list(islice(coming, EACH)):
            async with visitor(client, asking) as person:
                for question in own:
                    await person.ask(question, outcome)
                    done = len(outcome.seconds) + len(outcome.lost)
                    if done % max(1, len(questions) // SAMPLES) == 0:
                        memory.append(resident(pid))
                        print(f"  {done:>6} questions  {memory[-1] / 1e6:>6.0f} MB", flush=True)
                await person.look_on()

    await asyncio.gather(*(one() for _ in range(people)))
    return outcome, memory


def busy(pid: int) -> float:
    """The processor time that a process has used so far, in seconds; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """The resident memory of a process in bytes; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


async def at_rest(pid: int, most: int = 60) -> None:
    """Wait until a server has read ahead what it reads at its start: uses under a tenth of a core; seconds at ``most``."""
    for _ in range(most):
        used = busy(pid)
        await asyncio.sleep(1)
        if busy(pid) - used < 0.1:
            return


@contextmanager
def server(home: Path) -> Iterator[tuple[str, int]]:
    """``wenbao serve`` on a library: its address and process."""
    environment = os.environ | {"WENBAO_HOME": str(home), "WENBAO_PORT": "0", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "ui.cli", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://[\d.]+:\d+", line) for line in process.stdout)), None)
        if not found:
            raise SystemExit("the server did not start")
        try:
            yield found.group(), process.pid
        finally:
            process.terminate()


async def measure(address: str, pid: int, questions: Sequence[str], people: int, rounds: int, many: int) -> int:
    """Both runs, printed as a table; how many answers were lost."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=4 * people)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=PATIENCE) as client:
        asking = Asking.of((await client.get("/config")).json())
        async with visitor(client, asking) as first:  # the first question loads what is loaded when it is needed
            await first.ask(questions[0], Outcome())
        await at_rest(pid)
        before, began, used = resident(pid), time.perf_counter(), busy(pid)
        burst = await together(client, asking, list(islice(cycle(questions), people * rounds)), people)
        lines = [burst.row(f"{people} at once", time.perf_counter() - began, busy(pid) - used)]
        lost, memory = burst.lost, [resident(pid)]
        if many:
            began, used = time.perf_counter(), busy(pid)
            long, sampled = await lasting(client, asking, list(islice(cycle(questions), many)), people, pid)
            wall, used = time.perf_counter() - began, busy(pid) - used
            lines.append(long.row(f"{many} by {people}, no pause", wall, used))
            lost, memory = lost + long.lost, memory + sampled
    print("\n".join((HEADINGS, *lines)))
    print(f"memory MB: {before / 1e6:.0f} before, then " + ", ".join(f"{size / 1e6:.0f}" for size in memory))
    for one in lost[:5]:
        print(f"lost: {one}")
    return len(lost)


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the page with many people asking at once")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--reports", type=Path, help="a folder of reports to make a library of")
    source.add_argument("--library", type=Path, help="a library's folder, as WENBAO_HOME")
    parser.add_argument("--questions", type=Path, default=QUESTIONS / "provinces_dev.jsonl", help="a question set")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=10, help="how often everybody asks at once")
    parser.add_argument("--many", type=int, default=10_000, help="questions of the long run; 0 for none")
    given = parser.parse_args()
    with given.questions.open(encoding="utf-8") as file:
        questions = [json.loads(line)["question"] for line in file if line.strip()]
    with tempfile.TemporaryDirectory() as made:
        home = given.library or Path(made)
        if given.reports:
            command = [sys.executable, "-m", "ui.cli", "ingest", str(given.reports)]
            subprocess.run(command, check=True, env=os.environ | {"WENBAO_HOME": str(home)}, stdout=subprocess.DEVNULL)
        with server(home) as (address, pid):
            lost = asyncio.run(measure(address, pid, questions, given.people, given.rounds, given.many))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
