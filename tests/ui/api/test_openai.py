"""OpenAI's own client asks over a real socket, whole and streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from ui.api.openai import _PIECE

if TYPE_CHECKING:
    from openai import OpenAI

    from tests.ui.conftest import Office

QUESTION = "2024年新建光伏电站多少座"


@pytest.fixture
def client(office: Office, office_address: str) -> Iterator[OpenAI]:
    from openai import OpenAI

    with OpenAI(base_url=f"{office_address}/v1", api_key=office.tokens["reader"], max_retries=0) as made:
        yield made


def test_the_one_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["wenbao"]
    assert client.models.retrieve("wenbao").id == "wenbao"


def test_a_question_is_answered_with_its_source(client: OpenAI) -> None:
    done = client.chat.completions.create(model="wenbao", messages=[{"role": "user", "content": QUESTION}])
    (choice,) = done.choices
    assert choice.message.content is not None
    assert choice.message.content.startswith("7座[1]")
    assert "新建光伏电站7座" in choice.message.content
    assert choice.finish_reason == "stop"
    assert done.usage is not None
    assert done.usage.completion_tokens == len(choice.message.content)
    assert done.model_extra is not None
    assert done.model_extra["wenbao"]["short"] == "7座"


def test_the_stream_says_the_same_piece_by_piece(client: OpenAI) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="wenbao", messages=messages)  # type: ignore[arg-type]
    stream = client.chat.completions.create(
        model="wenbao",
        messages=messages,  # type: ignore[arg-type]
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert len(pieces) > 4
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None


def test_earlier_questions_are_the_history(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="wenbao",
        messages=[
            {"role": "system", "content": "你是助手"},
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "7座[1]"},
            {"role": "user", "content": [{"type": "text", "text": "那2025年计划建多少座？"}]},
        ],
    )
    assert (done.choices[0].message.content or "").startswith("9座")


def test_faults_are_the_clients_own(client: OpenAI, office_address: str, office: Office) -> None:
    import openai

    ask = client.chat.completions.create
    with pytest.raises(openai.NotFoundError, match="wenbao"):
        ask(model="gpt-9", messages=[{"role": "user", "content": QUESTION}])
    with pytest.raises(openai.BadRequestError, match="请先输入问题"):
        ask(model="wenbao", messages=[{"role": "user", "content": " "}])
    with pytest.raises(openai.BadRequestError, match="请先输入问题"):
        ask(model="wenbao", messages=[{"role": "system", "content": QUESTION}])
    with (
        openai.OpenAI(base_url=f"{office_address}/v1", api_key="wb_x", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError, match="请先登录"),
    ):
        stranger.models.list()


@pytest.mark.parametrize("text", ["36亿元[1]\n\n报告：" + "字" * 40, "1234567890123456.5%", "", "甲[12]乙"])
def test_pieces_are_the_text_and_cut_no_number(text: str) -> None:
    pieces = _PIECE.findall(text)
    assert "".join(pieces) == text
    for left, right in pairwise(pieces):
        assert not (left[-1].isdigit() and right[0].isdigit())
