"""The reports of a library as a list, what becomes of files that are being taken in, and what failed. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.events import Event, Finished, Found, Skipped, Started

if TYPE_CHECKING:
    from ingest.library.failures import Failure
    from ingest.library.store import Entry

SHOWN = 50
#: files of one upload listed; of the rest only what failed
LISTED = 200

ORDERS = ("最近收入", "标题", "单位", "年份（新到旧）", "文件名")
OUTCOMES = {"added": "新收入", "replaced": "已更新", "unchanged": "未变化", "failed": "失败", "skipped": "跳过"}


@dataclass(frozen=True)
class Task:
    """A file on its way: its stage (等待, 解压, 读取, 入库) until it has an outcome."""

    name: str
    stage: str = "等待"
    outcome: str = ""
    detail: str = ""


def chosen(
    entries: Sequence[Entry], text: str = "", organisation: str = "", year: int | None = None, order: str = ORDERS[0]
) -> list[Entry]:
    """The reports that a search and filters leave, sorted."""
    words = text.lower().split()
    found = [
        entry
        for entry in entries
        if organisation in ("", entry.report.organisation)
        and year in (None, entry.report.year)
        and all(
            word in f"{entry.report.title}\n{entry.report.file}\n{entry.report.organisation}".lower() for word in words
        )
    ]
    keys = {
        "标题": lambda entry: (entry.report.title,),
        "单位": lambda entry: (entry.report.organisation or "\uffff", entry.report.title),
        "年份（新到旧）": lambda entry: (-(entry.report.year or 0), entry.report.title),
        "文件名": lambda entry: (entry.report.file,),
    }
    if order in keys:
        return sorted(found, key=keys[order])
    return sorted(found, key=lambda entry: (entry.added_at, entry.key), reverse=True)


def shelf(entries: Sequence[Entry], total: int, may_edit: bool, shown: int = SHOWN) -> str:
    """The list's HTML. A row's buttons carry its report's id and what they do (``data-act``)."""
    if not total:
        hint = "把文件拖到上面，或点击选择。" if may_edit else "请让编辑上传，或用命令 wenbao ingest 收入文件。"
        return f'<div class="empty"><h2>资料库里还没有报告</h2><p>{hint}</p></div>'
    count = f"共 {total:,} 份报告" if len(entries) == total else f"{total:,} 份报告中的 {len(entries):,} 份"
    rows = "".join(_row(entry, may_edit) for entry in entries[:shown])
    left = len(entries) - shown
    more = f'<button type="button" class="more" data-act="more">显示其余 {left:,} 份</button>' if left > 0 else ""
    heads = ["报告", "单位", "年份", "段落", "收入时间", *(["操作"] if may_edit else [])]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = f'<table class="shelf"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if entries else ""
    none = "" if entries else '<div class="empty"><p>没有符合条件的报告。</p></div>'
    return f'<p class="summary" role="status">{count}</p>{body}{none}{more}'


def _row(entry: Entry, may_edit: bool) -> str:
    report = entry.report
    place = f'data-report="{escape(report.id, quote=True)}"'
    named = escape(report.title, quote=True)
    actions = (
        f'<td class="actions"><button type="button" class="act" data-act="replace" {place} aria-label="替换《{named}》">替换</button>'
        f'<button type="button" class="act" data-act="remove" {place} aria-label="移除《{named}》">移除</button></td>'
        if may_edit
        else ""
    )
    return (
        f'<tr><td class="title"><button type="button" data-act="preview" {place}>{escape(report.title)}</button>'
        f'<small class="file">{escape(report.file)}</small></td>'
        f'<td class="organisation">{escape(report.organisation) or "—"}</td>'
        f'<td class="year">{f"{report.year}年" if report.year else "—"}</td>'
        f'<td class="passages">{entry.passages:,}</td><td class="added">{_when(entry.added_at)}</td>{actions}</tr>'
    )


def _when(moment: str) -> str:
    """A UTC time of the library as this machine's clock shows it."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return "—"


def advanced(tasks: dict[str, Task], event: Event) -> dict[str, Task]:
    """The files on their way after an event."""
    if isinstance(event, Found):
        return tasks
    key, name = str(event.path), _name(event.path)
    task = tasks.get(key) or Task(name)
    if isinstance(event, Started):
        task = replace(task, stage=event.stage)
    elif isinstance(event, Skipped):
        task = replace(task, outcome="skipped", detail=event.reason)
    elif isinstance(event, Finished):
        counts = f"{event.passages:,} 段、{event.figures:,} 个数据" if event.passages else ""
        detail = event.reason or "；".join(filter(None, (counts, *event.notes)))
        task = replace(task, outcome=event.outcome, detail=detail)
    return tasks | {key: task}


def _name(path: Path) -> str:
    """A file's name; of a member of an archive, the archive's name too."""
    holders = [part for part in path.parts if part.lower().endswith(".zip") and part != path.name]
    return " › ".join((*holders[-1:], path.name))


def progress(tasks: Iterable[Task]) -> str:
    """Files on their way, each with its stage or its outcome and why."""
    held = list(tasks)
    if not held:
        return ""
    shown = held[:LISTED] + [task for task in held[LISTED:] if task.outcome == "failed"]
    rows = "".join(_task(task) for task in shown)
    done = sum(bool(task.outcome) for task in held)
    failed = sum(task.outcome == "failed" for task in held)
    said = f"{done} / {len(held)} 个文件已处理" + (f"，{failed} 个失败" if failed else "")
    share = 100 * done / len(held)
    return (
        f'<div class="tasks"><p class="tasks-head" role="status">{said}</p>'
        f'<div class="track" aria-hidden="true"><span style="width:{share:.0f}%"></span></div><ul>{rows}</ul></div>'
    )


def _task(task: Task) -> str:
    state = OUTCOMES.get(task.outcome, "") or f"{task.stage}……"
    detail = f'<p class="task-detail">{escape(task.detail)}</p>' if task.detail else ""
    return (
        f'<li class="task {task.outcome or "going"}"><span class="task-name">{escape(task.name)}</span>'
        f'<span class="task-state">{state}</span>{detail}</li>'
    )


def failures(found: Sequence[Failure], may_edit: bool) -> str:
    """What the library could not take in earlier, or only in part, and why."""
    if not found:
        return ""
    rows = "".join(
        f'<li class="task failed"><span class="task-name">{escape(_name(Path(failure.path)))}</span>'
        f'<span class="task-state">{_when(failure.failed_at)}</span><p class="task-detail">{escape(failure.reason)}</p></li>'
        for failure in found[:LISTED]
    )
    retry = '<button type="button" class="act" data-act="retry">全部重试</button>' if may_edit else ""
    return f'<details class="tasks failures"><summary>{len(found)} 个文件没能收入或没有读全</summary><ul>{rows}</ul>{retry}</details>'
