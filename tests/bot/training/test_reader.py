"""What the learning takes for a right answer, and how what it learned is written down."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.scoring import Linear, Scorer, Trees
from bot.training.reader import agrees, as_json, plain


def test_answers_are_compared_without_punctuation_and_width() -> None:
    assert plain("“泉心办”， ３６亿元。") == "泉心办36亿元"


@pytest.mark.parametrize(
    ("short", "answers", "match", "right"),
    [
        ("36亿元", ["36亿元", "36亿"], "any", True),
        ("约36亿元", ["36亿元"], "any", True),
        ("136亿元", ["36亿元"], "any", False),
        ("2.36亿元", ["36亿元"], "any", False),
        ("云台县、柳溪县", ["云台县", "柳溪县"], "all", True),
        ("云台县", ["云台县", "柳溪县"], "all", False),
        ("云台县" + "等县在全年工作中取得了显著的成绩", ["云台县"], "any", False),
        ("泉心办", ["“泉心办”"], "any", True),
    ],
)
def test_an_answer_is_right_if_it_holds_the_gold_and_little_else(
    short: str, answers: list[str], match: str, right: bool
) -> None:
    assert agrees(short, answers, match) is right


def test_what_was_learned_scores_the_same_when_read_back() -> None:
    tree = Trees(
        feature=np.asarray([[1, 0, 0], [0, 0, 0]], np.int32),
        threshold=np.asarray([[0.25, np.inf, np.inf], [np.inf] * 3], np.float32),
        left=np.asarray([[1, 1, 2], [0, 0, 0]], np.int32),
        value=np.asarray([[0.0, -1.5, 2.5], [0.5, 0.0, 0.0]], np.float32),
        depth=1,
    )
    scorer = Scorer(("a", "b"), (Linear(np.asarray([1.0, -2.0], np.float32), 0.25), tree))
    rows = np.asarray([[1.0, 0.0], [0.0, 1.0]], np.float32)
    again = Scorer.load(as_json(scorer))
    assert again.names == scorer.names
    assert again.logits(rows, ["a", "b"]).tolist() == scorer.logits(rows, ["a", "b"]).tolist() == [0.25, 1.25]
