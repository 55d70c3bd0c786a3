"""How much of a question stands where in a report."""

from __future__ import annotations

import pytest

from bot.evidence.matching import Matches, expand, match
from bot.understanding.question import understand
from ingest.embedding import shipped_vectors
from tests.bot.reports import SHANDONG, view_of

VIEW = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")


def matches(text: str) -> Matches:
    return match(understand(text), VIEW, shipped_vectors())


def sentence(holding: str) -> tuple[int, int]:
    return next(s.span.words for s in VIEW.sentences if holding in VIEW.text[s.span.start : s.span.end])


def test_the_words_shares_of_a_question_sum_to_one() -> None:
    assert matches("新建养老床位多少张").weights.sum() == pytest.approx(1.0)


def test_a_sentence_that_holds_the_question_covers_it() -> None:
    found = matches("新开通国际航线几条")
    there, elsewhere = found.coverage([[sentence("国际航线")], [sentence("森林覆盖率")]])
    assert there > 0.95
    assert elsewhere < 0.3


def test_rare_words_weigh_more_than_common_ones() -> None:
    found = matches("新建鲁南机场")
    share = dict(zip(found.words, found.weights, strict=True))
    assert share["机场"] > share["新建"]


def test_another_name_for_the_very_same_counts_in_full() -> None:
    there, elsewhere = matches("GDP是多少").coverage([[sentence("地区生产总值达到")], [sentence("森林覆盖率")]])
    assert (there, elsewhere) == (pytest.approx(1.0), pytest.approx(0.0))


def test_words_of_like_meaning_count_where_the_very_words_do_not() -> None:
    found = matches("铁路桥梁")
    place = [[sentence("大桥")]]
    assert found.coverage(place, near=True)[0] > found.coverage(place)[0]


def test_an_everyday_word_gives_way_to_the_official_one_the_report_uses() -> None:
    words = [word for word, _ in expand(understand("经济总量是多少"), VIEW)]
    assert "生产总值" in "".join(words)
    assert "经济总量" not in words


def test_what_a_report_holds_word_for_word_is_known() -> None:
    assert matches("新建养老床位多少张").held() == pytest.approx(1.0)
    assert matches("量子芯片多少枚").held() < 0.5


def test_a_question_without_content_matches_nothing() -> None:
    found = matches("是多少？")
    assert found.coverage([[sentence("国际航线")]])[0] == 0.0
