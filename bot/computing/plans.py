"""A question that needs several figures, from its plan to its answer: the operands read, chosen together, worked out, cited."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answer import Answer
from bot.computing import arithmetic
from bot.computing.operands import Sources, any_sure, choose, read_operand, torn
from bot.quoting.citing import cite
from bot.quoting.guard import unstated
from bot.reading.features import starts_change
from bot.reading.reader import Reading
from bot.understanding.question import Question
from bot.understanding.scope import Scope

#: operations whose figures may be of different units
_OF_ANY_UNIT = ("pair",)


@dataclass(frozen=True)
class Doubt:
    """Why nothing was computed: the places whose figure is not sure; none where the figures do not go together."""

    names: tuple[str, ...] = ()


def compute(plan: arithmetic.Plan, question: Question, scope: Scope, sources: Sources) -> Answer | Doubt:
    """The answer worked out from one figure an operand, or which operand is in doubt."""
    groups = dict(scope.groups)
    operands = []
    for name, text in plan.operands:
        own = Scope(groups[name], (name,)) if name in groups else Scope(scope.reports, scope.names)
        operands.append(read_operand(name, text, own, sources))
    row = choose(operands, sources.reader, plan.operation not in _OF_ANY_UNIT)
    if not row:
        return Doubt(tuple(o.name for o in operands if o.name and not any_sure(o, sources.reader)))
    if not scope.reports and any(torn(c, operand) for c, operand in zip(row, operands, strict=True)):
        return Doubt()
    chosen = [candidate.reading for candidate in row]
    if plan.operation in ("growth", "rise"):
        chosen = start_and_end(chosen[0], sources)
        if plan.operation == "rise" and not _is_the_rise(chosen, question, sources):
            return Doubt()
    if plan.operation == "share":  # a part is a share of the whole that is named with it
        surely = all(any_sure(operand, sources.reader) for operand in operands)
        if not surely or len({r.sentence for r in chosen}) > 1:
            return Doubt()
    stated = [(sources.view(r.report).figures[r.figure].figure, r) for r in chosen if r.figure is not None]
    # with 「下降3.3%」 where a growth is asked
    figures = [replace(figure, text=reading.short) for figure, reading in stated]
    result = arithmetic.work_out(plan, figures, question.scale)
    if not result:
        return Doubt()
    citations = tuple(cite(sources.view(r.report), r, n) for n, r in enumerate(chosen, start=1))
    if any(unstated(reading.short, [c.quote]) for reading, c in zip(chosen, citations, strict=True)):
        return Doubt()
    marks = "".join(f"[{c.n}]" for c in citations)
    quotes = "\n".join(f"{c.report}：{c.quote}[{c.n}]" for c in citations)
    text = f"{result.short}{marks}\n\n" + (f"{result.formula}\n\n" if result.formula else "") + quotes
    sure = min(sources.reader.threshold(operand.question) for operand in operands)
    sure = max(sure, min(candidate.reading.confidence for candidate in row))
    return Answer(question.text, question.standalone, "answered", result.short, text, round(sure, 4), citations)


def _is_the_rise(chosen: list[Reading], question: Question, sources: Sources) -> bool:
    """Whether two figures are 「由x…到y」 over the time asked: a rise of five years is none of the last one."""
    if len(chosen) != 2:
        return False
    view = sources.view(chosen[0].report)
    first, last = (view.figures[reading.figure or 0] for reading in chosen)
    if starts_change(view, first) is not last:
        return False
    asked, start = question.asked, first.figure.period.first
    if asked.relative in ("last", "this", "before"):
        return False
    one_year = asked.first is not None and asked.first == asked.last and asked.relative != "plan"
    return not one_year or start == (asked.first or 0) - 1


def start_and_end(reading: Reading, sources: Sources) -> list[Reading]:
    """The two figures of 「从518家增加到731家」, if that is where a reading stands; else the reading alone."""
    view = sources.view(reading.report)
    zones = view.figures[reading.figure or 0]
    inside = [
        (i, z.figure)
        for i, z in enumerate(view.figures)
        if z.sentence == zones.sentence and z.clause == zones.clause and z.figure.unit == zones.figure.unit
    ]
    at = next(n for n, (i, _) in enumerate(inside) if i == reading.figure)
    pair = inside[at - 1 : at + 1] if at else inside[at : at + 2]
    if len(pair) != 2 or pair[0][1].period == pair[1][1].period:
        return [reading]
    return [replace(reading, short=f.text, start=f.start, end=f.end, figure=i) for i, f in pair]
