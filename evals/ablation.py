"""What each part is worth: accuracy with one part switched off at a time.

    python -m evals.ablation --reports FOLDER... [--lessons FOLDER...] --training SET.jsonl... --questions SET.jsonl...
        [--out docs/ablation.md]

What is switched off, and how, is said in ``INTRODUCTION``, which stands above the table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.chain import Assistant, Turn
from bot.computing import arithmetic
from bot.evidence.scoring import Linear, Model, Scorer
from bot.evidence.view import ReportView
from bot.evidence.views import Views
from bot.reading import features, span_features
from bot.reading.reader import CONFIDENCE, FIGURE_KINDS, SPAN_KINDS, UNLEARNED, Reader
from bot.search import ranking
from bot.search.hybrid import HybridSearch, Ranked
from bot.training import ranking as ranking_training
from bot.training import reader as training
from bot.understanding.scope import Scope
from evals import retrieval, scoring
from evals.retrieval import is_hit, normal
from ingest.embedding import StaticEmbedder, Vectors, shipped_vectors
from ingest.library.protocol import AnyLibrary
from ingest.settings import Settings

#: what stands above the tables
INTRODUCTION = """\
Every row below the first has learned its weights anew from the training sets and answers question sets it has not learned
from. Left out each time:

- scope: every report is searched and read, whichever the question names;
- period: the features that compare years, done and planned are zero while learning, so that nothing is learned of them;
- figures: likewise the features made of what a figure is: its unit, kind, subject, change and place in the clause (the rule
  that a figure in 张 is no answer to 多少公里 stays);
- vectors: no word is like another and no sentence like a question; what is left is words that are the same or share
  characters. The weights are learned without them too;
- learned weights: nothing is learned; each feature of a short list counts one for or one against, and an answer is given
  where its sentence holds more than half of the question.

"As shipped" are the weights in the repository, learned from more questions, among them those of the development sets."""

METHODS = """\
"By rank" is reciprocal rank fusion of full text and vectors, which the search was before; "by score" adds the scores instead
of the ranks; "ranked" is the search as it is: the passages of the likeliest reports by `bot/search/ranking.py`, with the weights in
the repository. What counts as a hit is said in `evals/retrieval.py`. Questions that rest on several reports are left out."""

#: features by the part that they are of; a name that ends in * stands for all that begin so
_PERIOD = ("year_*", "status_*", "plan_same", "base_value")
_FIGURES = (
    *("unit_*", "kind_*", "change_*", "asked_*", "level_asked_*", "subject_near", "aligned", "hedged", "year_unit"),
    *("own_*", "before_near", "after_near", "first_in_clause", "last_in_clause", "empty_own", "base_value"),
    *("total_asked_*", "added_asked_*", "kind", "unit"),
)
#: what counts one for a candidate or passage and one against it where nothing is learned
_FOR = ("own_near", "sentence_near", "clause_near", "dense_sentence", "dense", "year_same", "unit_same", "kind_wanted")
_FOR_PASSAGES = ("vector", "sentence", "words", "year_same", "kind", "unit")
_AGAINST = ("year_other", "status_other")
#: without learning an answer is given where its sentence holds more than half of the question
_SURE = {"sentence_near": 10.0}
_HALF = -5.0

Change = Callable[[Assistant, Turn], Turn]


class NoVectors(StaticEmbedder):
    """Stands for the shipped vectors where there are none: every vector is zero, and nothing is like anything."""

    def __init__(self) -> None:
        self.dimensions = shipped_vectors().dimensions

    def embed_words(self, sentences: Sequence[Sequence[str]]) -> Vectors:
        return np.zeros((len(sentences), self.dimensions), np.float32)


@dataclass(frozen=True)
class Variant:
    """The program with one part switched off."""

    name: str
    change: Change = lambda _, turn: turn
    vectors: bool = True
    without: tuple[str, ...] = ()
    learned: bool = True


def unscoped(assistant: Assistant, turn: Turn) -> Turn:
    """A question as if no report had a name."""
    question = assistant.understood(turn.question.standalone, Scope())
    return Turn(question, Scope(), arithmetic.plan(question.standalone, ()))


COMPLETE = Variant("complete")
VARIANTS = (
    COMPLETE,
    Variant("without scope", change=unscoped),
    Variant("without period", without=_PERIOD),
    Variant("without figures", without=_FIGURES),
    Variant("without vectors", vectors=False),
    Variant("without learned weights", learned=False),
)


@dataclass(frozen=True)
class Lesson:
    """What a variant learns from: the passages and the candidates that an unlearned program finds for each question."""

    passages: tuple[ranking_training.Example, ...]
    candidates: tuple[training.Example, ...]


def searching(library: AnyLibrary, vectors: bool) -> HybridSearch:
    """The search of variants with vectors, or of those without; its weights are still to be given."""
    views = Views(library, None if vectors else NoVectors())
    return HybridSearch(library, views, vector_weight=HybridSearch.vector_weight if vectors else 0.0)


def prepare(library: AnyLibrary, rows: Sequence[dict[str, Any]], vectors: bool) -> Lesson:
    """The lesson of the variants with vectors, or of those without."""
    pupil = Assistant(library, Settings(), Reader(UNLEARNED), searching(library, vectors))
    return Lesson(tuple(ranking_training.examples(rows, pupil)), tuple(examples(rows, pupil)))


def build(variant: Variant, lesson: Lesson, library: AnyLibrary) -> Assistant:
    """The assistant of a variant over a library, with the weights it learns."""
    if not variant.learned:
        weights, model = _counted(ranking.NAMES, _FOR_PASSAGES), unlearned()
    else:
        passages = [replace(e, rows=_masked(e.rows, ranking.NAMES, variant.without)) for e in lesson.passages]
        weights, model = ranking_training.fit(passages), learn(lesson.candidates, variant.without)
    search = replace(searching(library, variant.vectors), weights=weights)
    return Assistant(library, Settings(), Reader(model), search)


def examples(rows: Iterable[Mapping[str, Any]], assistant: Assistant) -> Iterator[training.Example]:
    """The questions that one report answers, or none, with their candidates in it."""
    reports = {report.file: report.id for report in assistant.library.reports()}
    for row in rows:
        if row.get("history") or row.get("files") or row["type"] == "computed" or row["file"] not in reports:
            continue
        view, question = assistant.view(reports[row["file"]]), assistant.understand((row["question"], ())).question
        if question.kind not in FIGURE_KINDS + SPAN_KINDS:
            continue
        score = assistant.reader.score_figures if question.kind in FIGURE_KINDS else assistant.reader.score_spans
        scored = score(question, view)
        said = [normal(view.text[s.span.start : s.span.end]) for s in view.sentences]
        evidence, answers = normal(row["evidence"]), [normal(answer) for answer in row["answers"]]
        there = [bool(evidence) and is_hit(text, evidence, answers) for text in said]
        right = [bool(answers) and training.agrees(r.short, row["answers"], row["match"]) for r in scored.readings]
        gold = np.asarray([yes and there[r.sentence] for yes, r in zip(right, scored.readings, strict=True)], bool)
        yield training.Example(row["type"], row["file"], question, scored, gold, np.asarray(right, bool) & ~gold)
        if question.kind in FIGURE_KINDS and gold.any():
            yield from _near_misses(row, assistant, view)


def _near_misses(row: Mapping[str, Any], assistant: Assistant, view: ReportView) -> Iterator[training.Example]:
    """The same question about what the report does not say, as ``bot.training.reader`` makes it."""
    for text in training.near_misses(row["question"], row["evidence"], view):
        question = assistant.understand((text, ())).question
        if question.kind in FIGURE_KINDS:
            scored = assistant.reader.score_figures(question, view)
            none = np.zeros(len(scored.readings), bool)
            yield training.Example("near miss", row["file"], question, scored, none, none, False)


def learn(data: Iterable[training.Example], without: Sequence[str] = ()) -> Model:
    """The reader's model learned from examples, as if the features that ``without`` names were always zero."""
    parts: dict[str, Scorer] = {}
    data = list(data)
    for part, kinds, names in (("figure", FIGURE_KINDS, features.NAMES), ("span", SPAN_KINDS, span_features.NAMES)):
        kept = [
            replace(e, scored=replace(e.scored, rows=_masked(e.scored.rows, names, without)))
            for e in data
            if e.question.kind in kinds
        ]
        parts[part], parts[f"{part}_confidence"], _ = training.learn(kept, names, pairwise=part == "figure")
    return Model(**parts, figure_threshold=training.THRESHOLD, span_threshold=training.THRESHOLD)


def _masked(rows: np.ndarray, names: Sequence[str], without: Sequence[str]) -> np.ndarray:
    off = [any(name == w or (w[-1] == "*" and name.startswith(w[:-1])) for w in without) for name in names]
    return np.where(off, 0, rows).astype(np.float32)


def unlearned() -> Model:
    """A model that counts what speaks for a candidate and what against it."""
    sure = {"figure": (*features.NAMES, *CONFIDENCE), "span": (*span_features.NAMES, *CONFIDENCE)}
    judges = {
        part: Scorer(names, (Linear(np.asarray([_SURE.get(n, 0.0) for n in names], np.float32), _HALF),))
        for part, names in sure.items()
    }
    return Model(
        _counted(features.NAMES, _FOR), _counted(span_features.NAMES, _FOR), judges["figure"], judges["span"], 0.5, 0.5
    )


def _counted(names: Sequence[str], wanted: Sequence[str] = _FOR_PASSAGES) -> Scorer:
    weights = [float(name in wanted) - float(name in _AGAINST) for name in names]
    return Scorer(tuple(names), (Linear(np.asarray(weights, np.float32), 0.0),))


def answer(assistant: Assistant, change: Change, gold: scoring.Gold) -> dict[str, Any]:
    """The answer to a question in the form of ``wenbao ask --json``."""
    turn = change(assistant, assistant.understand((gold.question, gold.history)))
    given = assistant.settle(assistant.read(assistant.retrieve(turn))).answer
    assert given is not None
    return given.to_dict()


def line(name: str, assistant: Assistant, change: Change, sets: Sequence[Path]) -> str:
    """A row of the table: accuracy, wrong rate and cited of each question set, then hit@1/5/20 over all."""

    def find(turn: Turn) -> Sequence[Ranked]:
        turn = change(assistant, turn)
        return assistant.search.find(turn.question, turn.scope)

    cells = [name]
    for path in sets:
        golds = scoring.load(path)
        total = scoring.score(golds, {gold.id: answer(assistant, change, gold) for gold in golds}).total
        cells.append(f"{total.accuracy:.3f} / {total.wrong_rate:.3f} / {total.cited:.3f}")
    scores = retrieval.measure(assistant, sought(sets), {"ranked": find})
    cells.append(" / ".join(f"{hit:.3f}" for score in scores if score.type == "all" for hit in score.hits))
    return f"| {' | '.join(cells)} |"


def sought(sets: Iterable[Path]) -> list[dict[str, Any]]:
    """The questions whose evidence stands in one report; of several, each is searched for by itself when it is computed with."""
    return [row for path in sets for row in retrieval.read_questions(path) if not row.get("files")]


def page(command: str, lines: Sequence[str], sets: Sequence[Path], tables: Mapping[str, str]) -> str:
    """The page that shows the figures, with the command that made them."""
    heads = ["part switched off", *(path.stem for path in sets), "hit@1/5/20"]
    blocks = [
        "# What each part is worth",
        f"Made by\n\n    {command}",
        "## Accuracy / wrong rate / cited with one part switched off",
        INTRODUCTION,
        "\n".join([f"| {' | '.join(heads)} |", "| --- |" + " --- |" * (len(heads) - 1), *lines]),
        "## hit@1/5/20 of the search by type of question",
        METHODS,
        *(f"{where}:\n\n{table}" for where, table in tables.items()),
    ]
    return "\n\n".join(blocks) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, nargs="+", required=True, help="folders of reports")
    parser.add_argument("--training", type=Path, nargs="+", required=True, help="question sets to learn from")
    parser.add_argument("--lessons", type=Path, nargs="*", default=[], help="reports that only --training asks about")
    parser.add_argument("--questions", type=Path, nargs="+", required=True, help="question sets to answer")
    parser.add_argument("--out", type=Path, help="the page to write; without it it is printed")
    args = parser.parse_args()
    rows = [json.loads(text) for path in args.training for text in path.read_text(encoding="utf-8").splitlines()]
    with ranking_training.library_of([*args.reports, *args.lessons]) as library:
        lessons = {vectors: prepare(library, rows, vectors) for vectors in (True, False)}
    with ranking_training.library_of(args.reports) as library:
        shipped_assistant = Assistant(library, Settings())
        lines = [line("as shipped", shipped_assistant, COMPLETE.change, args.questions)]
        sys.stderr.write(lines[-1] + "\n")
        for variant in VARIANTS:
            lines.append(
                line(variant.name, build(variant, lessons[variant.vectors], library), variant.change, args.questions)
            )
            sys.stderr.write(lines[-1] + "\n")
        ways, asked = retrieval.methods(shipped_assistant), sought(args.questions)
        tables = {
            "In the reports a question is understood to ask about": retrieval.measure(shipped_assistant, asked, ways),
            "In the whole library": retrieval.measure(shipped_assistant, asked, ways, "library"),
        }
    text = page(_command(args), lines, args.questions, {k: retrieval.table(v) for k, v in tables.items()})
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _command(args: argparse.Namespace) -> str:
    """The command as another can give it: folders elsewhere on this machine are only named as such."""
    parts = ["python -m evals.ablation"]
    for option in ("reports", "lessons", "training", "questions"):
        given = [path.as_posix() if not path.is_absolute() else "FOLDER" for path in getattr(args, option)]
        parts += [f"--{option} {' '.join(dict.fromkeys(given))}"] if given else []
    return " ".join([*parts, *(["--out", args.out.as_posix()] if args.out else [])])


if __name__ == "__main__":
    main()
