"""The learned part of reading: linear models and boosted trees over named features, their weights in bot/model/reader.json.

``python -m bot.training.reader`` makes the weights; nothing in them or here is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evidence.view import Floats

WEIGHTS = Path(__file__).resolve().parents[1] / "model" / "reader.json"


@dataclass(frozen=True)
class Linear:
    """A linear score: that of a row x is ``bias + x @ weights``."""

    weights: Floats
    bias: float

    def score(self, rows: Floats) -> Floats:
        """The score of each row; shape (rows,)."""
        return (rows @ self.weights + self.bias).astype(np.float32)


@dataclass(frozen=True)
class Trees:
    """Gradient-boosted trees (Friedman 2001): ``bias`` plus the value of the leaf that a row falls into in each tree.

    Each array has the shape (trees, nodes); a leaf's ``left`` and ``right`` are itself, so that all trees are walked at once.
    """

    feature: NDArray[np.intp]
    threshold: Floats
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Floats
    bias: float
    depth: int

    def score(self, rows: Floats) -> Floats:
        """The score of each row; shape (rows,)."""
        trees = np.arange(len(self.feature))
        node = np.zeros((len(rows), len(trees)), np.intp)
        here = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[here, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        return (self.bias + self.value[trees, node].sum(axis=1)).astype(np.float32)


@dataclass(frozen=True)
class Scorer:
    """The sum of its parts, over the features it was learned with."""

    names: tuple[str, ...]
    parts: tuple[Linear | Trees, ...]

    @classmethod
    def load(cls, row: Mapping[str, Any]) -> Scorer:
        """From its JSON form; see ``bot.training.reader``."""
        parts: list[Linear | Trees] = []
        if "linear" in row:
            linear = row["linear"]
            parts.append(Linear(np.asarray(linear["weights"], np.float32), float(linear["bias"])))
        if "trees" in row:
            trees = row["trees"]
            feature, left, right = (np.asarray(trees[name], np.intp) for name in ("feature", "left", "right"))
            threshold, value = (np.asarray(trees[name], np.float32) for name in ("threshold", "value"))
            parts.append(Trees(feature, threshold, left, right, value, float(trees["bias"]), int(trees["depth"])))
        return cls(tuple(row["features"]), tuple(parts))

    def logits(self, rows: Floats, names: Sequence[str]) -> Floats:
        """The score of each row; shape (rows,).

        :raises ValueError: if the rows' features are not those that were learned.
        """
        if tuple(names) != self.names:
            raise ValueError(
                "the features computed are not those of bot/model/reader.json; run python -m bot.training.reader"
            )
        return np.sum([part.score(rows) for part in self.parts], axis=0, dtype=np.float32)


@dataclass(frozen=True)
class Model:
    """What reading has learned: which figure or span answers, how sure that is, and from where on an answer is given."""

    figure: Scorer
    span: Scorer
    figure_confidence: Scorer
    span_confidence: Scorer
    figure_threshold: float
    span_threshold: float


@lru_cache(maxsize=4)
def load_model(path: Path = WEIGHTS) -> Model:
    """The model from its file."""
    row = json.loads(path.read_text(encoding="utf-8"))
    parts = {name: Scorer.load(row[name]) for name in ("figure", "span", "figure_confidence", "span_confidence")}
    return Model(**parts, figure_threshold=row["figure_threshold"], span_threshold=row["span_threshold"])


def probability(logit: float) -> float:
    """The probability of a logit."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
