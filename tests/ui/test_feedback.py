"""Opinions are kept, newest first."""

from pathlib import Path

from bot.chain import Assistant
from ui.accounts.store import Database
from ui.feedback import Feedback, Opinion


def test_opinions_come_newest_first_in_pages(tmp_path: Path) -> None:
    feedback = Feedback(Database(tmp_path))
    for number in range(3):
        feedback.note(Opinion(f"问题{number}", "答", "up", who="张三"))
    assert feedback.count() == 3
    assert [opinion.question for opinion in feedback.opinions(2)] == ["问题2", "问题1"]
    (last,) = feedback.opinions(2, 2)
    assert (last.question, last.who, last.verdict) == ("问题0", "张三", "up")
    assert last.at is not None


def test_opinions_become_questions_and_a_refusal_that_was_liked_cannot_be_answered(
    tmp_path: Path, corpus_assistant: Assistant
) -> None:
    feedback = Feedback(Database(tmp_path))
    refusal = corpus_assistant.ask("我们局微信公众号现在有多少粉丝")
    feedback.note(Opinion("我们局微信公众号现在有多少粉丝", refusal.answer, "up"))
    feedback.note(Opinion("临临高速完成多少投资", "3亿元", "down"))
    feedback.note(Opinion("临临高速完成多少投资", "3亿元", "down", expected="36亿元"))
    made = feedback.questions()
    assert [(gold.type, gold.answers) for gold in made.questions] == [("unanswerable", ()), ("feedback", ("36亿元",))]
    assert made.waiting == ()
