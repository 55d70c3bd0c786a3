"""Answers in words: the points of a section for an open question, 是 or 否 with its sentence for a yes-or-no question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer
from bot.answering.overview import survey, topic_of
from bot.answering.yesno import judge
from bot.computing.operands import Sources
from bot.evidence.view import ReportView
from bot.quoting.citing import cite, cite_range
from bot.quoting.guard import unstated
from bot.quoting.instructions import is_instruction
from bot.understanding.question import Question
from bot.understanding.scope import Scope


def tell(question: Question, scope: Scope, views: Sequence[ReportView], sources: Sources) -> Answer | None:
    """The answer to an open or a yes-or-no question; None where the reports do not give it.

    :param views: the reports found for the question, likeliest first.
    """
    return (_decided if question.kind == "yesno" else _outlined)(question, scope, views, sources)


def _decided(question: Question, scope: Scope, views: Sequence[ReportView], sources: Sources) -> Answer | None:
    verdict = judge(question, scope, views, sources)
    if not verdict:
        return None
    said = "是" if verdict.yes else "否"
    citation = cite_range(verdict.view, verdict.sentence, verdict.start, verdict.end, 1)
    if verdict.candidate:
        figure = verdict.candidate.figure.text
        citation = cite(verdict.view, verdict.candidate.reading, 1)
        said = said if verdict.yes else f"否，是{figure}"
        if unstated(figure, [citation.quote]):
            return None
    where = " › ".join((citation.report, *citation.section[-1:]))
    text = f"{said}[1]\n\n{where}：{citation.quote}"
    sure = round(verdict.share, 4)
    return Answer(question.text, question.standalone, "answered", said, text, sure, (citation,))


def _outlined(question: Question, scope: Scope, views: Sequence[ReportView], sources: Sources) -> Answer | None:
    topic = sources.understood(topic_of(question.standalone), scope)
    # 「做了哪些工作」 asks for what was done, and so must the topic
    overview = survey(replace(topic, asked=question.asked), views)
    points = [p for p in overview.points if not is_instruction(overview.view.text[p.start : p.end])] if overview else []
    if not overview or not points:
        return None
    citations = tuple(
        cite_range(overview.view, point.sentence, point.start, point.end, n) for n, point in enumerate(points, start=1)
    )
    lines = [f"{c.n}. {point.title}[{c.n}]" for c, point in zip(citations, points, strict=True)]
    where = " › ".join((overview.view.report.title, overview.section.title))
    short = "；".join(point.title for point in points)
    text = f"{where}：\n\n" + "\n".join(lines)
    return Answer(question.text, question.standalone, "answered", short, text, round(overview.share, 4), citations)
