"""Citations: verbatim quotes with their place in the report."""

from __future__ import annotations

import bisect

from bot.answer import Citation
from bot.evidence.view import ReportView
from bot.reading.reader import Reading
from ingest.document import Report

#: a quote longer than this is cut to the parts between semicolons that hold the answer
_LONGEST_QUOTE = 260


def cite(view: ReportView, reading: Reading, n: int) -> Citation:
    """The sentence an answer stands in, the answer marked."""
    start, end = sentence_around(view, reading)
    return _citation(view, view.sentences[reading.sentence].section, start, end, n, (reading.start, reading.end))


def cite_passage(view: ReportView, ordinal: int, n: int) -> Citation:
    """A passage as it is."""
    inside = [sentence for sentence in view.sentences if sentence.passage == ordinal]
    return _citation(view, inside[0].section, inside[0].span.start, inside[-1].span.end, n, None)


def cite_range(view: ReportView, sentence: int, start: int, end: int, n: int) -> Citation:
    """A range of one sentence."""
    return _citation(view, view.sentences[sentence].section, start, end, n, None)


def sentence_around(view: ReportView, reading: Reading) -> tuple[int, int]:
    """The range to quote for an answer: its sentence, or of a very long one the part between semicolons."""
    span = view.sentences[reading.sentence].span
    if span.end - span.start <= _LONGEST_QUOTE:
        return span.start, span.end
    left = view.text.rfind("；", span.start, reading.start) + 1 or span.start
    right = view.text.find("；", reading.end, span.end)
    return left, right if right >= 0 else span.end


def citation(
    report: Report, section: tuple[str, ...], start: int, end: int, n: int, mark: tuple[int, int] | None
) -> Citation:
    """A range of a report's text as citation ``n``, with the range of the answer in it."""
    pages = report.pages
    page = pages[max(0, bisect.bisect_right([p.start for p in pages], start) - 1)] if pages else None
    return Citation(
        n,
        report.title,
        report.file,
        section,
        report.text[start:end],
        start,
        end,
        page.number if page else None,
        report.id,
        mark,
        page.confidence if page else None,
    )


def _citation(
    view: ReportView, section: tuple[str, ...], start: int, end: int, n: int, mark: tuple[int, int] | None
) -> Citation:
    return citation(view.report, section, start, end, n, mark)
