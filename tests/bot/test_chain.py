"""The assistant from question to answer: over the report that ships, and over two made-up provincial reports."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Answer
from bot.chain import Assistant
from bot.quoting.guard import unstated
from ingest.library import Library
from ingest.settings import Settings


def stands(answer: Answer, library: Library) -> bool:
    """Whether every citation is verbatim, with its mark inside."""
    texts = {report.id: library.report(report.id).text for report in library.reports()}
    return all(
        c.quote == texts[c.report_id][c.start : c.end] and (c.mark is None or c.start <= c.mark[0] < c.mark[1] <= c.end)
        for c in answer.citations
    )


def test_a_figure_is_answered_with_the_sentence_it_stands_in(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("临临高速完成多少投资")
    assert (answer.status, answer.short) == ("answered", "36亿元")
    (citation,) = answer.citations
    assert "累计完成投资36亿元" in citation.quote
    assert citation.file == "沂源县交通运输局2022年工作总结和2023年工作计划.txt"
    assert citation.mark is not None
    assert citation.quote[citation.mark[0] - citation.start : citation.mark[1] - citation.start] == "36亿元"
    assert stands(answer, corpus_assistant.library)
    assert answer.elapsed_ms > 0
    assert "[1]" in answer.answer


def test_reports_can_be_read_ahead(corpus_library: Library, corpus_settings: Settings) -> None:
    assistant = Assistant(corpus_library, corpus_settings)
    (report,) = assistant.warm()
    assert report == corpus_library.reports()[0].id
    assert assistant.view(report) is assistant.view(report)
    assert list(assistant.warm(most=0)) == []


def test_what_was_done_in_2022_is_not_what_is_planned_for_2023(corpus_assistant: Assistant) -> None:
    assert corpus_assistant.ask("2022年实际新增和改建农村公路多少公里？").short == "23公里"
    assert corpus_assistant.ask("2023年计划新改建农村公路多少公里？").short == "30公里"
    assert corpus_assistant.ask("2023年计划做多少公里村道安防？").short == "180公里"


def test_a_follow_up_is_answered_from_the_conversation(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("那2023年呢？", ["2022年农村公路新改建多少公里？"])
    assert answer.short == "30公里"
    assert "2023年" in answer.standalone
    assert "农村公路" in answer.standalone
    assert answer.question == "那2023年呢？"


@pytest.mark.parametrize(
    "question",
    [
        "2019年完成农村公路多少公里？",
        "浙江省2022年完成农村公路多少公里？",
        "青岛港2022年集装箱吞吐量是多少？",
        "高铁站建成了几座？",
        "2023年罚没款计划多少万元？",
    ],
)
def test_what_the_report_does_not_hold_is_refused_with_the_nearest_passages(
    corpus_assistant: Assistant, question: str
) -> None:
    answer = corpus_assistant.ask(question)
    assert (answer.status, answer.short) == ("refused", "")
    assert answer.answer.startswith("没有找到确切的答案")
    assert answer.citations
    assert stands(answer, corpus_assistant.library)


def test_a_refusal_names_what_is_missing(corpus_assistant: Assistant) -> None:
    assert "2019年" in corpus_assistant.ask("2019年完成农村公路多少公里？").answer
    assert "浙江" in corpus_assistant.ask("浙江省2022年完成农村公路多少公里？").answer


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("山东省2035年粮食总产量是多少？", "5100万吨"),
        ("山东2036年粮食总产量目标是多少万吨？", "5200万吨"),
        ("江苏省去年地区生产总值增长多少？", "5.8%"),
        ("江苏2035年新建高速公路多少公里？", "150公里"),
        ("山东省和江苏省2035年的粮食总产量哪个更高？", "山东省"),
        ("山东省和江苏省2035年养老床位谁更多，是多少？", "山东省"),
        ("山东省和江苏省2035年居民人均预期寿命谁更短？", "山东省"),
        ("山东省和江苏省2035年城镇调查失业率哪个更低？", "一样，都是5%"),
        ("山东省2035年粮食总产量比江苏省多多少万吨？", "1300万吨"),
        ("山东省和江苏省2035年新建高速公路加起来多少公里？", "460公里"),
        ("山东省和江苏省2035年城镇新增就业各是多少？", "山东省121万人，江苏省135万人"),
        ("山东省2036年新建高速公路比2035年少多少公里？", "30公里"),
        ("山东省规模以上工业企业累计增加了多少万家？", "0.4万家"),
        ("山东省规模以上工业企业增加了多少万家？", "0.4万家"),
        ("山东省2036年新建高速公路比2035年减少多少公里？", "30公里"),
        ("山东省规模以上工业企业数量增长了百分之多少？", "12.5%"),
        ("“十六五”时期山东省平均每年造林多少万亩？", "10万亩"),
    ],
)
def test_each_report_answers_for_its_own_place(provinces: Assistant, question: str, short: str) -> None:
    answer = provinces.ask(question)
    assert (answer.status, answer.short) == ("answered", short)
    assert stands(answer, provinces.library)


@pytest.mark.parametrize(
    "question",
    [
        "山东省规模以上工业企业减少了多少万家？",
        "山东省居民人均预期寿命提高多少岁？",
        "山东省2036年新建高速公路比2035年增加多少公里？",
    ],
)
def test_a_level_or_a_change_the_other_way_answers_no_change(provinces: Assistant, question: str) -> None:
    assert provinces.ask(question).status == "refused"


def test_a_computation_cites_every_figure_and_shows_the_formula(provinces: Assistant) -> None:
    answer = provinces.ask("山东省2035年粮食总产量比江苏省多多少万吨？")
    assert [c.n for c in answer.citations] == [1, 2]
    assert {c.file for c in answer.citations} == {"2036_山东省_政府工作报告.txt", "2036_江苏省_政府工作报告.txt"}
    assert "5100万吨 − 3800万吨 = 1300万吨" in answer.answer
    assert "[1][2]" in answer.answer


def test_follow_ups_change_place_and_year(provinces: Assistant) -> None:
    history = ["江苏2035年新建高速公路多少公里？"]
    assert provinces.ask("那2036年呢？", history).short == "200公里"
    assert provinces.ask("山东省呢？", history).short == "310公里"
    assert provinces.ask("今年呢？", [*history, "山东省呢？"]).short == "280公里"


@pytest.mark.parametrize(
    "question",
    [
        "浙江省2035年粮食总产量是多少？",
        "浙江2035年地区生产总值增长多少？",
        "浙江省和江苏省2035年粮食总产量谁更高？",
        "云台县2035年粮食总产量是多少？",
        "江苏省到2040年森林覆盖率要达到多少？",
        "江苏省哪些城市入选全国首批零碳城市？",
    ],
)
def test_a_place_never_gets_anothers_figure(provinces: Assistant, question: str) -> None:
    answer = provinces.ask(question)
    assert answer.status == "refused"
    assert answer.short == ""


def test_the_printed_object_keeps_the_contract(provinces: Assistant) -> None:
    row = json.loads(json.dumps(provinces.ask("山东省2035年粮食总产量是多少？").to_dict(), ensure_ascii=False))
    assert set(row) == {
        *("question", "standalone", "status", "short", "answer", "confidence", "citations", "elapsed_ms")
    }
    assert set(row["citations"][0]) == {*("n", "report", "file", "section", "quote", "start", "end", "page")}
    assert 0 <= row["confidence"] <= 1


def test_the_same_question_has_the_same_answer(provinces: Assistant) -> None:
    one, other = (provinces.ask("江苏省2035年城镇新增就业多少人？").to_dict() for _ in range(2))
    assert one | {"elapsed_ms": 0} == other | {"elapsed_ms": 0}


def test_the_chain_is_a_langchain_runnable(provinces: Assistant) -> None:
    turn = provinces.chain.invoke(("江苏省2035年新建高速公路多少公里？", ()))
    assert turn.answer is not None
    assert turn.answer.short == "150公里"


topics = st.sampled_from(
    "粮食总产量 地区生产总值 新建高速公路 养老床位 城镇新增就业 国际航线 小麦 政务服务品牌 森林覆盖率 博物馆".split()
)
asking = st.sampled_from(
    "是多少？ 增长多少？ 多少公里？ 有几个？ 叫什么？ 是哪些？ 什么时候完成？ 排第几？ 加起来多少？ 谁更高？ 占百分之几？".split()
)
places = st.sampled_from(["", "山东省", "江苏", "浙江省", "山东和江苏", "云台县"])
years = st.sampled_from(["", "2035年", "2036年", "去年", "今年", "2019年", "到2040年", "“十六五”时期"])


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(places, years, topics, asking)
def test_no_number_leaves_that_the_evidence_does_not_state(
    provinces: Assistant, place: str, year: str, topic: str, asked: str
) -> None:
    answer = provinces.ask(place + year + topic + asked)
    assert stands(answer, provinces.library)
    assert bool(answer.short) == (answer.status == "answered")
    if answer.status == "answered":
        formula = answer.answer.splitlines()[2] if len(answer.citations) > 1 else ""
        computed = formula.partition(" = ")[2]
        assert answer.short == computed or unstated(answer.short, [c.quote for c in answer.citations]) == []
        assert not re.search("浙江|云台", place)


@settings(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=2))
def test_any_text_gets_an_answer_or_a_refusal(provinces: Assistant, text: str, history: list[str]) -> None:
    answer = provinces.ask(text, history)
    assert answer.status in ("answered", "refused")
    assert stands(answer, provinces.library)


def test_a_plan_that_nobody_asked_for_is_called_one(corpus_assistant: Assistant) -> None:
    assert corpus_assistant.ask("危桥改造几座").answer.startswith("1座[1]（计划数）")
    assert "（计划数）" not in corpus_assistant.ask("2023年计划改造危桥几座").answer
    assert "（计划数）" not in corpus_assistant.ask("临临高速完成多少投资").answer


@pytest.mark.parametrize("question", ["比特币现在多少", "谁排第几", "月球离地球多远", "粮食总产量多少"])
def test_what_no_report_is_about_or_several_are_is_refused(question: str, provinces: Assistant) -> None:
    assert provinces.ask(question).status == "refused"
