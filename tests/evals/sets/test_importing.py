"""SQuAD's, CMRC's, DRCD's and RGB's forms become question sets with the texts that they ask about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.sets import importing
from evals.sets.questions import QuestionSetError

CONTEXT = "甲水库建于1958年。库容1.2亿立方米！灌溉农田30万亩。"
SQUAD = {
    "version": "x",
    "data": [
        {
            "title": "甲/水库",
            "id": "7",
            "paragraphs": [
                {
                    "id": "7-1",
                    "context": CONTEXT,
                    "qas": [
                        {"id": "q1", "question": "库容多少？", "answers": [{"text": "1.2亿立方米", "answer_start": 13}, {"text": "1.2亿立方米", "answer_start": 13}]},
                        {"id": "q2", "question": "灌溉多少？", "answers": [{"text": "30万亩", "answer_start": 999}]},
                        {"id": "q3", "question": "坝高多少？", "is_impossible": True, "answers": []},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip
RGB = [
    {"id": 0, "query": "甲队夺冠在哪年", "answer": "2020", "positive": ["甲队2020年夺冠"], "negative": ["乙队没有夺冠"], "positive_wrong": ["甲队1920年夺冠"]},
    {"id": 1, "query": "两地增速", "answer": [["6.4%", "百分之6.4"], "18%"], "positive": [["香港增长6.4%"], ["澳门增长18%"]], "negative": []},
]  # fmt: skip


def squad(tmp_path: Path, content: object = SQUAD) -> Path:
    path = tmp_path / "cmrc_trial.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def rgb(tmp_path: Path) -> Path:
    path = tmp_path / "zh.json"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in RGB), encoding="utf-8")
    return path


def test_a_paragraph_becomes_a_report_and_the_sentence_of_an_answer_its_evidence(tmp_path: Path) -> None:
    found = importing.read(squad(tmp_path))
    assert found.documents == {"cmrc_trial-0001-甲水库.txt": CONTEXT}
    first, second, third = found.questions
    assert (first.id, first.answers, first.match) == ("q1", ("1.2亿立方米",), "any")
    assert first.evidences == ("库容1.2亿立方米！",)
    assert first.files == ("cmrc_trial-0001-甲水库.txt",)
    assert second.evidences == ("灌溉农田30万亩。",), "found by its text where its offset is wrong"
    assert (third.type, third.answers) == ("unanswerable", ())


def test_what_must_all_be_said_is_a_list_and_other_wordings_are_not_items(tmp_path: Path) -> None:
    one, several = importing.read(rgb(tmp_path)).questions
    assert (one.answers, one.match, one.evidences) == (("2020",), "any", ("甲队2020年夺冠",))
    assert (several.answers, several.match) == (("6.4%", "18%"), "all")
    assert several.evidences == ("香港增长6.4%", "澳门增长18%")


def test_counterfactual_passages_are_left_out(tmp_path: Path) -> None:
    text = importing.read(rgb(tmp_path)).documents["zh-0000-甲队夺冠在哪年.txt"]
    assert text.splitlines() == ["甲队2020年夺冠", "乙队没有夺冠"]


def test_of_noise_alone_nothing_can_be_answered(tmp_path: Path) -> None:
    found = importing.read(rgb(tmp_path), noise_only=True)
    assert {gold.type for gold in found.questions} == {"unanswerable"}
    assert found.documents["zh-0000-甲队夺冠在哪年.txt"] == "乙队没有夺冠"


def test_documents_are_written_where_they_can_be_taken_in(tmp_path: Path) -> None:
    found = importing.read(squad(tmp_path))
    assert found.write_documents(tmp_path / "原文") == 1
    assert (tmp_path / "原文" / "cmrc_trial-0001-甲水库.txt").read_text(encoding="utf-8") == CONTEXT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "第 1 行：不是 JSON"),
        ('{"a": 1}', "认不出格式"),
        ('{"data": [{"title": "x"}]}', "第 1 篇"),
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "第 1 段"),
        ('{"query": "q", "answer": "a", "positive": []}', "第 1 行不合 RGB 格式"),
    ],
)
def test_a_file_of_another_form_is_named(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "别的.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match=said):
        importing.read(path)
