"""hit@k of full text, vectors and both fused, by type of question, over a folder of reports, all in memory.

    python -m evals.retrieval --reports FOLDER... --questions SET.jsonl... [--scope file] [--limit 96] [--model NAME]

A passage *hits* when it stands in the file the question names and

- holds the evidence clause (compared without white space, quotes and punctuation), or
- holds at least 60% of the evidence's character 4-grams, or
- lies inside an evidence longer than itself (60% of *its* 4-grams are the evidence's) and holds one of the answers.

hit@k is the share of questions with a hit among the first k passages; a question with several evidences needs one for
each. Questions without evidence (the unanswerable ones) are left out.

Full text is BM25 (Robertson & Zaragoza 2009; k1 = 1.2, b = 0.75 as SQLite's FTS5 has them) over ``words.terms`` of the
report's title, the headings and the passage. Fusion is reciprocal rank fusion (Cormack et al. 2009; k = 60) with equal
weights.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest import words
from ingest.document import Document
from ingest.embedding import Embedder, load_embedder, passage_text
from ingest.frontmatter import describe
from ingest.outline import outline
from ingest.period import Timeline
from ingest.splitter import split

K1, B = 1.2, 0.75
FUSION_K = 60
CUTS = (1, 5, 20)
_DEPTH = 100
_OVERLAP = 0.6
_IGNORED = re.compile(r"[\s\"'“”‘’《》、,，。；;:：·]")


@dataclass(frozen=True)
class Unit:
    """A passage to be found: its file, what full text indexes beside it, its headings, its text."""

    file: str
    title: str
    section: tuple[str, ...]
    text: str
    cut: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """hit@k (k as in CUTS) of one method on the questions of one type."""

    method: str
    type: str
    questions: int
    hits: tuple[float, ...]


Ranker = Callable[[str, NDArray[np.intp]], NDArray[np.intp]]


def read_units(folders: Iterable[Path], limit: int) -> list[Unit]:
    """The passages of every .txt report in some folders, at most ``limit`` words each (8: one sentence a passage)."""
    units = []
    for path in sorted(path for folder in folders for path in folder.glob("*.txt")):
        document = Document(path.read_text(encoding="utf-8-sig"))
        front = describe(document, path.name)
        title = f"{front.title} {front.organisation} {front.year or ''}"
        for passage in split(document, outline(document), Timeline((), ()), limit):
            units.append(Unit(path.name, title, passage.section, passage.text, passage.words))
    return units


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a .jsonl file that have evidence to be found."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if row["type"] != "unanswerable" and (row.get("evidences") or row.get("evidence"))]


def normal(text: str) -> str:
    """A text without white space, quotes and punctuation, half-width: how evidence and passages are compared."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_hit(passage: str, evidence: str, answers: Iterable[str]) -> bool:
    """Whether a passage holds the evidence, or enough of it; all three are given in their ``normal`` form."""
    if evidence in passage:
        return True
    sought, held = _grams(evidence), _grams(passage)
    common = len(sought & held)
    if common >= _OVERLAP * len(sought):
        return True
    return common >= _OVERLAP * len(held) and any(answer in passage for answer in answers)


def _grams(text: str) -> set[str]:
    return {text[i : i + 4] for i in range(max(1, len(text) - 3))}


def bm25(units: Sequence[Unit]) -> Ranker:
    """Full text: ranks the allowed passages that share a term with the question."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths = np.zeros(len(units))
    context: dict[str, list[str]] = {}
    for index, unit in enumerate(units):
        beside = " ".join((unit.title, *unit.section))
        if beside not in context:
            context[beside] = words.terms(words.cut(beside))
        counts = Counter(context[beside] + words.terms(unit.cut))
        lengths[index] = counts.total()
        for term, count in counts.items():
            postings[term].append((index, count))
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    arrays = {term: np.array(rows).T for term, rows in postings.items()}

    def rank(question: str, allowed: NDArray[np.intp]) -> NDArray[np.intp]:
        scores = np.zeros(len(units))
        for term in dict.fromkeys(words.terms(words.cut(question))):
            if term in arrays:
                rows, counts = arrays[term]
                idf = math.log(1 + (len(units) - len(rows) + 0.5) / (len(rows) + 0.5))
                scores[rows] += idf * counts * (K1 + 1) / (counts + norm[rows])
        best = allowed[np.argsort(-scores[allowed], kind="stable")[:_DEPTH]]
        return best[scores[best] > 0]

    return rank


def vectors(
    units: Sequence[Unit], embedder: Embedder, text: Callable[[Sequence[str], str], str] = passage_text
) -> Ranker:
    """Vectors: ranks the allowed passages by cosine. ``text`` makes of headings and passage what is embedded."""
    table = embedder.embed([text(unit.section, unit.text) for unit in units])

    def rank(question: str, allowed: NDArray[np.intp]) -> NDArray[np.intp]:
        scores = table[allowed] @ embedder.embed_question(question)
        return allowed[np.argsort(-scores, kind="stable")[:_DEPTH]]

    return rank


def fused(*rankers: Ranker) -> Ranker:
    """Reciprocal rank fusion of several rankings, ties broken by the passage's place."""

    def rank(question: str, allowed: NDArray[np.intp]) -> NDArray[np.intp]:
        scores: dict[int, float] = defaultdict(float)
        for ranker in rankers:
            for place, index in enumerate(ranker(question, allowed).tolist(), start=1):
                scores[index] += 1 / (FUSION_K + place)
        return np.array(sorted(scores, key=lambda index: (-scores[index], index)), np.intp)

    return rank


def question_text(row: dict[str, Any]) -> str:
    """A question with the questions before it, which a follow-up leans on."""
    return " ".join([*(row.get("history") or []), row["question"]])


def measure(
    units: Sequence[Unit], questions: Sequence[dict[str, Any]], rankers: dict[str, Ranker], scope: str = "library"
) -> list[Score]:
    """hit@k of every ranker by type of question, then over all.

    :param scope: "library": every passage is a candidate; "file": only those of the files a question names.
    """
    normals = [normal(unit.text) for unit in units]
    files = np.array([unit.file for unit in units])
    everything = np.arange(len(units))
    hits: dict[tuple[str, str], list[list[bool]]] = defaultdict(list)
    for row in questions:
        own = np.isin(files, row.get("files") or [row["file"]])
        answers = [normal(answer) for answer in row["answers"]]
        evidences = [normal(evidence) for evidence in row.get("evidences") or [row["evidence"]]]
        gold = [
            {i for i in np.flatnonzero(own).tolist() if is_hit(normals[i], evidence, answers)} for evidence in evidences
        ]
        allowed = np.flatnonzero(own) if scope == "file" else everything
        for method, rank in rankers.items():
            ranking = rank(question_text(row), allowed).tolist()
            found = [all(not rows.isdisjoint(ranking[:k]) for rows in gold) for k in CUTS]
            hits[method, row["type"]].append(found)
            hits[method, "all"].append(found)
    return [
        Score(method, kind, len(rows), tuple(np.mean(rows, axis=0).tolist())) for (method, kind), rows in hits.items()
    ]


def table(scores: Sequence[Score]) -> str:
    """The scores as a Markdown table: a row a type, a column a method, hit@1/5/20 in each cell."""
    methods = list(dict.fromkeys(score.method for score in scores))
    kinds = sorted({score.type for score in scores}, key=lambda kind: (kind == "all", kind))
    cells = {(score.method, score.type): score for score in scores}
    lines = [f"| type | n | {' | '.join(methods)} |", "| --- | ---: |" + " --- |" * len(methods)]
    for kind in kinds:
        row = [" / ".join(f"{hit:.3f}" for hit in cells[method, kind].hits) for method in methods]
        lines.append(f"| {kind} | {cells[methods[0], kind].questions} | {' | '.join(row)} |")
    return "\n".join(lines)


def main() -> None:
    """Print hit@1 / hit@5 / hit@20 of full text, vectors and both fused."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reports", type=Path, nargs="+", required=True, help="folders of .txt reports")
    parser.add_argument("--questions", type=Path, nargs="+", required=True, help=".jsonl question sets")
    parser.add_argument(
        "--scope", choices=("library", "file"), default="library", help="search all reports, or only the question's"
    )
    parser.add_argument(
        "--limit", type=int, default=96, help="words a passage may have; 8 gives one sentence a passage"
    )
    parser.add_argument("--model", default="", help="a sentence-transformers model; empty: the shipped one")
    args = parser.parse_args()
    started = time.perf_counter()
    embedder = load_embedder(args.model)
    loaded = time.perf_counter()
    units = read_units(args.reports, args.limit)
    questions = [row for path in args.questions for row in read_questions(path)]
    built = time.perf_counter()
    embedder.embed_words([unit.cut for unit in units])
    rate = len(units) / (time.perf_counter() - built)
    full_text, by_vector = bm25(units), vectors(units, embedder)
    rankers = {"full text": full_text, "vectors": by_vector, "fused": fused(full_text, by_vector)}
    sys.stdout.write(table(measure(units, questions, rankers, args.scope)) + "\n\n")
    sys.stdout.write(
        f"{len(units)} passages; model loaded in {loaded - started:.2f} s; {rate:.0f} passages embedded a second\n"
    )


if __name__ == "__main__":
    main()
