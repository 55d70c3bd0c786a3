"""The command line, as a person and as a program use it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.library import Library
from ingest.settings import PROJECT, Settings
from ui.cli import run

QUESTION = "临临高速完成多少投资"


@dataclass(frozen=True)
class Ran:
    """A command that has run."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Wenbao = Callable[..., Ran]


@pytest.fixture
def wenbao(capsys: pytest.CaptureFixture[str]) -> Iterator[Wenbao]:
    """Run a command in this process; the logging that it sets up is taken back afterwards."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = list(root.handlers), root.level

    def invoke(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    yield invoke
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def stocked(monkeypatch: pytest.MonkeyPatch, corpus_library: Library, corpus_settings: Settings) -> Library:
    """The library that ships is the one the commands use; for commands that only read."""
    monkeypatch.setenv("WENBAO_HOME", str(corpus_settings.home))
    return corpus_library


def _report(folder: Path, text: str, name: str = "乡镇2024年工作总结.txt") -> Path:
    path = folder / name
    path.write_text(f"某镇2024年工作总结\n一、工作回顾\n{text}\n", encoding="utf-8")
    return path


# Asking.


def test_a_person_sees_the_figure_and_where_it_stands(wenbao: Wenbao, stocked: Library) -> None:
    ran = wenbao("ask", QUESTION)
    assert ran.code == 0
    assert ran.out.startswith("36亿元")
    assert "› 工程建设方面 ›" in ran.out
    assert ran.out.count("累计完成投资36亿元") == 1


def test_a_program_gets_the_contracts_object(wenbao: Wenbao, stocked: Library) -> None:
    answer = wenbao("ask", QUESTION, "--json").json
    assert list(answer) == [
        *("question", "standalone", "status", "short", "answer", "confidence", "citations", "elapsed_ms"),
    ]
    assert (answer["status"], answer["short"]) == ("answered", "36亿元")
    assert 0 <= answer["confidence"] <= 1
    assert answer["elapsed_ms"] > 0
    citation = answer["citations"][0]
    assert set(citation) == {"n", "report", "file", "section", "quote", "start", "end", "page"}
    report = stocked.report(stocked.find(citation["file"])[0].id)
    assert citation["quote"] == report.text[citation["start"] : citation["end"]]


def test_a_question_on_an_empty_library_is_answered_from_the_reports_that_ship(wenbao: Wenbao) -> None:
    assert wenbao("ask", QUESTION, "--json").json["short"] == "36亿元"


def test_an_unanswerable_question_is_refused_and_no_fault(wenbao: Wenbao, stocked: Library) -> None:
    ran = wenbao("ask", "火星基地的氧气储备有多少吨", "--json")
    assert ran.code == 0
    assert (ran.json["status"], ran.json["short"]) == ("refused", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "请先输入问题"),
        (["ask", "  "], "请先输入问题"),
        (["ask", "问" * 2001], "问题太长（2,001 字），最多 2,000 字"),
        (["ask", "问" * 10_000], "问题太长"),
        (["ask"], "请先输入问题"),
        (["ask", "甲", "乙"], "引号"),
        (["ask", "问题", "--out", "回答.jsonl"], "--batch"),
        (["ask", "问题", "--batch", "问题.jsonl"], "只能给一个"),
        (["ask", "--batch", "没有.jsonl"], "没有.jsonl"),
        (["ask", "--fast"], "--fast"),
        (["erase"], "erase"),
        (["ingest"], "缺少"),
        (["serve", "--port", "七"], "「--port」的值不能使用：应是整数。"),
        (["serve", "--port", "99999"], "「--port」的值不能使用：最大是 65535。"),
        (["serve", "--port", "-1"], "「--port」的值不能使用：最小是 0。"),
        (["eval", "没有.jsonl"], "没有.jsonl"),
        (["ingest", "没有这个文件.txt"], "没有这个文件.txt"),
    ],
)
def test_bad_usage_is_one_message_in_chinese(wenbao: Wenbao, arguments: list[str], message: str) -> None:
    ran = wenbao(*arguments)
    assert ran.code == 2
    assert message in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


# Batches.


def test_a_batch_answers_each_line_with_its_id(wenbao: Wenbao, stocked: Library, tmp_path: Path) -> None:
    questions = [
        {"id": "a", "question": QUESTION, "type": "passed over"},
        {"id": 2, "question": "那2023年打算修多少？", "history": ["2022年农村公路新改建完成了多少公里"]},
    ]
    batch, out = tmp_path / "问题.jsonl", tmp_path / "回答.jsonl"
    batch.write_text("\n\n".join(json.dumps(row, ensure_ascii=False) for row in questions), encoding="utf-8-sig")
    ran = wenbao("ask", "--batch", batch, "--out", out)
    assert (ran.code, ran.out) == (0, "")
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2]
    assert [answer["short"] for answer in answers] == ["36亿元", "30公里"]
    assert [path.name for path in tmp_path.glob("回答*")] == ["回答.jsonl"]


def test_a_batch_without_out_goes_to_standard_output(wenbao: Wenbao, stocked: Library, tmp_path: Path) -> None:
    batch = tmp_path / "问题.jsonl"
    batch.write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    assert wenbao("ask", "--batch", batch).json["id"] == 1


def test_the_bad_lines_of_a_batch_are_all_named_and_nothing_is_asked(wenbao: Wenbao, tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "question": "好问题"}',
        "{",
        '{"question": "没有编号"}',
        '{"id": 4}',
        '{"id": 5, "question": ""}',
        '{"id": 6, "question": "甲", "history": "不是列表"}',
        "[]",
    ]
    batch, out = tmp_path / "问题.jsonl", tmp_path / "回答.jsonl"
    batch.write_text("\n".join(lines), encoding="utf-8")
    ran = wenbao("ask", "--batch", batch, "--out", out)
    assert ran.code == 2
    assert [number for number in range(1, 8) if f"第 {number} 行" in ran.err] == [2, 3, 4, 5, 6, 7]
    assert not out.exists()


@pytest.mark.parametrize("content", [b"", b"\n\n", "投资".encode("gb18030")])
def test_an_empty_or_unreadable_batch_is_named(wenbao: Wenbao, content: bytes, tmp_path: Path) -> None:
    batch = tmp_path / "问题.jsonl"
    batch.write_bytes(content)
    ran = wenbao("ask", "--batch", batch)
    assert ran.code == 2
    assert str(batch) in ran.err


def test_answers_that_cannot_be_written_are_told_before_asking(
    wenbao: Wenbao, stocked: Library, tmp_path: Path
) -> None:
    batch, out = tmp_path / "问题.jsonl", tmp_path / "没有的文件夹" / "回答.jsonl"
    batch.write_text(json.dumps({"id": 1, "question": QUESTION}), encoding="utf-8")
    ran = wenbao("ask", "--batch", batch, "--out", out)
    assert ran.code == 2
    assert str(out) in ran.err


# Keeping the library.


def test_a_report_comes_in_is_listed_found_and_removed(wenbao: Wenbao, tmp_path: Path) -> None:
    path = _report(tmp_path, "新建光伏电站7座，总投资9.8亿元。")
    first, second = wenbao("ingest", path, "--json"), wenbao("ingest", path, "--json")
    assert (first.code, first.json["added"], first.json["files"]) == (0, 1, 1)
    assert (second.code, second.json["unchanged"], second.json["added"]) == (0, 1, 0)
    status = wenbao("status", "--json").json
    assert [report["file"] for report in status["reports"]] == [path.name]
    assert path.name in wenbao("status").out
    assert wenbao("remove", path.name).code == 0
    assert wenbao("status", "--json").json["reports"] == []
    assert path.exists()


def test_a_changed_file_replaces_its_earlier_version(wenbao: Wenbao, tmp_path: Path) -> None:
    wenbao("ingest", _report(tmp_path, "总投资9.8亿元。"))
    ran = wenbao("ingest", _report(tmp_path, "总投资9.9亿元。"))
    assert ran.code == 0
    assert "已更新 1" in ran.out
    assert len(wenbao("status", "--json").json["reports"]) == 1


def test_bad_files_are_named_and_the_good_ones_come_in(wenbao: Wenbao, tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    _report(folder, "总投资9.8亿元。")
    (folder / "空.txt").write_bytes(b"")
    (folder / "图片.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 not a zip")
    (folder / "备注.xyz").write_text("不支持", encoding="utf-8")
    ran = wenbao("ingest", folder)
    assert ran.code == 2
    assert all(name in ran.err for name in ("空.txt", "图片.txt", "坏.docx", "备注.xyz"))
    assert "新收入 1" in ran.out
    assert "失败 3" in ran.out


def test_a_folder_without_reports_is_told(wenbao: Wenbao, tmp_path: Path) -> None:
    (tmp_path / "空文件夹").mkdir()
    ran = wenbao("ingest", tmp_path / "空文件夹")
    assert ran.code == 2
    assert "没有找到" in ran.err


def test_removing_what_is_not_there_removes_nothing(wenbao: Wenbao, tmp_path: Path) -> None:
    path = _report(tmp_path, "总投资9.8亿元。")
    wenbao("ingest", path)
    ran = wenbao("remove", path.name, "没有这份.txt")
    assert ran.code == 2
    assert "没有这份.txt" in ran.err
    assert len(wenbao("status", "--json").json["reports"]) == 1


def test_a_name_of_two_reports_is_asked_back(wenbao: Wenbao, tmp_path: Path) -> None:
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        wenbao("ingest", _report(tmp_path / folder, f"{folder}村总投资9.8亿元。"))
    ran = wenbao("remove", "乡镇2024年工作总结.txt")
    assert ran.code == 2
    assert "编号" in ran.err


def test_the_doctor_finds_a_sound_library_sound(wenbao: Wenbao, stocked: Library) -> None:
    ran = wenbao("doctor")
    assert (ran.code, ran.out) == (0, "资料库完好。\n")


def test_what_failed_is_listed_and_retried_alone(wenbao: Wenbao, tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    _report(folder, "总投资9.8亿元。")
    (folder / "空.txt").write_bytes(b"")
    assert wenbao("ingest", folder).code == 2
    assert [failed["path"] for failed in wenbao("status", "--json").json["failed"]] == [str(folder / "空.txt")]
    assert "--retry-failed" in wenbao("status").out
    _report(folder, "总投资7.7亿元。", "空.txt")
    ran = wenbao("ingest", "--retry-failed", "--json")
    assert (ran.code, ran.json["files"], ran.json["added"]) == (0, 1, 1)
    ran = wenbao("ingest", "--retry-failed")
    assert (ran.code, ran.out) == (0, "")
    assert "没有收入失败或没有读全的文件" in ran.err
    assert wenbao("ingest", folder, "--retry-failed").code == 2


def test_who_takes_in_and_removes_stands_in_the_audit_log(
    wenbao: Wenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "zhanghao")
    file = _report(tmp_path, "总投资9.8亿元。")
    wenbao("ingest", file)
    wenbao("ingest", file)  # changes nothing
    wenbao("remove", file.name)
    removed, taken_in = wenbao("audit", "--json").json
    assert (removed["who"], removed["action"]) == ("命令行（zhanghao）", "移除")
    assert removed["about"].startswith(file.name)
    assert (taken_in["who"], taken_in["action"]) == ("命令行（zhanghao）", "上传")
    assert taken_in["about"] == f"{file}（新收入 1 份，更新 0 份）"


def test_a_library_is_moved_as_one_file(wenbao: Wenbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wenbao("ingest", _report(tmp_path, "新建光伏电站7座，总投资9.8亿元。"))
    file = tmp_path / "资料库.zip"
    assert "已导出 1 份报告" in wenbao("export", file).out
    monkeypatch.setenv("WENBAO_HOME", str(tmp_path / "另一台"))
    assert "新收入 1" in wenbao("import", file).out
    assert wenbao("doctor").code == 0
    assert wenbao("ask", "新建光伏电站多少座", "--json").json["citations"][0]["file"] == "乡镇2024年工作总结.txt"
    ran = wenbao("import", tmp_path / "没有.zip")
    assert ran.code == 1
    assert "没有.zip" in ran.err


def test_the_doctor_restores_a_lost_library_file(wenbao: Wenbao, tmp_path: Path) -> None:
    wenbao("ingest", _report(tmp_path, "新建光伏电站7座，总投资9.8亿元。"))
    for file in (tmp_path / "library").glob("library.sqlite3*"):
        file.unlink()
    ran = wenbao("doctor")
    assert ran.code == 1
    assert "不见了" in ran.err
    ran = wenbao("doctor", "--repair")
    assert ran.code == 0, ran.err
    assert ran.out.endswith("资料库完好。\n")
    assert len(wenbao("status", "--json").json["reports"]) == 1


# Faults.


def test_a_library_that_cannot_be_written_is_a_fault(
    wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "占位").write_text("文件", encoding="utf-8")
    monkeypatch.setenv("WENBAO_HOME", str(tmp_path / "占位"))
    ran = wenbao("ask", QUESTION)
    assert ran.code == 1
    assert str(tmp_path / "占位") in ran.err
    assert "Traceback" not in ran.err


def test_a_bad_setting_is_named(wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_PORT", "七八六零")
    ran = wenbao("status")
    assert ran.code == 2
    assert "WENBAO_PORT" in ran.err
    assert "0 到 65535 的整数" in ran.err


def test_settings_that_are_not_utf_8_are_named(wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("WENBAO_LLM_MODEL=模型".encode("gbk"))
    monkeypatch.chdir(tmp_path)
    ran = wenbao("status")
    assert ran.code == 2
    assert str(tmp_path / ".env") in ran.err
    assert "另存为 UTF-8" in ran.err
    assert ran.err.count("\n") == 1


def test_a_folder_of_reports_that_was_set_and_is_not_there_is_named(
    wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WENBAO_HOME", str(tmp_path / "库"))
    monkeypatch.setenv("WENBAO_CORPUS", str(tmp_path / "没有"))
    ran = wenbao("ask", QUESTION)
    assert ran.code == 0
    assert "WENBAO_CORPUS" in ran.err
    assert str(tmp_path / "没有") in ran.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="locks hold nobody who is root")
def test_what_is_locked_is_named_and_the_rest_comes_in(
    wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WENBAO_HOME", str(tmp_path / "库"))
    folder = tmp_path / "报告"
    (folder / "锁").mkdir(parents=True)
    _report(folder, "完成投资3亿元。")
    (folder / "锁").chmod(0)
    try:
        ran = wenbao("ingest", folder, "--json")
        whole = wenbao("ingest", folder / "锁")
    finally:
        (folder / "锁").chmod(0o700)
    assert (ran.code, ran.json["added"], ran.json["failed"]) == (2, 1, 1)
    assert "没有权限" in whole.err
    assert "readable" not in whole.err


def test_an_unforeseen_fault_is_logged_and_shown_without_a_traceback(
    wenbao: Wenbao, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(Library, "status", fail)
    ran = wenbao("status")
    assert ran.code == 1
    assert "ZeroDivisionError" in ran.err
    assert "Traceback" not in ran.err
    assert "unforeseen" in (tmp_path / "library" / "wenbao.log").read_text(encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        wenbao("--debug", "status")


# The program as a whole.


def test_the_help_is_in_chinese_and_names_every_command(wenbao: Wenbao) -> None:
    ran = wenbao("--help")
    assert ran.code == 0
    assert all(f" {name} " in ran.out for name in ("ingest", "status", "remove", "doctor", "ask", "serve", "eval"))
    assert "问报" in ran.out


def test_evaluating_a_set_prints_its_score(wenbao: Wenbao, stocked: Library, tmp_path: Path) -> None:
    gold = {"id": "1", "type": "fact_done", "question": QUESTION, "answers": ["36亿元"]}
    gold |= {"evidence": "累计完成投资36亿元", "file": stocked.reports()[0].file}
    path = tmp_path / "题集.jsonl"
    path.write_text(json.dumps(gold), encoding="utf-8")
    result = wenbao("eval", path, "--json").json
    assert (result["accuracy"], result["wrong_rate"], result["cited"]) == (1.0, 0.0, 1.0)
    assert "100.0%" in wenbao("eval", path).out


def test_asking_from_cold_loads_nothing_that_takes_seconds(stocked: Library, corpus_settings: Settings) -> None:
    code = (
        "import sys; from ui.cli import run; code = run(['ask', '--json', sys.argv[1]])\n"
        "heavy = sys.modules.keys() & {'torch', 'transformers', 'gradio', 'pandas', 'sklearn'}\n"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else code)"
    )
    environment = os.environ | {"WENBAO_HOME": str(corpus_settings.home)}
    ran = subprocess.run(
        [sys.executable, "-c", code, QUESTION],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["short"] == "36亿元"
    assert ran.stderr == ""
