"""Written answers, from the question to the page, with a model behind OpenAI's protocol on loopback."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from bot.chain import Assistant
from ingest.errors import SettingsError
from ingest.library import Library
from ingest.settings import Settings
from tests.bot.writing.conftest import Writing
from tests.bot.writing.served import Reply, cuts_off, fails, garbage, goes_on, says, serving, stalls

QUESTION = "农村公路建设方面做了哪些工作？"
DONE = "2022年完成新增和改建农村公路23公里、路面状况改善133公里[1]。"
PLANNED = "2023年计划完成农村公路新改建30公里[4]。"


@pytest.mark.parametrize("piece", [1, 5, 400])
def test_an_honest_answer_is_shown_with_its_evidence(writing: Writing, piece: int) -> None:
    with serving(says(DONE + PLANNED, piece)) as model:
        answer = writing(model.url).ask(QUESTION)
    assert answer.status == "answered"
    assert answer.answer == DONE + PLANNED.replace("[4]", "[2]")
    assert [c.n for c in answer.citations] == [1, 2]
    assert "23公里" in answer.citations[0].quote
    assert "30公里" in answer.citations[1].quote
    assert answer.short == "2022年完成新增和改建农村公路23公里、路面状况改善133公里"
    assert answer.usage is not None
    assert (answer.usage.outcome, answer.usage.calls) == ("written", 1)
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (321, 54)


def test_a_sentence_is_shown_only_once_it_has_passed(writing: Writing) -> None:
    with serving(says("2022年完成农村公路320公里[1]。" + PLANNED, 1), says("")) as model:
        shown = [answer.answer for answer in writing(model.url).stream(QUESTION)]
    assert len(shown) > 1
    assert not any("320" in text for text in shown)
    assert PLANNED.replace("[4]", "[1]") in shown[-1]
    assert "有 1 句与原文不符，已经删去" in shown[-1]


@pytest.mark.parametrize(
    "wrong",
    [
        "2022年完成新增和改建农村公路32公里[1]。",
        "2023年完成新增和改建农村公路23公里[1]。",
        "2022年计划完成农村公路新改建30公里[4]。",
        "2022年完成新增和改建农村公路23公里[99]。",
        "2022年完成新增和改建农村公路23公里。",
        "2022年完成新增和改建农村公路23米[1]。",
        "沂源县2022年完成新增和改建高速公路23公里[1]。",
    ],
    ids=["figure", "year", "both years swapped", "no such evidence", "no mark", "unit", "subject"],
)
def test_what_the_evidence_does_not_say_is_asked_once_more_and_then_left_out(writing: Writing, wrong: str) -> None:
    with serving(says(wrong)) as model:
        answer = writing(model.url).ask(QUESTION)
    assert len(model.asked) == 2
    assert "没有通过核对" in model.prompts[1]
    assert wrong in model.prompts[1]
    assert wrong not in answer.answer
    assert answer.answer.endswith("（语言模型写的内容与原文对不上，这是直接从原文读出的回答。）")
    assert answer.usage is not None
    assert answer.usage.outcome == "unsupported"


def test_what_is_mended_when_asked_again_takes_its_place(writing: Writing) -> None:
    with serving(says("2022年完成新增和改建农村公路32公里[1]。" + PLANNED), says(DONE)) as model:
        answer = writing(model.url).ask(QUESTION)
    assert answer.answer == DONE + PLANNED.replace("[4]", "[2]")


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (fails(429), "正忙"),
        (fails(500), "出错了"),
        (fails(401), "密钥"),
        (fails(404), "不存在"),
        (cuts_off("2022年完成"), "中断"),
        (cuts_off(DONE), "中断"),
        (says(DONE, reason="length"), "中断"),
        (goes_on("农村公路"), "语言模型"),
        (goes_on(DONE), "语言模型"),
        (stalls(), "太慢"),
        (stalls(DONE), "太慢"),
        (garbage(b"data: {oops\n\n"), "读不懂"),
        (garbage(b"<html>busy</html>", "text/html"), "读不懂"),
        (says(""), "没有写出内容"),
        (says("抱歉，我无法回答这个问题。"), "对不上"),
        (says("", reason="content_filter"), "拒绝"),
    ],
)
def test_a_model_that_fails_leaves_the_readers_answer(
    writing: Writing, corpus_assistant: Assistant, reply: Reply, why: str
) -> None:
    read = corpus_assistant.ask(QUESTION)
    with serving(reply) as model:
        slow = why in ("太慢", "语言模型")
        assistant = writing(model.url, llm_patience=1.8 if slow else 20)
        began = time.perf_counter()
        answer = assistant.ask(QUESTION)
        took = time.perf_counter() - began
    assert (answer.status, answer.short, answer.citations) == (read.status, read.short, read.citations)
    before, _, line = answer.answer.rpartition("\n\n")
    assert before == read.answer
    assert why in line
    if slow:
        assert took < read.elapsed_ms / 1000 + 2 + 1  # a second for a busy machine


def test_a_model_that_is_not_there_leaves_the_readers_answer(writing: Writing, corpus_assistant: Assistant) -> None:
    assistant = writing("http://127.0.0.1:9/v1")
    assert "连不上" in assistant.ask(QUESTION).answer
    for question in ("临临高速完成多少投资", "2019年完成农村公路多少公里？", "2022年和2023年农村公路相差多少公里？"):
        answer, read = assistant.ask(question), corpus_assistant.ask(question)
        assert (answer.status, answer.short, answer.citations) == (read.status, read.short, read.citations)


def test_nothing_is_loaded_for_a_model_that_is_not_there_nor_for_a_figure(
    corpus_library: Library, corpus_assistant: Assistant, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, llm_base_url="http://127.0.0.1:9/v1", llm_model="m")
    assistant = Assistant(corpus_library, settings, corpus_assistant.reader, corpus_assistant.search)
    assert assistant.writer is not None
    assert assistant.ask("临临高速完成多少投资").short == "36亿元"
    assert "连不上" in assistant.ask(QUESTION).answer
    assert "chat" not in vars(assistant.writer.model)


def test_a_single_question_may_wait_for_the_model_to_be_loaded(
    corpus_library: Library, corpus_assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = threading.Event()
    with serving(says(DONE)) as model:
        settings = Settings(home=tmp_path, llm_base_url=model.url, llm_model="m", llm_patience=0.05)
        for patience, why in ((0.0, "还没有载入完"), (20.0, "")):
            assistant = Assistant(corpus_library, settings, corpus_assistant.reader, corpus_assistant.search)
            assert assistant.writer is not None
            monkeypatch.setattr(assistant.writer.model, "prepare", loaded.wait)
            assistant.writer.loading_patience = patience
            if patience:
                threading.Timer(0.2, loaded.set).start()
            assert why in assistant.ask(QUESTION).answer
    assert loaded.is_set()


def test_after_failing_in_a_row_the_model_is_left_alone(writing: Writing) -> None:
    with serving(fails(500)) as model:
        assistant = writing(model.url, llm_retries=0, llm_breaker_failures=2)
        said = [assistant.ask(QUESTION).answer for _ in range(3)]
    assert len(model.asked) == 2
    assert "暂停使用" in said[-1]


def test_a_model_that_was_busy_is_asked_again(writing: Writing) -> None:
    with serving(fails(429), says(DONE)) as model:
        assert writing(model.url).ask(QUESTION).answer == DONE


def test_an_exact_figure_is_the_readers_alone(writing: Writing) -> None:
    with serving(says(DONE)) as model:
        answer = writing(model.url).ask("临临高速完成多少投资")
    assert answer.short == "36亿元"
    assert answer.usage is None
    assert model.asked == []


@pytest.mark.parametrize("question", ["浙江省2022年农村公路做了哪些工作？", "2019年完成农村公路多少公里？"])
def test_what_the_library_cannot_hold_is_refused_without_asking_a_model(writing: Writing, question: str) -> None:
    with serving(says(DONE)) as model:
        assistant = writing(model.url)
        answers = [assistant.ask(question)]
    assert [answer.status for answer in answers] == ["refused"]
    assert model.asked == []


def test_where_the_reader_is_unsure_the_model_may_find_it(writing: Writing, corpus_assistant: Assistant) -> None:
    question = "交通部最美十大农村路候选名单里沂源的道路排第几？"
    assert corpus_assistant.ask(question).status == "refused"
    with serving(says("资料没有说明。")) as model:
        answer = writing(model.url).ask(question)
    assert len(model.asked) == 1
    assert answer.status == "refused"
    assert answer.usage is not None
    assert answer.usage.outcome == "silent"


def test_a_written_answer_is_kept_by_question_evidence_and_model(writing: Writing) -> None:
    with serving(says(DONE)) as model:
        assistant = writing(model.url)
        first, second = assistant.ask(QUESTION), assistant.ask(QUESTION)
        assert len(model.asked) == 1
        assert second.answer == first.answer
        assert second.usage is not None
        assert second.usage.outcome == "cached"
        writing(model.url, llm_prompt_tokens=700).ask(QUESTION)  # other evidence
        assert len(model.asked) == 2


def test_the_prompt_keeps_within_its_budget(writing: Writing) -> None:
    with serving(says(DONE)) as model:
        writing(model.url, llm_prompt_tokens=800).ask(QUESTION)
    assert len(model.prompts[0]) <= 800
    assert model.asked[0]["max_completion_tokens" if "max_completion_tokens" in model.asked[0] else "max_tokens"] == 600


@pytest.mark.parametrize("given", [{"llm_base_url": "http://127.0.0.1:9/v1"}, {"llm_model": "no/such/folder"}])
def test_settings_that_name_no_model_say_so(tmp_path: Path, given: dict[str, str], corpus_assistant: Assistant) -> None:
    with pytest.raises(SettingsError, match="WENBAO_LLM_MODEL"):
        Assistant(corpus_assistant.library, Settings(home=tmp_path, **given))  # type: ignore[arg-type]


def test_the_langchain_chain_writes_too(writing: Writing) -> None:
    with serving(says(DONE)) as model:
        turn = writing(model.url).chain.invoke((QUESTION, ()))
    assert turn.answer is not None
    assert turn.answer.answer == DONE
