"""A cross-encoder puts passages in a new order; a small one with random weights, made here, shows the whole way to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chain import Assistant
from bot.search.hybrid import Ranked
from bot.search.reranking import Reranker
from ingest.errors import SettingsError
from ingest.settings import Settings
from tests.bot.reports import SHANDONG, view_of

VIEW = view_of(SHANDONG)
RANKED = [Ranked(VIEW.report.id, ordinal, 1.0 - ordinal / 10) for ordinal in range(4)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one layer over the characters of the report."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    place = tmp_path_factory.mktemp("reranker")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(SHANDONG) - set("\n "))]
    (place / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(place)
    BertTokenizer(str(place / "vocab.txt")).save_pretrained(place)
    return place


def test_passages_are_ordered_by_the_scores_of_the_model(folder: Path) -> None:
    read = Reranker(str(folder)).order("粮食总产量是多少", RANKED, lambda report: VIEW)
    scores = [passage.score for passage in read]
    assert sorted(passage.ordinal for passage in read) == [0, 1, 2, 3]
    assert scores == sorted(scores, reverse=True)
    assert scores != [passage.score for passage in RANKED]


def test_no_passages_need_no_model() -> None:
    assert Reranker("nowhere").order("粮食总产量是多少", [], lambda report: VIEW) == []


def test_a_model_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WENBAO_RERANKER"):
        Reranker(str(tmp_path / "nowhere")).order("粮食总产量是多少", RANKED, lambda report: VIEW)


def test_an_assistant_with_a_reranker_gives_the_same_exact_answers(
    folder: Path, corpus_assistant: Assistant, corpus_settings: Settings
) -> None:
    settings = corpus_settings.model_copy(update={"reranker": str(folder)})
    reranked = Assistant(corpus_assistant.library, settings)
    question = "临临高速完成多少投资"
    assert reranked.ask(question).short == corpus_assistant.ask(question).short == "36亿元"
