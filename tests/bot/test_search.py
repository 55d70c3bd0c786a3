"""Hybrid search: confined to the scope, fused by reciprocal rank, the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Assistant
from bot.question import understand
from bot.scope import Scope, find_scope
from bot.search import RRF_K, HybridSearch, fuse
from ingest.library import Hit


def hits(*places: tuple[str, int]) -> list[Hit]:
    return [Hit(report, ordinal, 1.0 / (n + 1)) for n, (report, ordinal) in enumerate(places)]


def test_a_passage_scores_from_each_ranking_that_has_it() -> None:
    both, text_only = fuse(hits(("甲", 1), ("甲", 2)), hits(("甲", 1)), 1.0, 0.5)
    assert (both.ordinal, both.text_rank, both.vector_rank) == (1, 1, 1)
    assert both.score == pytest.approx(1 / (RRF_K + 1) + 0.5 / (RRF_K + 1))
    assert (text_only.text_rank, text_only.vector_rank) == (2, None)
    assert text_only.score == pytest.approx(1 / (RRF_K + 2))


def test_what_both_find_comes_before_what_one_finds_first() -> None:
    fused = fuse(hits(("甲", 1), ("甲", 2)), hits(("甲", 3), ("甲", 2)))
    assert [ranked.ordinal for ranked in fused] == [2, 1, 3]


def test_ties_go_by_report_and_ordinal_whichever_half_found_them() -> None:
    one = fuse(hits(("b", 5)), hits(("a", 7)))
    other = fuse(hits(("a", 7)), hits(("b", 5)))
    assert [(r.report, r.ordinal) for r in one] == [(r.report, r.ordinal) for r in other] == [("a", 7), ("b", 5)]


places = st.lists(st.tuples(st.sampled_from("甲乙"), st.integers(0, 5)), unique=True, max_size=8)


@given(places, places)
def test_fusion_keeps_every_passage_once_in_falling_order(
    text: list[tuple[str, int]], vector: list[tuple[str, int]]
) -> None:
    fused = fuse(hits(*text), hits(*vector))
    found = [(ranked.report, ranked.ordinal) for ranked in fused]
    assert len(found) == len(set(found))
    assert set(found) == {*text, *vector}
    assert [r.score for r in fused] == sorted((r.score for r in fused), reverse=True)


@pytest.mark.parametrize("place", ["山东省", "江苏省"])
def test_search_stays_inside_the_scope(provinces: Assistant, place: str) -> None:
    scope = find_scope(f"{place}粮食总产量是多少", provinces.library.reports())
    question = understand(f"{place}粮食总产量是多少", scope_names=scope.names)
    ranked = provinces.search.find(question, scope)
    assert ranked
    assert {passage.report for passage in ranked} == set(scope.reports)


def test_without_a_scope_every_report_is_searched(provinces: Assistant) -> None:
    ranked = provinces.search.find(understand("粮食总产量是多少"), Scope())
    assert len({passage.report for passage in ranked}) == 2


@pytest.mark.parametrize(("text_weight", "vector_weight"), [(1.0, 0.0), (0.0, 1.0)])
def test_either_half_finds_the_passage_alone(provinces: Assistant, text_weight: float, vector_weight: float) -> None:
    search = HybridSearch(provinces.library, k=3, text_weight=text_weight, vector_weight=vector_weight)
    question = "新开通国际航线几条"
    ranked = search.find(understand(question), Scope())
    assert 0 < len(ranked) <= 3
    texts = [provinces.library.passages(r.report)[r.ordinal].text for r in ranked]
    assert any("国际航线" in text for text in texts)
