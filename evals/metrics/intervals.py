"""How sure a figure is: bootstrap intervals and paired comparisons of ratios over questions.

Every figure here is a ratio of two sums over questions (an accuracy is correct ones over ones), so that drawing questions
with replacement is weighing them: all figures are drawn together by one product of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20230
#: of an interval
LEVEL = 0.95
#: rows of weights held at a time
_AT_ONCE = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A value with its 95% interval; NaN where there is nothing to divide by."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there was anything to divide by."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Difference:
    """How much a ratio changed between two runs of the same questions, its 95% interval, and how likely so much is by chance."""

    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def value(self) -> float:
        return self.after - self.before

    @property
    def known(self) -> bool:
        """Whether there was anything to divide by in both runs."""
        return not math.isnan(self.value)

    @property
    def beyond_noise(self) -> bool:
        """Whether the interval leaves out no change at all."""
        return self.low > 0 or self.high < 0


def intervals(top: Floats, bottom: Floats, resamples: int = RESAMPLES, seed: int = SEED) -> list[Interval]:
    """Percentile bootstrap intervals (Efron and Tibshirani 1993, chapter 13) of ratios.

    :param top: shape (ratios, questions), with ``bottom`` of the same shape.
    """
    values = _ratio(top.sum(axis=1), bottom.sum(axis=1))
    drawn = np.concatenate([_ratio(w @ top.T, w @ bottom.T) for w in _weights(top.shape[1], resamples, seed)])
    low, high = _ends(drawn)
    return [Interval(*map(float, row)) for row in zip(values, low, high, strict=True)]


def differences(
    before: tuple[Floats, Floats], after: tuple[Floats, Floats], resamples: int = RESAMPLES, seed: int = SEED
) -> list[Difference]:
    """Paired bootstrap of ratios of two runs: the same questions are drawn for both (Koehn 2004; Berg-Kirkpatrick et al. 2012).

    :param before: tops and bottoms, each of shape (ratios, questions); question by question those of ``after``.
    """
    values = [_ratio(top.sum(axis=1), bottom.sum(axis=1)) for top, bottom in (before, after)]
    drawn = np.concatenate(
        [
            _ratio(w @ after[0].T, w @ after[1].T) - _ratio(w @ before[0].T, w @ before[1].T)
            for w in _weights(before[0].shape[1], resamples, seed)
        ]
    )
    low, high = _ends(drawn)
    tails = np.minimum((drawn <= 0).mean(axis=0), (drawn >= 0).mean(axis=0))
    p = np.minimum(1.0, 2 * tails)
    return [Difference(*map(float, row)) for row in zip(*values, low, high, p, strict=True)]


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """The exact probability that two runs that are equally good differ on questions so one-sidedly (McNemar 1947; the
    binomial form of Fagerland, Lydersen and Laake 2013)."""
    gained = sum(new and not old for old, new in zip(before, after, strict=True))
    lost = sum(old and not new for old, new in zip(before, after, strict=True))
    if not gained + lost:
        return 1.0
    from scipy.stats import binomtest  # takes half a second to import

    return float(binomtest(gained, gained + lost).pvalue)


def _weights(questions: int, resamples: int, seed: int) -> Iterator[Floats]:
    """How often each question is drawn, a row a resample."""
    random = np.random.default_rng(seed)
    for start in range(0, resamples, _AT_ONCE):
        count = min(_AT_ONCE, resamples - start)
        yield random.multinomial(questions, np.full(questions, 1 / questions), count).astype(float)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.full_like(top, np.nan, dtype=float), where=bottom != 0)


def _ends(drawn: Floats) -> tuple[Floats, Floats]:
    """The ends of the interval of each column; resamples with nothing to divide by are left out."""
    tail = 100 * (1 - LEVEL) / 2
    columns = [column[~np.isnan(column)] for column in drawn.T]
    low, high = (
        np.array([np.percentile(column, at) if column.size else np.nan for column in columns])
        for at in (tail, 100 - tail)
    )
    return low, high
