"""How well a passage answers a question: one row of numbers for each passage of a report, and their learned sum.

The numbers are how near the passage is to the question by the library's vectors, how near its nearest sentence and how much of the
question that sentence holds with the headings above it, and whether the passage's period and figures are of the kind asked for.
BM25 adds nothing to these (its learned weight was nought): inside a report it is left out. ``python -m
bot.training.ranking`` learns what each is worth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from bot.evidence.matching import match
from bot.evidence.ranges import Integers
from bot.evidence.relations import ANSWERS, period_relation, unit_relation
from bot.evidence.scoring import Scorer
from bot.evidence.view import Floats, ReportView
from bot.understanding.question import Question
from ingest.document import Figure, Period
from ingest.embedding import shipped_vectors

WEIGHTS = Path(__file__).resolve().parents[1] / "model" / "ranking.json"

NAMES = ("vector", "sentence", "words", "year_same", "year_other", "status_other", "kind", "unit")


@lru_cache(maxsize=1)
def learned() -> Scorer:
    """The learned weights, read at first use."""
    return Scorer.load(json.loads(WEIGHTS.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class _Layout:
    """What a report's passages are made of, as numbers; every kind of thing is judged once a question, however often it stands.

    ``of_sentences``: the passage of each sentence. ``of_periods``: the period of each passage, a number into ``periods``.
    ``figures``: one figure of each kind and unit; ``stated``: passages and, as a number into ``figures``, what they state.
    """

    of_sentences: Integers
    periods: tuple[Period, ...]
    of_periods: Integers
    figures: tuple[Figure, ...]
    stated: Integers


#: the layouts of views, as long as these are kept
_LAYOUTS: WeakKeyDictionary[ReportView, _Layout] = WeakKeyDictionary()


def _layout(view: ReportView) -> _Layout:
    held = _LAYOUTS.get(view)
    if held is None:
        held = _LAYOUTS[view] = _laid_out(view)
    return held


def _laid_out(view: ReportView) -> _Layout:
    periods = {period: number for number, period in enumerate(dict.fromkeys(view.periods))}
    figures: dict[tuple[str, str], Figure] = {}
    for zones in view.figures:
        figures.setdefault((zones.figure.kind, zones.figure.unit), zones.figure)
    numbers = {key: number for number, key in enumerate(figures)}
    stated = {(z.figure.passage, numbers[z.figure.kind, z.figure.unit]) for z in view.figures}
    return _Layout(
        np.asarray([sentence.passage for sentence in view.sentences], np.intp),
        tuple(periods),
        np.asarray([periods[period] for period in view.periods], np.intp),
        tuple(figures.values()),
        np.asarray(sorted(stated), np.intp).reshape(-1, 2).T,
    )


def passage_features(question: Question, view: ReportView, vector: Floats) -> Floats:
    """The features of every passage of a report; shape (passages, len(NAMES)).

    :param vector: each passage's cosine with the question, in the library's vectors, as a share of the best one's; shape
        (passages,).
    """
    layout = _layout(view)
    words = match(question, view, shipped_vectors()).coverage(view.headed, near=True)
    cosine = view.sentence_vectors() @ shipped_vectors().embed_words([question.spoken()])[0]
    best = np.zeros((2, len(view.periods)), np.float32)
    for row, values in zip(best, (cosine, words), strict=True):
        np.maximum.at(row, layout.of_sentences, values)
    return np.stack((vector, *best, *_periods(question, view), *_figures(question, view)), axis=1).astype(np.float32)


def _periods(question: Question, view: ReportView) -> Floats:
    """Whether a passage speaks of the years asked about, of other years, and of plans where results are asked or the other
    way round; shape (3, passages)."""
    layout = _layout(view)
    relations = [period_relation(question.asked, period, view) for period in layout.periods]
    facts = [(r.years == "same", r.years == "other", r.status == "other") for r in relations]
    return np.asarray(facts, np.float32).reshape(-1, 3)[layout.of_periods].T


def _figures(question: Question, view: ReportView) -> Floats:
    """Whether a passage states a figure of the kind asked for, and one in a unit that can answer; shape (2, passages)."""
    layout = _layout(view)
    kinds = ANSWERS.get(question.kind, ())
    fits = [
        (f.kind in kinds, f.kind in kinds and unit_relation(question, f) in ("same", "kin")) for f in layout.figures
    ]
    passages, numbers = layout.stated
    found = np.zeros((2, len(view.periods)), np.float32)
    for row, fit in zip(found, np.asarray(fits, bool).reshape(-1, 2).T, strict=True):
        row[passages[fit[numbers]]] = 1
    return found
