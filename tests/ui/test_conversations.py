"""Conversations are kept for whoever had them, found by what was said, and nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer, Citation
from bot.understanding.chosen import Chosen
from ui.accounts import Accounts
from ui.accounts.store import Database
from ui.conversations import LONGEST_TITLE, Conversation, Conversations, Turn

CITATION = Citation(1, "工作总结", "总结.txt", ("一、回顾",), "投资36亿元。", 0, 8, 3, "r1", (2, 6))
ANSWER = Answer("投资多少", "2022年投资多少", "answered", "36亿元", "36亿元[1]", 0.9, (CITATION,), 12.5)
TURN = Turn("投资多少", ANSWER, within=Chosen(("r1",), 2022), reports="沂源县", year="2022年")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path)
    yield made
    made.close()


def test_a_conversation_comes_back_as_it_was_after_a_restart(tmp_path: Path) -> None:
    first = Database(tmp_path)
    kept = Conversations(first).keep("甲", Conversation((TURN, Turn("停下的", message="已停止。"))))
    first.close()
    second = Database(tmp_path)
    assert Conversations(second).get("甲", kept.id) == kept
    assert kept.turns[0].answer == ANSWER
    assert kept.turns[0].within == TURN.within
    second.close()


def test_later_turns_are_added_and_kept_ones_are_not_kept_twice(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((TURN,)))
    kept = conversations.keep("甲", Conversation((*kept.turns, Turn("再问", ANSWER)), kept.id, kept.title))
    assert conversations.get("甲", kept.id) == kept
    assert [one.questions for one in conversations.find("甲")] == [2]


def test_of_a_long_conversation_the_page_gets_the_last_turns_and_an_export_all(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation(tuple(Turn(f"第{n}问", ANSWER) for n in range(5))))
    last = conversations.get("甲", kept.id, most=2)
    everything = conversations.get("甲", kept.id, most=None)
    assert last
    assert [turn.question for turn in last.turns] == ["第3问", "第4问"]
    assert everything
    assert len(everything.turns) == 5


def test_nobody_finds_opens_renames_deletes_or_adds_to_what_is_not_theirs(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((TURN,)))
    assert conversations.find("乙") == []
    assert conversations.get("乙", kept.id) is None
    assert not conversations.rename("乙", kept.id, "我的")
    assert not conversations.delete("乙", kept.id)
    theirs = conversations.keep("乙", Conversation((*kept.turns, Turn("再问", ANSWER)), kept.id, kept.title))
    assert theirs.id != kept.id
    conversations.judge("乙", Turn("投资多少", ANSWER, verdict="down", key=kept.turns[0].key))
    assert conversations.get("甲", kept.id) == kept


@pytest.mark.parametrize("sought", ["投资", "36亿", "改过的", "GDP", "gdp"])
def test_a_conversation_is_found_by_its_title_its_questions_and_its_answers(database: Database, sought: str) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((TURN, Turn("GDP多少", message="已停止。"))))
    conversations.keep("甲", Conversation((Turn("公路多长", message="没有。"),)))
    assert conversations.rename("甲", kept.id, " 改过的\n标题 ")
    assert [one.title for one in conversations.find("甲", sought)] == ["改过的 标题"]


@pytest.mark.parametrize("sought", ["%", "_", "'", '" OR 1=1 --'])
def test_what_is_sought_is_text(database: Database, sought: str) -> None:
    conversations = Conversations(database)
    conversations.keep("甲", Conversation((TURN,)))
    assert conversations.find("甲", sought) == []


def test_the_latest_conversation_comes_first(database: Database) -> None:
    conversations = Conversations(database)
    first = conversations.keep("甲", Conversation((Turn("先问", ANSWER),)))
    conversations.keep("甲", Conversation((Turn("后问", ANSWER),)))
    assert [one.title for one in conversations.find("甲")] == ["后问", "先问"]
    conversations.keep("甲", Conversation((*first.turns, Turn("又问", ANSWER)), first.id, first.title))
    assert [one.title for one in conversations.find("甲")] == ["先问", "后问"]


def test_a_deleted_conversation_is_gone_with_its_turns(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((TURN,)))
    assert conversations.delete("甲", kept.id)
    assert conversations.get("甲", kept.id) is None
    assert database.rows("SELECT count(*) FROM turns") == [(0,)]


def test_what_is_asked_on_after_a_deletion_elsewhere_is_kept_anew(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((TURN,)))
    conversations.delete("甲", kept.id)
    again = conversations.keep("甲", Conversation((*kept.turns, Turn("再问", ANSWER)), kept.id, kept.title))
    assert [one.questions for one in conversations.find("甲")] == [2]
    assert conversations.get("甲", again.id) == again


def test_an_account_takes_its_conversations_with_it(people: Accounts, tmp_path: Path) -> None:
    database = Database(tmp_path)
    people.add("主任", "山水有相逢2024", "admin")
    people.add("小王", "山水有相逢2024", "reader")
    Conversations(database).keep("小王", Conversation((TURN,)))
    people.remove("小王")
    people.add("小王", "山水有相逢2025", "reader")
    assert Conversations(database).find("小王") == []
    database.close()


@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_a_number_that_is_nobodys_finds_nothing(database: Database, number: int) -> None:
    assert Conversations(database).get("甲", number) is None


def test_a_title_is_one_line_and_not_too_long(database: Database) -> None:
    conversations = Conversations(database)
    kept = conversations.keep("甲", Conversation((Turn("第一行\n" + "长" * 200, ANSWER),)))
    assert kept.title.startswith("第一行 长")
    assert len(kept.title) == LONGEST_TITLE
    assert not conversations.rename("甲", kept.id, " \n ")


def test_what_nobody_asked_on_for_too_long_is_deleted(database: Database) -> None:
    conversations = Conversations(database, days=30)
    old, other, new = (conversations.keep(who, Conversation((TURN,))) for who in ("甲", "乙", "甲"))
    for one in (old, other):
        database.write("UPDATE conversations SET at = at - 31 * 86400 WHERE id = ?", one.id)
    latest = conversations.keep("甲", Conversation((TURN,)))
    assert [one.id for one in conversations.find("甲")] == [latest.id, new.id]
    assert Conversations(database).prune() == 0
    assert conversations.prune() == 1
    assert conversations.find("乙") == []
    assert database.rows("SELECT count(*) FROM turns") == [(2,)]


def test_of_very_many_conversations_the_oldest_go(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.conversations.MOST_KEPT", 3)
    conversations = Conversations(database)
    kept = [conversations.keep("甲", Conversation((TURN,))).id for _ in range(5)]
    conversations.keep("乙", Conversation((TURN,)))
    assert sorted(one.id for one in conversations.find("甲")) == kept[2:]
    assert len(conversations.find("乙")) == 1
