"""Train the shipped embedding.

    python -m ingest.training.corpus NEWS.txt.xz news.npz
    python -m ingest.training.train news.npz --squad cmrc_trial.json drcd_dev.json drcd_test.json --out ingest/model

Takes about 20 minutes on one core. The same seed, text and versions give the same model.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ingest.training import corpus as corpora
from ingest.training.export import UNKNOWN, export
from ingest.training.model import WordModel
from ingest.training.pairs import Bags, Pair, drop_shared, neighbours, sentence_bags, squad_pairs

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """What was chosen, by hit@k on development questions: see the model card."""

    words: int = 80_000
    dimensions: int = 256
    steps: int = 6000
    batch: int = 1024
    rate: float = 0.01
    temperature: float = 0.05
    #: share of the words common to both halves of a pair that are dropped from one of them
    dropped: float = 0.7
    #: how many sentences on the second half of a pair may stand
    reach: int = 2
    #: share of the batches that are questions and their answers' sentences
    questions: float = 0.1
    #: share of the steps, at the end, whose batches are drawn from one topic each
    topical: float = 0.0
    topics: int = 64
    smooth: float = 1e-4
    seed: int = 0


@dataclass(frozen=True)
class Material:
    """What is trained on: the vocabulary and its frequencies, sentences and their articles, questions and answers."""

    words: list[str]
    frequencies: NDArray[np.float64]
    sentences: Bags
    articles: NDArray[np.int64]
    questions: Pair


def gather(corpus: corpora.Corpus, squad: list[Path], size: int) -> Material:
    """The material of a corpus and some files in SQuAD form (traditional script is simplified)."""
    order = np.argsort(-corpus.counts, kind="stable")
    order = order[corpus.counts[order] > 0]
    order = order[order != corpora.CLAUSE_BREAK][: size - 1]
    words = [UNKNOWN, *(corpus.words[index] for index in order)]
    rows = np.full(len(corpus.words), -1, np.int64)
    rows[order] = np.arange(1, len(words))
    counts = np.concatenate(([1], corpus.counts[order]))
    sentences, articles = sentence_bags(corpus, rows)
    questions = squad_pairs(squad, {word: row for row, word in enumerate(words) if row}, _simplifier())
    return Material(words, counts / counts.sum(), sentences, articles, questions)


def _simplifier() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def topics(table: NDArray[np.float32], material: Material, number: int, seed: int) -> NDArray[np.int64]:
    """The topic of each article, by k-means over the mean of its words' vectors."""
    from sklearn.cluster import MiniBatchKMeans

    owners = material.articles[material.sentences.owners()]
    sums = np.zeros((int(material.articles.max()) + 1, table.shape[1]), np.float32)
    for start in range(0, len(owners), 1 << 20):
        part = slice(start, start + (1 << 20))
        np.add.at(sums, owners[part], table[material.sentences.tokens[part]])
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return MiniBatchKMeans(number, random_state=seed, batch_size=4096, n_init=1).fit_predict(sums).astype(np.int64)


def train(
    material: Material, recipe: Recipe, watch: Callable[[int, float, WordModel], None] | None = None
) -> NDArray[np.float32]:
    """The word vectors that a recipe makes of the material; ``watch`` sees each step, its loss and the model."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    model = WordModel(material.words, material.frequencies, recipe.dimensions, recipe.smooth)
    batches = _batches(material, recipe, random)
    for step in range(recipe.steps):
        if recipe.topical and step == int(recipe.steps * (1 - recipe.topical)):
            groups = topics(model.table(), material, recipe.topics, recipe.seed)[material.articles]
            batches = _batches(material, recipe, random, groups)
        rate = recipe.rate * min(1, (step + 1) / 200) * max(0.02, 1 - step / recipe.steps)
        loss = model.step(*next(batches), recipe.temperature, rate)
        if watch:
            watch(step, loss, model)
    return model.table()


def _batches(
    material: Material, recipe: Recipe, random: np.random.Generator, groups: NDArray[np.int64] | None = None
) -> Iterator[Pair]:
    near = neighbours(material.sentences, material.articles, recipe.batch, recipe.dropped, recipe.reach, random, groups)
    asked, answered = material.questions
    while True:
        if len(asked) and random.random() < recipe.questions:
            chosen = random.choice(len(asked), min(recipe.batch // 2, len(asked)), replace=False)
            yield drop_shared(asked.take(chosen), answered.take(chosen), recipe.dropped, random)
        else:
            yield next(near)


def main() -> None:
    """Train the shipped embedding and write its folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path, help="the cache that ingest.training.corpus wrote")
    parser.add_argument("--squad", type=Path, nargs="*", default=[], help="question sets in SQuAD form")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    recipe = Recipe()
    material = gather(corpora.load(args.corpus), args.squad, recipe.words)
    log.info(
        "%d words, %d sentences, %d questions", len(material.words), len(material.sentences), len(material.questions[0])
    )

    def watch(step: int, loss: float, model: WordModel) -> None:
        if (step + 1) % 100 == 0:
            log.info("step %d of %d, loss %.3f", step + 1, recipe.steps, loss)

    export(material.words, train(material, recipe, watch), args.out)


if __name__ == "__main__":
    main()
