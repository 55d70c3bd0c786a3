"""What a language model cost over a run."""

from __future__ import annotations

from evals.runs.cost import cost


def test_the_cost_of_all_answers_is_added_up() -> None:
    usage = {"model": "m", "calls": 2, "prompt_tokens": 300, "completion_tokens": 40, "seconds": 1.0}
    found = cost([{"usage": usage}, {}, {"usage": usage | {"seconds": 2.0}}])
    assert found == {"语言模型": "m", "模型调用": 4, "输入词元": 600, "输出词元": 80, "模型平均用时": "1.50 秒"}


def test_without_a_model_there_is_no_cost() -> None:
    assert cost([{"short": "36亿元"}]) == {}
