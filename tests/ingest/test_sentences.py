"""Sentences and clauses: where they end, and that nothing but white space and marks is lost between them."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given

from ingest.sentences import clauses, sentences
from tests.ingest.reportlike import report_text

#: a text and its sentences
SENTENCES = [
    ("完成投资36亿元。二是清理垃圾。", ["完成投资36亿元。", "二是清理垃圾。"]),
    ("增长12.47%。降至2.5。", ["增长12.47%。", "降至2.5。"]),
    ("他说：“要快起来。”大家同意。", ["他说：“要快起来。”", "大家同意。"]),
    ("（见附件。）下一句", ["（见附件。）", "下一句"]),
    ("标题\n  正文一。\n\n正文二", ["标题", "正文一。", "正文二"]),
    ("一是建；二是养。", ["一是建；二是养。"]),
    ("真的吗？！是的！", ["真的吗？！", "是的！"]),
    ("PM2.5浓度下降", ["PM2.5浓度下降"]),
    ("见上文etc. 下一句", ["见上文etc.", "下一句"]),
    ("按1. 2. 编号", ["按1. 2. 编号"]),
    ("　　缩进的段落。　", ["缩进的段落。"]),
    ("", []),
    (" \n\t\u3000", []),
]

#: a sentence and its clauses
CLAUSES = [
    ("工程施工已全线展开,累计完成投资36亿元。", ["工程施工已全线展开", "累计完成投资36亿元。"]),
    ("投入1,234.5万元，建成", ["投入1,234.5万元", "建成"]),
    ("城乡收入比降至2.50:1；完成", ["城乡收入比降至2.50:1", "完成"]),
    ("城乡收入比降至2.50：1，好于去年", ["城乡收入比降至2.50：1", "好于去年"]),
    ("工程建设方面：一是推进", ["工程建设方面", "一是推进"]),
    ("农村公路23公里、路面133公里", ["农村公路23公里、路面133公里"]),
    ("创建（EPC）项目", ["创建（EPC）项目"]),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences_end_at_full_stops_and_lines_and_keep_their_closing_marks(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == expected


@pytest.mark.parametrize(("text", "expected"), CLAUSES)
def test_clauses_end_at_commas_but_not_inside_numbers(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in clauses(text)] == expected


def test_a_range_of_a_text_gives_offsets_into_the_whole_text() -> None:
    text = "甲。乙，丙。丁。"
    assert [text[a:b] for a, b in sentences(text, 2, 6)] == ["乙，丙。"]
    assert [text[a:b] for a, b in clauses(text, 2, 6)] == ["乙", "丙。"]


@given(report_text)
def test_sentences_hold_every_visible_character_once_and_cut_no_number(text: str) -> None:
    spans = list(sentences(text))
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    assert _visible("".join(text[a:b] for a, b in spans)) == _visible(text)
    for number in re.finditer(r"\d+(?:[.,:]\d+)*", text):
        assert any(a <= number.start() and number.end() <= b for a, b in spans)


@given(report_text)
def test_clauses_lose_nothing_but_their_marks_and_cut_no_number(text: str) -> None:
    for start, end in sentences(text):
        spans = list(clauses(text, start, end))
        assert all(start <= a < b <= end for a, b in spans)
        assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
        kept = _visible("".join(text[a:b] for a, b in spans))
        assert re.sub("[，；;：:,]", "", kept) == re.sub("[，；;：:,]", "", _visible(text[start:end]))
        for number in re.finditer(r"\d+(?:[.,:]\d+)+", text[start:end]):
            assert any(a <= start + number.start() and start + number.end() <= b for a, b in spans)


def _visible(text: str) -> str:
    return "".join(text.split())
