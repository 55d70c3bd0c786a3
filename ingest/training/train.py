"""Train the shipped embedding.

    python -m ingest.training.corpus NEWS.txt.xz news.npz
    python -m ingest.training.train news.npz --squad cmrc_trial.json drcd_dev.json drcd_test.json --out ingest/model

Takes about 15 minutes on one core. The same seed, text and versions give the same model.
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
from ingest.training.pairs import Bags, Pair, bags, clause_bags, drop_shared, neighbours, squad_pairs

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """What was chosen, by hit@k on development questions: see the model card."""

    words: int = 80_000
    dimensions: int = 256
    steps: int = 5000
    batch: int = 1024
    rate: float = 0.01
    temperature: float = 0.1
    #: share of the words common to both halves of a pair that are dropped from one of them
    dropped: float = 0.7
    #: share of the batches that are questions and their answers' sentences
    questions: float = 0.1
    smooth: float = 1e-4
    seed: int = 0


@dataclass(frozen=True)
class Material:
    """What is trained on: the vocabulary and its frequencies, clauses and their articles, questions and answers."""

    words: list[str]
    frequencies: NDArray[np.float64]
    clauses: Bags
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
    clauses, articles = clause_bags(corpus, rows)
    known = {word: row for row, word in enumerate(words) if row}
    questions = squad_pairs(squad, known, _simplifier()) if squad else (bags([]), bags([]))
    return Material(words, counts / counts.sum(), clauses, articles, questions)


def _simplifier() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def train(
    material: Material, recipe: Recipe, watch: Callable[[int, float, WordModel], None] | None = None
) -> NDArray[np.float32]:
    """The word vectors that a recipe makes of the material; ``watch`` sees each step, its loss and the model."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    model = WordModel(material.words, material.frequencies, recipe.dimensions, recipe.smooth)
    batches = _batches(material, recipe, random)
    for step in range(recipe.steps):
        rate = recipe.rate * min(1, (step + 1) / 200) * max(0.02, 1 - step / recipe.steps)
        loss = model.step(*next(batches), recipe.temperature, rate)
        if watch:
            watch(step, loss, model)
    return model.table()


def _batches(material: Material, recipe: Recipe, random: np.random.Generator) -> Iterator[Pair]:
    near = neighbours(material.clauses, material.articles, recipe.batch, recipe.dropped, random)
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
        "%d words, %d clauses, %d questions", len(material.words), len(material.clauses), len(material.questions[0])
    )

    def watch(step: int, loss: float, model: WordModel) -> None:
        if (step + 1) % 100 == 0:
            log.info("step %d of %d, loss %.3f", step + 1, recipe.steps, loss)

    export(material.words, train(material, recipe, watch), args.out)


if __name__ == "__main__":
    main()
