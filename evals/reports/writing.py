"""A run's files: run.json for programs, report.md and report.html for people."""

from __future__ import annotations

from pathlib import Path

from evals.reports import html, markdown
from evals.runs.run import FILE, Run, RunError, save
from evals.runs.summary import Summary
from ingest.errors import in_chinese


def write(run: Run, summary: Summary, folder: Path) -> None:
    """Write a run's three files into a folder, which is made where there is none.

    :raises RunError: where they cannot be written.
    """
    save(run, folder / FILE, summary.to_dict())
    try:
        (folder / markdown.FILE).write_text(markdown.render(run, summary), encoding="utf-8", newline="\n")
        (folder / html.FILE).write_text(html.render(run, summary), encoding="utf-8", newline="\n")
    except OSError as fault:
        raise RunError(f"{folder}：不能写入（{in_chinese(fault)}）。请检查磁盘和权限。") from fault
