"""The shipped static model and any other sentence-transformers model, behind one interface."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest import words
from ingest.embedding import SHIPPED, StaticEmbedder, TransformerEmbedder, fingerprint, load_embedder, passage_text
from ingest.errors import EmbeddingError

SENTENCES = ["年内完成新增和改建农村公路23公里。", "对60岁以上老年人免费开放。", "第三季度粮食收购平稳有序。"]


@pytest.fixture(scope="module")
def shipped() -> StaticEmbedder:
    embedder = load_embedder()
    assert isinstance(embedder, StaticEmbedder)
    return embedder


def test_vectors_are_unit_rows_one_a_text(shipped: StaticEmbedder) -> None:
    vectors = shipped.embed(SENTENCES)
    assert vectors.shape == (3, shipped.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(shipped: StaticEmbedder) -> None:
    assert shipped.embed([]).shape == (0, shipped.dimensions)


@pytest.mark.parametrize("text", ["", "。！？", "2022 100%"])
def test_a_text_without_words_is_a_row_of_zeros_and_leaves_its_neighbours_alone(
    shipped: StaticEmbedder, text: str
) -> None:
    vectors = shipped.embed([SENTENCES[0], text, SENTENCES[1]])
    assert not vectors[1].any()
    assert np.array_equal(vectors[[0, 2]], shipped.embed(SENTENCES[:2]))


def test_segmented_text_gives_the_same_vectors(shipped: StaticEmbedder) -> None:
    assert np.array_equal(shipped.embed(SENTENCES), shipped.embed_words([words.cut(text) for text in SENTENCES]))


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(shipped: StaticEmbedder) -> None:
    assert np.array_equal(shipped.embed(SENTENCES)[1], shipped.embed_question(SENTENCES[1]))


def test_numbers_do_not_move_a_vector(shipped: StaticEmbedder) -> None:
    one, other = shipped.embed(["建成ETC收费站3座", "建成ETC收费站12座"])
    assert one @ other == pytest.approx(1, abs=1e-5)


def test_a_word_outside_the_vocabulary_is_made_of_its_longest_known_parts(shipped: StaticEmbedder) -> None:
    assert shipped.rows(["公路公路建设"]) == shipped.rows(["公路", "公路", "建设"])


@pytest.mark.parametrize(
    ("said", "written", "unrelated"),
    [
        ("上了年纪的人", "老年人", "公路货运"),
        ("修路", "公路建设", "医疗保险"),
        ("看病不花钱", "免费医疗", "道路交通安全"),
        ("拉得太重的大卡车", "超限超载货车", "学前教育"),
        ("念书的娃娃", "在校学生", "粮食收购"),
    ],
)
def test_colloquial_wording_is_nearer_to_what_it_means(
    shipped: StaticEmbedder, said: str, written: str, unrelated: str
) -> None:
    question = shipped.embed_question(said)
    meant, other = shipped.embed([written, unrelated])
    assert question @ meant > question @ other + 0.1


def test_it_is_what_langchain_calls_embeddings(shipped: StaticEmbedder) -> None:
    from langchain_core.vectorstores import InMemoryVectorStore

    store = InMemoryVectorStore(shipped)  # type: ignore[arg-type]  # the interface without the import
    store.add_texts(SENTENCES)
    assert store.similarity_search("修了多少乡村道路", k=1)[0].page_content == SENTENCES[0]


def test_the_shipped_model_needs_no_torch() -> None:
    script = (
        "import sys; from ingest.embedding import load_embedder; load_embedder().embed(['公路']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'langchain_core'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=SHIPPED.parent.parent
    )
    assert run.stdout.strip() == "[]"


def test_the_shipped_folder_is_at_most_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 25_000_000


def test_a_heading_is_embedded_with_its_passage() -> None:
    assert passage_text(("工作总结", "工程建设"), "完成投资36亿元") == "工程建设 / 完成投资36亿元"
    assert passage_text((), "完成投资36亿元") == "完成投资36亿元"


def test_a_damaged_shipped_model_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(EmbeddingError, match="不完整"):
        load_embedder(str(folder))


def test_a_folder_of_word_vectors_is_read_as_the_shipped_one(tmp_path: Path, shipped: StaticEmbedder) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED, folder)
    copy = load_embedder(str(folder))
    assert copy.name == str(folder)
    assert copy.fingerprint == shipped.fingerprint
    assert np.array_equal(copy.embed(SENTENCES), shipped.embed(SENTENCES))


def test_a_fingerprint_follows_the_weights_and_not_the_card(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    (tmp_path / "README.md").write_text("1")
    before = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("2")
    assert fingerprint(tmp_path) == before
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert fingerprint(tmp_path) != before


@pytest.mark.slow
def test_sentence_transformers_reads_the_shipped_folder_and_agrees(shipped: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [*SENTENCES, "护路员公路公路建设", "2022"]
    model = SentenceTransformer(str(SHIPPED), device="cpu", local_files_only=True)
    theirs = model.encode([shipped.tokens(text) for text in texts])
    assert np.allclose(theirs, shipped.embed(texts), atol=1e-5)


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights and one layer, as Hugging Face lays a model out."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("bert")
    characters = sorted(set("".join(SENTENCES)))
    vocabulary = {token: row for row, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters])}
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizer(vocab=vocabulary).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_any_transformer_goes_through_sentence_transformers(tiny_bert: Path) -> None:
    embedder = load_embedder(str(tiny_bert))
    assert isinstance(embedder, TransformerEmbedder)
    vectors = embedder.embed(SENTENCES)
    assert (embedder.dimensions, vectors.shape, vectors.dtype) == (32, (3, 32), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.allclose(embedder.embed_question(SENTENCES[1]), vectors[1], atol=1e-5)
    assert np.allclose(embedder.embed_words([words.cut(text) for text in SENTENCES]), vectors, atol=1e-5)
    assert embedder.embed([]).shape == (0, 32)
    assert embedder.fingerprint != load_embedder().fingerprint


@pytest.mark.slow
def test_a_model_that_is_nowhere_on_this_machine_is_named_with_the_remedy() -> None:
    with pytest.raises(EmbeddingError, match=r"(?s)example/no-such-model.*WENBAO_EMBEDDING"):
        load_embedder("example/no-such-model")


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbeddingError, match="WENBAO_EMBEDDING") as caught:
        load_embedder(str(tmp_path))
    assert str(tmp_path) in str(caught.value)
