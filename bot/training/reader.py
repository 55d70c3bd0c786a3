"""Learn the reader's weights from questions with known answers, cross-validated by report.

    python -m bot.training.reader --reports DIR --questions SET.jsonl … [--extra SET.jsonl …] [--out bot/model/reader.json]

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
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.computing.items import itemised
from bot.evidence.scoring import WEIGHTS, Linear, Scorer, Trees, probability
from bot.evidence.view import Floats, ReportView
from bot.reading import features, span_features
from bot.reading.reader import CONFIDENCE, FIGURE_KINDS, SPAN_KINDS, UNLEARNED, Reader, Scored, confidence_row, ranked
from bot.training.fitting import fit_linear, fit_trees
from bot.understanding import contrasts
from bot.understanding.question import Question, understand
from bot.understanding.scope import find_scope
from ingest.analysis import analyse
from ingest.embedding import shipped_vectors
from ingest.readers import read

_FOLDS = 8

#: what a wrong answer costs, in right ones. Answering pays from the probability on at which the expected gain is positive,
#: p = c (1 - p); the confidence is fitted as a probability, so this is the threshold itself (Chow 1970, the reject option)
_WRONG_COSTS = 1.4
THRESHOLD = round(_WRONG_COSTS / (1 + _WRONG_COSTS), 2)
#: regularisation, and how many of the hardest wrong candidates each right one is set against
_LINEAR_C, _CONFIDENCE_C, _PAIRWISE_C, _HARD = 0.3, 0.2, 0.1, 10
#: of figures the trees tell right from wrong, of spans they order: rounds, and LightGBM's other parameters
_FIGURE_TREES: dict[str, Any] = {"rounds": 500, "learning_rate": 0.06, "num_leaves": 20, "min_data_in_leaf": 30}
_SPAN_TREES: dict[str, Any] = {"rounds": 300, "learning_rate": 0.06, "num_leaves": 16, "min_data_in_leaf": 30}
#: the confidence is half a linear model's, half these trees'
_CONFIDENCE_TREES: dict[str, Any] = {
    "rounds": 600,
    "learning_rate": 0.03,
    "num_leaves": 20,
    "min_data_in_leaf": 15,
    "feature_fraction": 0.2,
    "lambda_l2": 3.0,
}
_TREES_SHARE = 0.5
#: what a question without an answer weighs in the confidence, one whose answer was taken away, and one changed into another
_UNANSWERABLE, _BARE, _NEAR_MISS = 1.5, 0.25, 0.15
#: so many characters more than the shortest right one leave a list as good as it
_LOOSE = 3


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
    return any(
        len(said) <= len(gold) + 15
        and re.search(rf"(?<![\d.]){re.escape(gold)}(?!\d)" if gold[:1].isdigit() else re.escape(gold), said)
        for gold in golds
    )


def examples(questions: Sequence[dict[str, Any]], reports: Path) -> Iterator[Example]:
    """The questions that one report answers, or none, with their candidates."""
    views: dict[str, ReportView] = {}
    for path in sorted(reports.iterdir()):
        analysis = analyse(read(path), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        views[path.name] = ReportView(analysis.report, analysis.passages, analysis.figures, shipped_vectors())
    known = [view.report for view in views.values()]
    reader = Reader(UNLEARNED)
    for row in questions:
        if (
            row.get("history")
            or row.get("files")
            or row["type"] in ("computed", "followup")
            or row["file"] not in views
            or itemised(row["question"])
        ):
            continue
        view = views[row["file"]]
        question = understand(row["question"], scope_names=find_scope(row["question"], known).names, known=view.roads)
        if question.kind in FIGURE_KINDS:
            scored = reader.score_figures(question, view)
        elif question.kind in SPAN_KINDS:
            scored = reader.score_spans(question, view)
        else:
            continue
        right = np.asarray(
            [bool(row["answers"]) and agrees(r.short, row["answers"], row["match"]) for r in scored.readings], bool
        )
        there = np.asarray([_in_evidence(view, r.sentence, row["evidence"]) for r in scored.readings], bool)
        gold = right & there
        if row["match"] == "all" and gold.any():
            gold &= _tight([r.short for r in scored.readings], gold)
        yield Example(row["type"], row["file"], question, scored, gold, right & ~gold, row["measured"])
        if question.kind in FIGURE_KINDS and (right & there).any():
            for text in near_misses(row["question"], row["evidence"], view):
                other = understand(text, scope_names=find_scope(text, known).names, known=view.roads)
                if other.kind in FIGURE_KINDS:
                    scored = reader.score_figures(other, view)
                    none = np.zeros(len(scored.readings), bool)
                    yield Example("near miss", row["file"], other, scored, none, none, False)


def _tight(shorts: Sequence[str], right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the right lists say little beside their items: 「济南、青岛」 rather than 「济南、青岛入选零碳城市」."""
    lengths = np.asarray([len(plain(short)) for short in shorts])
    return lengths <= lengths[right].min() + _LOOSE


def near_misses(question: str, evidence: str, view: ReportView) -> list[str]:
    """The question about something else that the report does not say, at most one: 进口 asked where only 出口 is stated.

    No sentence may hold the new word and half of those that the question shares with the evidence.
    """
    shared = [word for word, _ in understand(question, known=view.roads).content if len(word) > 1 and word in evidence]
    random = Random(question)  # noqa: S311 -- the same near misses at every run
    exchanged = [
        (question.replace(word, word.replace(part, other)), other)
        for word in shared
        for part, others in sorted(contrasts.load().items())
        if part in word
        for other in sorted(others)
        if other not in question
    ]
    random.shuffle(exchanged)
    return [text for text, word in exchanged if not _said_together(view, shared, word)][:1]


def _said_together(view: ReportView, wanted: Sequence[str], word: str) -> bool:
    texts = (view.text[s.span.start : s.span.end] for s in view.sentences)
    return any(word in text and sum(w in text for w in wanted) >= len(wanted) / 2 for text in texts)


def _in_evidence(view: ReportView, sentence: int, evidence: str) -> bool:
    span = view.sentences[sentence].span
    said, wanted = plain(view.text[span.start : span.end]), plain(evidence)
    parts = [plain(part) for part in re.split("[，。；]", evidence)]
    return bool(wanted) and (wanted in said or said in wanted or any(len(part) > 6 and part in said for part in parts))


def fit_pairwise(data: Sequence[Example], base: Linear) -> Linear:
    """A pairwise ranking (Herbrich, Graepel and Obermayer 2000): right candidates above the wrong ones that ``base`` likes most."""
    from sklearn.linear_model import LogisticRegression

    pairs = []
    for example in data:
        gold = np.flatnonzero(example.gold)[:2]
        others = np.flatnonzero(~example.gold & ~example.elsewhere)
        hard = others[np.argsort(-base.score(example.scored.rows)[others], kind="stable")][:_HARD]
        pairs += [example.scored.rows[i] - example.scored.rows[hard] for i in gold]
    rows = np.concatenate(pairs)
    scale = rows.std(axis=0)
    scale[scale < 1e-6] = 1.0
    signs = np.where(np.arange(len(rows)) % 2, 1, -1)
    model = LogisticRegression(C=_PAIRWISE_C, max_iter=3000, fit_intercept=False).fit(
        rows / scale * signs[:, None], signs
    )
    return Linear((model.coef_[0] / scale).astype(np.float32), 0.0)


def fit_ranking(data: Sequence[Example], names: Sequence[str], pairwise: bool) -> Scorer:
    """The ranking of candidates; every question weighs the same.

    :param pairwise: of figures, few of which stand in a question's sentences: a pairwise linear ranking and trees that tell right
        from wrong. Of spans, which overlap in dozens: a linear model and trees that order them.
    """
    data = [example for example in data if example.gold.any()]
    rows, labels, weights = [], [], []
    for example in data:
        keep = ~example.elsewhere
        gold = example.gold[keep]
        rows.append(example.scored.rows[keep])
        labels.append(gold)
        weights.append(np.where(gold, 1 / gold.sum(), 20 / len(gold)))
    table = np.concatenate(rows), np.concatenate(labels), np.concatenate(weights)
    base = fit_linear(*table, _LINEAR_C)
    if not pairwise:
        sizes = [len(part) for part in rows]
        return Scorer(tuple(names), (base, fit_trees(table[0], table[1], sizes=sizes, **_SPAN_TREES)))
    trees = fit_trees(table[0], table[1], weights=table[2], **_FIGURE_TREES)
    return Scorer(tuple(names), (fit_pairwise(data, base), trees))


def outcome(example: Example, ranking: Scorer, without_gold: bool = False) -> tuple[Floats, bool] | None:
    """The confidence's row for a question's best candidate, and whether that candidate is right."""
    allowed = np.arange(len(example.gold))
    if without_gold:
        bad = {example.scored.readings[int(i)].sentence for i in np.flatnonzero(example.gold | example.elsewhere)}
        allowed = np.asarray([i for i in allowed if example.scored.readings[int(i)].sentence not in bad], np.intp)
    if not len(allowed):
        return None
    rows = example.scored.rows[allowed]
    logits = ranking.logits(rows, ranking.names)
    readings = [example.scored.readings[int(i)] for i in allowed]
    order = ranked(example.question, rows, logits)
    top = int(allowed[order[0]])
    row = confidence_row(example.question, example.scored.formal, rows, logits, readings, order)
    return row, bool(example.gold[top] or example.elsewhere[top])


def learn(
    data: Sequence[Example], names: Sequence[str], pairwise: bool
) -> tuple[Scorer, Scorer, list[tuple[Example, float, bool]]]:
    """The ranking, the confidence, and each question's cross-validated (confidence, right)."""
    files = sorted({example.file for example in data})
    fold = {file: index % _FOLDS for index, file in enumerate(files)}
    rankings = [fit_ranking([e for e in data if fold[e.file] != k], names, pairwise) for k in range(_FOLDS)]
    asked = [outcome(e, rankings[fold[e.file]]) for e in data]
    bare = [outcome(e, rankings[fold[e.file]], without_gold=True) if e.gold.any() else None for e in data]

    def confidence(keep: Sequence[int]) -> Scorer:
        weigh = {"unanswerable": _UNANSWERABLE, "near miss": _NEAR_MISS}
        pairs = [(pair, weigh.get(data[i].type, 1.0)) for i in keep if (pair := asked[i])]
        pairs += [(pair, _BARE) for i in keep if (pair := bare[i])]
        rows, labels = np.stack([p[0] for p, _ in pairs]), np.asarray([p[1] for p, _ in pairs])
        weights = np.asarray([w for _, w in pairs])
        linear = fit_linear(rows, labels, weights, _CONFIDENCE_C)
        halved = Linear((linear.weights / 2).astype(np.float32), linear.bias / 2)
        trees = fit_trees(rows, labels, weights=weights, share=_TREES_SHARE, **_CONFIDENCE_TREES)
        return Scorer((*names, *CONFIDENCE), (halved, trees))

    checked: list[tuple[Example, float, bool]] = []
    for k in range(_FOLDS):
        judge = confidence([i for i, e in enumerate(data) if fold[e.file] != k])
        for example, pair in zip(data, asked, strict=True):
            if fold[example.file] == k and pair:
                checked.append((example, probability(float(judge.logits(pair[0][None], judge.names)[0])), pair[1]))
    return fit_ranking(data, names, pairwise), confidence(range(len(data))), checked


def as_json(scorer: Scorer) -> dict[str, Any]:
    """A scorer as ``Scorer.load`` reads it."""
    row: dict[str, Any] = {"features": list(scorer.names)}
    for part in scorer.parts:
        if isinstance(part, Linear):
            row["linear"] = {"bias": round(part.bias, 5), "weights": [round(float(w), 5) for w in part.weights]}
        else:
            row["trees"] = {"depth": part.depth} | {
                name: [_cells(tree[:size], name) for tree, size in zip(getattr(part, name), _sizes(part), strict=True)]
                for name in ("feature", "threshold", "left", "value")
            }
    return row


def _sizes(trees: Trees) -> list[int]:
    """How many nodes each tree has: the last one is a leaf, the filling behind it has left 0."""
    return [int(np.flatnonzero(left).max(initial=0)) + 1 for left in trees.left]


def _cells(tree: NDArray[Any], name: str) -> list[float | int | None]:
    if name in ("feature", "left"):
        return [int(cell) for cell in tree]
    return [round(float(cell), 5) if np.isfinite(cell) else None for cell in tree]


def report(checked: Sequence[tuple[Example, float, bool]], threshold: float) -> str:
    """A table by type of the cross-validated answers: ranked first, right, wrong, refused."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example, sure, right in checked:
        if not example.measured:
            continue
        given = sure >= threshold
        answerable = example.type != "unanswerable"
        for key in (example.type, "ALL"):
            counts[key].update(
                n=1,
                top=int(right),
                right=int((right and given) if answerable else not given),
                wrong=int(given and not right),
                refused=int(not given),
            )
    lines = [f"{'type':<14}{'n':>5}{'top':>7}{'right':>7}{'wrong':>7}{'refused':>9}"]
    lines += [
        f"{k:<14}{c['n']:>5}"
        + "".join(f"{c[x] / c['n']:>{w}.3f}" for x, w in (("top", 7), ("right", 7), ("wrong", 7), ("refused", 9)))
        for k, c in sorted(counts.items())
    ]
    return "\n".join(lines)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument(
        "--extra", type=Path, nargs="*", default=[], help="questions to learn from that no figure reported counts"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    rows = [
        row | {"measured": path in args.questions} for path in (*args.questions, *args.extra) for row in _rows(path)
    ]
    data = list(examples(rows, args.reports))
    figures = learn([e for e in data if e.question.kind in FIGURE_KINDS], features.NAMES, pairwise=True)
    names = learn([e for e in data if e.question.kind in SPAN_KINDS], span_features.NAMES, pairwise=False)
    model: dict[str, Any] = {"figure_threshold": THRESHOLD, "span_threshold": THRESHOLD}
    model |= {"figure": as_json(figures[0]), "figure_confidence": as_json(figures[1])}
    model |= {"span": as_json(names[0]), "span_confidence": as_json(names[1])}
    args.out.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}" for name, part in model.items()]
    args.out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(report(figures[2], THRESHOLD), report(names[2], THRESHOLD), sep="\n\n")


if __name__ == "__main__":
    main()
