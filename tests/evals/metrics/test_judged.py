"""Faithfulness and relevancy with a language model that follows a script."""

from __future__ import annotations

import numpy as np
import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from numpy.typing import NDArray

from evals.metrics.judged import ModelJudge, faithfulness, relevancy


def model(*replies: str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))


def embed(text: str) -> NDArray[np.float64]:
    """As many ones as there are of 投, 资 and 路: like texts are alike."""
    return np.array([text.count(character) for character in "投资路"], float)


def test_faithfulness_is_the_share_of_statements_that_the_quotes_bear_out() -> None:
    scripted = model('好的：["甲路投资3亿元", "乙路投资9亿元"]', "```json\n[1, 0]\n```")
    assert faithfulness(scripted, "投资多少", "甲路3亿元，乙路9亿元[1]", ["甲路投资3亿元"]) == 0.5


@pytest.mark.parametrize(
    "replies", [["不知道"], ["[]"], ['["一", "二"]', "[1]"], ['["一"]', '["对"]'], ['["一"]', "{"], []]
)
def test_a_reply_that_cannot_be_read_gives_no_score(replies: list[str]) -> None:
    assert faithfulness(model(*replies), "问", "答", ["文"]) is None


def test_relevancy_is_how_like_the_question_those_are_that_the_answer_would_answer() -> None:
    assert relevancy(model('["投资多少", "投资几何"]'), embed, "投资多少", "3亿元") == pytest.approx(1)
    assert relevancy(model('["路多长"]'), embed, "投资多少", "3公里") == pytest.approx(0)
    assert relevancy(model("[]"), embed, "投资多少", "3亿元") is None


def test_a_judge_gives_the_scores_that_could_be_had() -> None:
    judge = ModelJudge(model('["投资3亿元"]', "[1]", "没有问题可写"), embed)
    assert judge("投资多少", "3亿元[1]", ["投资3亿元"]) == {"faithfulness": 1.0}
