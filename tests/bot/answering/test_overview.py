"""Open questions over the project's own report."""

from __future__ import annotations

import pytest

from bot.answer import Answer
from bot.answering.overview import survey, topic_of
from bot.chain import Assistant
from bot.understanding.question import understand
from tests.bot.reports import view_of


def verbatim(answer: Answer, assistant: Assistant) -> bool:
    text = assistant.library.report(answer.citations[0].report_id).text
    return all(text[c.start : c.end] == c.quote for c in answer.citations)


@pytest.mark.parametrize(
    ("question", "point"),
    [
        ("2022年党建方面做了哪些工作", "加强基层党建工作"),
        ("总结一下2022年疫情防控的工作", "全力做好保通保畅和点对点接返工作"),
        ("2022年交通执法做了什么", "严格落实“一超四罚”"),
        ("2023年执法方面有什么打算", "优化改进执法方式"),
        ("介绍一下2023年的工作安排", "聚力在推动综合行政执法上“提效争先”"),
    ],
)
def test_an_open_question_is_answered_by_the_points_of_its_section(
    corpus_assistant: Assistant, question: str, point: str
) -> None:
    answer = corpus_assistant.ask(question)
    assert answer.status == "answered"
    assert point in answer.short.split("；")
    assert verbatim(answer, corpus_assistant)


def test_what_was_done_is_told_where_that_is_asked(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("农村公路做了哪些工作？")
    assert "23公里" in answer.answer
    assert "30公里" not in answer.answer  # which is planned
    assert "30公里" in corpus_assistant.ask("农村公路2023年打算做哪些工作？").answer


def test_where_no_heading_speaks_of_it_the_sentences_do(corpus_assistant: Assistant) -> None:
    answer = corpus_assistant.ask("介绍一下旱码头的情况")
    assert "旱码头" in answer.citations[0].quote
    assert verbatim(answer, corpus_assistant)


def test_a_point_is_worded_in_whole_clauses_with_the_figure_asked_for() -> None:
    first = "完善产品碳足迹管理体系和重点行业能耗标准，新增光伏装机214万千瓦，海上风电一期建成投运，全国首个零碳码头启用并向周边港口推广"
    last = "新能源汽车新上牌37万辆，绿色出行比例持续提高"
    sentence = f"{first}，零碳园区增至6家，{last}"
    view = view_of(f"某市2036年政府工作报告\n\n一、2035年工作回顾\n{sentence}。\n老旧小区改造完成。\n")

    def title(topic: str) -> str:
        overview = survey(understand(topic), [view])
        assert overview
        (point,) = overview.points
        assert view.text[point.start : point.end].rstrip("。") in (sentence, "老旧小区改造完成")
        return point.title

    assert title("新能源汽车新上牌") == f"……{last}"
    assert title("产品碳足迹管理体系") == f"{first}，零碳园区增至6家……"
    assert title("老旧小区改造") == "老旧小区改造完成"


def test_a_topic_that_the_report_does_not_hold_is_refused(corpus_assistant: Assistant) -> None:
    assert corpus_assistant.ask("航天发射方面做了哪些工作").status == "refused"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("总结一下2033年疫情防控的工作", "2033年疫情防控"),
        ("柳溪县在养老方面做了哪些工作？", "柳溪县在养老"),
        ("介绍一下造林情况", "造林"),
        ("2034年打算怎么推进城市更新？", "2034年城市更新"),
    ],
)
def test_the_topic_is_what_is_left_without_the_asking(question: str, topic: str) -> None:
    assert topic_of(question) == topic
