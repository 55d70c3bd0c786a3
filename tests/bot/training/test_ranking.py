"""Learning the ranking: from what it learns, and that what it learns ranks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.chain import Assistant
from bot.evidence.scoring import Linear, Scorer
from bot.search.ranking import NAMES
from bot.training.ranking import Example, crossed, examples, fit, hits, library_of
from ingest.errors import WenbaoError

FILE = "2036_山东省_政府工作报告.txt"


def row(question: str, evidence: str, kind: str = "fact_done") -> dict[str, object]:
    return {"type": kind, "question": question, "evidence": evidence, "file": FILE}


def test_the_passage_that_holds_the_evidence_in_the_right_report_is_the_right_one(provinces: Assistant) -> None:
    (example,) = examples([row("山东省粮食总产量是多少", "粮食总产量5100万吨")], provinces)
    report = next(r.id for r in provinces.library.reports() if r.file == FILE)
    texts = [passage.text for passage in provinces.library.passages(report)]
    assert [text for text, gold in zip(texts, example.gold, strict=True) if gold] == [
        text for text in texts if "粮食总产量5100万吨" in text
    ]
    assert example.rows.shape == (len(texts), len(NAMES))


def test_who_names_no_report_asks_about_the_one_with_the_evidence(provinces: Assistant) -> None:
    (example,) = examples([row("粮食总产量是多少", "粮食总产量5100万吨")], provinces)
    assert example.gold.sum() == 1
    assert len(example.gold) < sum(len(provinces.library.passages(r.id)) for r in provinces.library.reports())


def test_questions_without_evidence_teach_nothing(provinces: Assistant) -> None:
    rows = [row("山东种了多少鹦鹉", "", "unanswerable"), row("山东种了多少鹦鹉", "种了3只鹦鹉")]
    assert list(examples(rows, provinces)) == []


def made_up(count: int) -> list[Example]:
    """Questions whose right passage is the one with the most 「words」 but not with the most of anything else."""
    random = np.random.default_rng(7)
    found = []
    for n in range(count):
        rows = random.random((12, len(NAMES))).astype(np.float32)
        gold = np.zeros(12, bool)
        gold[rows[:, NAMES.index("words")].argmax()] = True
        found.append(Example(f"{n % 8}.txt", rows, gold))
    return found


def test_what_tells_the_right_passages_is_learned_also_for_reports_not_learned_from() -> None:
    pytest.importorskip("sklearn")
    data = made_up(80)
    values = fit(data).logits(np.eye(len(NAMES), dtype=np.float32), NAMES)
    assert NAMES[int(values.argmax())] == "words"
    assert crossed(data)[:, 1].mean() > 0.9


def test_hits_count_the_passages_ranked_before_the_right_one() -> None:
    rows = np.zeros((30, len(NAMES)), np.float32)
    rows[:, 0] = np.arange(30)
    first = Scorer(tuple(NAMES), (Linear(np.eye(len(NAMES), dtype=np.float32)[0], 0.0),))
    for place, expected in (
        (29, [True, True, True]),
        (25, [False, True, True]),
        (20, [False, False, True]),
        (0, [False] * 3),
    ):
        gold = np.arange(30) == place
        assert hits([Example("a", rows, gold)], first).tolist() == [expected]


def test_a_report_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(b"PK\x03\x04 not a document")
    with pytest.raises(WenbaoError, match="坏"), library_of([tmp_path]):
        pass
