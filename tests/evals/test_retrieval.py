"""What counts as a hit, and hit@k on a library small enough to rank by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.retrieval import Score, bm25, fused, is_hit, measure, normal, read_questions, read_units, table, vectors
from ingest.embedding import load_embedder

EAST = """东山县交通运输局2022年工作总结
一、工程建设
全年新改建农村公路23公里。完成养护投资3.6亿元。
二、便民服务
对老年人免费开放公交线路12条。
"""
WEST = """西河县交通运输局2022年工作总结
一、工程建设
全年新改建农村公路41公里。
二、安全生产
查处超限超载货车310辆。
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "东山县.txt").write_text(EAST, encoding="utf-8")
    (tmp_path / "西河县.txt").write_text(WEST, encoding="utf-8")
    return tmp_path


def question(text: str, evidence: str, file: str, kind: str = "fact_done", answer: str = "") -> dict[str, object]:
    return {
        "id": text,
        "type": kind,
        "question": text,
        "answers": [answer or evidence],
        "evidence": evidence,
        "file": file,
    }


@pytest.mark.parametrize(
    ("passage", "evidence", "answer", "hit"),
    [
        ("一是推进建设，累计完成投资36亿元，超额完成。", "累计完成投资36亿元", "36亿元", True),  # holds it
        ("累计完成投资３６亿元。", "累计 完成投资36亿元", "36亿元", True),  # width and white space aside
        (
            "工程施工已全线展开,累计完成投资36亿元",
            "率先完成拆迁，工程施工已全线展开，累计完成投资36亿元",
            "36亿元",
            True,
        ),  # most of it
        (
            "累计完成投资36亿元",
            "率先完成征地拆迁工作，各标段工程施工已经全线展开，累计完成投资36亿元",
            "36亿元",
            True,
        ),  # lies inside it
        (
            "各标段工程施工已经全线展开",
            "率先完成征地拆迁工作，各标段工程施工已经全线展开，累计完成投资36亿元",
            "36亿元",
            False,
        ),
        ("累计完成投资12亿元", "新开工项目36个，涉及农村公路、桥梁和客运站", "36个", False),
        (
            "投资36亿元建设的另一条路",
            "累计完成投资36亿元，率先完成征地拆迁工作",
            "36亿元",
            False,
        ),  # the figure alone is not enough
    ],
)
def test_a_passage_hits_when_it_holds_the_evidence(passage: str, evidence: str, answer: str, hit: bool) -> None:
    assert is_hit(normal(passage), normal(evidence), [normal(answer)]) is hit


def test_full_text_finds_shared_words_and_the_report_named_in_the_question(reports: Path) -> None:
    units = read_units([reports], limit=8)
    ranked = bm25(units)("西河县新改建农村公路多少公里", np.arange(len(units)))
    assert units[ranked[0]].text == "全年新改建农村公路41公里。"


def test_full_text_leaves_out_what_shares_no_word(reports: Path) -> None:
    units = read_units([reports], limit=8)
    assert len(bm25(units)("鹦鹉", np.arange(len(units)))) == 0


def test_vectors_find_what_is_worded_otherwise(reports: Path) -> None:
    units = read_units([reports], limit=8)
    ranked = vectors(units, load_embedder())("上了年纪的人坐车不要钱的有几路", np.arange(len(units)))
    assert units[ranked[0]].text == "对老年人免费开放公交线路12条。"


def test_fusion_adds_reciprocal_ranks_and_breaks_ties_by_place() -> None:
    everything = np.arange(4)
    both = fused(lambda question, allowed: np.array([2, 0, 1]), lambda question, allowed: np.array([0, 2, 3]))
    assert both("", everything).tolist() == [0, 2, 1, 3]


def test_confined_to_its_file_a_question_cannot_hit_elsewhere_and_is_not_outranked(reports: Path) -> None:
    units = read_units([reports], limit=8)
    asked = [question("新改建农村公路多少公里", "新改建农村公路41公里", "西河县.txt")]
    rankers = {"full text": bm25(units)}
    assert measure(units, asked, rankers, "file")[0].hits == (1, 1, 1)
    everywhere = measure(units, asked, rankers, "library")[0].hits
    assert everywhere[1] == 1


def test_every_evidence_must_be_found(reports: Path) -> None:
    units = read_units([reports], limit=8)
    pair = question("两县新改建农村公路各多少公里", "新改建农村公路23公里", "东山县.txt")
    pair |= {"evidences": ["新改建农村公路23公里", "新改建农村公路41公里"], "files": ["东山县.txt", "西河县.txt"]}
    hits = measure(units, [pair], {"full text": bm25(units)})[0].hits
    assert hits == (0, 1, 1)


def test_unanswerable_questions_are_left_out(tmp_path: Path) -> None:
    rows = [question("甲", "乙", "丙.txt"), question("丁", "", "丙.txt", "unanswerable")]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert [row["question"] for row in read_questions(path)] == ["甲"]


def test_the_table_has_a_row_a_type_and_ends_with_all() -> None:
    scores = [Score("full text", "plan", 2, (0.5, 1, 1)), Score("full text", "all", 2, (0.5, 1, 1))]
    assert table(scores).splitlines()[2:] == [
        "| plan | 2 | 0.500 / 1.000 / 1.000 |",
        "| all | 2 | 0.500 / 1.000 / 1.000 |",
    ]
