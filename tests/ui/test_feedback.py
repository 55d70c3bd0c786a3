"""Opinions are kept, newest first."""

from pathlib import Path

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
