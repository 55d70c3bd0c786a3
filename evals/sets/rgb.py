"""Question sets and reports out of the files of RGB (Chen et al. 2023, "Benchmarking Large Language Models in
Retrieval-Augmented Generation", https://github.com/chen700564/RGB): zh.json, zh_int.json and zh_fact.json, JSON lines.

    {"id", "query", "answer", "positive": [...], "negative": [...], "positive_wrong"?: [...]}

``answer`` is a text, or a list of what must all be said; an item of it that is a list holds ways to say it. The passages of a
question become one report. Its counterfactual passages (``positive_wrong``) are left out: what a report states is
what is asked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from evals.sets.imported import Imported, file_name
from evals.sets.questions import UNANSWERABLE, Gold, QuestionSetError

ONE, SEVERAL = "extractive", "list"
_SPACE = re.compile(r"\s+")


def is_rgb(row: Any) -> bool:
    """Whether the first line of a file is of this form."""
    return isinstance(row, Mapping) and {"query", "answer", "positive"} <= row.keys()


def read(rows: list[tuple[int, Any]], name: str, noise_only: bool = False) -> Imported:
    """The questions of a file, each with the report made of its passages.

    :param rows: the file's lines with their numbers.
    :param noise_only: keep only the passages that hold no answer: the test of refusing.
    :raises QuestionSetError: naming the line that cannot be used.
    """
    questions: list[Gold] = []
    documents: dict[str, str] = {}
    for number, row in rows:
        try:
            file = file_name(f"{name}-{int(row['id']):04d}-{row['query']}")
            positive, negative = list(_flat(row["positive"])), list(_flat(row.get("negative") or []))
            documents[file] = "\n".join(negative if noise_only else positive + negative)
            questions.append(_gold(row, positive, file, noise_only))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise QuestionSetError(f"{name} 第 {number} 行不合 RGB 格式（{fault!r}）。") from fault
    return Imported(tuple(questions), documents)


def _gold(row: Mapping[str, Any], positive: list[str], file: str, noise_only: bool) -> Gold:
    name, question = f"rgb-{row['id']}", str(row["query"])
    if noise_only:
        return Gold(name, UNANSWERABLE, question, (), files=(file,))
    needed = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
    ways = [[str(way) for way in one] if isinstance(one, list) else [str(one)] for one in needed]
    evidences = tuple(
        dict.fromkeys(next((text for text in positive if any(way in text for way in one)), "") for one in ways)
    )
    evidences = tuple(filter(None, evidences))
    if len(ways) == 1:
        return Gold(name, ONE, question, tuple(ways[0]), evidences=evidences, files=(file,))
    return Gold(name, SEVERAL, question, tuple(one[0] for one in ways), "all", evidences, (file,))


def _flat(passages: Any) -> Iterator[str]:
    for passage in passages:
        if isinstance(passage, list):
            yield from _flat(passage)
        else:
            yield _SPACE.sub(" ", str(passage)).strip()
