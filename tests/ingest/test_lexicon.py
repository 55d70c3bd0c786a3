"""jieba's dictionary read by need: the same words, the same cuts, a small part of it held."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jieba
import pytest

from ingest import lexicon
from ingest.lexicon import Lexicon
from ingest.settings import PROJECT

LINES = "公 5 n\n公路 30 n\n公路桥梁 2 n\n桥 4 n\n路面 6 n\n公里 9 q\n公路 31 n\n"


@pytest.fixture(scope="module")
def whole() -> jieba.Tokenizer:
    """jieba with its whole dictionary, as it comes."""
    tokenizer = jieba.Tokenizer()
    with Path(jieba.__file__).with_name("dict.txt").open("rb") as file:
        tokenizer.FREQ, tokenizer.total = jieba.Tokenizer.gen_pfdict(file)
    tokenizer.initialized = True
    return tokenizer


def test_the_words_that_a_text_could_hold_are_read_and_no_others() -> None:
    dictionary = Lexicon(LINES, total=87)
    assert dictionary.read("公路") == {"公": 5, "公路": 31, "公路桥": 0, "公路桥梁": 2}
    assert dictionary.cut("公路桥面") == ["公路", "桥", "面"]
    assert "公里" not in dictionary.frequencies


def test_a_character_without_words_adds_nothing() -> None:
    assert Lexicon(LINES, total=87).read("龘 1\n") == {}


def test_whoever_cuts_much_holds_the_whole_dictionary(monkeypatch: pytest.MonkeyPatch, whole: jieba.Tokenizer) -> None:
    monkeypatch.setattr(lexicon, "_MANY", 10)
    assert lexicon.load.__wrapped__().read("全力推进临临高速沂源段建设") == whole.FREQ


def test_the_total_is_that_of_jiebas_dictionary(whole: jieba.Tokenizer) -> None:
    assert whole.total == lexicon.TOTAL


def test_a_report_is_cut_as_by_the_whole_dictionary(whole: jieba.Tokenizer, report_file: Path) -> None:
    text = report_file.read_text(encoding="utf-8")
    assert lexicon.load.__wrapped__().cut(text) == list(whole.cut(text, HMM=False))


def test_one_question_reads_a_small_part_of_the_dictionary() -> None:
    code = (
        "from ingest import lexicon, words;"
        "print(words.cut('临临高速完成多少投资'), len(lexicon.load().frequencies) < 1_000)"
    )
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    assert printed.split("] ")[1].strip() == "True"
