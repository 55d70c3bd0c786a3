"""The model in training: word vectors, each the word's own plus what its characters share, trained by contrast.

The characters make 「老人家」 begin near 「老人」 though it is rare. After training both are added into one table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ingest.training.pairs import Bags

_LONGEST = 4
_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


class LazyAdam:
    """Adam (Kingma & Ba 2015) over the rows of a table, touching only the rows that have a gradient."""

    def __init__(self, table: Tensor) -> None:
        self.table = table
        self._mean, self._square = torch.zeros_like(table), torch.zeros_like(table)
        self._steps = 0

    def step(self, rows: Tensor, gradient: Tensor, rate: float) -> None:
        """One step for some rows (no row twice)."""
        self._steps += 1
        mean = self._mean[rows].mul_(_BETAS[0]).add_(gradient, alpha=1 - _BETAS[0])
        square = self._square[rows].mul_(_BETAS[1]).addcmul_(gradient, gradient, value=1 - _BETAS[1])
        self._mean[rows], self._square[rows] = mean, square
        rate *= (1 - _BETAS[1] ** self._steps) ** 0.5 / (1 - _BETAS[0] ** self._steps)
        self.table.index_add_(0, rows, mean.div_(square.sqrt_().add_(_EPSILON)), alpha=-rate)


class WordModel:
    """A table of word vectors in training.

    :param words: the vocabulary; ``words[0]`` is the unknown word.
    :param frequencies: share of each word in the text; frequent words begin short, as smooth inverse frequency
        (Arora et al. 2017) weighs them, and training goes on from there.
    """

    def __init__(self, words: Sequence[str], frequencies: NDArray[np.float64], dimensions: int, smooth: float) -> None:
        characters = sorted({character for word in words[1:] for character in word[:_LONGEST] if not word.isascii()})
        number = {character: row for row, character in enumerate(characters)}
        parts = np.full((len(words), _LONGEST), len(characters))
        weights = np.zeros((len(words), _LONGEST), np.float32)
        begin = (smooth / (smooth + frequencies)).astype(np.float32)
        for row, word in enumerate(words[1:], start=1):
            if not word.isascii():
                known = [number[character] for character in word[:_LONGEST]]
                parts[row, : len(known)] = known
                weights[row, : len(known)] = begin[row] / len(known)
        self._parts, self._weights = torch.from_numpy(parts), torch.from_numpy(weights)
        own = torch.randn(len(words), dimensions) * dimensions**-0.5 * torch.from_numpy(begin)[:, None]
        shared = torch.randn(len(characters) + 1, dimensions) * dimensions**-0.5 * 0.3
        self._own, self._shared = LazyAdam(own), LazyAdam(shared)

    def vectors(self, rows: Tensor) -> Tensor:
        """The vectors of some words: shape (len(rows), dimensions)."""
        found = self._own.table[rows]
        for place in range(_LONGEST):
            found.addcmul_(self._shared.table[self._parts[rows, place]], self._weights[rows, place, None])
        return found

    def table(self) -> NDArray[np.float32]:
        """The vectors of all words; the unknown word's is zero."""
        found = self.vectors(torch.arange(len(self._parts)))
        found[0] = 0
        return found.numpy()

    def step(self, first: Bags, second: Bags, temperature: float, rate: float) -> float:
        """One step on a batch of pairs; returns its loss."""
        rows, places = np.unique(np.concatenate((first.tokens, second.tokens)), return_inverse=True)
        used = torch.from_numpy(rows)
        vectors = self.vectors(used).requires_grad_()
        offsets = np.concatenate((first.offsets[:-1], second.offsets[:-1] + first.offsets[-1]))
        summed = functional.embedding_bag(torch.from_numpy(places), vectors, torch.from_numpy(offsets), mode="sum")
        units = functional.normalize(summed, dim=1, eps=1e-6)
        loss = contrast(units[: len(first)], units[len(first) :], temperature)
        loss.backward()
        gradient = vectors.grad
        assert gradient is not None
        self._own.step(used, gradient, rate)
        self._step_characters(used, gradient, rate)
        return loss.item()

    def _step_characters(self, rows: Tensor, gradient: Tensor, rate: float) -> None:
        total = torch.zeros_like(self._shared.table)
        for place in range(_LONGEST):
            total.index_add_(0, self._parts[rows, place], gradient * self._weights[rows, place, None])
        touched = torch.unique(self._parts[rows])
        self._shared.step(touched, total[touched], rate)


def contrast(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """InfoNCE both ways (van den Oord et al. 2018): each half must find its own among all other halves of the batch."""
    scores = first @ second.T / temperature
    own = torch.arange(len(first))
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2
