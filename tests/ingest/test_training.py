"""Making the shipped embedding: text to numbers, numbers to pairs, pairs to a model folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding import load_embedder
from ingest.training import corpus as corpora
from ingest.training.pairs import bags, clause_bags, drop_shared, neighbours, shorten, squad_pairs

ARTICLES = ["今年新建公路23公里，完成投资36亿元。桥梁已经通车。", "医院对老年人免费体检，群众称赞。"]


def rows_of(given, index):  # type: ignore[no-untyped-def]
    return given.tokens[given.offsets[index] : given.offsets[index + 1]].tolist()


def test_text_becomes_clauses_of_words_without_numbers() -> None:
    corpus = corpora.build(ARTICLES)
    clauses, articles = clause_bags(corpus, np.arange(len(corpus.words)))
    read = [[corpus.words[row] for row in rows_of(clauses, index)] for index in range(len(clauses))]
    assert read == [
        ["今年", "新建", "公路", "公里"],
        ["完成", "投资", "亿元"],
        ["桥梁", "已经", "通车"],
        ["医院", "对", "老年人", "免费", "体检"],
        ["群众", "称赞"],
    ]
    assert articles.tolist() == [0, 0, 0, 1, 1]


def test_a_corpus_is_read_as_it_was_saved(tmp_path: Path) -> None:
    corpus = corpora.build(ARTICLES)
    corpora.save(corpus, tmp_path / "corpus.npz")
    again = corpora.load(tmp_path / "corpus.npz")
    assert again.words == corpus.words
    assert np.array_equal(again.tokens, corpus.tokens)
    assert again.counts[corpus.words.index("公路")] == 1


def test_only_shared_words_are_dropped_and_from_one_side_only() -> None:
    first, second = drop_shared(bags([[1, 2, 3], [4, 5]]), bags([[2, 3, 6], [7, 8]]), 1.0, np.random.default_rng(0))
    assert 1 in rows_of(first, 0)
    assert 6 in rows_of(second, 0)
    for word in (2, 3):
        assert (word in rows_of(first, 0)) != (word in rows_of(second, 0))
    assert (rows_of(first, 1), rows_of(second, 1)) == ([4, 5], [7, 8])


def test_shortened_bags_keep_their_own_words() -> None:
    given = bags([list(range(20)), list(range(100, 102))])
    short = shorten(given, 3, 5, np.random.default_rng(0))
    assert 3 <= len(rows_of(short, 0)) <= 5
    assert set(rows_of(short, 0)) <= set(range(20))
    assert rows_of(short, 1) == [100, 101]


def test_pairs_never_join_two_articles() -> None:
    clauses = bags(
        [[article * 100 + clause * 10 + word for word in range(5)] for article in range(30) for clause in range(10)]
    )
    articles = np.repeat(np.arange(30), 10)
    first, second = next(neighbours(clauses, articles, 200, 0.5, np.random.default_rng(0)))
    assert len(first) > 20
    for index in range(len(first)):
        assert len({word // 100 for word in rows_of(first, index) + rows_of(second, index)}) == 1


def test_questions_are_paired_with_the_sentence_of_their_answer(tmp_path: Path) -> None:
    context = "公路全長23公里。橋梁於去年通車。"
    item = {"question": "橋梁何時通車", "answers": [{"answer_start": context.index("去年"), "text": "去年"}]}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [item]}]}]}), encoding="utf-8")
    rows = {"桥梁": 1, "通车": 2, "公路": 3}
    asked, answered = squad_pairs([path], rows, lambda text: text.replace("橋", "桥").replace("車", "车"))
    assert (asked.tokens.tolist(), answered.tokens.tolist()) == ([1, 2], [1, 2])


@pytest.mark.slow
def test_words_that_keep_company_come_together_and_the_folder_loads(tmp_path: Path) -> None:
    from ingest.training.export import export
    from ingest.training.train import Recipe, gather, train

    road, care = "公路 桥梁 隧道 沥青 路面".split(), "医院 医生 药品 护士 门诊".split()
    random = np.random.default_rng(0)
    articles = ["，".join("".join(random.permutation(topic)) for _ in range(8)) for topic in (road, care) * 60]
    material = gather(corpora.build(articles), [], 100)
    recipe = Recipe(dimensions=16, steps=60, batch=64, questions=0)
    table = train(material, recipe)
    assert np.array_equal(table, train(material, recipe))  # a seed gives one model
    export(material.words, table, tmp_path)
    embedder = load_embedder(str(tmp_path))
    bridge, tunnel, doctor = embedder.embed(["桥梁", "隧道", "医生"])
    assert bridge @ tunnel > bridge @ doctor + 0.3


def test_phrases_of_a_list_are_drawn_together_and_the_rest_stays(tmp_path: Path) -> None:
    from ingest.training.refine import Phrases, Refinement, refine

    random = np.random.default_rng(0)
    table = random.normal(size=(60, 16)).astype(np.float32)
    given = Phrases([[row] for row in range(1, 21)], [[row] for row in range(21, 41)], np.arange(20))

    def nearness(vectors: np.ndarray) -> float:
        units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return float((units[1:21] * units[21:41]).sum(axis=1).mean())

    refined = refine(table, given, Refinement(steps=40, rate=0.05, anchor=0.1))
    assert nearness(refined) > nearness(table) + 0.2
    np.testing.assert_array_equal(refined[41:], table[41:])


def test_a_list_of_phrases_is_read_with_the_words_the_model_knows(tmp_path: Path) -> None:
    from ingest.embedding import shipped_vectors
    from ingest.training.refine import phrases

    path = tmp_path / "phrases.txt"
    path.write_text("上了年纪的人、老人家 = 老年人\n不要钱 = 免费\n", encoding="utf-8")
    found = phrases(path, shipped_vectors())
    assert len(found.everyday) == len(found.official) == 3
    assert found.line.tolist() == [0, 0, 1]
