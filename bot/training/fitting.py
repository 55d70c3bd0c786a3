"""Linear models fitted by scikit-learn and trees by LightGBM, as the arrays that ``bot.evidence.scoring`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evidence.scoring import Linear, Trees
from bot.evidence.view import Floats

#: what boosted trees have in common: each sees a part of the rows and of the features, and their leaves are held small
_TREES: dict[str, Any] = {
    "max_depth": 6,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "deterministic": True,
    "num_threads": 1,
    "verbosity": -1,
}
_LAMBDARANK: dict[str, Any] = {"objective": "lambdarank", "lambdarank_truncation_level": 10, "label_gain": [0, 1]}


def fit_linear(rows: Floats, labels: NDArray[Any], weights: NDArray[Any], c: float) -> Linear:
    """A logistic regression for unscaled rows; it is fitted on rows of unit variance and the scale folded in."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=c, max_iter=3000).fit((rows - mean) / scale, labels, sample_weight=weights)
    folded = model.coef_[0] / scale
    return Linear(folded.astype(np.float32), float(model.intercept_[0] - mean @ folded))


def fit_trees(
    rows: Floats,
    labels: NDArray[Any],
    rounds: int,
    weights: NDArray[Any] | None = None,
    sizes: Sequence[int] | None = None,
    share: float = 1.0,
    **settings: Any,
) -> Trees:
    """Boosted trees as arrays, their values scaled by ``share``.

    :param sizes: how many rows each question has, in order; the trees then order the rows of each (LambdaMART: Burges 2010). Without
        it they tell right rows from wrong ones.
    :param settings: LightGBM's parameters beside those all share.
    """
    import lightgbm

    data = lightgbm.Dataset(rows, labels.astype(int), weight=weights, group=None if sizes is None else list(sizes))
    objective = {"objective": "binary"} if sizes is None else _LAMBDARANK
    model = lightgbm.train({**_TREES, **objective, **settings}, data, rounds).dump_model()
    trees = [_laid_out(tree["tree_structure"]) for tree in model["tree_info"]]
    shape = (len(trees), max(len(nodes) for nodes, _ in trees))
    feature, left = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    threshold, value = np.full(shape, np.inf, np.float32), np.zeros(shape, np.float32)
    for row, (nodes, _) in enumerate(trees):
        for number, (split, at, lower, leaf) in enumerate(nodes):
            feature[row, number], left[row, number] = split, lower
            threshold[row, number], value[row, number] = np.round(at, 5), np.round(leaf * share, 5)
    return Trees(feature, threshold, left, value, max(depth for _, depth in trees))


def _laid_out(root: dict[str, Any]) -> tuple[list[tuple[int, float, int, float]], int]:
    """LightGBM's nested tree, level by level, as (feature, threshold, left, value), and its depth.

    A right child stands behind the left one; a leaf's left is itself and its threshold infinite.
    """
    nodes, depths = [root], [0]
    rows: list[tuple[int, float, int, float]] = []
    for number, node in enumerate(nodes):  # which grows as it is walked
        if "split_feature" in node:
            rows.append((node["split_feature"], float(node["threshold"]), len(nodes), 0.0))
            nodes += (node["left_child"], node["right_child"])
            depths += [depths[number] + 1] * 2
        else:
            rows.append((0, np.inf, number, float(node["leaf_value"])))
    return rows, max(depths)
