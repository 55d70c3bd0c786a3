"""Passages: whole sentences of one section under a limit, covering the text exactly once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document
from ingest.outline import outline
from ingest.period import Timeline
from ingest.sentences import sentences
from ingest.splitter import ReportSplitter, split
from tests.ingest.reportlike import report_text

NO_PERIODS = Timeline((), ())


def passages_of(text: str, limit: int = 96) -> list[str]:
    document = Document(text)
    return [passage.text for passage in split(document, outline(document), NO_PERIODS, limit)]


def test_short_sentences_of_one_paragraph_share_a_passage() -> None:
    assert passages_of("完成投资36亿元。清理垃圾1万吨。") == ["完成投资36亿元。清理垃圾1万吨。"]


def test_a_passage_ends_before_the_limit_is_passed() -> None:
    text = "完成投资36亿元。" * 4
    parts = passages_of(text, limit=12)
    assert len(parts) > 1
    assert "".join(parts) == text


def test_a_sentence_over_the_limit_stays_whole() -> None:
    long = "推进" * 40 + "。"
    assert passages_of(f"短句。{long}短句。", limit=8) == ["短句。", long, "短句。"]


def test_paragraphs_and_sections_begin_passages() -> None:
    assert passages_of("一、回顾\n甲工作。\n乙工作。") == ["一、回顾", "甲工作。", "乙工作。"]


def test_each_point_is_a_passage_although_it_ends_at_a_semicolon() -> None:
    assert passages_of("（一）执法：一是出动人员100人；二是查处车辆46辆。") == [
        "（一）执法：",
        "一是出动人员100人；",
        "二是查处车辆46辆。",
    ]


def test_a_passage_carries_the_headings_above_it() -> None:
    document = Document("一、回顾\n（一）工程\n完成投资36亿元。")
    *_, last = split(document, outline(document), NO_PERIODS)
    assert last.section == ("回顾", "工程")


def test_the_langchain_splitter_gives_the_same_passages() -> None:
    text = "一、回顾\n完成投资36亿元。\n二、打算\n完成投资40亿元。"
    assert ReportSplitter(limit=20).split_text(text) == passages_of(text, 20)


@pytest.mark.parametrize("text", ["", "\n \u3000"])
def test_a_text_without_words_has_no_passages(text: str) -> None:
    assert passages_of(text) == []


@settings(deadline=None)
@given(report_text, st.integers(1, 40))
def test_passages_are_true_to_the_text(text: str, limit: int) -> None:
    document = Document(text)
    sections = outline(document)
    starts = {section.start for section in sections}
    passages = split(document, sections, NO_PERIODS, limit)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    covered = [0] * len(text)
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text == "".join(passage.words)
        for place in range(passage.start, passage.end):
            covered[place] += 1
        inside = list(sentences(text, passage.start, passage.end))
        assert len(passage.words) <= limit or len(inside) == 1
        assert not any(passage.start < start < passage.end for start in starts)
    assert all(count == 1 for count, character in zip(covered, text, strict=True) if not character.isspace())
    assert max(covered, default=0) <= 1


@settings(deadline=None)
@given(report_text)
def test_no_passage_begins_or_ends_inside_a_number(text: str) -> None:
    document = Document(text)
    edges = {edge for p in split(document, outline(document), NO_PERIODS, 4) for edge in (p.start, p.end)}
    for number in re.finditer(r"\d+(?:[.,:]\d+)*", text):
        assert not any(number.start() < edge < number.end() for edge in edges)
