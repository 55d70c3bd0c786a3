"""A run: every question of a set with its answer and the passages found for it, kept as one JSON file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from evals.scoring import Verdict, judge
from evals.sets.questions import Gold, gold_of
from ingest.errors import WenbaoError, in_chinese

FORMAT = 1
FILE = "run.json"


class RunError(WenbaoError):
    """A run cannot be read, written or compared."""


@dataclass(frozen=True)
class Retrieved:
    """A passage found; ``hits`` are the numbers (from 0) of the question's evidences that it holds."""

    report: str
    file: str
    section: tuple[str, ...]
    text: str
    score: float
    hits: tuple[int, ...] = ()


@dataclass(frozen=True)
class Item:
    """One question of a run.

    ``answer`` has the form of ``wenbao ask --json``; ``ranks`` is the rank (from 1) of each evidence of the question
    among the passages found, None where it is not among them; ``judged`` what a language model thought of the answer.
    """

    gold: Gold
    answer: Mapping[str, Any]
    retrieved: tuple[Retrieved, ...] = ()
    ranks: tuple[int | None, ...] = ()
    judged: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def verdict(self) -> Verdict:
        """How the answer fared."""
        return judge(self.gold, self.answer)

    @property
    def outcome(self) -> str:
        """In one word: ``correct``, ``wrong`` (a wrong answer was given) or ``refused`` (though it could be answered)."""
        return "correct" if self.verdict.correct else "wrong" if self.verdict.wrong else "refused"

    @property
    def confidence(self) -> float:
        return float(self.answer.get("confidence") or 0.0)


@dataclass(frozen=True)
class Run:
    """A question set asked once.

    :param name: the set's name.
    :param began: when it began, ISO 8601 in UTC; ``seconds`` is how long it took.
    :param about: what was asked: version, embedding, reports and so on, to be shown.
    """

    name: str
    began: str
    seconds: float
    about: Mapping[str, str | int]
    items: tuple[Item, ...]

    def to_dict(self) -> dict[str, Any]:
        """What run.json holds, but for the summary that is written beside it."""
        return {
            "format": FORMAT,
            "name": self.name,
            "began": self.began,
            "seconds": round(self.seconds, 3),
            "about": dict(self.about),
            "items": [_row(item) for item in self.items],
        }


def _row(item: Item) -> dict[str, Any]:
    return {
        "question": item.gold.to_dict(),
        "outcome": item.outcome,
        "answer": dict(item.answer),
        "retrieved": [asdict(passage) for passage in item.retrieved],
        "ranks": list(item.ranks),
        **({"judged": dict(item.judged)} if item.judged else {}),
    }


def save(run: Run, path: Path, summary: Mapping[str, Any] | None = None) -> None:
    """Write a run to a file, which appears only when it is complete.

    :raises RunError: where it cannot be written.
    """
    row = run.to_dict()
    items = row.pop("items")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(row | ({"summary": summary} if summary else {}) | {"items": items}, ensure_ascii=False)
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    except OSError as fault:
        raise RunError(f"{path}：不能写入（{in_chinese(fault)}）。请检查文件夹是否存在、有没有权限。") from fault


def load(path: Path) -> Run:
    """The run in a file, or in the run.json of a folder.

    :raises RunError: if there is none.
    """
    file = path / FILE if path.is_dir() else path
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        if row["format"] != FORMAT:
            raise RunError(f"{file}：由别的版本的问报评测得到（格式 {row['format']}）。请重新评测。")
        items = tuple(_item(one) for one in row["items"])
        return Run(str(row["name"]), str(row["began"]), float(row["seconds"]), dict(row["about"]), items)
    except OSError as fault:
        raise RunError(f"{file}：读不出来（{in_chinese(fault)}）。应是 wenbao eval --out 写出的文件夹。") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RunError(f"{file}：不是评测结果（{fault!r}）。应是 wenbao eval --out 写出的 {FILE}。") from fault


def _item(row: Mapping[str, Any]) -> Item:
    retrieved = tuple(
        Retrieved(p["report"], p["file"], tuple(p["section"]), p["text"], float(p["score"]), tuple(p["hits"]))
        for p in row["retrieved"]
    )
    answer = dict(row["answer"])
    answer["status"]  # a row without one is no answer
    return Item(gold_of(row["question"]), answer, retrieved, tuple(row["ranks"]), row.get("judged") or {})
