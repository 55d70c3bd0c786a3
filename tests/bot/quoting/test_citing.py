"""Citations are text[start:end] of the report, with the answer marked inside."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer
from bot.evidence.view import ReportView
from bot.quoting.citing import cite, cite_passage
from bot.reading.reader import Reading
from ingest.document import Page
from tests.bot.reports import SHANDONG, view_of

LONG = (
    "某局2035年工作总结\n\n"
    + "；".join(f"第{n}项工作按照部署有序推进并顺利完成，建成站点{n}处" for n in range(100, 130))
    + "。\n"
)


def reading(view: ReportView, text: str) -> Reading:
    index = next(i for i, z in enumerate(view.figures) if z.figure.text == text)
    zones = view.figures[index]
    return Reading(text, view.report.id, zones.figure.start, zones.figure.end, zones.sentence, 0.9, 1.0, index)


def test_a_quote_is_verbatim_and_holds_its_mark() -> None:
    view = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")
    for zones in view.figures:
        citation = cite(view, reading(view, zones.figure.text), 1)
        assert citation.quote == view.text[citation.start : citation.end]
        assert citation.mark is not None
        start, end = citation.mark
        assert citation.start <= start < end <= citation.end
        assert view.text[start:end] == zones.figure.text


def test_a_citation_names_its_report_file_and_section() -> None:
    view = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")
    citation = cite(view, reading(view, "3万张"), 2)
    assert (citation.n, citation.file, citation.page) == (2, "2036_山东省_政府工作报告.txt", None)
    assert citation.report == view.report.title
    assert any("2036年重点工作" in title for title in citation.section)


def test_of_a_very_long_sentence_the_part_between_semicolons_is_quoted() -> None:
    view = view_of(LONG)
    citation = cite(view, reading(view, "115处"), 1)
    assert citation.quote == view.text[citation.start : citation.end]
    assert citation.quote == "第115项工作按照部署有序推进并顺利完成，建成站点115处"


def test_a_passage_is_quoted_whole_without_a_mark() -> None:
    view = view_of(SHANDONG)
    for ordinal in range(len(view.periods)):
        citation = cite_passage(view, ordinal, 1)
        assert citation.quote == view.text[citation.start : citation.end]
        assert citation.mark is None


def test_the_page_is_the_one_the_quote_begins_on() -> None:
    view = view_of(SHANDONG)
    half = view.text.index("二、2036年重点工作")
    view.report = replace(view.report, pages=(Page(1, 0, half), Page(2, half, len(view.text))))
    assert cite(view, reading(view, "310公里"), 1).page == 1
    assert cite(view, reading(view, "3万张"), 1).page == 2


def test_a_quote_from_a_recognised_picture_tells_how_sure_recognition_was() -> None:
    view = view_of(SHANDONG, "2036_山东省_政府工作报告.pdf")
    half = len(view.text) // 2
    pages = (Page(1, 0, half), Page(2, half, len(view.text), 0.93))
    view.report = replace(view.report, pages=pages)
    answers = []
    for text in ("2.5万张", "3万张"):
        citation = cite(view, reading(view, text), 1)
        answers.append(Answer("", "", "answered", text, text, 0.9, (citation,)).to_dict()["citations"][0])
    assert [citation["page"] for citation in answers] == [1, 2]
    assert "ocr_confidence" not in answers[0]
    assert answers[1]["ocr_confidence"] == 0.93
