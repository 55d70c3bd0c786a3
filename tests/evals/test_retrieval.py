"""What counts as a hit, and hit@k on a library small enough to rank by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chain import Assistant, Turn
from bot.search.hybrid import Ranked
from bot.training.ranking import library_of
from bot.understanding.question import understand
from bot.understanding.scope import Scope
from evals.retrieval import CUTS, RRF_K, Score, by_rank, is_hit, measure, methods, normal, read_questions, table
from ingest.settings import Settings

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


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("counties")
    (folder / "东山县.txt").write_text(EAST, encoding="utf-8")
    (folder / "西河县.txt").write_text(WEST, encoding="utf-8")
    with library_of([folder]) as library:
        yield Assistant(library, Settings())


def every_passage(assistant: Assistant, scope: Scope) -> list[Ranked]:
    """The passages of the reports in scope, or of all, 东山县's first, in the order of their text."""
    reports = [r for r in assistant.library.reports() if not scope.reports or r.id in scope.reports]
    return [Ranked(r.id, n, 0.0) for r in reports for n in range(len(assistant.library.passages(r.id)))]


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


def test_every_method_finds_the_passage_of_the_report_asked_about(assistant: Assistant) -> None:
    asked = [question("西河县新改建农村公路多少公里", "新改建农村公路41公里", "西河县.txt")]
    scores = measure(assistant, asked, methods(assistant))
    assert {score.method: score.hits for score in scores if score.type == "all"} == {
        "full text": (1, 1, 1),
        "vectors": (1, 1, 1),
        "by rank": (1, 1, 1),
        "by score": (1, 1, 1),
        "ranked": (1, 1, 1),
    }


def test_full_text_alone_misses_what_is_worded_otherwise_and_vectors_find_it(assistant: Assistant) -> None:
    asked = [question("西河县拉得太重的大卡车逮住了几辆", "查处超限超载货车310辆", "西河县.txt")]
    ways = {name: way for name, way in methods(assistant).items() if name in ("vectors", "ranked")}
    assert all(score.hits[1] == 1 for score in measure(assistant, asked, ways))


def test_reciprocal_ranks_are_added_and_ties_go_by_report_and_ordinal() -> None:
    found = by_rank(
        [Ranked("甲", 2), Ranked("甲", 0), Ranked("甲", 1)], [Ranked("甲", 0), Ranked("甲", 2), Ranked("甲", 3)]
    )
    assert [passage.ordinal for passage in found] == [0, 2, 1, 3]
    assert found[0].score == pytest.approx(1 / (RRF_K + 1) + 1 / (RRF_K + 2))


def test_where_passages_are_looked_for_decides_what_can_outrank_the_answer(assistant: Assistant) -> None:
    asked = [question("新改建农村公路多少公里", "新改建农村公路41公里", "西河县.txt")]
    ways = {"all of them": lambda turn: every_passage(assistant, turn.scope)}
    by_scope = {where: measure(assistant, asked, ways, where)[0].hits for where in ("file", "library")}
    assert by_scope == {"file": (0, 1, 1), "library": (0, 0, 1)}


def test_a_hit_in_another_file_is_none(assistant: Assistant) -> None:
    asked = [question("西河县新改建农村公路多少公里", "新改建农村公路41公里", "东山县.txt")]
    assert measure(assistant, asked, methods(assistant))[0].hits == (0, 0, 0)


def test_of_an_evidence_over_several_passages_the_one_with_the_answer_is_the_hit(assistant: Assistant) -> None:
    asked = question(
        "东山县养护投资多少", "全年新改建农村公路23公里。对老年人免费开放公交线路12条", "东山县.txt", answer="12条"
    )
    ways = {"all of them": lambda turn: every_passage(assistant, turn.scope)}
    texts = [
        assistant.library.passages(r.report)[r.ordinal].text
        for r in ways["all of them"](Turn(understand("？"), Scope()))
    ]
    at = next(n for n, text in enumerate(texts) if "12条" in text)
    assert measure(assistant, [asked], ways, "library")[0].hits == tuple(float(at < k) for k in CUTS)


def test_every_evidence_must_be_found(assistant: Assistant) -> None:
    pair = question("东山县和西河县新改建农村公路各多少公里", "新改建农村公路23公里", "东山县.txt")
    pair |= {"evidences": ["新改建农村公路23公里", "新改建农村公路41公里"], "files": ["东山县.txt", "西河县.txt"]}
    hits = measure(assistant, [pair], {"ranked": methods(assistant)["ranked"]})[0].hits
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
