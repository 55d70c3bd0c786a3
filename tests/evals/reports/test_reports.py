"""A run's report: complete, inert, and dependent on nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from evals.reports import charts, html, markdown
from evals.reports.writing import write
from evals.runs.comparing import compare
from evals.runs.run import FILE, Run, RunError
from evals.runs.run import load as load_run
from evals.runs.summary import summarise

SCRIPT = "<img"


@pytest.fixture(scope="module")
def page(run: Run) -> str:
    return html.render(run, summarise(run))


def test_every_question_stands_in_the_page_with_its_answer_evidence_and_passages(page: str, run: Run) -> None:
    assert page.count("<details>") == len(run.items)
    for text in ("23公里", "新改建农村公路23公里", "检索第 1 位", "没有检索到", "含有依据", "应当拒答"):
        assert text in page


def test_what_comes_from_a_set_or_a_report_is_inert(page: str) -> None:
    assert SCRIPT not in page
    assert "&lt;img src=x onerror=" in page
    assert "两县&lt;b&gt;" in page


def test_the_page_fetches_nothing_and_says_so_itself(page: str) -> None:
    assert not re.findall(r"(?:src|href)=|url\(|@import|https?://", page.replace("&lt;img src=", ""))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].replace("&#39;", "'").startswith("default-src 'none'")
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{kind} &#39;sha256-{digest}&#39;" in page.replace("&#43;", "+")
    assert " style=" not in page, "which the policy would not allow"
    assert not re.search(r"\son\w+=\"", page.replace("&#34;", ""))


def test_charts_are_well_formed_and_escape_their_text(run: Run) -> None:
    summary = summarise(run)
    for chart in html.graphs(run, summary).values():
        assert ET.fromstring(chart).get("aria-label")
    first = replace(run.items[0], gold=replace(run.items[0].gold, type="<b>"))
    assert "&lt;b&gt;" in charts.outcomes([first])


def test_a_run_without_answers_or_evidence_has_a_report_too(run: Run) -> None:
    bare = replace(run, items=(replace(run.items[2], ranks=()),))
    assert "100.0%" in html.render(bare, summarise(bare))
    assert "100.0%" in markdown.render(bare, summarise(bare))


def test_the_markdown_lists_what_was_not_answered_right(run: Run) -> None:
    text = markdown.render(run, summarise(run))
    assert "## 答错的题" in text
    assert "## 该答未答的题" in text
    assert text.count(SCRIPT) == text.count("\\" + SCRIPT) > 0
    assert all(line.count("|") == 4 for line in text.splitlines() if line.startswith("| 正确率"))


def test_the_markdown_of_a_comparison_lists_what_changed(run: Run) -> None:
    lost = replace(run.items[0], answer={**run.items[0].answer, "status": "refused", "short": ""})
    text = markdown.render_comparison(compare(run, replace(run, items=(lost, *run.items[1:]))))
    assert "## 由对变错\n\n- 东山县2022年新改建农村公路多少公里　23公里 → 拒答" in text


def test_the_three_files_are_written(run: Run, tmp_path: Path) -> None:
    write(run, summarise(run), tmp_path / "结果")
    assert {path.name for path in (tmp_path / "结果").iterdir()} == {FILE, html.FILE, markdown.FILE}
    assert len(load_run(tmp_path / "结果").items) == 4


def test_a_folder_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "占").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="占"):
        write(run, summarise(run), tmp_path / "占")
