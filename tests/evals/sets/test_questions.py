"""Question sets: what a line may say, and what is said of one that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.sets.questions import Gold, QuestionSetError, files_of, gold_of, load, parse, write
from ingest.settings import PROJECT

GOOD: dict[str, Any] = {
    "id": "1",
    "type": "fact_done",
    "question": "完成多少投资",
    "answers": ["36亿元"],
    "file": "报告.txt",
}


def lines(*rows: object) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "不是 JSON"),
        ([], "不是 JSON 对象"),
        (GOOD | {"id": True}, "缺少 id"),
        (GOOD | {"id": " "}, "缺少 id"),
        (GOOD | {"type": ""}, "缺少 type"),
        (GOOD | {"question": " "}, "缺少 question"),
        (GOOD | {"question": 3}, "question 应是文字"),
        (GOOD | {"question": "长" * 2001}, "太长"),
        (GOOD | {"answers": []}, "unanswerable"),
        (GOOD | {"answers": "36亿元"}, "answers 应是文字的列表"),
        (GOOD | {"answers": [""]}, "各项不能是空的"),
        (GOOD | {"match": "some"}, "match 只能是"),
        (GOOD | {"history": "之前"}, "history 应是文字的列表"),
        (GOOD | {"evidence": ["a"]}, "evidence 应是文字"),
        (GOOD, "与第 1 行重复"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_the_reason(row: object, said: str) -> None:
    with pytest.raises(QuestionSetError, match=rf"题集 第 3 行：.*{said}"):
        parse(lines(GOOD, "", row), "题集")


def test_all_bad_lines_are_told_at_once_but_no_more_than_ten() -> None:
    with pytest.raises(QuestionSetError) as told:
        parse(lines(*["{"] * 12), "题集")
    assert str(told.value).count("不是 JSON") == 10
    assert "共 12 行有问题" in str(told.value)


def test_a_line_break_inside_a_text_does_not_shift_the_numbers() -> None:
    with pytest.raises(QuestionSetError, match="第 2 行"):
        parse(lines(GOOD | {"question": "甲\u2028乙"}, "{"), "题集")


def test_an_unanswerable_question_needs_no_answers_and_seeks_nothing() -> None:
    gold = gold_of(GOOD | {"type": "unanswerable", "answers": [], "evidence": ""})
    assert not gold.answerable
    assert gold.sought == ()


def test_a_question_need_not_name_its_report() -> None:
    row = {key: value for key, value in GOOD.items() if key != "file"}
    assert gold_of(row).files == ()


@pytest.mark.parametrize("file", sorted((PROJECT / "evals" / "questions").glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_set_that_ships_is_written_as_it_was_read(file: Path, tmp_path: Path) -> None:
    golds = load(file)
    assert write(golds, tmp_path / "又.jsonl") == len(golds)
    again = load(tmp_path / "又.jsonl")
    assert again == golds
    assert [gold.extra for gold in again] == [gold.extra for gold in golds]


def test_what_a_line_says_besides_is_kept() -> None:
    row = GOOD | {"values": [{"province": "甲"}], "op": "max", "province": "甲省、乙省"}
    assert gold_of(row).to_dict() | {"match": "any", "evidence": ""} == row | {"match": "any", "evidence": ""}
    assert gold_of(row).places == ("甲省", "乙省")


def test_the_reports_that_a_set_asks_about() -> None:
    several = Gold("a", "pair", "问", ("1",), files=("甲.txt", "乙.txt"))
    assert files_of([several, gold_of(GOOD)]) == {"甲.txt", "乙.txt", "报告.txt"}


def test_a_set_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "占").write_text("", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="不能写入"):
        write([gold_of(GOOD)], tmp_path / "占" / "题集.jsonl")


def test_a_set_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "题集.jsonl").write_bytes("题".encode("gbk"))
    with pytest.raises(QuestionSetError, match="UTF-8"):
        load(tmp_path / "题集.jsonl")
