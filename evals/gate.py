"""The regression gate: the question sets of this repository asked anew, and compared with the result that was committed.

    python -m evals.gate [--accept]

A drop fails the gate when it is beyond noise: the paired bootstrap's 95% interval of the difference leaves out zero. ``--accept``
writes the new result in the place of the committed one, to be committed with the change that caused it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.chain import Assistant
from evals.metrics.intervals import Difference, Floats, differences, intervals
from evals.runs.run import Item
from evals.runs.running import anywhere, ask_all, library_of, own_report
from evals.runs.summary import BY_KEY, shares
from evals.sets.questions import load
from ingest.errors import WenbaoError
from ingest.settings import PROJECT, Settings

QUESTIONS, RESULTS = PROJECT / "evals" / "questions", PROJECT / "evals" / "results"
ACCEPT = "make eval-accept"
#: what must not get worse
WATCHED = ("accuracy", "wrong_rate", "refusal_recall", "cited", "hit@5", "mrr")


@dataclass(frozen=True)
class Suite:
    """A question set of the repository and the reports that it asks about.

    :param own: each question is asked of its own report alone, for it does not say whose it is.
    """

    name: str
    reports: Path
    own: bool = False


SUITES = (
    Suite("yiyuan_dev", PROJECT / "corpus"),
    Suite("bureaus", QUESTIONS / "bureaus", own=True),
)


@dataclass(frozen=True)
class Line:
    """One metric of a suite, committed and now; ``worse`` where it has dropped beyond noise."""

    suite: str
    key: str
    difference: Difference

    @property
    def worse(self) -> bool:
        return self.difference.beyond_noise and self.difference.value * BY_KEY[self.key].better < 0


def result_of(items: Sequence[Item]) -> dict[str, Any]:
    """What is committed of a run: the metrics, to be read, and what each question adds to them, to be compared with.

    Two numbers a metric and question, above and below the line of its ratio; a question that does not count is left out.
    """
    tops, bottoms = shares(items, [BY_KEY[key] for key in WATCHED])
    found = intervals(tops, bottoms)
    metrics = {key: round(one.value, 4) for key, one in zip(WATCHED, found, strict=True) if one.known}
    rows = {
        item.gold.id: [[round(float(t), 4), round(float(b), 4)] for t, b in zip(tops[:, n], bottoms[:, n], strict=True)]
        for n, item in enumerate(items)
    }
    return {"questions": len(items), "metrics": metrics, "watched": list(WATCHED), "items": rows}


def compare(suite: str, before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """The metrics of two results over the questions that both have.

    :raises WenbaoError: if the committed one is of other questions or metrics.
    """
    if before.get("watched") != list(WATCHED) or set(before.get("items", {})) != set(after["items"]):
        raise WenbaoError(f"{suite}：题目或指标变了，与提交的结果没法比较。核对无误后，用 {ACCEPT} 接受新的结果。")
    order = list(after["items"])
    each = differences(_arrays(before, order), _arrays(after, order))
    return [Line(suite, key, one) for key, one in zip(WATCHED, each, strict=True) if one.known]


def _arrays(result: dict[str, Any], order: Iterable[str]) -> tuple[Floats, Floats]:
    pairs = np.array([result["items"][name] for name in order], float)
    return pairs[:, :, 0].T, pairs[:, :, 1].T


def ask(suite: Suite, settings: Settings) -> dict[str, Any]:
    """The result of a suite now."""
    with library_of([suite.reports], settings) as library:
        within = own_report(library) if suite.own else anywhere
        questions = load(QUESTIONS / f"{suite.name}.jsonl")
        return result_of(list(ask_all(questions, Assistant(library, settings), within=within)))


def read(path: Path) -> dict[str, Any]:
    """A committed result.

    :raises WenbaoError: if there is none, or it is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    except (OSError, ValueError):
        pass
    raise WenbaoError(f"{path}：没有提交过的结果，或读不出来。用 {ACCEPT} 写一份。")


def table(lines: Sequence[Line]) -> str:
    """The comparison as a table."""
    rows = ["题集\t指标\t提交的\t现在\t相差\t95% 区间"]
    for line in lines:
        d = line.difference
        mark = "\t变差" if line.worse else ""
        rows.append(
            f"{line.suite}\t{BY_KEY[line.key].name}\t{d.before:.1%}\t{d.after:.1%}\t{d.value * 100:+.1f}"
            f"\t{d.low * 100:+.1f} – {d.high * 100:+.1f}{mark}"
        )
    return "\n".join(rows)


def check(suites: Sequence[Suite], results: Path, settings: Settings, accept: bool) -> int:
    """Ask every suite and compare it with its committed result, or write that anew; the exit code."""
    lines: list[Line] = []
    for suite in suites:
        began, path = time.perf_counter(), results / f"{suite.name}.json"
        now = ask(suite, settings)
        print(f"{suite.name}：{now['questions']} 题，{time.perf_counter() - began:.0f} 秒", file=sys.stderr)
        if accept:
            results.mkdir(parents=True, exist_ok=True)
            path.write_text(_as_text(now), encoding="utf-8", newline="\n")
        else:
            lines += compare(suite.name, read(path), now)
    if accept:
        print(f"新的结果已写入 {results}，请与引起变化的改动一起提交。")
        return 0
    print(table(lines))
    if any(line.worse for line in lines):
        print(
            f"有指标下降，超出了偶然。请找出原因；若确应如此，用 {ACCEPT} 接受新的结果，并在提交里说明。",
            file=sys.stderr,
        )
        return 1
    print("没有超出偶然的下降。")
    return 0


def _as_text(result: dict[str, Any]) -> str:
    """A result as JSON with a line a question, so that what changed can be seen in a comparison of versions."""
    rows = ",\n".join(f"    {json.dumps(k, ensure_ascii=False)}: {json.dumps(v)}" for k, v in result["items"].items())
    head = json.dumps({key: value for key, value in result.items() if key != "items"}, ensure_ascii=False, indent=2)
    return head[:-2] + ',\n  "items": {\n' + rows + "\n  }\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="与提交的评测结果比较，有超出偶然的下降就失败")
    parser.add_argument("--accept", action="store_true", help="把现在的结果写成提交的结果")
    try:
        return check(SUITES, RESULTS, Settings(), parser.parse_args().accept)
    except WenbaoError as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
