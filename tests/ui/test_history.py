"""The list of conversations: what it shows of each, and nothing of a title taken for HTML."""

from datetime import UTC, datetime

from ui.conversations import Kept
from ui.history import drawer

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_each_conversation_is_shown_with_its_day_and_its_questions() -> None:
    kept = [
        Kept(3, "今天的", datetime(2026, 3, 5, 9, 5, tzinfo=UTC), 2),
        Kept(2, "上月的", datetime(2026, 2, 1, tzinfo=UTC), 1),
        Kept(1, "去年的", datetime(2025, 2, 1, tzinfo=UTC), 1),
    ]
    html = drawer(kept, now=NOW, current=2)
    for said in ("今天 09:05 · 2 问", "2月1日 · 1 问", "2025年2月1日 · 1 问"):
        assert said in html
    assert html.count("aria-current") == 1


def test_an_empty_list_says_why() -> None:
    assert "还没有保存的对话" in drawer([], now=NOW)
    assert "没有找到含有「公路」的对话" in drawer([], "公路", NOW)


def test_titles_and_what_is_sought_are_text() -> None:
    hostile = '"><img src=x onerror="alert(1)">'
    for html in (drawer([Kept(1, hostile, NOW, 1)], now=NOW), drawer([], hostile, NOW)):
        assert "<img" not in html
        assert 'onerror="' not in html
