"""The analysis of a whole report: everything the library keeps, from the text alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import words
from ingest.analysis import Analysis, analyse
from ingest.document import Document, Page
from tests.ingest.reportlike import report_text

SHA256 = "0123456789abcdef" * 4

#: figures of the report that ships: verbatim, subject, first year, status
SHIPPED = [
    ("36亿元", "投资", 2022, "done"),
    ("23公里", "新增和改建农村公路", 2022, "done"),
    ("4公里", "X019鲁沟路完成路面施工", 2022, "done"),
    ("2000余处", "整改问题", 2022, "done"),
    ("全市第4名", "路与环境综合整治年度综合排名", 2022, "done"),
    ("45.8%", "规上企业货运周转量", 2022, "done"),
    ("850余辆次", "执法车辆", 2022, "done"),
    ("147万辆次", "服务点累计检查车辆", 2022, "done"),
    ("30公里", "农村公路新改建", 2023, "planned"),
    ("180公里", "村道安防", 2023, "planned"),
    ("2-3家", "新纳规上企业", 2023, "planned"),
    ("97处", "村级快递融合综合服务站", 2023, "planned"),
    ("930万元", "刁石路改造提升（罩面）工程国防建设资金到位实施", 2023, "planned"),
]


@pytest.fixture(scope="module")
def shipped(report_file: Path) -> Analysis:
    return analyse(Document(report_file.read_text(encoding="utf-8")), report_file.name, SHA256)


def test_the_report_is_described(shipped: Analysis) -> None:
    report = shipped.report
    assert (report.id, report.organisation, report.year) == (SHA256[:16], "沂源县交通运输局", 2022)
    assert report.sections[0].title == "2022年全局工作情况"
    assert {"X019鲁沟路", "鲁沟路", "沂路先锋"} <= set(shipped.names)


@pytest.mark.parametrize(("verbatim", "subject", "year", "status"), SHIPPED)
def test_figures_of_the_report_that_ships(
    shipped: Analysis, verbatim: str, subject: str, year: int, status: str
) -> None:
    found = next(figure for figure in shipped.figures if figure.text == verbatim)
    assert (found.subject, found.period.first, found.period.status) == (subject, year, status)


def test_figures_lie_in_the_passages_they_name(shipped: Analysis) -> None:
    for figure in shipped.figures:
        passage = shipped.passages[figure.passage]
        assert passage.text[figure.start - passage.start : figure.end - passage.start] == figure.text


def test_the_same_document_gives_the_same_analysis(report_file: Path, shipped: Analysis) -> None:
    again = analyse(Document(report_file.read_text(encoding="utf-8")), report_file.name, SHA256)
    assert again == shipped


def test_pages_and_the_limit_of_words_are_kept() -> None:
    document = Document("甲工作。乙工作。", pages=(Page(1, 0, 8),))
    assert analyse(document, "x.txt", SHA256).report.pages == document.pages
    assert len(analyse(document, "x.txt", SHA256, passage_words=3).passages) == 2


def test_an_empty_document_has_nothing_in_it() -> None:
    empty = analyse(Document(""), "空.txt", SHA256)
    assert (empty.passages, empty.figures, empty.names) == ((), (), ())


@settings(deadline=None)
@given(report_text, st.text(max_size=12))
def test_no_text_is_refused(text: str, file: str) -> None:
    found = analyse(Document(text), file, SHA256)
    assert found.report.text == text


@pytest.mark.slow
def test_twenty_thousand_characters_take_less_than_half_a_second(report_file: Path) -> None:
    words.cut("热身")
    text = report_file.read_text(encoding="utf-8")
    document = Document("\n".join([text] * 4)[:20_000])
    started = time.process_time()
    analyse(document, report_file.name, SHA256)
    assert time.process_time() - started < 0.5
