"""Fitted models written down as arrays give what the library that fitted them gives."""

from __future__ import annotations

import numpy as np
import pytest

from bot.training import fitting


@pytest.mark.parametrize("ordered", [True, False])
def test_trees_score_as_their_library_does(ordered: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="没有安装 lightgbm（extra [train]）")
    fitted = []
    train = lightgbm.train
    monkeypatch.setattr(lightgbm, "train", lambda *given: fitted.append(train(*given)) or fitted[0])
    random = np.random.default_rng(0)
    rows = random.random((1200, 4)).astype(np.float32)
    labels = rows[:, 0] + 0.1 * random.random(1200) > 0.8
    trees = fitting.fit_trees(rows, labels, 50, sizes=[12] * 100 if ordered else None, num_leaves=12)
    apart = np.abs(trees.score(rows) - fitted[0].predict(rows, raw_score=True))
    assert (apart < 2e-3).mean() > 0.99  # thresholds are rounded: a row may stand right at one
    assert trees.score(rows)[labels].mean() > trees.score(rows)[~labels].mean()
