"""Figures looked up by what they count, in one report or in all; and how long that takes in a large library."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot import lookup
from bot.indicators import LOOSE, OFFICIAL, VERBATIM, indicator
from bot.lookup import Wanted
from ingest.analysis import analyse
from ingest.document import Document, Figure, Period, Report
from ingest.errors import LibraryError
from ingest.library import Library
from tests.ingest.standins import HashEmbedder, analysis_of

REPORTS = {
    "青石县2024.txt": "青石县2024年政府工作报告\n一、2023年工作回顾\n地区生产总值增长5.2%、达到310亿元，新改建农村公路60公里。\n"
    "二、2024年工作安排\n地区生产总值增长6%左右，新改建农村公路80公里。\n",
    "青石县2025.txt": "青石县2025年政府工作报告\n一、2024年工作回顾\n地区生产总值增长5.8%、达到328亿元，新改建农村公路76公里。\n"
    "一是全力推进青云高速建设，协调落实要素保障，累计完成投资12亿元。\n二、2025年工作安排\n地区生产总值增长6.2%以上。\n",
    "白水县2025.txt": "白水县2025年政府工作报告\n一、2024年工作回顾\n全县生产总值增长4.1%，粮食总产量达到20万吨，人均地区生产总值5万元。\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("library"), HashEmbedder()) as library:
        for file, text in REPORTS.items():
            library.add(analyse(Document(text), file, hashlib.sha256(text.encode()).hexdigest(), 96), file)
        yield library


def texts(found: lookup.Found) -> list[str]:
    return [line.figure.text for line in found.lines]


def test_an_indicator_is_found_in_all_reports(library: Library) -> None:
    found = lookup.look_up(library, Wanted("农村公路"))
    assert sorted(texts(found)) == ["60公里", "76公里", "80公里"]
    assert found.total == 3


def test_another_wording_of_an_indicator_finds_the_same_figures(library: Library) -> None:
    assert set(texts(lookup.look_up(library, Wanted("gdp")))) == set(texts(lookup.look_up(library, Wanted("生产总值"))))
    assert "20万吨" in texts(lookup.look_up(library, Wanted("粮食产量")))


def test_a_growth_asked_for_leaves_levels_out(library: Library) -> None:
    found = texts(lookup.look_up(library, Wanted("GDP增速")))
    assert {"5.2%", "6%左右", "5.8%", "4.1%"} <= set(found)
    assert not {"310亿元", "328亿元", "5万元"} & set(found)


def test_a_place_named_confines_the_search_to_its_reports(library: Library) -> None:
    found = lookup.look_up(library, Wanted("白水GDP增速"))
    assert texts(found) == ["4.1%"]
    assert found.scope == ("白水",)


def test_reports_picked_year_and_status_narrow_it(library: Library) -> None:
    (picked,) = library.find("青石县2024.txt")
    assert texts(lookup.look_up(library, Wanted("农村公路", (picked.id,)))) == ["60公里", "80公里"]
    assert texts(lookup.look_up(library, Wanted("农村公路", year=2023))) == ["60公里"]
    assert texts(lookup.look_up(library, Wanted("2024年计划农村公路"))) == ["80公里"]
    assert texts(lookup.look_up(library, Wanted("农村公路", status="planned"))) == ["80公里"]


def test_reports_picked_without_an_indicator_give_all_their_figures(library: Library) -> None:
    (picked,) = library.find("青石县2024.txt")
    found = lookup.look_up(library, Wanted(reports=(picked.id,)))
    assert texts(found) == ["5.2%", "310亿元", "60公里", "6%左右", "80公里"]


def test_a_project_that_heads_the_sentence_of_a_figure_finds_it(library: Library) -> None:
    assert texts(lookup.look_up(library, Wanted("青云高速投资")))[0] == "12亿元"
    assert "12亿元" in texts(lookup.look_up(library, Wanted("青云高速")))


@pytest.mark.parametrize(
    "text", ["", "  ", "火星", "%", "_", "\\", "'; DROP TABLE figures; --", "\0", "2024年", "多少"]
)
def test_what_names_no_indicator_finds_nothing(library: Library, text: str) -> None:
    assert lookup.look_up(library, Wanted(text)) == lookup.Found()


def test_lines_of_one_indicator_form_one_group_however_they_are_worded(library: Library) -> None:
    first, *others = lookup.groups(lookup.look_up(library, Wanted("GDP")).lines)
    assert first.name == "地区生产总值增长"
    assert {line.figure.text for line in first.lines} == {"5.2%", "6%左右", "5.8%", "6.2%以上", "4.1%"}
    assert "人均地区生产总值" in [group.name for group in others]


def line(subject: str, text: str = "30公里", distance: int = VERBATIM, report: str = "r1") -> lookup.Line:
    figure = Figure(0, 0, 4, text, "quantity", Decimal(30), "公里", subject)
    made, _ = indicator(figure, lookup.terms_of("农村公路"))
    return lookup.Line(Report(report, "a.txt", "0" * 64, report), figure, made, distance)


def test_what_says_the_words_asked_comes_before_what_only_means_them() -> None:
    lines = [
        line("村道安防", "180公里", LOOSE), line("村道安防", "20公里", LOOSE, "r2"), line("四好农村路管护", "3公里", OFFICIAL),
        line("最美农村公路", "五条"), line("农村公路管护总里程"), line("新改建农村公路"), line("新改建农村公路", report="r2"),
        line("农村公路"),
    ]  # fmt: skip
    names = [group.name for group in lookup.groups(lines)]
    assert names == ["农村公路", "新改建农村公路", "四好农村路管护", "农村公路管护总里程", "最美农村公路", "村道安防"]


def test_done_stands_beside_planned_newest_first(library: Library) -> None:
    (growth, *_) = lookup.groups(lookup.look_up(library, Wanted("GDP")).lines)
    (row,) = [row for row in lookup.compare(growth.lines) if row.whose == "青石县"]
    assert [(line.years, line.figure.text) for line in row.done] == [("2024年", "5.8%"), ("2023年", "5.2%")]
    assert [(line.years, line.figure.text) for line in row.planned] == [("2025年", "6.2%以上"), ("2024年", "6%左右")]


def test_a_figure_is_cited_with_its_sentence(library: Library) -> None:
    (line,) = lookup.look_up(library, Wanted("农村公路", year=2023)).lines
    citation = lookup.cite_figure(library, line.report.id, line.figure.start)
    text = library.report(line.report.id).text
    assert citation.quote == text[citation.start : citation.end]
    assert citation.quote.startswith("地区生产总值增长5.2%")
    assert citation.mark is not None
    assert text[slice(*citation.mark)] == "60公里"
    assert citation.section[-1].endswith("2023年工作回顾")


def test_a_place_without_a_figure_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="没有这个数据"):
        lookup.cite_figure(library, library.reports()[0].id, 1)


def test_a_report_that_has_left_is_no_longer_found(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        text = REPORTS["青石县2024.txt"]
        library.add(analyse(Document(text), "a.txt", "a" * 64, 96), "a.txt")
        assert lookup.look_up(library, Wanted("农村公路")).total == 2
        library.remove(library.reports()[0].id)
        assert lookup.look_up(library, Wanted("农村公路")) == lookup.Found()


SUBJECTS = ("地区生产总值", "固定资产投资", "新改建农村公路", "粮食总产量", "城镇新增就业", "一般公共预算收入")


@pytest.mark.slow
def test_a_thousand_reports_are_looked_through_in_less_than_a_second(tmp_path: Path) -> None:
    def report(number: int) -> tuple[object, str]:
        text = f"第{number}号报告\n" + "完成投资36亿元。" * 4
        figures = [
            Figure(0, at, at + 4, "36亿元", "quantity", Decimal(36 + at), "元", f"{SUBJECTS[at % 6]}第{at}项", "完成",
                   period=Period(2000 + number % 25, 2000 + number % 25, "done"))
            for at in range(300)
        ]  # fmt: skip
        return analysis_of(text, f"{number}.txt", f"报告{number}", f"第{number}县", figures=figures), f"{number}.txt"

    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add_many([report(number) for number in range(1000)])  # type: ignore[misc]
        lookup.look_up(library, Wanted("投资"))  # the figures are read once
        taken = []
        for wanted in (Wanted("投资"), Wanted("农村公路"), Wanted("GDP增速"), Wanted("城镇新增就业", year=2012)):
            began = time.perf_counter()
            found = lookup.look_up(library, wanted)
            lookup.groups(found.lines)
            taken.append(time.perf_counter() - began)
            assert found.total or wanted.text == "GDP增速"
    assert max(taken) < 1, taken
