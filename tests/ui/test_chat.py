"""The wiring of the chat: whatever the page's HTML offers to press is told to Python by the part that it stands in."""

import re

from bot.answer import Answer, Citation
from bot.understanding.chosen import ANYTHING
from ingest.document import Report
from ui import dialogs, history, source, transcript
from ui.chat import EVENTS
from ui.conversations import Conversation, Turn

REPORT = Report("r1", "总结.txt", "0" * 64, "工作总结", text="投资36亿元。")
CITATION = Citation(1, "工作总结", "总结.txt", (), "投资36亿元。", 0, 8, None, "r1")
ANSWER = Answer("投资多少", "投资多少", "answered", "36亿元", "36亿元[1]", 0.9, (CITATION,))
TALK = Conversation((Turn("投资多少", ANSWER, reports="全部报告", year="不限年份"),), 1, "投资多少")


def offered(html: str) -> set[str]:
    return set(re.findall(r'data-(?:do|send|seek)="(\w+)"', html))


def test_every_button_and_form_of_the_page_has_an_event() -> None:
    from datetime import UTC, datetime

    from ui.conversations import Kept

    listed = history.drawer([Kept(1, "投资多少", datetime(2026, 1, 1, tzinfo=UTC), 1)])
    asked = dialogs.chooser("投资多少", 0, ANYTHING, [REPORT], [2025]) + dialogs.opinion("down", 0)
    panel = source.opened(REPORT, ANSWER, 1, 0) + source.whole(REPORT, ANSWER, 1, 0)
    assert offered(transcript.transcript(TALK)) == set(EVENTS["transcript"]) - {"cite", "example"}
    assert offered(panel) == set(EVENTS["source"]) - {"cite"}
    assert offered(transcript.tools(TALK, kept=True)) == set(EVENTS["tools"])
    assert offered(listed + asked) == set(EVENTS["dialog"])
