"""``wenbao eval`` and ``wenbao questions``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.sets.questions import Gold, load, write
from tests.bot.writing.served import says, serving
from ui.accounts.store import Database
from ui.cli import run
from ui.feedback import Feedback, Opinion

REPORT = "东山县交通运输局2022年工作总结\n一、工程建设\n全年新改建农村公路23公里。完成养护投资3.6亿元。\n"
GOLDS = [
    Gold("1", "fact_done", "2022年新改建农村公路多少公里", ("23公里",), evidences=("新改建农村公路23公里",), files=("东山县.txt",)),
    Gold("2", "fact_done", "完成养护投资多少", ("3.7亿元",), files=("东山县.txt",)),
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a report and a set of two questions about it."""
    (tmp_path / "报告").mkdir()
    (tmp_path / "报告" / "东山县.txt").write_text(REPORT, encoding="utf-8")
    write(GOLDS, tmp_path / "题集.jsonl")
    return tmp_path


def evaluated(place: Path, out: str) -> int:
    return run(["eval", str(place / "题集.jsonl"), "--reports", str(place / "报告"), "--out", str(place / out)])


def test_a_set_is_asked_of_a_folders_reports_and_the_result_is_written(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(place, "甲") == 0
    assert {path.name for path in (place / "甲").iterdir()} == {"run.json", "report.md", "report.html"}
    told = capsys.readouterr().out
    assert "正确率 50.0%" in told
    assert "report.html" in told


def test_json_holds_the_score_and_the_summary(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(place / "题集.jsonl"), "--reports", str(place / "报告"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["accuracy"], told["wrong_rate"]) == (2, 0.5, 0.5)
    assert set(told) >= {"refusal_rate", "cited", "p50_ms", "p95_ms", "by_type"}
    assert told["summary"]["metrics"]["all"]["hit@5"][0] == 1


def test_a_language_model_scores_the_answers(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replies = ['["新改建农村公路23公里"]', "[1]", '["新改建农村公路多少公里"]']
    with serving(*map(says, replies * 2)) as model:
        monkeypatch.setenv("WENBAO_LLM_BASE_URL", model.url)
        monkeypatch.setenv("WENBAO_LLM_MODEL", "scripted")
        assert run(["eval", str(place / "题集.jsonl"), "--reports", str(place / "报告"), "--json"]) == 0
        assert len(model.asked) == 6
        assert run(["eval", str(place / "题集.jsonl"), "--reports", str(place / "报告"), "--no-judge"]) == 0
        assert len(model.asked) == 6
    told = json.loads(capsys.readouterr().out.splitlines()[0])["summary"]["metrics"]["all"]
    assert told["faithfulness"][0] == 1
    assert 0 < told["relevancy"][0] <= 1


def test_judging_without_a_language_model_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(place / "题集.jsonl"), "--reports", str(place / "报告"), "--judge"]) == 2
    assert "WENBAO_LLM_MODEL" in capsys.readouterr().err


def test_two_runs_are_compared(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluated(place, "前")
    write([GOLDS[0], GOLDS[1]], place / "题集.jsonl")
    evaluated(place, "后")
    capsys.readouterr()
    assert run(["eval", "--compare", str(place / "前"), str(place / "后")]) == 0
    assert "共同的题 2 道" in capsys.readouterr().out
    assert run(["eval", "--compare", str(place / "前"), str(place / "后"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["gained"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eval"], "缺少「题集」"),
        (["eval", "没有.jsonl"], "没有.jsonl"),
        (["eval", "甲.jsonl", "--compare", "甲", "乙"], "--compare"),
        (["eval", "--compare", "没有", "也没有"], "没有"),
        (["questions", "check", "没有.jsonl"], "没有.jsonl"),
        (["questions", "export", "甲.jsonl"], "还没有可以导出的评价"),
    ],
)
def test_what_cannot_be_used_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_set_is_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["questions", "check", str(place / "题集.jsonl")]) == 0
    assert "2 题，没有问题。已完成 2" in capsys.readouterr().out


def test_a_public_data_set_is_imported_and_can_be_checked(place: Path) -> None:
    rows = {"data": [{"title": "甲", "paragraphs": [{"context": "甲长3米。", "qas": [{"id": "q", "question": "多长", "answers": [{"text": "3米", "answer_start": 2}]}]}]}]}  # fmt: skip
    (place / "drcd.json").write_text(json.dumps(rows), encoding="utf-8")
    out, reports = place / "drcd.jsonl", place / "原文"
    assert run(["questions", "import", str(place / "drcd.json"), "--out", str(out), "--reports", str(reports)]) == 0
    assert load(out)[0].files == tuple(path.name for path in reports.iterdir())


def test_opinions_are_exported(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENBAO_HOME", str(place / "库"))
    feedback = Feedback(Database(place / "库"))
    feedback.note(Opinion("投资多少", "36亿元", "up"))
    feedback.note(Opinion("里程多少", "3公里", "down"))
    assert run(["questions", "export", str(place / "评价.jsonl")]) == 0
    assert [gold.answers for gold in load(place / "评价.jsonl")] == [("36亿元",)]
    assert "1 条👎没有写正确答案" in capsys.readouterr().err
