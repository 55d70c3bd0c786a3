"""Learn what the features of a passage are worth in :mod:`bot.search.ranking`, cross-validated by report.

    python -m bot.training.ranking --reports DIR... --questions SET.jsonl... [--out bot/model/ranking.json]

The reports are taken into a library of their own, each question is searched for as the program searches, and a pairwise ranking
(Herbrich, Graepel and Obermayer 2000) learns to put the passages that hold a question's evidence above those it likes most
of the others. Questions without evidence teach nothing and are left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.chain import Assistant
from bot.evidence.scoring import Linear, Scorer
from bot.evidence.view import Floats
from bot.search.ranking import NAMES, WEIGHTS
from bot.training.reader import plain
from ingest.embedding import load_embedder
from ingest.errors import WenbaoError
from ingest.events import Finished
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings

_FOLDS = 8
_C, _HARD, _ROUNDS = 0.1, 20, 3
_CUTS = (1, 5, 20)


@dataclass(frozen=True)
class Example:
    """A question with the passages it may be answered from: their features, and which hold its evidence."""

    file: str
    rows: Floats
    gold: NDArray[np.bool_]


def examples(questions: Iterable[dict[str, Any]], assistant: Assistant) -> Iterator[Example]:
    """The questions whose evidence is among the passages ranked."""
    library = assistant.library
    for row in questions:
        evidences = [plain(text) for text in row.get("evidences") or [row.get("evidence") or ""] if text]
        if not evidences or row["type"] == "unanswerable":
            continue
        turn = assistant.understand((row["question"], tuple(row.get("history") or ())))
        files = row.get("files") or [row["file"]]
        own = tuple(report.id for report in library.reports() if report.file in files)
        # who names no report asks about their own: what is learned is to tell its passages apart
        ranked, rows = assistant.search.candidates(
            turn.question, replace(turn.scope, reports=turn.scope.reports or own)
        )
        gold = [
            library.report(passage.report).file in files
            and _holds(library.passages(passage.report)[passage.ordinal].text, evidences)
            for passage in ranked
        ]
        if any(gold) and not all(gold):
            yield Example(files[0], rows, np.asarray(gold, bool))


@contextmanager
def library_of(folders: Iterable[Path], model: str = "") -> Iterator[Library]:
    """A library of the reports in some folders, for as long as it is measured.

    :param model: the embedding that makes its vectors; "" for the shipped one.
    :raises WenbaoError: if a report cannot be read.
    """
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        with Library.open(settings.home, load_embedder(model)) as library:
            for event in ingest(list(folders), library, settings):
                if isinstance(event, Finished) and event.outcome == "failed":
                    raise WenbaoError(f"{event.path}：{event.reason}")
            yield library


def _holds(text: str, evidences: Sequence[str]) -> bool:
    said = plain(text)
    return any(evidence in said for evidence in evidences)


def fit(data: Sequence[Example]) -> Scorer:
    """The weights that rank the passage holding the evidence first; they start from the passages that vectors put first."""
    from sklearn.linear_model import LogisticRegression

    weights = np.asarray([float(name == "vector") for name in NAMES], np.float32)
    for _ in range(_ROUNDS):
        pairs, shares = [], []
        for example in data:
            scores = example.rows @ weights
            gold, others = np.flatnonzero(example.gold), np.flatnonzero(~example.gold)
            best = gold[np.argmax(scores[gold])]
            hard = others[np.argsort(-scores[others], kind="stable")][:_HARD]
            pairs.append(example.rows[best] - example.rows[hard])
            shares.append(np.full(len(hard), 10 / len(hard)))
        rows = np.concatenate(pairs)
        scale = rows.std(axis=0)
        scale[scale < 1e-6] = 1.0
        signs = np.where(np.arange(len(rows)) % 2, 1, -1)
        model = LogisticRegression(C=_C, max_iter=3000, fit_intercept=False)
        model.fit(rows / scale * signs[:, None], signs, sample_weight=np.concatenate(shares))
        weights = (model.coef_[0] / scale).astype(np.float32)
    return Scorer(NAMES, (Linear(weights, 0.0),))


def hits(data: Sequence[Example], scorer: Scorer) -> NDArray[np.bool_]:
    """Whether a passage holding the evidence is among the first 1, 5 and 20; shape (questions, 3)."""
    ranks = []
    for example in data:
        scores = scorer.logits(example.rows, NAMES)
        ranks.append(int((scores > scores[example.gold].max()).sum()))
    return np.asarray(ranks)[:, None] < np.asarray(_CUTS)


def crossed(data: Sequence[Example]) -> NDArray[np.bool_]:
    """:func:`hits` of every question by weights that no question on its report took part in."""
    files = sorted({example.file for example in data})
    folds = [[e for e in data if files.index(e.file) % _FOLDS == fold] for fold in range(_FOLDS)]
    return np.concatenate(
        [hits(held, fit([e for fold in folds if fold is not held for e in fold])) for held in folds if held]
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, nargs="+", required=True, help="folders of reports")
    parser.add_argument("--questions", type=Path, nargs="+", required=True, help=".jsonl question sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    lines = [line for path in args.questions for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines if line.strip()]
    with library_of(args.reports) as library:
        data = list(examples(rows, Assistant(library, Settings())))
    scorer = fit(data)
    (linear,) = scorer.parts
    assert isinstance(linear, Linear)
    weights = {name: round(float(weight), 3) for name, weight in zip(NAMES, linear.weights, strict=True)}
    row = {"features": list(weights), "linear": {"bias": 0.0, "weights": list(weights.values())}}
    args.out.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(data)} questions; {weights}")
    for name, found in (("cross-validated", crossed(data)), ("in-sample", hits(data, scorer))):
        print(f"{name}: hit@1/5/20 {' / '.join(f'{share:.3f}' for share in found.mean(axis=0))}")


if __name__ == "__main__":
    main()
