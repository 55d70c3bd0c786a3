"""是 and 否 only where a sentence says so."""

from __future__ import annotations

import pytest

from bot.chain import Assistant


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("山东省2035年粮食总产量达到5000万吨了吗？", "是"),
        ("山东省2035年新建高速公路310公里，是吗？", "是"),
        ("山东省2035年新建高速公路是不是400公里？", "否，是310公里"),
        ("江苏省2035年GDP增长超过6%了吗？", "否，是5.8%"),
        ("山东省2035年GDP增速是否超过6%？", "是"),
        ("山东省黄河三号大桥建成通车了吗？", "是"),
    ],
)
def test_the_sentence_decides(provinces: Assistant, question: str, short: str) -> None:
    answer = provinces.ask(question)
    assert (answer.status, answer.short) == ("answered", short)
    (citation,) = answer.citations
    assert citation.quote in provinces.library.report(citation.report_id).text


@pytest.mark.parametrize(
    "question",
    [
        "山东省2035年鲁南机场建成了吗？",
        "江苏省黄河三号大桥建成通车了吗？",
        "浙江省2035年GDP增长超过5%了吗？",
        "2035年GDP增长超过6%了吗？",
        "山东省2035年捕鲸船超过3艘吗？",
        "山东省2035年新建了幼儿园吗？",
    ],
)
def test_what_no_sentence_says_is_left_open(provinces: Assistant, question: str) -> None:
    assert provinces.ask(question).status == "refused"


def test_a_sentence_that_denies_it_says_no(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("2022年有没有行政诉讼案件？")
    assert answer.short == "否"
    assert "无行政诉讼案件" in answer.citations[0].quote


def test_what_was_done_is_confirmed(corpus_assistant: Assistant) -> None:
    assert corpus_assistant.ask("成功创建“四好农村路”省级示范县了吗").short == "是"
    assert corpus_assistant.ask("S229改建完成了吗").short == "是"
    assert corpus_assistant.ask("沂源县通用机场建成了吗？").status == "refused"
