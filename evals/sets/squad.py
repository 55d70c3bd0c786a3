"""Question sets and reports out of files of SQuAD's form, in which CMRC 2018 and DRCD come too.

SQuAD: Rajpurkar et al. 2016 (https://rajpurkar.github.io/SQuAD-explorer/); 2.0 adds ``is_impossible`` (2018). CMRC 2018: Cui et al.
2019. DRCD: Shao et al. 2018, in traditional script.

    {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "is_impossible"?, "answers": [{"text", "answer_start"}]}]}]}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from evals.sets.imported import Imported, file_name
from evals.sets.questions import UNANSWERABLE, Gold, QuestionSetError

TYPE = "extractive"
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")


def is_squad(content: Any) -> bool:
    """Whether the content of a JSON file is of this form."""
    return isinstance(content, Mapping) and isinstance(content.get("data"), list)


def read(content: Mapping[str, Any], name: str) -> Imported:
    """The questions of a file, and each of its paragraphs as a report of its own.

    :param name: what messages call the file, and reports are named after.
    :raises QuestionSetError: naming what cannot be used.
    """
    questions: list[Gold] = []
    documents: dict[str, str] = {}
    for number, (title, paragraph) in enumerate(_paragraphs(content, name), start=1):
        try:
            text = str(paragraph["context"])
            file = file_name(f"{name}-{number:04d}-{title}")
            documents[file] = text
            questions += [_gold(row, text, file) for row in paragraph["qas"]]
        except (KeyError, TypeError, AttributeError) as fault:
            raise QuestionSetError(f"{name} 第 {number} 段不合 SQuAD 格式（{fault!r}）。") from fault
    return Imported(tuple(questions), documents)


def _paragraphs(content: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, article in enumerate(content["data"], start=1):
        if not isinstance(article, Mapping) or not isinstance(article.get("paragraphs"), list):
            raise QuestionSetError(f"{name} 第 {number} 篇不合 SQuAD 格式：没有 paragraphs。")
        for paragraph in article["paragraphs"]:
            yield str(article.get("title") or ""), paragraph


def _gold(row: Mapping[str, Any], context: str, file: str) -> Gold:
    answers = row.get("answers") or []
    texts = tuple(dict.fromkeys(str(answer["text"]) for answer in answers))
    if row.get("is_impossible") or not texts:
        return Gold(str(row["id"]), UNANSWERABLE, str(row["question"]), (), files=(file,))
    evidence = _sentence_at(context, int(answers[0].get("answer_start") or 0), texts[0])
    return Gold(str(row["id"]), TYPE, str(row["question"]), texts, evidences=(evidence,), files=(file,))


def _sentence_at(context: str, start: int, answer: str) -> str:
    """The sentences that an answer stands in; found by its text where its offset is wrong, as some are."""
    if context[start : start + len(answer)] != answer:
        start = max(context.find(answer), 0)
    end = start + len(answer)
    sentences = [found for found in _SENTENCE.finditer(context) if found.start() < end and found.end() > start]
    return "".join(found.group() for found in sentences).strip()
