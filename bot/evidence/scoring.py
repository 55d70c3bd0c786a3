"""The learned part of reading: linear models and boosted trees over named features, their weights in bot/model/reader.json.

``python -m bot.training.reader`` makes the weights; nothing in them or here is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
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
    """Gradient-boosted trees (Friedman 2001): the value of the leaf that a row falls into in each tree, summed.

    Each array has the shape (trees, nodes). Right of a node's ``left`` child stands its right one; a leaf's ``left`` is itself and
    its threshold infinite, so that all trees are walked at once, ``depth`` steps down.
    """

    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    value: Floats
    depth: int

    def score(self, rows: Floats) -> Floats:
        """The score of each row; shape (rows,)."""
        feature, threshold, left = self._flat
        trees, nodes = self.feature.shape
        node = np.tile(np.arange(trees, dtype=np.int32) * nodes, len(rows))
        start = np.repeat(np.arange(len(rows), dtype=np.int32) * rows.shape[1], trees)
        cells = np.ascontiguousarray(rows, np.float32).ravel()
        for _ in range(self.depth):
            right = cells.take(start + feature.take(node)) > threshold.take(node)
            node = left.take(node) + right
        return self.value.ravel().take(node).reshape(len(rows), trees).sum(axis=1)

    @cached_property
    def _flat(self) -> tuple[NDArray[np.int32], Floats, NDArray[np.int32]]:
        """The arrays of all trees one behind the other, ``left`` as a place in them."""
        trees, nodes = self.feature.shape
        left = self.left + np.arange(trees, dtype=np.int32)[:, None] * nodes
        return self.feature.ravel(), self.threshold.ravel(), left.astype(np.int32).ravel()


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
            feature, left = (_even(trees[name], np.int32, 0) for name in ("feature", "left"))
            threshold, value = _even(trees["threshold"], np.float32, np.inf), _even(trees["value"], np.float32, 0.0)
            parts.append(Trees(feature, threshold, left, value, int(trees["depth"])))
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


def _even(trees: Sequence[Sequence[float | None]], kind: Any, filler: float) -> NDArray[Any]:
    """Trees of different sizes as one array of shape (trees, nodes); a leaf's threshold, null, is the filler too."""
    table = np.full((len(trees), max(map(len, trees))), filler, kind)
    for row, tree in zip(table, trees, strict=True):
        row[: len(tree)] = [filler if cell is None else cell for cell in tree]
    return table


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
