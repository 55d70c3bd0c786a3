"""What Milvus is given: texts that its jieba cuts, with names whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jieba
import numpy as np

from ingest.library.homes.texts import LONGEST, asked, searched
from tests.ingest.standins import analysis_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = frozenset({"临临高速", "x019鲁沟路"})


def given(text: str, names: Sequence[str] = ()) -> list[str]:
    analysis: Any = analysis_of(text, title="总结", organisation="交通局", names=list(names))
    return [said for _, said, _ in searched(3, analysis, np.zeros((len(analysis.passages), 2), np.float32))]


def test_a_passage_stands_in_its_text_twice_and_whose_it_is_once() -> None:
    (said,) = given("一、工程建设\n完成投资３６亿元。")
    assert said.count("完成投资36亿元") == 2
    assert said.count("交通局") == said.count("工程建设") == 1


def test_a_name_is_asked_for_as_the_one_word_that_its_passages_hold() -> None:
    with_name, without = given("一、工程\nX019鲁沟路完成路基工程。\n高速公路通车。", ["X019鲁沟路"])
    code = asked(["x019鲁沟路"], NAMES)
    assert code.isalnum()
    assert code.isascii()
    assert with_name.split().count(code) == 2
    assert code not in without


def test_the_analyzer_leaves_the_code_of_a_name_whole() -> None:
    for name in NAMES:
        code = asked([name], NAMES)
        assert list(jieba.cut_for_search(f"路{code} 高速")) == ["路", code, " ", "高速"]


def test_words_that_the_analyzer_finds_by_itself_are_asked_for_once() -> None:
    assert asked(["基础设施", "基础", "设施", "投资"], NAMES) == "基础设施 投资"
    assert asked(["投资", "投资"], NAMES) == "投资"


def test_characters_of_no_known_word_are_left_to_the_analyzer_together() -> None:
    assert asked(["鲁", "沟", "投资", "路", "5"], NAMES) == "鲁沟 投资 路 5"


def test_what_cannot_be_sent_is_left_out() -> None:
    assert asked(["投\0资", "\ud800", "  "], NAMES).split() == ["投", "资"]
    assert asked([], NAMES) == ""


def test_a_text_too_long_for_milvus_is_cut_off() -> None:
    (said,) = given("一、投资\n" + "完成投资" * 5_000 + "。")
    assert LONGEST - 4 < len(said.encode()) <= LONGEST
