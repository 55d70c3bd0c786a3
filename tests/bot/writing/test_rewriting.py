"""Questions made whole and taken apart, by a model and by rules."""

from __future__ import annotations

import pytest

from bot.chain import Assistant
from bot.writing.rewriting import split_up
from tests.bot.writing.conftest import Writing
from tests.bot.writing.served import Reply, fails, says, serving

BOTH = "临临高速完成多少投资？2023年计划新改建农村公路多少公里？"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (BOTH, 2),
        ("临临高速完成多少投资？", 1),
        ("2025年中欧班列开行多少列？报告里有吧", 1),
        ("农村公路做了哪些工作？请简单说说", 1),
        ("2022年新改建农村公路多少公里，2023年计划多少公里？", 2),
        ("治理率年初是多少，后来提高到多少？", 1),
        ("2022年，农村公路新改建多少公里", 1),
    ],
)
def test_rules_take_apart_what_asks_by_itself(question: str, parts: int) -> None:
    assert len(split_up(question)) == parts


def test_two_questions_have_two_figures_and_one_row_of_citations(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask(BOTH)
    assert answer.short == "36亿元；30公里"
    assert [c.n for c in answer.citations] == [1, 2]
    assert "36亿元[1]" in answer.answer
    assert "30公里[2]" in answer.answer
    assert answer.question == BOTH


def test_a_part_behind_a_comma_is_asked_of_what_the_first_speaks_of(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("2022年新改建农村公路多少公里，2023年计划多少公里？")
    assert answer.short == "23公里；30公里"


def test_a_model_makes_a_follow_up_whole(writing: Writing) -> None:
    with serving(says("2023年计划新改建农村公路多少公里？")) as model:
        answer = writing(model.url).ask("那2023年呢？", ["2022年农村公路新改建多少公里？"])
    assert answer.standalone == "2023年计划新改建农村公路多少公里？"
    assert answer.short == "30公里"
    assert answer.usage is not None
    assert answer.usage.outcome == "rewritten"


@pytest.mark.parametrize(
    "reply", [says("2024年上海市高铁有多少公里？"), says("30公里。"), says("我不知道\n也许"), fails(500)]
)
def test_what_the_conversation_did_not_say_is_left_to_the_rules(
    reply: Reply, writing: Writing, corpus_assistant: Assistant
) -> None:
    asked = ("那2023年呢？", ["2022年农村公路新改建多少公里？"])
    with serving(reply) as model:
        answer = writing(model.url).ask(*asked)
    assert answer.short == corpus_assistant.ask(*asked).short
