"""Question sets and runs of a library: where they lie, and one run at a time in the background.

home/evaluations/sets/NAME.jsonl
home/evaluations/runs/ID/{head.json, run.json, report.md, report.html}
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.metrics.judged import judge_of
from evals.runs import run as runs
from evals.runs.running import ask_all, finished
from evals.runs.summary import ALL, Summary, summarise
from evals.sets.questions import Gold, QuestionSetError, files_of, load, parse, write
from ingest.errors import WenbaoError
from ingest.settings import PROJECT
from ui.uploads import checked_name

if TYPE_CHECKING:
    from bot.chain import Assistant
    from evals.runs.run import Item, Run

log = logging.getLogger(__name__)

FOLDER = "evaluations"
HEAD = "head.json"
SHIPPED = PROJECT / "evals" / "questions"
#: what people call the sets that ship
NAMES = {
    "yiyuan_dev": "沂源县报告",
    "provinces_dev": "各省报告",
    "cross_dev": "跨省比较",
    "bureaus": "局镇企业报告",
    "offices": "机关单位报告",
    "governments": "政府工作报告（虚构）",
    "places": "各地各部门报告（虚构）",
    "training": "各省报告（训练用）",
    "training_turns": "各省追问和计算（训练用）",
}
#: questions of a set that comes over the network
MOST_QUESTIONS = 10_000
FAULT = "评测出错，没有做完。详情见运行问报的窗口或资料库里的日志。"
_ID = re.compile(r"\d{8}-\d{6}(-\d+)?")

State = Literal["running", "stopping", "stopped", "failed", "finished"]


@dataclass(frozen=True)
class Listed:
    """A question set that can be chosen; ``key`` tells it from others, ``own`` whether it can be changed."""

    key: str
    name: str
    questions: int
    own: bool


@dataclass(frozen=True)
class Head:
    """A run as it is listed; ``began`` in ISO 8601, shares in [0, 1]."""

    id: str
    name: str
    began: str
    questions: int
    accuracy: float
    wrong_rate: float
    p95_ms: float

    @property
    def title(self) -> str:
        """The set's name and when it was asked."""
        return f"{self.name} {datetime.fromisoformat(self.began).astimezone():%m-%d %H:%M}"


@dataclass(frozen=True)
class Progress:
    """How far the run at hand is, or what became of the last one; ``run`` is its id once it is finished."""

    name: str
    total: int
    state: State
    outcomes: Mapping[str, int]
    question: str = ""
    seconds: float = 0.0
    message: str = ""
    run: str = ""

    @property
    def done(self) -> int:
        return sum(self.outcomes.values())


class Evaluations:
    """The sets and runs of a library's folder.

    :raises WenbaoError: from every method, if the folder cannot be read or written.
    """

    def __init__(self, home: Path, assistant: Assistant, shipped: Path = SHIPPED) -> None:
        self._sets, self._runs = home / FOLDER / "sets", home / FOLDER / "runs"
        self._assistant = assistant
        self._shipped = shipped
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress: Progress | None = None
        self._counted: dict[Path, tuple[float, int, set[str]]] = {}

    # Question sets.

    def sets(self) -> list[Listed]:
        """The library's own sets, then those that ship and ask about reports that the library holds."""
        held = {report.file for report in self._assistant.library.reports()}
        own = sorted(self._sets.glob("*.jsonl")) if self._sets.is_dir() else []
        listed = [Listed(f"own/{path.stem}", path.stem, self._about(path)[0], True) for path in own]
        for path in sorted(self._shipped.glob("*.jsonl")):
            count, files = self._about(path)
            if count and files <= held:
                listed.append(Listed(f"shipped/{path.stem}", NAMES.get(path.stem, path.stem), count, False))
        return listed

    def _about(self, path: Path) -> tuple[int, set[str]]:
        """How many questions a set has and the files it asks about; read again only where it has changed."""
        changed = path.stat().st_mtime
        if self._counted.get(path, (None,))[0] != changed:
            try:
                golds = load(path)
                self._counted[path] = (changed, len(golds), files_of(golds))
            except QuestionSetError:
                self._counted[path] = (changed, 0, set())
        return self._counted[path][1:]

    def name_of(self, key: str) -> str:
        """What people call a set."""
        whose, _, name = key.partition("/")
        return NAMES.get(name, name) if whose == "shipped" else name

    def questions(self, key: str) -> list[Gold]:
        """The questions of a set that is listed."""
        return load(self._path_of(key))

    def _path_of(self, key: str) -> Path:
        whose, _, name = key.partition("/")
        folder = {"own": self._sets, "shipped": self._shipped}.get(whose)
        if not folder or not name:
            raise QuestionSetError("没有这个题集。请刷新页面后再选。")
        return folder / checked_name(f"{name}.jsonl")

    def keep(self, name: str, questions: Sequence[Gold]) -> str:
        """Keep a set under a name, in place of one of that name; its key."""
        name = name.strip().removesuffix(".jsonl")
        if not name:
            raise QuestionSetError("请给题集起个名字。")
        path = self._sets / checked_name(f"{name}.jsonl")
        if len(questions) > MOST_QUESTIONS:
            raise QuestionSetError(f"题目太多，最多 {MOST_QUESTIONS:,} 题。请分成几个题集。")
        text = "\n".join(json.dumps(gold.to_dict(), ensure_ascii=False) for gold in questions)
        write(parse(text, name), path)  # what is kept can be read again
        return f"own/{path.stem}"

    def discard(self, key: str) -> None:
        """Delete one of the library's own sets."""
        if not key.startswith("own/"):
            raise QuestionSetError("自带的题集不能删除。")
        self._path_of(key).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """The files that a question can be about."""
        return sorted({report.file for report in self._assistant.library.reports()})

    # Runs.

    def runs(self) -> list[Head]:
        """The runs, latest first; a folder that holds none is passed over."""
        found = []
        for path in sorted(self._runs.glob(f"*/{HEAD}"), reverse=True) if self._runs.is_dir() else ():
            try:
                found.append(Head(**json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError):
                log.warning("%s is no run", path)
        return found

    def run(self, name: str) -> Run:
        """A run by its id."""
        return runs.load(self.folder(name))

    def folder(self, name: str) -> Path:
        """The folder of a run by its id."""
        if not _ID.fullmatch(name) or not (self._runs / name).is_dir():
            raise runs.RunError("没有这次评测，可能已被删除。")
        return self._runs / name

    def forget(self, name: str) -> None:
        """Delete a run by its id."""
        shutil.rmtree(self.folder(name), ignore_errors=True)

    # The run at hand.

    @property
    def progress(self) -> Progress | None:
        """How far it is; None where nothing was run since the program started."""
        return self._progress

    def start(self, key: str) -> Progress:
        """Start asking a set in the background.

        :raises WenbaoError: if another run is at hand, or the set cannot be read.
        """
        golds, name = self.questions(key), self.name_of(key)
        with self._lock:
            if self._thread and self._thread.is_alive():
                raise WenbaoError("已有一次评测正在进行。请等它做完，或先停止。")
            self._stop.clear()
            self._progress = Progress(name, len(golds), "running", {})
            self._thread = threading.Thread(target=self._work, args=(name, golds), name="evaluation", daemon=True)
            self._thread.start()
            return self._progress

    def stop(self) -> None:
        """Stop the run at hand after the question it is at; nothing of it is kept."""
        with self._lock:
            if self._thread and self._thread.is_alive() and self._progress:
                self._stop.set()
                self._progress = replace(self._progress, state="stopping")

    def join(self) -> None:
        """Wait until the run at hand has come to its end."""
        if self._thread:
            self._thread.join()

    def _work(self, name: str, golds: Sequence[Gold]) -> None:
        try:
            began = time.time()
            items = self._asked(golds, began)
            if len(items) < len(golds):
                self._note(state="stopped", question="")
                return
            run = finished(name, items, began, self._assistant.library)
            self._note(state="finished", question="", seconds=run.seconds, run=self._save(run, summarise(run)))
        except WenbaoError as fault:
            self._note(state="failed", message=str(fault))
        except Exception:
            log.exception("an evaluation failed")
            self._note(state="failed", message=FAULT)

    def _asked(self, golds: Sequence[Gold], began: float) -> list[Item]:
        items: list[Item] = []
        outcomes: Counter[str] = Counter()
        for item in ask_all(golds, self._assistant, judge_of(self._assistant)):
            items.append(item)
            outcomes[item.outcome] += 1
            self._note(outcomes=dict(outcomes), question=item.gold.question, seconds=time.time() - began)
            if self._stop.is_set() and len(items) < len(golds):
                break
        return items

    def _note(self, **changes: object) -> None:
        with self._lock:
            assert self._progress
            self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]

    def _save(self, run: Run, summary: Summary) -> str:
        """Keep a run; its id."""
        from evals.reports.writing import write as write_all

        at = f"{datetime.fromisoformat(run.began).astimezone():%Y%m%d-%H%M%S}"
        taken = {path.name for path in self._runs.glob("*")} if self._runs.is_dir() else set()
        name = next(n for n in (at, *(f"{at}-{k}" for k in range(2, 100))) if n not in taken)
        whole = summary.rows[ALL]
        write_all(run, summary, self._runs / name)
        accuracy, wrong_rate = (round(whole[key].value, 4) for key in ("accuracy", "wrong_rate"))
        p95_ms = round(summary.latency[95], 1)
        head = Head(name, run.name, run.began, len(run.items), accuracy, wrong_rate, p95_ms)
        # last: a folder without it is no run
        (self._runs / name / HEAD).write_text(json.dumps(asdict(head), ensure_ascii=False), encoding="utf-8")
        return name
