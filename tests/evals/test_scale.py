"""The scale benchmark: which documents a library is made of, what is asked of it, and the table."""

from __future__ import annotations

import json
import lzma
from dataclasses import replace
from pathlib import Path

import pytest

from evals import scale, synthetic

ROW = scale.Measured(1_000, 8_000, 2.5, 10.0, 40.0, 60.0, 30.0, 300_000_000, 25_000_000, 40.0, 0.9, 0.05, 4.0)
PLAIN = scale.Plain(1_500, 50.0, 80.0, 120.0, 600_000_000)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    file = tmp_path / "news.txt.xz"
    with lzma.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(f"第{number}篇：今天天气晴朗，适合出行。\n" for number in range(100))
    return file


@pytest.mark.parametrize(
    ("count", "articles", "planted"),
    [(16, True, 8), (1_000, True, 100), (70_000, True, 7_000), (16, False, 16), (4, True, 4)],
)
def test_a_tenth_of_the_documents_are_planted_and_never_less_than_eight(
    count: int, articles: bool, planted: int
) -> None:
    assert scale.planted_among(count, articles) == planted


def test_documents_are_reports_and_articles_together(tmp_path: Path, articles: Path) -> None:
    scale.write_documents(tmp_path / "documents", 40, articles)
    files = sorted((tmp_path / "documents").rglob("*.txt"))
    assert len(files) == 40
    assert sum(file.parent.parent.name == "planted" for file in files) == 8


def test_a_larger_library_holds_the_smaller_one(tmp_path: Path, articles: Path) -> None:
    scale.write_documents(tmp_path / "documents", 20, articles)
    small = {file: file.stat().st_mtime_ns for file in (tmp_path / "documents").rglob("*.txt")}
    scale.write_documents(tmp_path / "documents", 60, articles)
    assert all(file.stat().st_mtime_ns == written for file, written in small.items())
    assert len(list((tmp_path / "documents").rglob("*.txt"))) == 60


def test_the_first_documents_are_those_of_the_smaller_library(tmp_path: Path, articles: Path) -> None:
    scale.write_documents(tmp_path, 20, articles)
    small = scale.documents(tmp_path, 20, articles=True)
    scale.write_documents(tmp_path, 60, articles)
    assert scale.documents(tmp_path, 20, articles=True) == small
    assert len(set(small)) == 20


def test_too_few_articles_are_told(tmp_path: Path, articles: Path) -> None:
    with pytest.raises(ValueError, match="holds 100 articles"):
        scale.write_documents(tmp_path / "documents", 400, articles)


def test_the_same_questions_are_asked_at_every_size() -> None:
    assert scale.questions(100) == scale.questions(7_000)
    assert scale.questions(8) == scale.questions(100)[:40]
    assert {gold.type for gold in scale.questions(8)} == {"bureau", "county", "plan", "project", "unanswerable"}


def test_the_table_says_how_fast_the_time_grows() -> None:
    rows = [ROW, replace(ROW, documents=100_000, p50=100.0)]
    table = scale.as_markdown(rows)
    assert "| 1,000 | 8,000 | 2.50 | 4.0 | 10.0 | 40.0 | 60.0 | 30.0 | 300 | 25 | 25 | 40.0 | 90.0 | 5.0 |" in table
    assert "p50 ∝ N^0.50" in table


def test_a_second_table_stands_beside_what_langchain_takes() -> None:
    assert "BM25Retriever" not in scale.as_markdown([ROW])
    table = scale.as_markdown([replace(ROW, plain=PLAIN)])
    assert "| 1,000 | 1,500 | 50.0 | 2.50 | 20 | 80.0 / 120.0 | 4.0 | 20.0 | 600 | 300 |" in table


def test_one_size_alone_has_no_growth() -> None:
    assert "∝" not in scale.as_markdown([ROW])


@pytest.mark.slow
def test_planted_facts_are_found_among_articles(tmp_path: Path, articles: Path) -> None:
    out = tmp_path / "scale.json"
    small, large = scale.run([16, 40], articles, tmp_path / "base", out)
    assert (small.documents, large.documents) == (16, 40)
    assert large.right >= 0.8
    assert large.wrong <= 0.1
    assert large.passages > small.passages
    assert [row["documents"] for row in json.loads(out.read_text(encoding="utf-8"))] == [16, 40]
    assert 0 < large.search_p50 < large.p50
    answers = (tmp_path / "scale-40.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(answers) == 5 * scale.planted_among(40, articles=True)
    assert synthetic.report(0).questions[0].id in answers[0]


@pytest.mark.slow
def test_langchain_is_asked_over_the_same_documents(tmp_path: Path, articles: Path) -> None:
    pytest.importorskip("langchain_community")
    (row,) = scale.run([16], articles, tmp_path, None, plain=True)
    assert row.plain is not None
    assert row.plain.pieces >= 16
    assert row.plain.start_s > row.plain.p50 / 1000
