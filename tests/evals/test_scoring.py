"""Scoring: what counts as correct, wrong and cited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.scoring import Gold, QuestionSetError, holds, judge, load, percentile, score
from ingest.settings import PROJECT

GOLD = Gold(
    "a", "fact_done", "完成多少投资", ("36亿元", "36亿"), evidences=("累计完成投资36亿元",), files=("报告.txt",)
)


def _answer(short: str, quote: str = "累计完成投资36亿元。", file: str = "报告.txt", **more: Any) -> dict[str, Any]:
    citations = [{"file": file, "quote": quote}] if quote else []
    return {"status": "answered", "short": short, "citations": citations, "elapsed_ms": 5.0} | more


@pytest.mark.parametrize(
    ("short", "answers", "match", "right"),
    [
        ("36亿元", ("36亿元",), "any", True),
        ("约３６亿元", ("36亿元",), "any", True),
        ("136亿元", ("36亿元",), "any", False),
        ("15.5%", ("5.5%",), "any", False),
        ("5.51%", ("5.5",), "any", False),
        ("6.36亿元", ("36亿元",), "any", False),
        ("23公里和36亿元", ("36亿元",), "any", True),
        ("23公里、36亿元、133公里、20公里、400余人、2000余处", ("36亿元",), "any", False),  # everything, so nothing
        ("不一样", ("一样",), "any", False),
        ("", ("36亿元",), "any", False),
        ("济南、潍坊、泰安、临沂", ("济南", "潍坊", "泰安", "临沂"), "all", True),
        ("济南、潍坊、泰安", ("济南", "潍坊", "泰安", "临沂"), "all", False),
        ("济南" + "某" * 60, ("济南",), "all", False),
    ],
)
def test_an_answer_holds_the_gold_and_little_else(
    short: str, answers: tuple[str, ...], match: str, right: bool
) -> None:
    assert holds(short, answers, match) is right


def test_a_right_answer_is_cited_by_the_right_file_only() -> None:
    assert judge(GOLD, _answer("36亿元")).cited
    assert not judge(GOLD, _answer("36亿元", file="别的.txt")).cited
    assert not judge(GOLD, _answer("36亿元", quote="新增农村公路23公里。")).cited
    assert not judge(GOLD, _answer("36亿元", quote="")).cited


def test_a_computed_answer_is_cited_by_its_evidence() -> None:
    gold = Gold(
        "b", "computed", "两项合计", ("59",), evidences=("完成投资36亿元", "改建公路23公里"), files=("报告.txt",)
    )
    assert judge(gold, _answer("59", quote="累计完成投资36亿元，改建公路23公里。")).cited
    assert not judge(gold, _answer("59", quote="别的话。")).cited


def test_an_answer_over_two_reports_cites_both() -> None:
    gold = Gold("c", "difference", "差多少", ("1亿元",), evidences=("投资36亿元",), files=("甲.txt", "乙.txt"))
    one = _answer("1亿元", quote="相差1亿元", file="甲.txt")
    both = one | {"citations": [{"file": "甲.txt", "quote": "投资36亿元"}, {"file": "乙.txt", "quote": "投资35亿元"}]}
    assert not judge(gold, one).cited
    assert judge(gold, both).cited


def test_refusals_are_right_only_where_nothing_can_be_answered() -> None:
    refusal = {"status": "refused", "short": "", "citations": [], "elapsed_ms": 1.0}
    unanswerable = Gold("d", "unanswerable", "机场投资多少", ())
    assert judge(unanswerable, refusal).correct
    assert judge(unanswerable, _answer("36亿元")).wrong
    assert not judge(GOLD, refusal).correct
    assert not judge(GOLD, refusal).wrong


def test_of_places_compared_the_first_named_counts() -> None:
    gold = Gold("e", "compare", "谁高", ("四川", "四川省"), places=("四川省", "广东省"))
    assert judge(gold, _answer("四川高于广东")).correct
    assert not judge(gold, _answer("广东低于四川")).correct


def test_shares_and_percentiles() -> None:
    refused = Gold("d", "unanswerable", "机场投资多少", ())
    missing = Gold("m", "fact_done", "别的", ("1",))
    result = score([GOLD, refused, missing], {"a": _answer("36亿元"), "d": _answer("9亿元", elapsed_ms=15.0)})
    assert (result.total.accuracy, result.total.wrong_rate) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert result.total.cited == 1.0
    assert (result.p50_ms, result.p95_ms) == (15.0, 15.0)
    assert set(result.to_dict()["by_type"]) == {"fact_done", "unanswerable"}
    assert percentile([1, 2, 3, 4], 0.5) == 3
    assert percentile([], 0.95) == 0.0


@pytest.mark.parametrize("file", sorted((PROJECT / "evals" / "questions").glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_sets_that_ship_can_be_loaded_and_their_gold_answers_are_right(file: Path) -> None:
    for gold in load(file):
        if gold.answerable:
            short = gold.answers[0] if gold.match == "any" else "、".join(gold.answers)
            assert judge(gold, _answer(short)).correct, gold


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": 1}', '{"id": 1, "type": "a", "question": "b", "answers": 3, "file": ""}']
)
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "题集.jsonl"
    good = {"id": "1", "type": "a", "question": "b", "answers": ["c"], "file": "d"}
    path.write_text(json.dumps(good) + "\n\n" + line + "\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"题集\.jsonl 第 3 行"):
        load(path)


def test_a_missing_or_empty_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"没有\.jsonl"):
        load(tmp_path / "没有.jsonl")
    (tmp_path / "空.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match="没有题目"):
        load(tmp_path / "空.jsonl")
