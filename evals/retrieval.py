"""hit@k of full text, vectors, both together and the program's own ranking, by type of question, as the program itself searches.

    python -m evals.retrieval --reports FOLDER... --questions SET.jsonl... [--scope library|file] [--model NAME]

What a *hit* is, is said in evals/metrics/ranking.py. hit@k is the share of questions with a hit among the first k passages; a question with several evidences needs one for
each. Questions without evidence (the unanswerable ones) are left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bot.chain import Assistant, Turn
from bot.search.hybrid import HybridSearch, Ranked
from bot.training.ranking import library_of
from bot.understanding.scope import Scope
from evals.metrics.ranking import is_hit, normal, ranks
from ingest.library.protocol import AnyLibrary
from ingest.settings import Settings

__all__ = ["CUTS", "Score", "by_rank", "is_hit", "measure", "methods", "normal", "read_questions", "table"]

CUTS = (1, 5, 20)
#: the constant of reciprocal rank fusion
RRF_K = 60

#: where passages are looked for: in the reports the question is understood to ask about, in all, in those with its evidence
Where = Literal["asked", "library", "file"]
Method = Callable[[Turn], Sequence[Ranked]]


@dataclass(frozen=True)
class Score:
    """hit@k (k as in CUTS) of one method on the questions of one type, and its median time in milliseconds."""

    method: str
    type: str
    questions: int
    hits: tuple[float, ...]
    milliseconds: float = 0.0


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a .jsonl file that have evidence to be found."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if row["type"] != "unanswerable" and (row.get("evidences") or row.get("evidence"))]


def methods(assistant: Assistant) -> dict[str, Method]:
    """Each half alone, both by reciprocal rank, both by the sum of their scores, and the program's own ranking."""
    deep = HybridSearch(assistant.library, k=HybridSearch.depth)
    text, vectors = _finding(replace(deep, vector_weight=0)), _finding(replace(deep, text_weight=0))
    return {
        "full text": text,
        "vectors": vectors,
        "by rank": lambda turn: by_rank(text(turn), vectors(turn)),
        "by score": _finding(deep),
        "ranked": _finding(assistant.search),
    }


def _finding(search: HybridSearch) -> Method:
    return lambda turn: search.find(turn.question, turn.scope)


def by_rank(*rankings: Sequence[Ranked]) -> list[Ranked]:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009), a baseline; ties by report and ordinal."""
    scores: dict[tuple[str, int], float] = defaultdict(float)
    for ranking in rankings:
        for rank, passage in enumerate(ranking, start=1):
            scores[passage.report, passage.ordinal] += 1 / (RRF_K + rank)
    return [Ranked(*place, score) for place, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


def measure(
    assistant: Assistant, questions: Sequence[dict[str, Any]], ways: Mapping[str, Method], where: Where = "asked"
) -> list[Score]:
    """hit@k of every method by type of question, then over all."""
    found: dict[tuple[str, str], list[list[bool]]] = defaultdict(list)
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    texts = _Texts(assistant.library)
    for row in questions:
        turn = assistant.understand((row["question"], tuple(row.get("history") or ())))
        files = row.get("files") or [row["file"]]
        turn = replace(turn, scope=_scope(turn.scope, files, assistant.library, where))
        for method, find in ways.items():
            began = time.perf_counter()
            ranked = find(turn)
            elapsed = (time.perf_counter() - began) * 1000
            hits = [_first(row, files, ranked, texts) < k for k in CUTS]
            for kind in (row["type"], "all"):
                found[method, kind].append(hits)
                taken[method, kind].append(elapsed)
    return [
        Score(*key, len(rows), tuple(np.mean(rows, axis=0).tolist()), statistics.median(taken[key]))
        for key, rows in found.items()
    ]


class _Texts:
    """The passages of a library in their normal form, each made once."""

    def __init__(self, library: AnyLibrary) -> None:
        self._library = library
        self._held: dict[tuple[str, int], tuple[str, str]] = {}

    def __call__(self, ranked: Ranked) -> tuple[str, str]:
        """The file of a passage found and its text."""
        key = ranked.report, ranked.ordinal
        if key not in self._held:
            passage = self._library.passages(ranked.report)[ranked.ordinal]
            self._held[key] = self._library.report(ranked.report).file, normal(passage.text)
        return self._held[key]


def _scope(understood: Scope, files: Sequence[str], library: AnyLibrary, where: Where) -> Scope:
    if where == "asked":
        return understood
    reports = tuple(report.id for report in library.reports() if report.file in files) if where == "file" else ()
    return replace(understood, reports=reports)


def _first(row: Mapping[str, Any], files: Sequence[str], ranked: Sequence[Ranked], texts: _Texts) -> float:
    """How many passages stand before the one that completes the evidence; infinite where none does."""
    passages = [text if file in files else "" for file, text in map(texts, ranked)]
    found = ranks(passages, row.get("evidences") or [row["evidence"]], row["answers"])
    return max(float("inf") if rank is None else rank - 1 for rank in found)


def table(scores: Sequence[Score]) -> str:
    """The scores as a Markdown table: a row a type, a column a method, hit@1/5/20 in each cell."""
    names = list(dict.fromkeys(score.method for score in scores))
    kinds = sorted({score.type for score in scores}, key=lambda kind: (kind == "all", kind))
    cells = {(score.method, score.type): score for score in scores}
    lines = [f"| type | n | {' | '.join(names)} |", "| --- | ---: |" + " --- |" * len(names)]
    for kind in kinds:
        row = [" / ".join(f"{hit:.3f}" for hit in cells[name, kind].hits) for name in names]
        lines.append(f"| {kind} | {cells[names[0], kind].questions} | {' | '.join(row)} |")
    return "\n".join(lines)


def main() -> None:
    """Print hit@1 / hit@5 / hit@20 of every method, and its median time a question."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reports", type=Path, nargs="+", required=True, help="folders of reports")
    parser.add_argument("--questions", type=Path, nargs="+", required=True, help=".jsonl question sets")
    parser.add_argument(
        "--scope",
        choices=("asked", "library", "file"),
        default="asked",
        help="search the reports a question is understood to ask about, all reports, or only those with its evidence",
    )
    parser.add_argument("--model", default="", help="a sentence-transformers model; empty: the shipped one")
    args = parser.parse_args()
    questions = [row for path in args.questions for row in read_questions(path)]
    with library_of(args.reports, args.model) as library:
        assistant = Assistant(library, Settings())
        for report in library.reports():
            assistant.view(report.id)
        scores = measure(assistant, questions, methods(assistant), args.scope)
    times = ", ".join(f"{score.method} {score.milliseconds:.1f} ms" for score in scores if score.type == "all")
    sys.stdout.write(f"{table(scores)}\n\nmedian time of one search: {times}\n")


if __name__ == "__main__":
    main()
