"""Which importer a file needs, by its content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.sets import rgb, squad
from evals.sets.imported import Imported
from evals.sets.questions import QuestionSetError
from ingest.errors import in_chinese


def read(path: Path, noise_only: bool = False) -> Imported:
    """The questions and documents of a file of SQuAD's, CMRC's, DRCD's or RGB's form.

    :param noise_only: of RGB, keep only passages that hold no answer.
    :raises QuestionSetError: if it is of none of these forms, or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise QuestionSetError(
            f"{path}：读不出来（{in_chinese(fault)}）。请检查路径，文件应是 UTF-8 编码的 JSON。"
        ) from fault
    try:
        content: Any = json.loads(text)
    except ValueError:
        content = None
    if squad.is_squad(content):
        return squad.read(content, path.stem)
    rows = [(1, content)] if content is not None else _lines(text, path)
    if rows and rgb.is_rgb(rows[0][1]):
        return rgb.read(rows, path.stem, noise_only)
    raise QuestionSetError(f"{path}：认不出格式。能导入 SQuAD、CMRC、DRCD 的 .json 文件和 RGB 的 zh*.json 文件。")


def _lines(text: str, path: Path) -> list[tuple[int, Any]]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                rows.append((number, json.loads(line)))
            except ValueError as fault:
                raise QuestionSetError(f"{path} 第 {number} 行：不是 JSON。") from fault
    return rows
