"""Yes-or-no questions: 是 or 否 only where a sentence says so, of the period asked about and with the numbers asked about.

A number in the question is compared with the figure that the report states (「投资超过30亿元了吗」). Without one, a sentence must hold
the whole statement; where it denies it (「无行政诉讼案件」, 「尚未开工」), the answer is 否. What is planned is not done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bot.computing.operands import Candidate, Sources, choose, read_operand, torn
from bot.evidence.matching import match
from bot.evidence.relations import period_relation
from bot.evidence.view import Floats, ReportView
from bot.quoting.guard import unstated
from bot.understanding.question import Question
from bot.understanding.scope import Scope
from ingest.embedding import shipped_vectors
from ingest.quantities import Quantity, quantities

#: the share of the statement that a sentence must hold
_HELD = 0.9
_BEST = 3
_ASKING = re.compile(
    r"是不是|是否|有没有|能不能|会不会|对不对|(?:，|,)?(?:是吗|对吗|是这样吗)|了?没有?[？?]?$|[吗么][？?]?$|[？?]$"
)
_DENIED = re.compile(
    r"尚未|还未|并未|未能|没有|暂无|仍未|不再|未(?=[开完建实达动])|(?<![毫有])无(?![人障线锡论偿数感线接废])"
)
_ABOVE = re.compile(r"超过|突破|高于|大于|多于|超")
_AT_LEAST = re.compile(r"不低于|不少于|达到|以上|达")
_BELOW = re.compile(r"低于|少于|小于|不到|不足|以下|以内")
_YEARS = re.compile(r"(?:19|20)\d{2}年?|(?<!\d)\d{2}年")


@dataclass(frozen=True)
class Verdict:
    """是 or 否 with what says so: a figure read, or a sentence (its number, and the range to quote) of a report's view."""

    yes: bool
    view: ReportView
    share: float
    sentence: int
    start: int
    end: int
    candidate: Candidate | None = None


def judge(question: Question, scope: Scope, views: Iterable[ReportView], sources: Sources) -> Verdict | None:
    """The verdict on a yes-or-no question; None where no sentence decides it."""
    statement = _ASKING.sub("", question.standalone)
    stated = [q for q in quantities(statement) if q.kind in ("quantity", "percent")]
    if len(stated) == 1:
        return _by_number(statement, stated[0], scope, sources)
    return None if stated else _by_sentence(sources.understood(statement, scope), views)


def _by_number(statement: str, stated: Quantity, scope: Scope, sources: Sources) -> Verdict | None:
    """The figure that the report states in the place of the question's, and whether it bears the question out."""
    before = re.sub(
        r"(?:不低于|不少于|超过|突破|高于|大于|多于|低于|少于|小于|不到|不足|超)了?$", "", statement[: stated.start]
    )
    how_much = "百分之几" if stated.unit == "%" else f"多少{stated.unit}"
    operand = read_operand("", f"{before}{how_much}{statement[stated.end :]}", scope, sources)
    row = choose([operand], sources.reader)
    if not row:
        return None
    (candidate,) = row
    yes = _bears_out(candidate, stated, statement)
    if yes is None or (not scope.reports and torn(candidate, operand)):
        return None
    reading = candidate.reading
    view = sources.view(reading.report)
    span = view.sentences[reading.sentence].span
    sure = max(reading.confidence, sources.reader.threshold(operand.question))
    return Verdict(yes, view, sure, reading.sentence, span.start, span.end, candidate)


def _bears_out(candidate: Candidate, stated: Quantity, statement: str) -> bool | None:
    """Whether a figure bears a stated one out; None where its hedge or its unit leaves that open."""
    figure = candidate.figure
    if figure.unit != stated.unit or figure.upper is not None:
        return None
    wording = statement[max(0, stated.start - 4) : stated.end]
    if _ABOVE.search(wording):
        yes = figure.value > stated.value or (figure.value == stated.value and bool(_ABOVE.search(figure.hedge)))
    elif _BELOW.search(wording):
        yes = figure.value < stated.value
    elif _AT_LEAST.search(wording):
        yes = figure.value >= stated.value
    else:
        yes = figure.value == stated.value
    near = abs(figure.value - stated.value) <= abs(stated.value) / 20
    return None if figure.hedge and not yes and near else yes


def _by_sentence(question: Question, views: Iterable[ReportView]) -> Verdict | None:
    """The sentence that holds the whole statement, or denies it."""
    for view in views:
        shares = _shares(question, view)
        for number in sorted(range(len(shares)), key=lambda n: (-shares[n], n))[:_BEST]:
            sentence = view.sentences[number]
            relation = period_relation(question.asked, view.periods[sentence.passage], view)
            said = view.text[sentence.span.start : sentence.span.end]
            if (
                shares[number] >= _HELD
                and relation.years in ("same", "narrower", "unasked")
                and relation.status != "other"
                and not unstated(_YEARS.sub("", question.standalone), [said])
            ):
                denied = _denied(question, view, number)
                planned = view.periods[sentence.passage].status == "planned" and question.asked.status != "planned"
                if planned and not denied:
                    return None
                span = sentence.span
                return Verdict(not denied, view, float(shares[number]), number, span.start, span.end)
    return None


def _shares(question: Question, view: ReportView) -> Floats:
    """How much of the statement stands in each sentence, word for word, also inside a longer word: S229 in S229沂邳线."""
    matches = match(question, view, shipped_vectors())
    held = matches.best(view.spoken)
    for row, word in zip(held, matches.words, strict=True):
        texts = (view.folded[sentence.span.start : sentence.span.end] for sentence in view.sentences)
        row[[bool(word) and word in text for text in texts]] = 1.0
    return np.asarray(matches.weights @ held)


def _denied(question: Question, view: ReportView, number: int) -> bool:
    """Whether the clauses of a sentence that hold the statement's words deny it."""
    asked = {word for word, _ in question.content}
    clauses = view.sentences[number].clauses
    holding = [view.text[c.start : c.end] for c in clauses if any(word in view.text[c.start : c.end] for word in asked)]
    return any(_DENIED.search(clause) for clause in holding) and not _DENIED.search(question.standalone)
