"""A model in a folder, run by transformers: made here, tiny, and of random weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chain import Assistant
from bot.writing.model import ChatModel, ModelError
from bot.writing.patience import Clock
from ingest.errors import SettingsError
from ingest.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    path = tmp_path_factory.mktemp("model")
    letters = ["<unk>", "<s>", "</s>", *"农村公路建设完成年里元一二三四。[]123"]
    words = Tokenizer(models.WordLevel({letter: n for n, letter in enumerate(letters)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }}{% endfor %}"
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(letters), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=8192, bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def test_a_model_in_a_folder_writes(folder: Path) -> None:
    model = ChatModel(Settings(llm_model=str(folder), llm_answer_tokens=50))
    clock = Clock(60, 60)
    with pytest.raises(ModelError, match="中断"):  # random weights never come to an end
        list(model.stream([("human", "农村公路")], clock))
    assert clock.spent.calls == 1
    assert clock.spent.completion_tokens > 0


def test_what_it_writes_is_held_against_the_evidence(folder: Path, corpus_assistant: Assistant, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, llm_model=str(folder), llm_answer_tokens=50, llm_patience=60)
    assistant = Assistant(corpus_assistant.library, settings, corpus_assistant.reader, corpus_assistant.search)
    question = "农村公路建设方面做了哪些工作？"
    answer, read = assistant.ask(question), corpus_assistant.ask(question)
    assert (answer.short, answer.citations) == (read.short, read.citations)
    assert answer.usage is not None
    assert answer.usage.calls >= 1
    assert answer.usage.completion_tokens > 0
    assert "语言模型" in answer.answer


def test_a_folder_without_a_model_says_which_setting_to_mend(tmp_path: Path) -> None:
    model = ChatModel(Settings(llm_model=str(tmp_path)))
    with pytest.raises(SettingsError, match="WENBAO_LLM_MODEL"):
        model.prepare()
