"""Every way to search over three made-up counties, and the page that tells of them."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.baselines import compare
from evals.baselines.common import segmented, sentences, words
from evals.baselines.compare import WAYS, Result, beside_the_best, measured, page, reports_in, skip_line, table
from ingest.errors import WenbaoError

EAST = """东山县交通运输局2022年工作总结
一、工程建设
全年新改建农村公路23公里。完成养护投资3.6亿元。
二、便民服务
对老年人免费开放公交线路12条。
"""
WEST = """西河县交通运输局2022年工作总结
一、工程建设
全年查处超限超载货车310辆。
"""
#: with two reports alone, a word that one of them has is worth nothing to BM25Okapi: log((2 - 1 + 0.5) / (1 + 0.5)) = 0
SOUTH = """南山县交通运输局2022年工作总结
一、工程建设
全年改造危桥9座。
"""


def asked(text: str, evidence: str, file: str) -> dict[str, Any]:
    return {"type": "fact_done", "question": text, "answers": [evidence], "evidence": evidence, "file": file}


QUESTIONS = [
    asked("查处超限超载货车多少辆", "查处超限超载货车310辆", "西河县.txt"),
    asked("查处超限超载货车多少辆", "查处超限超载货车310辆", "东山县.txt"),
    asked("老年人免费公交线路有几条", "对老年人免费开放公交线路12条", "东山县.txt"),
]


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counties")
    (folder / "东山县.txt").write_text(EAST, encoding="utf-8")
    (folder / "西河县.txt").write_text(WEST, encoding="utf-8")
    (folder / "南山县.txt").write_text(SOUTH, encoding="utf-8")
    (folder / "附件.bin").write_bytes(b"\0")
    return folder


@pytest.mark.parametrize("key", WAYS)
def test_every_way_finds_the_passage_of_the_right_file_first(key: str, counties: Path) -> None:
    if WAYS[key].missing:
        pytest.skip(skip_line(WAYS[key]))
    result = measured(WAYS[key], reports_in([counties]), QUESTIONS)
    assert result.hits == ((True, True, True), (False, False, False), (True, True, True))
    assert min(result.ingest) > 0
    assert [len(spans) for spans in result.queries] == [3, 3]


def result_of(*hits_at_5: bool, memory: int = 0) -> Result:
    times = tuple(float(n) for n in range(1, len(hits_at_5) + 1))
    return Result(tuple((False, hit, True) for hit in hits_at_5), (2.0, 1.0), (times, times), memory)


def test_the_table_has_a_row_a_way_with_its_rates_times_and_memory() -> None:
    *_, row = table({"a": result_of(True, False, True, True, memory=123_000_000)}).splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:] == ["0.000", "0.750", "1.000", "2.0", "1.0", "3.0 / 4.0", "3.0 / 4.0", "123"]


def test_the_program_is_set_beside_the_best_of_the_others() -> None:
    results = {"ours": result_of(*[True] * 4), "a": result_of(*[False] * 4), "b": result_of(True, True, True, False)}
    assert beside_the_best(results).startswith("hit@5 与其中最好的 (b) 相差 +25.0 个百分点")


def test_alone_there_is_nothing_to_be_set_beside() -> None:
    assert beside_the_best({"ours": result_of(True)}) == ""
    assert beside_the_best({"a": result_of(True)}) == ""


def test_the_page_names_what_was_left_out_and_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = replace(WAYS["c"], packages=("no-such-package",))
    monkeypatch.setattr(compare, "WAYS", {"ours": WAYS["ours"], "a": WAYS["a"], "c": lacking})
    written = page({"ours": result_of(True), "a": result_of(False)}, 2, "题集.jsonl", 3.25)
    assert '没有安装 no-such-package，跳过（pip install "wenbao[baselines]"）' in written
    assert "langchain-chroma" in written
    assert "平均负载是 3.2" in written
    assert "--questions 题集.jsonl --out docs/benchmarks.md" in written


def test_an_absent_library_is_left_out_with_a_plain_line(
    counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ways = {"ours": WAYS["ours"], "d": replace(WAYS["d"], packages=("no-such-package",))}
    monkeypatch.setattr(compare, "WAYS", ways)
    monkeypatch.setattr(compare, "watched", lambda key, folders, questions: result_of(True))
    questions = tmp_path / "题集.jsonl"
    questions.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    out = tmp_path / "benchmarks.md"
    monkeypatch.setattr(
        sys, "argv", ["compare", "--reports", str(counties), "--questions", str(questions), "--out", str(out)]
    )
    compare.main()
    printed = capsys.readouterr()
    assert "没有安装 no-such-package" in printed.err
    assert printed.out.count("问报") == 1
    assert "没有安装 no-such-package" in out.read_text(encoding="utf-8")


def test_only_reports_are_read_and_an_empty_folder_is_a_fault(counties: Path, tmp_path: Path) -> None:
    assert [file.name for file in reports_in([counties])] == ["东山县.txt", "南山县.txt", "西河县.txt"]
    with pytest.raises(WenbaoError, match="--reports"):
        reports_in([tmp_path])


@pytest.mark.slow
def test_a_way_is_measured_in_a_process_of_its_own(counties: Path, tmp_path: Path) -> None:
    questions = tmp_path / "题集.jsonl"
    questions.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    result = compare.watched("a", [counties], questions)
    assert result.rates == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert result.memory > 50_000_000


def test_words_are_those_of_jieba_without_punctuation() -> None:
    assert words("完成投资3.6亿元，增长15.3%。") == ["完成", "投资", "3.6", "亿元", "增长", "15.3%"]
    assert segmented("完成投资。").split() == ["完成", "投资", "。"]


def test_sentences_put_together_again_are_the_text() -> None:
    assert sentences("甲。乙；\n丙") == ["甲。", "乙；\n", "丙"]
    assert "".join(sentences(EAST)) == EAST
