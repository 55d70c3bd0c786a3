"""The learned part of reading: logistic regressions over named features, their weights in bot/model/reader.json.

``python -m bot.training`` makes the weights; nothing in them or here is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.evidence import Floats

WEIGHTS = Path(__file__).resolve().parent / "model" / "reader.json"


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: the logit of a row x is ``bias + x @ weights``."""

    names: tuple[str, ...]
    weights: Floats
    bias: float

    @classmethod
    def load(cls, row: Mapping[str, Any]) -> Logistic:
        """From its JSON form, ``{"bias": b, "weights": {feature: weight}}``."""
        return cls(tuple(row["weights"]), np.asarray(list(row["weights"].values()), np.float32), float(row["bias"]))

    def logits(self, rows: Floats, names: Sequence[str]) -> Floats:
        """The logit of each row; shape (rows,).

        :raises ValueError: if the rows' features are not those that were learned.
        """
        if tuple(names) != self.names:
            raise ValueError("the features computed are not those of bot/model/reader.json; run python -m bot.training")
        return (rows @ self.weights + self.bias).astype(np.float32)


@dataclass(frozen=True)
class Model:
    """What reading has learned: which figure or span answers, how sure that is, and from where on an answer is given."""

    figure: Logistic
    span: Logistic
    figure_confidence: Logistic
    span_confidence: Logistic
    figure_threshold: float
    span_threshold: float


@lru_cache(maxsize=4)
def load_model(path: Path = WEIGHTS) -> Model:
    """The model from its file."""
    row = json.loads(path.read_text(encoding="utf-8"))
    parts = {name: Logistic.load(row[name]) for name in ("figure", "span", "figure_confidence", "span_confidence")}
    return Model(**parts, figure_threshold=row["figure_threshold"], span_threshold=row["span_threshold"])


def probability(logit: float) -> float:
    """The probability of a logit."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
