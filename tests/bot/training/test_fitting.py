"""Fitted models written down as arrays give what the library that fitted them gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.training import fitting


def test_ranked_trees_score_as_their_library_does(monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="没有安装 lightgbm（extra [train]）")
    fitted = []
    train = lightgbm.train
    monkeypatch.setattr(lightgbm, "train", lambda *given: fitted.append(train(*given)) or fitted[0])
    random = np.random.default_rng(0)
    rows = random.random((1200, 4)).astype(np.float32)
    labels = rows[:, 0] + 0.1 * random.random(1200) > 0.8
    trees = fitting.fit_ranked_trees(rows, labels, [12] * 100)
    apart = np.abs(trees.score(rows) - fitted[0].predict(rows, raw_score=True))
    assert (apart < 1e-3).mean() > 0.99  # thresholds are rounded: a row may stand right at one
    assert trees.score(rows)[labels].mean() > trees.score(rows)[~labels].mean()
