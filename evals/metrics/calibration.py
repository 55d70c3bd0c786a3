"""Whether confidence can be believed: expected calibration error, the reliability diagram, the risk-coverage curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence lies in [low, high): their number, mean confidence and accuracy."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidence: Sequence[float], correct: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """The reliability diagram: answers by confidence in bins of equal width, empty ones left out (DeGroot and Fienberg 1983).

    :param confidence: in [0, 1], with ``correct`` of the same length; 1 falls into the last bin.
    """
    sure, right = np.asarray(confidence, float), np.asarray(correct, float)
    which = np.clip((sure * bins).astype(int), 0, bins - 1)
    return [
        Bin(n / bins, (n + 1) / bins, int(held.sum()), float(sure[held].mean()), float(right[held].mean()))
        for n in range(bins)
        if (held := which == n).any()
    ]


def expected_calibration_error(confidence: Sequence[float], correct: Sequence[bool], bins: int = BINS) -> float:
    """The mean gap between confidence and accuracy over bins of equal width, in [0, 1] (Guo et al. 2017); 0 of none."""
    found = reliability(confidence, correct, bins)
    total = sum(one.count for one in found)
    return sum(one.count * abs(one.accuracy - one.confidence) for one in found) / total if total else 0.0


def risk_coverage(confidence: Sequence[float], correct: Sequence[bool], total: int) -> list[tuple[float, float]]:
    """The curve (coverage, risk): answering only the most confident, which share of ``total`` questions is answered and
    which share of these answers is wrong (El-Yaniv and Wiener 2010).

    Of equal confidence the wrong ones come first: what no threshold can part is told at its worst.
    """
    order = sorted(zip(confidence, correct, strict=True), key=lambda one: (-one[0], one[1]))
    wrong = np.cumsum([not right for _, right in order])
    return [(n / total, float(bad) / n) for n, bad in enumerate(wrong, start=1)] if total else []


def area_under_risk_coverage(confidence: Sequence[float], correct: Sequence[bool]) -> float:
    """AURC: the mean risk over all coverages of the answers given, in [0, 1] (Geifman, Uziel and El-Yaniv 2019); 0 of none."""
    curve = risk_coverage(confidence, correct, len(confidence))
    return float(np.mean([risk for _, risk in curve])) if curve else 0.0
