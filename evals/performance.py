"""Speed and memory on this machine, with the settings of this environment.

    python -m evals.performance evals/questions/yiyuan_dev.jsonl [--runs 5]

Prints p50 and p95 of ``elapsed_ms`` over a question set asked in one process, the seconds a fresh ``wenbao ask`` takes
from start to end (the median of several; the first one warms the disk and is not counted), and the resident memory of
the process that answered the set (POSIX systems only).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evals.scoring import percentile

_ASKING = """
import resource, sys
from ui.cli import run
code = run(["ask", "--batch", sys.argv[1], "--out", sys.argv[2]])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024)
sys.exit(code)
"""


def answering(questions: Path) -> tuple[list[float], int]:
    """The sorted ``elapsed_ms`` of a question set in a fresh process, and the peak memory of that process in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder, "answers.jsonl")
        command = [sys.executable, "-c", _ASKING, str(questions), str(answers)]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    return sorted(row["elapsed_ms"] for row in rows), int(printed.split()[-1])


def cold_start(question: str, runs: int) -> float:
    """The median seconds that ``wenbao ask`` takes in a fresh process, with the files already in the disk's cache."""
    command = [sys.executable, "-m", "ui.cli", "ask", "--json", question]
    seconds = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the speed and memory of answering")
    parser.add_argument("questions", type=Path, help="a question set, JSON lines")
    parser.add_argument("--runs", type=int, default=5, help="how many cold starts to take the median of")
    arguments = parser.parse_args()
    times, memory = answering(arguments.questions)
    with arguments.questions.open(encoding="utf-8") as file:
        first = json.loads(next(file))["question"]
    print(f"questions          {len(times)}")
    print(f"elapsed p50        {percentile(times, 0.5):.1f} ms")
    print(f"elapsed p95        {percentile(times, 0.95):.1f} ms")
    print(f"cold wenbao ask    {cold_start(first, arguments.runs):.2f} s")
    print(f"peak memory        {memory / 1_000_000:.0f} MB")


if __name__ == "__main__":
    main()
