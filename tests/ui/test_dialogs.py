"""The dialogs: what they offer, and nothing of a report's name or a question taken for HTML."""

import re

from bot.understanding.chosen import Chosen
from ingest.document import Report
from ui.dialogs import MOST_CHOICES, chooser, opinion

HOSTILE = '"><img src=x onerror="alert(1)">'


def report(number: int, title: str = "报告", year: int = 2026) -> Report:
    return Report(f"r{number}", "a.txt", "0" * 64, title, year=year)


def test_what_was_asked_of_is_ticked_and_stands_first() -> None:
    reports = [report(1, "甲"), report(2, "乙", 2024)]
    html = chooser("问", 3, Chosen(("r2",), 2025), reports, [2025, 2024])
    assert re.findall(r'value="(r\d)"( checked)?', html) == [("r2", " checked"), ("r1", "")]
    assert re.findall(r'name="year" value="(\d*)"( checked)?', html) == [("", ""), ("2025", " checked"), ("2024", "")]
    assert 'data-turn="3"' in html


def test_a_large_library_is_listed_in_part_and_says_so() -> None:
    html = chooser("问", 0, Chosen(), [report(n) for n in range(MOST_CHOICES + 7)], [])
    assert html.count('type="checkbox"') == MOST_CHOICES
    assert "其余 7 份" in html


def test_texts_are_never_html() -> None:
    html = chooser(HOSTILE, 0, Chosen(), [Report(HOSTILE, HOSTILE, "", HOSTILE, HOSTILE)], [])
    assert "<img" not in html


def test_only_of_a_wrong_answer_the_right_one_is_asked() -> None:
    assert 'name="expected"' in opinion("down", 0)
    assert 'name="expected"' not in opinion("up", 0)
    assert "<img" not in opinion(HOSTILE, 0)
