"""What a run amounts to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.runs.run import Item, Run
from evals.runs.summary import ALL, QUANTITIES, summarise
from evals.scoring import score
from evals.sets.questions import Gold

GOLD = Gold("a", "fact_done", "多少", ("36亿元",), evidences=("完成投资36亿元",), files=("甲.txt",))


def answered(gold: Gold, short: str, *quotes: tuple[str, str], confidence: float = 0.9) -> Item:
    citations = [{"file": file, "quote": quote} for file, quote in quotes]
    answer = {"status": "answered", "short": short, "citations": citations, "confidence": confidence, "elapsed_ms": 5.0}
    return Item(gold, answer, ranks=(2,))


def refused(gold: Gold) -> Item:
    return Item(gold, {"status": "refused", "short": "", "confidence": 0.3, "elapsed_ms": 1.0}, ranks=(None,))


def run_of(*items: Item) -> Run:
    return Run("题集", "2024-01-01T00:00:00+00:00", 1.0, {}, items)


def value(run: Run, key: str, kind: str = ALL) -> float:
    return summarise(run).rows[kind][key].value


def test_accuracy_wrong_and_cited_are_those_of_the_score(run: Run) -> None:
    scored = score([item.gold for item in run.items], {item.gold.id: item.answer for item in run.items})
    rows = summarise(run).rows
    assert rows[ALL]["accuracy"].value == scored.total.accuracy
    assert rows[ALL]["wrong_rate"].value == scored.total.wrong_rate
    assert rows[ALL]["cited"].value == scored.total.cited
    assert rows["fact_done"]["accuracy"].value == scored.by_type["fact_done"].accuracy


def test_refusals_are_precise_and_complete() -> None:
    lost = replace(GOLD, id="b", type="unanswerable", answers=(), evidences=())
    run = run_of(refused(GOLD), refused(lost), answered(replace(lost, id="c"), "9亿元"), answered(GOLD, "36亿元"))
    assert value(run, "refusal_precision") == 0.5
    assert value(run, "refusal_recall") == 0.5


def test_every_citation_is_held_to_account() -> None:
    item = answered(GOLD, "36亿元", ("甲.txt", "完成投资36亿元。"), ("甲.txt", "别的话"), ("乙.txt", "完成投资36亿元"))
    assert value(run_of(item), "citation_precision") == pytest.approx(1 / 3)
    assert value(run_of(item), "cited") == 1


def test_each_of_several_reports_supports_by_its_own_evidence() -> None:
    pair = replace(GOLD, type="difference", answers=("1亿元",), evidences=("完成投资36亿元", "完成投资35亿元"), files=("甲.txt", "乙.txt"))  # fmt: skip
    item = answered(pair, "1亿元", ("甲.txt", "完成投资36亿元。"), ("乙.txt", "完成投资35亿元。"))
    assert value(run_of(item), "citation_precision") == 1


def test_what_no_question_counts_for_is_left_out() -> None:
    run = run_of(answered(replace(GOLD, files=()), "36亿元"))
    told = summarise(run).to_dict()["metrics"][ALL]
    assert "refusal_recall" not in told
    assert "cited" not in told
    assert "faithfulness" not in told
    assert told["accuracy"] == [1.0, 1.0, 1.0]


def test_where_the_evidence_stood_makes_hit_and_rank() -> None:
    run = run_of(answered(GOLD, "36亿元"), refused(GOLD))
    assert [value(run, key) for key in ("hit@1", "hit@5", "mrr")] == [0, 0.5, 0.25]


def test_calibration_and_latency_are_of_the_answers_given() -> None:
    found = summarise(
        run_of(answered(GOLD, "36亿元", confidence=0.8), answered(GOLD, "9亿元", confidence=0.8), refused(GOLD))
    )
    assert found.calibration.ece == pytest.approx(0.3)
    assert found.calibration.curve[-1] == (pytest.approx(2 / 3), 0.5)
    assert found.latency[50] == 5.0


def test_every_metric_says_what_it_means() -> None:
    assert all(quantity.meaning and quantity.name for quantity in QUANTITIES)
    assert len({quantity.key for quantity in QUANTITIES}) == len(QUANTITIES)
