"""Question sets: JSON lines with gold answers, read and written; the form is described in evals/questions/README.md."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ingest.errors import WenbaoError, in_chinese

#: faults of one file that are told at once
_SHOWN = 10
#: characters of a question or of one answer; a set is data from anywhere
LONGEST = 2_000
UNANSWERABLE = "unanswerable"

#: what people call the types that the program's own sets use; others may be used too
TYPES = {
    "fact_done": "已完成",
    "fact_period": "分年份",
    "plan": "计划",
    "list": "列举",
    "entity": "名称",
    "paraphrase": "换个说法",
    "followup": "追问",
    "computed": "要计算",
    "compare": "比大小",
    "difference": "相差",
    "rank": "排名",
    "pair": "两个数",
    "table": "列表",
    UNANSWERABLE: "不可答",
    "extractive": "摘录",
    "feedback": "用户反馈",
}

Match = Literal["any", "all"]


class QuestionSetError(WenbaoError):
    """A question set cannot be read or written."""


@dataclass(frozen=True)
class Gold:
    """One question of a set with what a right answer is.

    ``evidences`` and ``files`` are where the answer stands, as far as that is known; ``places`` the places that a
    question compares; ``extra`` whatever else its line says, kept so that it can be written back.
    """

    id: str
    type: str
    question: str
    answers: tuple[str, ...]
    match: Match = "any"
    evidences: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def answerable(self) -> bool:
        return self.type != UNANSWERABLE

    @property
    def sought(self) -> tuple[str, ...]:
        """The evidences that there are; none where nothing is known or nothing can be answered."""
        return tuple(filter(None, self.evidences)) if self.answerable else ()

    def to_dict(self) -> dict[str, Any]:
        """Its line of a question set."""
        row: dict[str, Any] = {"id": self.id}
        row |= {"province": "、".join(self.places)} if self.places else {}
        row |= {"type": self.type, "question": self.question, "answers": list(self.answers), "match": self.match}
        row["evidence"] = self.evidences[0] if self.evidences else ""
        row |= {"evidences": list(self.evidences)} if len(self.evidences) > 1 else {}
        row |= {"file": self.files[0]} if self.files else {}
        row |= {"files": list(self.files)} if len(self.files) > 1 else {}
        row |= {"history": list(self.history)} if self.history else {}
        return row | dict(self.extra)


def load(path: Path) -> list[Gold]:
    """The questions of a set.

    :raises QuestionSetError: naming the file and every line that cannot be used, and why.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise QuestionSetError(f"{path}：不是 UTF-8 编码的文本。请另存为 UTF-8。") from fault
    except OSError as fault:
        raise QuestionSetError(f"{path}：题集读不出来（{in_chinese(fault)}）。请检查路径。") from fault
    return parse(text, str(path))


def parse(text: str, name: str) -> list[Gold]:
    """The questions in the text of a set.

    :param name: what messages call the set.
    :raises QuestionSetError: naming every line that cannot be used, and why.
    """
    questions: list[Gold] = []
    faults: list[str] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            gold = gold_of(json.loads(line))
            if gold.id in lines:
                raise ValueError(f"id「{gold.id}」与第 {lines[gold.id]} 行重复。")
        except json.JSONDecodeError:
            faults.append(f"{name} 第 {number} 行：不是 JSON。每行应是一个 JSON 对象。")
        except (ValueError, RecursionError) as fault:
            faults.append(f"{name} 第 {number} 行：{fault}")
        else:
            lines[gold.id] = number
            questions.append(gold)
    if faults:
        more = [f"……共 {len(faults)} 行有问题。"] if len(faults) > _SHOWN else []
        raise QuestionSetError("\n".join([*faults[:_SHOWN], *more]))
    if not questions:
        raise QuestionSetError(f"{name}：题集里没有题目。每行应是一个 JSON 对象，有 id、type、question、answers。")
    return questions


def gold_of(row: Any) -> Gold:
    """The question that a line of a set says.

    :raises ValueError: saying in Chinese what is wrong with it.
    """
    if not isinstance(row, dict):
        raise ValueError("不是 JSON 对象。")
    row = dict(row)
    name = row.pop("id", None)
    if isinstance(name, bool) or not isinstance(name, str | int) or str(name).strip() == "":
        raise ValueError("缺少 id（文字或整数）。")
    kind, question = _text(row, "type", needed=True), _text(row, "question", needed=True)
    answers, match = _texts(row, "answers"), row.pop("match", "any")
    if kind != UNANSWERABLE and not answers:
        raise ValueError(f"缺少 answers（可接受的答案，文字的列表）；不可答的题，type 应是 {UNANSWERABLE}。")
    if match not in ("any", "all"):
        raise ValueError("match 只能是 any（答出一种写法）或 all（各项都要答出）。")
    evidence, file, places = _text(row, "evidence"), _text(row, "file"), _text(row, "province")
    return Gold(
        id=str(name),
        type=kind,
        question=question,
        answers=answers,
        match=match,
        evidences=_texts(row, "evidences") or ((evidence,) if evidence else ()),
        files=_texts(row, "files") or ((file,) if file else ()),
        history=_texts(row, "history"),
        places=tuple(filter(None, places.split("、"))),
        extra=row,
    )


def _text(row: dict[str, Any], key: str, needed: bool = False) -> str:
    value = row.pop(key, None)
    value = "" if value is None else value
    if not isinstance(value, str):
        raise ValueError(f"{key} 应是文字。")
    if needed and not value.strip():
        raise ValueError(f"缺少 {key}（文字）。")
    if needed and len(value) > LONGEST:
        raise ValueError(f"{key} 太长，最多 {LONGEST:,} 字。")
    return value


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.pop(key, None)
    value = [] if value is None else value
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ValueError(f'{key} 应是文字的列表，例如 ["36亿元"]，各项不能是空的。')
    return tuple(value)


def write(questions: Iterable[Gold], path: Path) -> int:
    """Write a set to a file, which appears only when it is complete; how many questions it holds.

    :raises QuestionSetError: where the file cannot be written.
    """
    lines = [json.dumps(gold.to_dict(), ensure_ascii=False) for gold in questions]
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
        os.replace(part, path)
    except OSError as fault:
        raise QuestionSetError(
            f"{path}：不能写入（{in_chinese(fault)}）。请检查文件夹是否存在、有没有权限。"
        ) from fault
    return len(lines)


def files_of(questions: Sequence[Gold]) -> set[str]:
    """The names of the reports that a set asks about."""
    return {file for gold in questions for file in gold.files}


def label(kind: str) -> str:
    """What people call a type of question."""
    return TYPES.get(kind, kind)
