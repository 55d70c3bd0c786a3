"""Linear models and trees fitted by scikit-learn and LightGBM, as the arrays that ``bot.evidence.scoring`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evidence.scoring import Linear, Trees
from bot.evidence.view import Floats

_RANKED_ROUNDS = 200
_RANKED_TREES: dict[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.06,
    "num_leaves": 12,
    "max_depth": 5,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.6,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 10,
    "label_gain": [0, 1],
    "deterministic": True,
    "num_threads": 1,
    "verbosity": -1,
}


def fit_linear(rows: Floats, labels: NDArray[Any], weights: NDArray[Any], c: float) -> Linear:
    """A logistic regression for unscaled rows; it is fitted on rows of unit variance and the scale folded in."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6] = 1.0
    model = LogisticRegression(C=c, max_iter=3000).fit((rows - mean) / scale, labels, sample_weight=weights)
    folded = model.coef_[0] / scale
    return Linear(folded.astype(np.float32), float(model.intercept_[0] - mean @ folded))


def fit_trees(rows: Floats, labels: NDArray[Any], weights: NDArray[Any], share: float, **settings: Any) -> Trees:
    """Boosted trees as arrays, their values scaled by ``share``."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(random_state=0, **settings).fit(
        rows.astype(np.float32), labels, sample_weight=weights
    )
    trees = [estimator.tree_ for estimator in model.estimators_[:, 0]]
    nodes = max(tree.node_count for tree in trees)
    shape = (len(trees), nodes)
    feature, left, right = (np.zeros(shape, np.intp) for _ in range(3))
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, tree in enumerate(trees):
        count = tree.node_count
        own = np.arange(count)
        leaf = tree.children_left < 0
        feature[row, :count] = np.where(leaf, 0, tree.feature)
        threshold[row, :count] = np.round(np.where(leaf, 0, tree.threshold), 5)
        left[row, :count] = np.where(leaf, own, tree.children_left)
        right[row, :count] = np.where(leaf, own, tree.children_right)
        value[row, :count] = np.round(np.where(leaf, tree.value[:, 0, 0], 0) * model.learning_rate * share, 5)
    prior = float(np.average(labels, weights=weights))
    return Trees(
        feature,
        threshold,
        left,
        right,
        value,
        round(float(np.log(prior / (1 - prior))) * share, 5),
        settings["max_depth"],
    )


def fit_ranked_trees(rows: Floats, labels: NDArray[Any], sizes: Sequence[int]) -> Trees:
    """Trees that order the candidates of each question (LambdaMART: Burges 2010), as arrays.

    :param sizes: how many rows each question has, in order.
    """
    import lightgbm

    data = lightgbm.Dataset(rows, labels.astype(int), group=list(sizes))
    model = lightgbm.train(_RANKED_TREES, data, _RANKED_ROUNDS).dump_model()
    trees = [_flat(tree["tree_structure"]) for tree in model["tree_info"]]
    shape = (len(trees), max(len(tree) for tree in trees))
    feature, left, right = (np.zeros(shape, np.intp) for _ in range(3))
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, nodes in enumerate(trees):
        for number, (split, at, lower, higher, leaf) in enumerate(nodes):
            feature[row, number], threshold[row, number] = split, np.round(at, 5)
            left[row, number], right[row, number] = lower, higher
            value[row, number] = np.round(leaf, 5)
    return Trees(feature, threshold, left, right, value, 0.0, _RANKED_TREES["max_depth"])


def _flat(node: dict[str, Any]) -> list[tuple[int, float, int, int, float]]:
    """LightGBM's nested tree as a list of (feature, threshold, left, right, value); a leaf's left and right are itself."""
    found: list[tuple[int, float, int, int, float]] = []

    def add(node: dict[str, Any]) -> int:
        number = len(found)
        found.append((0, 0.0, number, number, float(node.get("leaf_value", 0.0))))
        if "split_feature" in node:
            lower, higher = add(node["left_child"]), add(node["right_child"])
            found[number] = (node["split_feature"], float(node["threshold"]), lower, higher, 0.0)
        return number

    add(node)
    return found
