"""Learn the reader's weights from questions with known answers, cross-validated by report.

    python -m bot.training --reports DIR --questions SET.jsonl … [--extra SET.jsonl …] [--out bot/model/reader.json]

Two regressions for figures and two for names and lists. The *ranking* learns which candidate of a report answers a question. The
*confidence* learns, from rankings made for reports that were held out, whether the best candidate is right; beside each question
as asked it sees the same question with its answer's sentence taken away, which no candidate can answer. Both are fitted on features
scaled to unit variance, and the scale is folded into the weights written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot import features, spans
from bot.evidence import Floats, ReportView
from bot.question import Question, understand
from bot.reader import CONFIDENCE, FIGURE_KINDS, SPAN_KINDS, UNLEARNED, Reader, Scored, confidence_row, shipped_vectors
from bot.scope import find_scope
from bot.scoring import WEIGHTS
from ingest.analysis import analyse
from ingest.readers import read

_FOLDS = 8

#: a wrong answer costs this many right ones where the threshold is chosen
_WRONG_COSTS = 1.5
_RANKING_C, _CONFIDENCE_C = 0.3, 0.05


@dataclass(frozen=True)
class Example:
    """A question with its candidates; ``gold`` marks the right ones, ``elsewhere`` equal text in another sentence."""

    type: str
    file: str
    question: Question
    scored: Scored
    gold: NDArray[np.bool_]
    elsewhere: NDArray[np.bool_]
    measured: bool = True


def plain(text: str) -> str:
    """A text as answers are compared: half-width, without white space, punctuation and quotation marks."""
    return re.sub(r"[\s\"'“”‘’《》、,，。；;：:·]", "", unicodedata.normalize("NFKC", text)).lower()


def agrees(short: str, answers: Sequence[str], match: str) -> bool:
    """Whether a short answer holds a gold answer and little else, no digit touching the gold's own."""
    said, golds = plain(short), [plain(answer) for answer in answers]
    if match == "all":
        return all(gold in said for gold in golds) and len(said) <= 2.5 * sum(map(len, golds)) + 30
    return any(len(said) <= len(gold) + 15 and re.search(rf"(?<![\d.]){re.escape(gold)}(?!\d)" if gold[:1].isdigit() else re.escape(gold), said) for gold in golds)


def examples(questions: Sequence[dict[str, Any]], reports: Path) -> Iterator[Example]:
    """The questions that one report answers, or none, with their candidates."""
    views: dict[str, ReportView] = {}
    for path in sorted(reports.iterdir()):
        analysis = analyse(read(path), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        views[path.name] = ReportView(analysis.report, analysis.passages, analysis.figures, shipped_vectors())
    known = [view.report for view in views.values()]
    reader = Reader(UNLEARNED)
    for row in questions:
        if row.get("history") or row.get("files") or row["type"] in ("computed", "followup") or row["file"] not in views:
            continue
        view = views[row["file"]]
        question = understand(row["question"], scope_names=find_scope(row["question"], known).names, known=view.roads)
        if question.kind in FIGURE_KINDS:
            scored = reader.score_figures(question, view)
        elif question.kind in SPAN_KINDS:
            scored = reader.score_spans(question, view)
        else:
            continue
        right = np.asarray([bool(row["answers"]) and agrees(r.short, row["answers"], row["match"]) for r in scored.readings], bool)
        there = np.asarray([_in_evidence(view, r.sentence, row["evidence"]) for r in scored.readings], bool)
        yield Example(row["type"], row["file"], question, scored, right & there, right & ~there, row["measured"])


def _in_evidence(view: ReportView, sentence: int, evidence: str) -> bool:
    span = view.sentences[sentence].span
    said, wanted = plain(view.text[span.start : span.end]), plain(evidence)
    parts = [plain(part) for part in re.split("[，。；]", evidence)]
    return bool(wanted) and (wanted in said or said in wanted or any(len(part) > 6 and part in said for part in parts))


def fit(rows: Floats, labels: NDArray[Any], weights: NDArray[Any], c: float) -> tuple[Floats, float]:
    """A logistic regression's weights and bias for unscaled rows."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=c, max_iter=3000).fit((rows - mean) / scale, labels, sample_weight=weights)
    folded = model.coef_[0] / scale
    return folded.astype(np.float32), float(model.intercept_[0] - mean @ folded)


def fit_ranking(data: Sequence[Example]) -> tuple[Floats, float]:
    """The ranking of candidates; every question weighs the same."""
    rows, labels, weights = [], [], []
    for example in data:
        if not example.gold.any():
            continue
        keep = ~example.elsewhere
        gold = example.gold[keep]
        rows.append(example.scored.rows[keep])
        labels.append(gold)
        weights.append(np.where(gold, 1 / gold.sum(), 20 / len(gold)))
    return fit(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), _RANKING_C)


def outcome(example: Example, weights: Floats, bias: float, without_gold: bool = False) -> tuple[Floats, bool] | None:
    """The confidence's row for a question's best candidate, and whether that candidate is right."""
    allowed = np.flatnonzero(~example.gold & ~example.elsewhere) if without_gold else np.arange(len(example.gold))
    if without_gold:
        bad = {example.scored.readings[int(i)].sentence for i in np.flatnonzero(example.gold | example.elsewhere)}
        allowed = np.asarray([i for i in allowed if example.scored.readings[int(i)].sentence not in bad], np.intp)
    if not len(allowed):
        return None
    rows = example.scored.rows[allowed]
    logits = (rows @ weights + bias).astype(np.float32)
    readings = [example.scored.readings[int(i)] for i in allowed]
    order = [int(i) for i in np.argsort(-logits, kind="stable")]
    top = int(allowed[order[0]])
    return confidence_row(example.question, example.scored.formal, rows, logits, readings, order), bool(example.gold[top] or example.elsewhere[top])


def learn(data: Sequence[Example], names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any], float, list[tuple[Example, float, bool]]]:
    """Both regressions in their JSON form, the threshold, and each question's cross-validated (confidence, right)."""
    files = sorted({example.file for example in data})
    fold = {file: index % _FOLDS for index, file in enumerate(files)}
    rankings = [fit_ranking([e for e in data if fold[e.file] != k]) for k in range(_FOLDS)]
    asked, bare = {}, {}
    for index, example in enumerate(data):
        asked[index] = outcome(example, *rankings[fold[example.file]])
        bare[index] = outcome(example, *rankings[fold[example.file]], without_gold=True) if example.gold.any() else None


    def confidence(keep: Sequence[int]) -> tuple[Floats, float]:
        pairs = [(pair, 1.0) for i in keep if (pair := asked[i])] + [(pair, 0.5) for i in keep if (pair := bare[i])]
        return fit(np.stack([p[0] for p, _ in pairs]), np.asarray([p[1] for p, _ in pairs]), np.asarray([w for _, w in pairs]), _CONFIDENCE_C)

    checked: list[tuple[Example, float, bool]] = []
    for k in range(_FOLDS):
        weights, bias = confidence([i for i, e in enumerate(data) if fold[e.file] != k])
        for index, example in enumerate(data):
            pair = asked[index]
            if fold[example.file] == k and pair:
                checked.append((example, float(1 / (1 + np.exp(-(pair[0] @ weights + bias)))), pair[1]))
    weights, bias = confidence(range(len(data)))
    return _json(names, *fit_ranking(data)), _json((*names, *CONFIDENCE), weights, bias), _threshold(checked), checked


def _threshold(checked: Sequence[tuple[Example, float, bool]]) -> float:
    """The confidence from which on answering gains more than it costs, over the cross-validated answers."""

    def gain(threshold: float) -> float:
        return sum((1.0 if right else -_WRONG_COSTS) if sure >= threshold else (0.0 if e.gold.any() else 1.0) for e, sure, right in checked)

    return round(max(np.arange(0.1, 0.9, 0.02), key=gain), 2)


def _json(names: Sequence[str], weights: Floats, bias: float) -> dict[str, Any]:
    return {"bias": round(bias, 5), "weights": {name: round(float(w), 5) for name, w in zip(names, weights, strict=True)}}


def report(checked: Sequence[tuple[Example, float, bool]], threshold: float) -> str:
    """A table by type of the cross-validated answers: ranked first, right, wrong, refused."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example, sure, right in checked:
        if not example.measured:
            continue
        given = sure >= threshold
        answerable = example.type != "unanswerable"
        for key in (example.type, "ALL"):
            counts[key].update(n=1, top=int(right), right=int((right and given) if answerable else not given), wrong=int(given and not right), refused=int(not given))
    lines = [f"{'type':<14}{'n':>5}{'top':>7}{'right':>7}{'wrong':>7}{'refused':>9}"]
    lines += [f"{k:<14}{c['n']:>5}" + "".join(f"{c[x] / c['n']:>{w}.3f}" for x, w in (("top", 7), ("right", 7), ("wrong", 7), ("refused", 9))) for k, c in sorted(counts.items())]
    return "\n".join(lines)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="questions to learn from that no figure reported counts")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    rows = [row | {"measured": path in args.questions} for path in (*args.questions, *args.extra) for row in _rows(path)]
    data = list(examples(rows, args.reports))
    figures = learn([e for e in data if e.question.kind in FIGURE_KINDS], features.NAMES)
    names = learn([e for e in data if e.question.kind in SPAN_KINDS], spans.NAMES)
    model = {
        "figure": figures[0], "figure_confidence": figures[1], "figure_threshold": figures[2],
        "span": names[0], "span_confidence": names[1], "span_threshold": names[2],
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(model, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(report(figures[3], figures[2]), figures[2], report(names[3], names[2]), names[2], sep="\n")


if __name__ == "__main__":
    main()
