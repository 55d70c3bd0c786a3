"""A question set as a form: one row a question, written back into the questions that it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from evals.sets.opinions import Opinion
from evals.sets.questions import TYPES, Gold, QuestionSetError, gold_of, label

#: questions that can be edited as a form; a larger set is downloaded, changed and uploaded
MOST_ROWS = 500
NEW = "fact_done"


def form(name: str, questions: Sequence[Gold], waiting: Sequence[Opinion] = (), reports: Iterable[str] = ()) -> str:
    """The form of a set.

    :param waiting: opinions whose right answer somebody has yet to say.
    :param reports: the files that can be named as the report asked about.
    """
    if len(questions) > MOST_ROWS:
        return (
            f'<p class="warning">「{escape(name)}」有 {len(questions):,} 题，超过 {MOST_ROWS} 题的题集不能在网页上改。'
            "请下载后修改，再上传。</p>" + _buttons(saves=False)
        )
    rows = [_row(gold.id, gold.question, gold.answers, gold.match, gold.type, gold.files) for gold in questions]
    rows += [
        _row("", one.question, (), "any", "feedback", (), told=f"当时答：{one.answer}　{one.comment}")
        for one in waiting
    ]
    options = "".join(f'<option value="{escape(file, quote=True)}">' for file in reports)
    kinds = "".join(f'<option value="{escape(kind)}">{escape(text)}</option>' for kind, text in TYPES.items())
    blank = _row("", "", (), "any", NEW, ())
    return (
        f'<form class="set-form" data-form><label class="set-name">题集名称<input name="name" value="{escape(name, quote=True)}" '
        'maxlength="60" autocomplete="off"></label>'
        f'<ol class="set-rows">{"".join(rows or [blank])}</ol><template>{blank}</template>'
        f'<datalist id="set-reports">{options}</datalist><datalist id="set-types">{kinds}</datalist>{_buttons()}</form>'
    )


def _buttons(saves: bool = True) -> str:
    add = '<button type="button" class="plain" data-add>加一题</button>' if saves else ""
    save = '<button type="submit" class="go">保存题集</button>' if saves else ""
    return f'<div class="set-end">{add}{save}<button type="button" class="plain" data-act="close">关闭</button></div>'


def _row(
    name: str, question: str, answers: Sequence[str], match: str, kind: str, files: Sequence[str], told: str = ""
) -> str:
    both = "".join(
        f'<option value="{value}"{" selected" if value == match else ""}>{text}</option>'
        for value, text in (("any", "任一种写法都对"), ("all", "每一行都要答出"))
    )
    kinds = dict(TYPES) if kind in TYPES else {kind: label(kind), **TYPES}
    choices = "".join(
        f'<option value="{escape(key, quote=True)}"{" selected" if key == kind else ""}>{escape(text)}</option>'
        for key, text in kinds.items()
    )
    note = f'<p class="set-told">{escape(told)}</p>' if told else ""
    return (
        f'<li data-id="{escape(name, quote=True)}"><label class="wide">题目<textarea name="question" rows="2">{escape(question)}</textarea></label>'
        f'<label class="wide">答案（每行一个）<textarea name="answers" rows="2">{escape(chr(10).join(answers))}</textarea></label>'
        f'<label>算对<select name="match">{both}</select></label>'
        f'<label>题型<select name="type">{choices}</select></label>'
        f'<label class="file">报告（可不填）<input name="file" list="set-reports" value="{escape(files[0] if files else "", quote=True)}" autocomplete="off"></label>'
        f'{note}<button type="button" class="act" data-drop aria-label="删去这一题">删去</button></li>'
    )


def read(rows: Any, held: Sequence[Gold]) -> list[Gold]:
    """The questions that a form was filled in with; empty rows are left out.

    :param rows: as the page sends them; nothing of them is believed.
    :param held: what the form was made of: evidence and whatever else it does not show is kept.
    :raises QuestionSetError: naming the rows that cannot be used, and why.
    """
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise QuestionSetError(f"题目太多，网页上最多改 {MOST_ROWS} 题。")
    earlier = {gold.id: gold for gold in held}
    made: list[Gold] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise QuestionSetError("表单的内容不完整，请刷新页面后再试。")
        fields = {
            key: str(row.get(key) or "").strip() for key in ("id", "question", "answers", "match", "type", "file")
        }
        if fields["question"] or fields["answers"]:
            try:
                made.append(_gold(fields, earlier.get(fields["id"])))
            except ValueError as fault:
                faults.append(f"第 {number} 题：{fault}")
    if faults:
        raise QuestionSetError("；".join(faults[:5]))
    if not made:
        raise QuestionSetError("题集里还没有题目。")
    return _with_names(made)


def _gold(fields: Mapping[str, str], earlier: Gold | None) -> Gold:
    answers = [line.strip() for line in fields["answers"].split("\n") if line.strip()]
    if fields["type"] == "unanswerable":
        answers = []
    row = {
        "id": fields["id"] or "?",
        "type": fields["type"] or NEW,
        "question": fields["question"],
        "answers": answers,
        "match": fields["match"] or "any",
        "file": fields["file"],
    }
    gold = gold_of(row)
    if earlier is None:
        return gold
    same = fields["file"] == (earlier.files[0] if earlier.files else "")
    kept = replace(earlier, type=gold.type, question=gold.question, answers=gold.answers, match=gold.match)
    return kept if same else replace(kept, files=gold.files, evidences=())


def _with_names(questions: Sequence[Gold]) -> list[Gold]:
    """The questions, each with an id of its own; a new one's is made of its text."""
    taken: set[str] = set()
    named = []
    for gold in questions:
        name = gold.id
        if name == "?" or name in taken:
            digest = hashlib.sha256(gold.question.encode("utf-8", "replace")).hexdigest()[:10]
            name = next(n for n in (digest, *(f"{digest}-{k}" for k in range(2, len(questions) + 2))) if n not in taken)
        taken.add(name)
        named.append(replace(gold, id=name))
    return named
