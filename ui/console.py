"""What the command line shows: progress, tables and answers, drawn by rich."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

if TYPE_CHECKING:
    from bot.answer import Answer
    from evals.scoring import Score
    from ingest.events import Event, Finished, Skipped

#: up to so many files are listed one by one when they have been taken in
_LISTED = 50

_OUTCOMES = {"added": "新收入", "replaced": "已更新", "unchanged": "未变化", "failed": "失败"}


def out() -> Console:
    """Standard output, for results."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Standard error, for progress and messages."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Summary:
    """What became of the files of one run of ingestion."""

    finished: tuple[Finished, ...]
    skipped: tuple[Skipped, ...]
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[Finished, ...]:
        return tuple(event for event in self.finished if event.outcome == "failed")

    def to_dict(self) -> dict[str, Any]:
        """The object that ``wenbao ingest --json`` prints."""
        counts = Counter[str](event.outcome for event in self.finished)
        return {
            "files": len(self.finished),
            **{outcome: counts[outcome] for outcome in _OUTCOMES},
            "passages": sum(event.passages for event in self.finished),
            "figures": sum(event.figures for event in self.finished),
            "seconds": round(self.seconds, 3),
            "results": [asdict(event) | {"path": str(event.path)} for event in self.finished],
            "skipped": [{"path": str(event.path), "reason": event.reason} for event in self.skipped],
        }


def follow(events: Iterable[Event], transient: bool = False) -> Summary:
    """Run an ingestion to its end under a progress bar on standard error; ``transient`` wipes the bar away after it."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from ingest.events import Found, Skipped, Started

    finished: list[Finished] = []
    skipped: list[Skipped] = []
    columns = (
        SpinnerColumn(),
        TextColumn("收入报告"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    began = time.monotonic()
    with Progress(*columns, console=err(), transient=transient) as progress:
        task = progress.add_task("", total=None, rate="")
        for event in events:
            if isinstance(event, Found):
                progress.update(task, total=event.files)
            elif isinstance(event, Skipped):
                skipped.append(event)
            elif isinstance(event, Started):
                progress.update(task, description=f"{event.stage} {escape(event.path.name)}")
            else:
                finished.append(event)
                rate = len(finished) / max(time.monotonic() - began, 0.1)
                progress.update(task, advance=1, rate=f"{rate:.1f} 份/秒")
        progress.update(task, description="")
    return Summary(tuple(finished), tuple(skipped), time.monotonic() - began)


def show_summary(summary: Summary) -> None:
    """The table that ends ``wenbao ingest``, what readers remarked, and the reason for every file that failed."""
    if 0 < len(summary.finished) <= _LISTED:
        table = Table(title=None)
        for heading in ("文件", "结果", "段落", "数字"):
            table.add_column(heading, justify="left" if heading in ("文件", "结果") else "right", overflow="fold")
        for event in summary.finished:
            counts = ("", "") if event.outcome in ("failed", "unchanged") else (str(event.passages), str(event.figures))
            table.add_row(escape(event.path.name), _OUTCOMES[event.outcome], *counts)
        out().print(table)
    counted = Counter[str](event.outcome for event in summary.finished)
    totals = "　".join(f"{name} {counted[outcome]}" for outcome, name in _OUTCOMES.items() if counted[outcome])
    if totals:
        out().print(f"{totals}　用时 {summary.seconds:.1f} 秒")
    for skipped in summary.skipped:
        err().print(f"跳过 {escape(str(skipped.path))}：{escape(skipped.reason)}", style="dim")
    for event in summary.finished:
        for note in event.notes:
            err().print(f"{escape(event.path.name)}：{escape(note)}", style="yellow")
    for failed in summary.failed:
        err().print(escape(failed.reason), style="red")


def show_event(event: Event) -> None:
    """What ``wenbao watch`` says of an event: one line for every file that has come to its end."""
    from ingest.events import Finished

    if not isinstance(event, Finished) or event.outcome == "unchanged":
        return
    if event.outcome == "failed":
        err().print(escape(event.reason), style="red")
        return
    out().print(
        f"{_OUTCOMES[event.outcome]} {escape(str(event.path))}：{event.passages} 个段落，{event.figures} 个数字"
    )
    for note in event.notes:
        err().print(f"{escape(event.path.name)}：{escape(note)}", style="yellow")


def show_status(status: dict[str, Any]) -> None:
    """The library's reports as a table."""
    table = Table()
    for heading in ("编号", "文件", "单位", "年份", "段落"):
        table.add_column(heading, justify="right" if heading in ("年份", "段落") else "left", overflow="fold")
    for report in status["reports"]:
        year = str(report["year"] or "")
        cells = (report["id"], report["file"], report["organisation"], year, str(report["passages"]))
        table.add_row(*map(escape, cells))
    if status["reports"]:
        out().print(table)
    size = status["bytes"] / 1_000_000
    out().print(
        f"资料库 {escape(status['home'])}：{len(status['reports'])} 份报告，{status['passages']:,} 个段落，"
        f"{status['figures']:,} 个数字，{size:.1f} MB。"
    )
    if not status["reports"]:
        out().print("还没有报告。用 wenbao ingest 文件或文件夹 收入。")
    if status["failed"]:
        out().print(
            f"另有 {len(status['failed'])} 个文件收入失败或没有读全，用 wenbao ingest --retry-failed 可以单独重试。"
        )


def show_answer(answer: Answer) -> None:
    """The answer, its first line set off, and where each mark points; quotes that it holds itself are not repeated."""
    console = out()
    first, *rest = answer.answer.split("\n")
    console.print(escape(first), style="bold green" if answer.status == "answered" else "")
    for line in rest:
        console.print(escape(line))
    for citation in answer.citations:
        place = " › ".join((citation.report or citation.file, *citation.section))
        if citation.page:
            place += f"，第 {citation.page} 页"
        if citation.ocr_confidence is not None:
            place += f"，文字由图片识别，可信度 {citation.ocr_confidence:.0%}"
        console.print(f"\n\\[{citation.n}] {escape(place)}", style="cyan")
        if citation.quote not in answer.answer:
            console.print(Padding(escape(citation.quote), (0, 0, 0, 4)), soft_wrap=False)


def show_score(score: Score) -> None:
    """A question set's score, by type and over all."""
    table = Table()
    for heading in ("类型", "题数", "正确", "答错", "拒答", "出处"):
        table.add_column(heading, justify="left" if heading == "类型" else "right")
    for name, row in [*sorted(score.by_type.items()), ("全部", score.total)]:
        shares = (row.accuracy, row.wrong_rate, row.refusal_rate, row.cited)
        table.add_row(name, str(row.questions), *(f"{share:.1%}" for share in shares))
    out().print(table)
    out().print(f"用时 p50 {score.p50_ms:.1f} 毫秒，p95 {score.p95_ms:.1f} 毫秒。")
