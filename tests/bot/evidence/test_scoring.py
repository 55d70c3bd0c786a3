"""The learned weights and the features they were learned for."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.scoring import Scorer, load_model, probability
from bot.reading import features, span_features
from bot.reading.reader import CONFIDENCE


def test_the_shipped_weights_are_for_the_features_computed() -> None:
    model = load_model()
    assert model.figure.names == tuple(features.NAMES)
    assert model.span.names == tuple(span_features.NAMES)
    assert model.figure_confidence.names == (*features.NAMES, *CONFIDENCE)
    assert model.span_confidence.names == (*span_features.NAMES, *CONFIDENCE)
    assert 0 < model.figure_threshold < 1
    assert 0 < model.span_threshold < 1


@pytest.mark.parametrize("names", [features.NAMES, span_features.NAMES, CONFIDENCE])
def test_no_feature_has_two_names(names: list[str]) -> None:
    assert len(names) == len(set(names))


def test_a_logit_is_the_weighted_sum_and_its_bias() -> None:
    model = Scorer.load({"features": ["a", "b"], "linear": {"bias": -1.0, "weights": [2.0, 0.5]}})
    assert model.logits(np.asarray([[1.0, 4.0], [0.0, 0.0]], np.float32), ["a", "b"]).tolist() == [3.0, -1.0]


#: one tree: a <= 0.5 ? (b <= 2 ? 11 : 21) : 31; leaves are their own left children, without a threshold
TREE = {
    "feature": [[0, 1, 0, 0, 0]],
    "threshold": [[0.5, 2.0, None, None, None]],
    "left": [[1, 3, 2, 3, 4]],
    "value": [[0.0, 0.0, 31.0, 11.0, 21.0]],
    "depth": 2,
}


def test_a_tree_gives_the_value_of_the_leaf_a_row_falls_into() -> None:
    model = Scorer.load({"features": ["a", "b"], "trees": TREE})
    rows = np.asarray([[0.0, 2.0], [0.5, 3.0], [1.0, 0.0]], np.float32)
    assert model.logits(rows, ["a", "b"]).tolist() == [11.0, 21.0, 31.0]


def test_trees_and_a_linear_score_add_up() -> None:
    linear = {"bias": 0.5, "weights": [1.0, 0.0]}
    model = Scorer.load({"features": ["a", "b"], "linear": linear, "trees": TREE})
    assert model.logits(np.asarray([[1.0, 0.0]], np.float32), ["a", "b"]).tolist() == [32.5]


def test_other_features_than_those_learned_are_refused() -> None:
    model = Scorer.load({"features": ["a"], "linear": {"bias": 0.0, "weights": [1.0]}})
    with pytest.raises(ValueError, match=r"bot\.training"):
        model.logits(np.zeros((1, 1), np.float32), ["b"])


def test_a_probability_lies_between_nought_and_one() -> None:
    assert probability(0.0) == 0.5
    assert 0 < probability(-1e9) < 1e-6
    assert 1 - 1e-6 < probability(1e9) <= 1
