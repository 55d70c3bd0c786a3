"""A report laid out for reading: every word and figure where it stands in the text."""

from __future__ import annotations

from bot.evidence.view import ReportView
from tests.bot.reports import SHANDONG, view_of

TEXT = """\
某县交通局2035年工作总结

一、工程建设
X026青山路完成路面施工7公里，X031白水路完成路基施工9公里。桥梁、隧道分别完成3座、5座。
"""


def words(view: ReportView, span: tuple[int, int]) -> str:
    return "".join(view.vocabulary[i] for i in view.tokens[slice(*span)])


def test_every_word_knows_its_place_in_the_text() -> None:
    view = view_of(SHANDONG)
    for sentence in view.sentences:
        for token in range(*sentence.span.words):
            start, end = view.place(token)
            assert view.text[start:end].lower() == view.vocabulary[view.tokens[token]]
            assert sentence.span.start <= start < end <= sentence.span.end


def test_every_figure_stands_in_its_clause_and_sentence() -> None:
    view = view_of(SHANDONG)
    assert len(view.figures) > 20
    for zones in view.figures:
        sentence = view.sentences[zones.sentence]
        clause = sentence.clauses[zones.clause]
        assert clause.start <= zones.figure.start < zones.figure.end <= sentence.span.end
        assert view.text[zones.figure.start : zones.figure.end] == zones.figure.text


def test_a_figures_own_words_end_at_the_figure_before_it() -> None:
    view = view_of(TEXT)
    seven, nine = (next(z for z in view.figures if z.figure.text == text) for text in ("7公里", "9公里"))
    assert "青山路" in words(view, seven.before)
    assert "白水路" in words(view, nine.before)
    assert "青山路" not in words(view, nine.before)


def test_a_numbered_road_is_one_word() -> None:
    assert "x026青山路" in view_of(TEXT).vocabulary


def test_figures_said_of_a_list_in_order_are_marked() -> None:
    aligned = {z.figure.text for z in view_of(TEXT).figures if z.aligned}
    assert aligned == {"3座", "5座"}


def test_a_part_knows_the_words_of_its_whole() -> None:
    view = view_of("某县2035年工作总结\n\n一、工程建设\n完成投资9亿元，其中高速公路6亿元、桥梁1亿元；购车3辆。")
    wholes = {z.figure.text: "".join(words(view, span) for span in z.whole) for z in view.figures}
    assert "投资" in wholes["6亿元"]
    assert "投资" in wholes["1亿元"]
    assert wholes["9亿元"] == wholes["3辆"] == ""


def test_headings_stand_above_a_sentence_not_in_it() -> None:
    view = view_of(TEXT)
    sentence = view.sentences[next(z.sentence for z in view.figures if z.figure.text == "7公里")]
    assert "工程建设" in words(view, sentence.heading)
    assert "工程建设" not in words(view, sentence.span.words)


def test_the_years_of_a_report_are_those_it_accounts_and_plans_for() -> None:
    view = view_of(SHANDONG, "2036_山东省_政府工作报告.txt")
    assert (view.results_year, view.plans_year) == (2035, 2036)


def test_a_report_without_words_can_be_laid_out() -> None:
    view = view_of("。")
    assert view.figures == []
    assert view.sentence_vectors().shape[0] == len(view.sentences)
