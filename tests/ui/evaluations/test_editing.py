"""A set as a form and back."""

from __future__ import annotations

import pytest

from evals.sets.opinions import Opinion
from evals.sets.questions import Gold, QuestionSetError
from ui.evaluations.editing import MOST_ROWS, form, read

HOSTILE = '"><script>alert(1)</script>'
GOLD = Gold(
    "a1", "list", "哪几个市", ("济南", "潍坊"), "all", ("济南、潍坊",), ("甲.txt",), ("之前",), extra={"op": "x"}
)


def row(**changes: str) -> dict[str, str]:
    return {
        "id": "a1",
        "question": "哪几个市",
        "answers": "济南\n潍坊",
        "match": "all",
        "type": "list",
        "file": "甲.txt",
    } | changes


def test_what_a_form_does_not_show_is_kept() -> None:
    assert read([row()], [GOLD]) == [GOLD]
    (changed,) = read([row(answers="济南\n潍坊\n泰安")], [GOLD])
    assert (changed.answers, changed.evidences, changed.history, changed.extra) == (
        ("济南", "潍坊", "泰安"), GOLD.evidences, GOLD.history, GOLD.extra,
    )  # fmt: skip


def test_the_evidence_goes_with_the_report() -> None:
    (moved,) = read([row(file="乙.txt")], [GOLD])
    assert (moved.files, moved.evidences) == (("乙.txt",), ())


def test_a_new_question_gets_an_id_of_its_own_and_empty_rows_none() -> None:
    made = read([row(id="", question="甲"), row(id="", question="甲"), row(id="", question=" ", answers="")], [])
    assert len({gold.id for gold in made}) == 2


def test_an_unanswerable_question_has_no_answers() -> None:
    assert read([row(type="unanswerable", answers="没有")], [])[0].answers == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "还没有题目"),
        ([row(), row(id="", answers="")], "第 2 题：缺少 answers"),
        ([row(id="", question="")], "第 1 题：缺少 question"),
        ([row(match="some", id="")], "第 1 题：match"),
        ("x", "题目太多"),
        ([row()] * (MOST_ROWS + 1), "题目太多"),
        (["x"], "表单的内容不完整"),
    ],
)
def test_what_cannot_be_saved_is_named(rows: object, said: str) -> None:
    with pytest.raises(QuestionSetError, match=said):
        read(rows, [])


def test_whatever_stands_in_a_form_is_inert() -> None:
    gold = Gold(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), files=(HOSTILE,))
    html = form(HOSTILE, [gold], [Opinion(HOSTILE, HOSTILE, "down", comment=HOSTILE)], [HOSTILE])
    assert "<script>" not in html
    assert 'value=""' not in html.replace('name="file" list="set-reports" value=""', "")


def test_an_opinion_that_lacks_an_answer_is_a_row_to_be_filled_in() -> None:
    html = form("评价", [], [Opinion("投资多少", "3亿元", "down", comment="少了个零")])
    assert "投资多少" in html
    assert "当时答：3亿元　少了个零" in html


def test_a_set_that_is_too_large_is_not_laid_out() -> None:
    html = form("大", [GOLD] * (MOST_ROWS + 1))
    assert "下载后修改" in html
    assert "<li" not in html
