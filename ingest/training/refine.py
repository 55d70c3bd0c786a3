"""Refine trained word vectors with phrases known to mean the same.

    python -m ingest.training.refine BASE --phrases bot/understanding/thesaurus.txt --out ingest/model

Articles rarely say in everyday words what reports say in official ones, so neighbouring sentences teach little of it; a list
does. Each everyday phrase must find its official term among those of a batch (InfoNCE), while every vector that moves is held
near where it was (retrofitting: Faruqui et al. 2015). Words no phrase holds stay as they are. A minute on one core.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ingest import wordlists, words
from ingest.embedding import StaticEmbedder
from ingest.training.export import UNKNOWN, export

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refinement:
    """What was chosen, by hit@k on development questions: see the model card."""

    steps: int = 900
    batch: int = 512
    rate: float = 2e-3
    temperature: float = 0.1
    #: weight of the mean squared distance from the base vectors, in units of their mean squared length
    anchor: float = 3.0
    seed: int = 0


@dataclass(frozen=True)
class Phrases:
    """Pairs of an everyday phrase and an official term as rows of the table; ``line`` numbers the line of the list each is from."""

    everyday: list[list[int]]
    official: list[list[int]]
    line: NDArray[np.int64]


def phrases(path: Path, embedder: StaticEmbedder) -> Phrases:
    """The pairs of a list of phrases whose words the table knows.

    :raises ValueError: naming the line that is not 「everyday、… = official、…」.
    """
    found = Phrases([], [], np.empty(0, np.int64))
    lines = []
    for number, (said, meant) in enumerate(wordlists.groups(path)):
        for one in said:
            for other in meant:
                pair = [embedder.rows(words.cut(text)) for text in (one, other)]
                if all(pair) and pair[0] != pair[1]:
                    found.everyday.append(pair[0])
                    found.official.append(pair[1])
                    lines.append(number)
    return Phrases(found.everyday, found.official, np.asarray(lines, np.int64))


def refine(table: NDArray[np.float32], given: Phrases, how: Refinement) -> NDArray[np.float32]:
    """The table with the vectors of the phrases' words moved; shape as given."""
    random = np.random.default_rng(how.seed)
    rows = np.unique(np.concatenate([np.asarray(row) for row in (*given.everyday, *given.official)]))
    place = {int(row): index for index, row in enumerate(rows)}
    base = torch.from_numpy(table[rows])
    moving = torch.nn.Parameter(base.clone())
    adam = torch.optim.Adam([moving], lr=how.rate)
    size = (base**2).sum(1).mean()
    everyday, official = ([[place[row] for row in bag] for bag in side] for side in (given.everyday, given.official))
    for step in range(how.steps):
        adam.param_groups[0]["lr"] = how.rate * (1 - step / how.steps)
        chosen = random.choice(len(everyday), min(how.batch, len(everyday)), replace=False)
        first, second = (_units(moving, [side[i] for i in chosen]) for side in (everyday, official))
        line = torch.from_numpy(given.line[chosen])
        alike = (line[:, None] == line) & ~torch.eye(len(chosen), dtype=torch.bool)
        scores = (first @ second.T / how.temperature).masked_fill(alike, -1e4)  # terms of one line are no wrong answers
        own = torch.arange(len(chosen))
        used = torch.unique(torch.tensor([row for side in (everyday, official) for i in chosen for row in side[i]]))
        moved = ((moving[used] - base[used]) ** 2).sum(1).mean() / size
        loss = (
            functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)
        ) / 2 + how.anchor * moved
        adam.zero_grad()
        loss.backward()
        adam.step()
        if step % 50 == 0:
            log.info("step %d of %d, loss %.3f", step, how.steps, loss.item())
    refined = table.copy()
    refined[rows] = moving.detach().numpy()
    return refined


def _units(table: Tensor, bags: Sequence[Sequence[int]]) -> Tensor:
    """Unit vectors of bags of rows."""
    offsets = np.concatenate(([0], np.cumsum([len(bag) for bag in bags])[:-1]))
    flat = torch.tensor([row for bag in bags for row in bag])
    return functional.normalize(
        functional.embedding_bag(flat, table, torch.from_numpy(offsets), mode="sum"), dim=1, eps=1e-6
    )


def main() -> None:
    """Refine a base model and write the result."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("base", type=Path, help="the folder that ingest.training.train wrote")
    parser.add_argument("--phrases", type=Path, required=True, help="lines of the form everyday、… = official、…")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.manual_seed(Refinement.seed)
    base = StaticEmbedder(args.base)
    refined = refine(base.table(), phrases(args.phrases, base), Refinement())
    export([UNKNOWN, *base.vocabulary()[1:]], refined, args.out)


if __name__ == "__main__":
    main()
