"""hit@k, reciprocal rank and nDCG by hand, and nDCG against scikit-learn."""

from __future__ import annotations

import pytest

from evals.metrics.ranking import hit_at, hits, ndcg, normal, ranks, reciprocal_rank


def test_the_rank_of_an_evidence_is_that_of_the_first_passage_that_holds_it() -> None:
    passages = [normal(text) for text in ("", "完成投资36亿元。", "改建公路23公里。完成投资36亿元。")]
    assert ranks(passages, ["完成投资36亿元", "改建公路23公里", "新建桥梁9座"], []) == (2, 3, None)


def test_a_passage_of_another_file_hits_nothing() -> None:
    assert not hits("", "完成投资36亿元", [])


@pytest.mark.parametrize(
    ("found", "at_1", "at_5", "reciprocal"),
    [((1,), True, True, 1.0), ((1, 4), False, True, 1.0), ((3, None), False, False, 1 / 3), ((None,), False, False, 0.0), ((), False, False, 0.0)],
)  # fmt: skip
def test_a_question_is_complete_once_every_evidence_is_found(
    found: tuple[int | None, ...], at_1: bool, at_5: bool, reciprocal: float
) -> None:
    assert (hit_at(found, 1), hit_at(found, 5)) == (at_1, at_5)
    assert reciprocal_rank(found) == pytest.approx(reciprocal)


@pytest.mark.parametrize("found", [(1,), (4,), (2, 5), (1, None, 9), (None,)])
def test_ndcg_is_that_of_scikit_learn(found: tuple[int | None, ...]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    relevance = [float(rank in found) for rank in range(1, 21)]
    missing = [1.0] * sum(rank is None for rank in found)  # ranked behind everything else
    truth, scores = relevance + missing, [-float(n) for n in range(len(relevance) + len(missing))]
    assert ndcg(found) == pytest.approx(metrics.ndcg_score([truth], [scores], k=10))


def test_one_passage_that_holds_two_evidences_does_no_better_than_the_ideal() -> None:
    assert ndcg((1, 1)) == 1.0
