"""What people thought of answers becomes questions."""

from __future__ import annotations

from evals.sets.opinions import LONGEST_ANSWER, Opinion, collect
from evals.sets.questions import gold_of


def test_an_answer_that_was_liked_is_the_gold_one() -> None:
    (gold,) = collect([Opinion("投资多少", "36亿元[1]\n\n某报告：完成投资36亿元。", "up")]).questions
    assert (gold.type, gold.answers, gold.match) == ("feedback", ("36亿元",), "any")
    assert gold_of(gold.to_dict()) == gold


def test_a_list_that_was_liked_must_be_said_whole() -> None:
    (gold,) = collect([Opinion("哪几个市", "济南、潍坊", "up")]).questions
    assert (gold.answers, gold.match) == (("济南", "潍坊"), "all")


def test_what_somebody_expected_counts_before_what_was_answered() -> None:
    (gold,) = collect([Opinion("投资多少", "3亿元", "down", expected="36亿元", comment="少了个零")]).questions
    assert gold.answers == ("36亿元",)
    assert gold.to_dict()["note"] == "少了个零"


def test_a_wrong_answer_waits_for_the_right_one() -> None:
    found = collect([Opinion("投资多少", "3亿元", "down")])
    assert found.questions == ()
    assert [one.question for one in found.waiting] == ["投资多少"]


def test_a_refusal_that_was_liked_cannot_be_answered() -> None:
    (gold,) = collect([Opinion("机场投资多少", "没有找到", "up", refused=True)]).questions
    assert (gold.type, gold.answers) == ("unanswerable", ())


def test_an_overview_is_no_gold_answer() -> None:
    assert collect([Opinion("做了哪些工作", "抓" * (LONGEST_ANSWER + 1), "up")]).questions == ()


def test_the_latest_opinion_of_a_question_counts() -> None:
    found = collect([Opinion("投资多少", "3亿元", "up"), Opinion("投资多少 ", "3亿元", "down", expected="36亿元")])
    assert [gold.answers for gold in found.questions] == [("36亿元",)]


def test_the_same_follow_up_after_other_questions_is_another_question() -> None:
    after = [Opinion("那2023年呢", "3亿元", "up", history=(earlier,)) for earlier in ("甲路", "乙路")]
    assert len({gold.id for gold in collect(after).questions}) == 2
