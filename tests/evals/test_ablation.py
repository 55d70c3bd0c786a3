"""Switching a part off switches off that part, and the page says what was measured."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.chain import Assistant
from bot.evidence.matching import match
from bot.evidence.scoring import Linear, Model, Trees
from bot.evidence.views import Views
from bot.reading import features
from bot.search import ranking
from bot.training.ranking import library_of
from bot.understanding.question import understand
from evals.ablation import (
    VARIANTS,
    Lesson,
    NoVectors,
    Variant,
    _command,
    build,
    examples,
    learn,
    line,
    page,
    searching,
    unscoped,
)
from ingest.embedding import shipped_vectors
from ingest.library import Library
from ingest.settings import Settings
from tests.bot.reports import REPORTS

BUREAUS = Path(__file__).resolve().parents[2] / "evals" / "questions"
UNLEARNED = next(variant for variant in VARIANTS if not variant.learned)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("provinces")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with library_of([folder]) as library:
        yield library


@pytest.fixture(scope="module")
def plain(library: Library) -> Assistant:
    """The assistant that has learned nothing."""
    return build(UNLEARNED, Lesson((), ()), library)


def test_without_scope_the_question_is_asked_of_every_report(plain: Assistant) -> None:
    turn = plain.understand(("山东省粮食总产量是多少", ()))
    free = unscoped(plain, turn)
    assert turn.scope.reports
    assert not free.scope.reports
    assert len({passage.report for passage in plain.retrieve(free).ranked}) == 2


def test_without_scope_nothing_is_compared_between_places(plain: Assistant) -> None:
    turn = plain.understand(("山东和江苏2035年粮食总产量哪个高", ()))
    assert turn.plan
    assert {name for name, _ in turn.plan.operands} == {"山东", "江苏"}
    other = unscoped(plain, turn).plan
    assert not other or not {name for name, _ in other.operands} & {"山东", "江苏"}


def test_without_vectors_only_shared_characters_make_words_alike(library: Library) -> None:
    report = library.reports()[0].id
    bare, full = Views(library, NoVectors())(report), Views(library)(report)
    asked = understand("老年人的床位")
    bare_match, full_match = (match(asked, view, shipped_vectors()) for view in (bare, full))
    assert not bare.sentence_vectors().any()
    np.testing.assert_array_equal(bare_match.near.over(bare.spoken), bare_match.exact.over(bare.spoken))
    assert (full_match.near.over(full.spoken) > full_match.exact.over(full.spoken)).any()


def test_without_vectors_the_search_asks_for_none(library: Library) -> None:
    search = searching(library, vectors=False)
    turn = Assistant(library, Settings()).understand(("山东粮食", ()))
    _, rows = search.candidates(turn.question, turn.scope)
    assert not rows[:, [ranking.NAMES.index("vector"), ranking.NAMES.index("sentence")]].any()


def test_without_learning_what_is_asked_in_the_reports_words_is_still_answered(plain: Assistant) -> None:
    answer = plain.ask("山东省2035年粮食总产量是多少")
    assert (answer.status, answer.short) == ("answered", "5100万吨")


def test_a_row_gives_accuracy_wrong_rate_and_cited_of_each_set_and_the_hits(plain: Assistant, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "type": "fact_done", "question": "山东省2035年粮食总产量是多少", "answers": ["5100万吨"]},
        {"id": "2", "type": "unanswerable", "question": "山东省2035年种了多少鹦鹉", "answers": []},
    ]
    evidence = {"evidence": "粮食总产量5100万吨", "file": "2036_山东省_政府工作报告.txt", "match": "any"}
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(json.dumps(row | evidence) for row in rows), encoding="utf-8")
    assert line("一", plain, Variant("").change, [path]) == "| 一 | 1.000 / 0.000 / 1.000 | 1.000 / 1.000 / 1.000 |"


def test_the_page_names_the_command_and_heads_the_columns_with_the_sets() -> None:
    text = page("python -m evals.ablation", ["| complete | 1 | 2 |"], [Path("evals/some_dev.jsonl")], {"Here": "| t |"})
    assert "\n\n    python -m evals.ablation\n\n" in text
    assert "| part switched off | some_dev | hit@1/5/20 |\n| --- | --- | --- |\n| complete | 1 | 2 |" in text
    assert "Here:\n\n| t |" in text


def test_the_command_shown_holds_no_path_of_this_machine() -> None:
    given = Namespace(
        reports=[Path("/a/b"), Path("/c")], lessons=[], training=[Path("evals/t.jsonl")], questions=[], out=None
    )
    assert _command(given) == "python -m evals.ablation --reports FOLDER --training evals/t.jsonl"


@pytest.mark.slow
def test_nothing_is_learned_of_features_left_out() -> None:
    pytest.importorskip("sklearn")
    rows = [json.loads(text) for text in (BUREAUS / "bureaus.jsonl").read_text(encoding="utf-8").splitlines()]
    with library_of([BUREAUS / "bureaus"]) as library:
        pupil = build(UNLEARNED, Lesson((), ()), library)
        data = list(examples(rows[::6], pupil))
    off = {n for n, name in enumerate(features.NAMES) if name.startswith("year_")}
    assert _used(learn(data), features.NAMES) & off
    assert not _used(learn(data, ("year_*",)), features.NAMES) & off


def _used(model: Model, names: list[str]) -> set[int]:
    """The features of figures that a model's ranking and confidence look at."""
    used: set[int] = set()
    for part in (*model.figure.parts, *model.figure_confidence.parts):
        if isinstance(part, Linear):
            used |= set(np.flatnonzero(part.weights).tolist())
        else:
            assert isinstance(part, Trees)
            inner = part.left != np.arange(part.left.shape[1])
            used |= set(part.feature[inner].tolist())
    return {n for n in used if n < len(names)}
