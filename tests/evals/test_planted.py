"""The faults that are planted in written answers, and how the guard fares on the report that ships."""

from __future__ import annotations

from pathlib import Path

from evals.planted import FAULTS, caught, hindered, scripted, views_of
from ingest.settings import PROJECT


def test_nearly_all_faults_are_caught_and_hardly_an_honest_answer_is_hindered() -> None:
    wrong, honest = scripted(views_of([PROJECT / "corpus"]), 60, 3)
    assert {answer.fault for answer in wrong} == set(FAULTS)
    assert sum(map(caught, wrong)) >= 59
    assert sum(bool(hindered(answer)) for answer in honest) <= 1


def test_a_seed_always_gives_the_same_answers(tmp_path: Path) -> None:
    views = views_of([PROJECT / "corpus"])
    assert [a.sentences for a in scripted(views, 9, 5)[0]] == [a.sentences for a in scripted(views, 9, 5)[0]]
