"""Batches of questions: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import WenbaoError, in_chinese
from ui.limits import objection

if TYPE_CHECKING:
    from bot.chain import Assistant

_SHOWN = 10


class BatchError(WenbaoError):
    """A batch cannot be read or its answers cannot be written."""


@dataclass(frozen=True)
class Item:
    """One question of a batch; ``id`` as it was given."""

    id: str | int
    question: str
    history: tuple[str, ...] = ()

    def answered_by(self, assistant: Assistant) -> dict[str, Any]:
        """The object that answers it: that of ``wenbao ask --json`` with the id."""
        return {"id": self.id} | assistant.ask(self.question, list(self.history)).to_dict()


def read(path: Path) -> list[Item]:
    """The questions in a file of JSON lines ``{"id", "question", "history"?}``; other keys are passed over.

    :raises BatchError: naming the file and the numbers of all lines that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise BatchError(f"{path}：不是 UTF-8 编码的文本。请另存为 UTF-8。") from fault
    except OSError as fault:
        raise BatchError(f"{path}：读不出来（{in_chinese(fault)}）。请检查路径。") from fault
    items: list[Item] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = _item(line)
        except ValueError as fault:
            faults.append(f"第 {number} 行：{fault}")
        else:
            items.append(item)
    if faults:
        more = f"\n……共 {len(faults)} 行有问题。" if len(faults) > _SHOWN else ""
        raise BatchError(f"{path} 有不能使用的行：\n" + "\n".join(faults[:_SHOWN]) + more)
    if not items:
        raise BatchError(
            f'{path}：没有问题。每行应是一个 JSON 对象，例如 {{"id": 1, "question": "临临高速完成多少投资"}}。'
        )
    return items


def _item(line: str) -> Item:
    """The question in a line.

    :raises ValueError: saying what is wrong with it.
    """
    try:
        row = json.loads(line)
    except ValueError as fault:
        raise ValueError("不是 JSON。") from fault
    if not isinstance(row, dict):
        raise ValueError("不是 JSON 对象。")
    name, question, history = row.get("id"), row.get("question"), row.get("history") or []
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise ValueError("缺少 id（文字或整数）。")
    if not isinstance(question, str):
        raise ValueError("缺少 question（文字）。")
    if not isinstance(history, list) or not all(isinstance(earlier, str) for earlier in history):
        raise ValueError("history 应是文字的列表。")
    complaint = objection(question)
    if complaint:
        raise ValueError(complaint)
    return Item(name, question, tuple(history))


def write(answers: Iterable[dict[str, Any]], path: Path | None) -> None:
    """Write answers as JSON lines to a file, which appears only when it is complete, or to standard output.

    :raises BatchError: where the file cannot be written; before the first question is asked.
    """
    if path is None:
        for answer in answers:
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        return
    part = path.with_name(path.name + ".part")
    try:
        file = part.open("w", encoding="utf-8", newline="\n")
    except OSError as fault:
        raise BatchError(f"{path}：不能写入（{in_chinese(fault)}）。请检查文件夹是否存在、有没有权限。") from fault
    with file:
        for answer in answers:
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
    os.replace(part, path)
