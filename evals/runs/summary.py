"""What a run amounts to: each metric over all questions and by type, with 95% intervals.

Where a metric comes from is said in its module in evals/metrics/; ``QUANTITIES`` says what each counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evals.metrics import calibration, ranking, spans
from evals.metrics.intervals import Floats, Interval, intervals
from evals.runs.run import Item, Run
from evals.scoring import is_cited, percentile

ALL = "all"
PERCENTILES = (50, 90, 95, 99)

#: what a question adds to a ratio: above and below the line
Share = tuple[float, float]


@dataclass(frozen=True)
class Quantity:
    """A ratio over questions, in [0, 1].

    :param of: what a question adds above and below the line; (0, 0) where it does not count.
    :param better: 1 where more is better, -1 where less is.
    """

    key: str
    name: str
    meaning: str
    of: Callable[[Item], Share]
    better: int = 1


@dataclass(frozen=True)
class Calibration:
    """How far the confidence of the answers given can be believed."""

    ece: float
    aurc: float
    bins: tuple[calibration.Bin, ...]
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Summary:
    """The metrics of a run.

    ``rows``: by type of question (``ALL`` is all of them) and key of a quantity. ``counts``: questions by type. ``latency``:
    milliseconds by percentile.
    """

    counts: Mapping[str, int]
    rows: Mapping[str, Mapping[str, Interval]]
    calibration: Calibration
    latency: Mapping[int, float]

    def to_dict(self) -> dict[str, Any]:
        """As run.json shows it; a metric that no question counts for is left out."""
        return {
            "questions": dict(self.counts),
            "metrics": {
                kind: {key: _rounded(v) for key, v in row.items() if v.known} for kind, row in self.rows.items()
            },
            "calibration": {"ece": round(self.calibration.ece, 4), "aurc": round(self.calibration.aurc, 4)},
            "latency_ms": {f"p{at}": round(value, 2) for at, value in self.latency.items()},
        }


def _rounded(interval: Interval) -> list[float]:
    return [round(interval.value, 4), round(interval.low, 4), round(interval.high, 4)]


def _said(item: Item) -> str:
    return str(item.answer.get("short") or "")


def _golds(item: Item) -> tuple[str, ...]:
    """What a span is compared with: any gold form, or all items as one list."""
    return item.gold.answers if item.gold.match == "any" else ("、".join(item.gold.answers),)


def _among(counts: bool, value: float) -> Share:
    return (float(value), 1.0) if counts else (0.0, 0.0)


def _citations(item: Item) -> Share:
    if item.verdict.status != "answered" or not item.gold.answerable or not item.gold.files:
        return 0.0, 0.0
    given = item.answer.get("citations") or []
    return float(sum(_supports(item, citation) for citation in given)), float(len(given))


def _supports(item: Item, citation: Mapping[str, Any]) -> bool:
    """Whether one citation, taken by itself, comes from a right file and holds an answer or most of an evidence."""
    gold, file = item.gold, str(citation.get("file", ""))
    if ranking.normal(file) not in map(ranking.normal, gold.files):
        return False
    alone = (replace(gold, match="any", files=(file,), evidences=(evidence,)) for evidence in gold.evidences or ("",))
    return any(is_cited(one, [citation]) for one in alone)


def _judged(key: str) -> Callable[[Item], Share]:
    return lambda item: _among(key in item.judged, item.judged.get(key, 0.0))


def _hit(k: int) -> Callable[[Item], Share]:
    return lambda item: _among(bool(item.ranks), ranking.hit_at(item.ranks, k))


QUANTITIES = (
    Quantity("accuracy", "正确率", "答对的题，加上不可答而拒答的题，占全部题", lambda i: (i.verdict.correct, 1)),
    Quantity("wrong_rate", "答错率", "给出错误答案的题占全部题；最要紧，应趋于零", lambda i: (i.verdict.wrong, 1), -1),
    Quantity("refusal_rate", "拒答率", "拒答的题占全部题", lambda i: (i.verdict.status == "refused", 1), 0),
    Quantity(
        "refusal_precision", "拒答准确率", "拒答的题里，确实不可答的",
        lambda i: _among(i.verdict.status == "refused", not i.gold.answerable),
    ),
    Quantity(
        "refusal_recall", "拒答召回率", "不可答的题里，拒答了的",
        lambda i: _among(not i.gold.answerable, i.verdict.status == "refused"),
    ),
    Quantity(
        "cited", "出处正确率", "答对的题里，引文出自该引的报告并含有答案的",
        lambda i: _among(i.verdict.correct and i.gold.answerable and bool(i.gold.files), i.verdict.cited),
    ),
    Quantity("citation_precision", "引文准确率", "给出的引文里，出自该引的报告并含有答案或依据的", _citations),
    Quantity(
        "exact_match", "完全一致（EM）", "答案与标准答案逐字相同（标点除外）",
        lambda i: _among(i.gold.answerable, spans.exact_match(_said(i), _golds(i))),
    ),
    Quantity(
        "f1", "重合度（F1）", "答案与标准答案最长公共部分的 F1",
        lambda i: _among(i.gold.answerable, spans.f1(_said(i), _golds(i))),
    ),
    Quantity("hit@1", "hit@1", "第一个段落就含有依据的题", _hit(1)),
    Quantity("hit@5", "hit@5", "前 5 个段落含有全部依据的题", _hit(5)),
    Quantity("hit@10", "hit@10", "前 10 个段落含有全部依据的题", _hit(10)),
    Quantity(
        "mrr", "MRR", "第一个含有依据的段落，名次的倒数",
        lambda i: _among(bool(i.ranks), ranking.reciprocal_rank(i.ranks)),
    ),
    Quantity(
        "ndcg@10", "nDCG@10", "前 10 个段落的折损累计增益，与理想排序之比",
        lambda i: _among(bool(i.ranks), ranking.ndcg(i.ranks)),
    ),
    Quantity("faithfulness", "忠实度", "回答里的说法有引文支持的占多少（由语言模型评）", _judged("faithfulness")),
    Quantity("relevancy", "切题度", "由回答倒推的问题与原问题有多像（由语言模型评）", _judged("relevancy")),
)  # fmt: skip
BY_KEY = {quantity.key: quantity for quantity in QUANTITIES}


def summarise(run: Run) -> Summary:
    """The metrics of a run."""
    groups = grouped(run.items)
    rows = {kind: _row(items) for kind, items in groups.items()}
    times = sorted(item.verdict.elapsed_ms for item in run.items)
    latency = {at: percentile(times, at / 100) for at in PERCENTILES}
    return Summary({kind: len(items) for kind, items in groups.items()}, rows, _calibration(run.items), latency)


def grouped(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Items by type of question, in the order in which the types first appear, and under ``ALL`` all of them."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.gold.type].append(item)
    return {**groups, ALL: [item for group in groups.values() for item in group]}


def shares(items: Sequence[Item], quantities: Sequence[Quantity] = QUANTITIES) -> tuple[Floats, Floats]:
    """What each question adds to each quantity above and below the line; two arrays of shape (quantities, questions)."""
    pairs = np.array([[quantity.of(item) for item in items] for quantity in quantities], float)
    return pairs[:, :, 0], pairs[:, :, 1]


def _row(items: Sequence[Item]) -> dict[str, Interval]:
    found = intervals(*shares(items))
    return {quantity.key: interval for quantity, interval in zip(QUANTITIES, found, strict=True)}


def _calibration(items: Sequence[Item]) -> Calibration:
    given = [item for item in items if item.verdict.status == "answered"]
    sure, right = [item.confidence for item in given], [item.verdict.correct for item in given]
    return Calibration(
        calibration.expected_calibration_error(sure, right),
        calibration.area_under_risk_coverage(sure, right),
        tuple(calibration.reliability(sure, right)) if given else (),
        tuple(calibration.risk_coverage(sure, right, len(items))),
    )
