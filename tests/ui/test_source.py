"""The source panel shows the text as it is, the quote lit up where it stands and nowhere else."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation
from ingest.document import Report, Section
from ui import source

TEXT = (
    "一、2022年全局工作情况\n"
    "过去一年里，全局干部职工团结一心。\n"
    "（一）工程建设方面：一是全力推进临临高速沂源段建设，累计完成投资36亿元。二是建成公路36公里。\n"
    "（二）交通执法方面：查处超限超载车辆720辆次。\n"
)
HEADINGS = ("一、2022年全局工作情况", "（一）工程建设方面")


def make_report(text: str = TEXT, sections: tuple[Section, ...] = ()) -> Report:
    return Report("r1", "总结.txt", "0" * 64, "工作总结", "沂源县交通运输局", 2022, text, sections=sections)


def make_citation(text: str, quote: str, figure: str = "", n: int = 1) -> Citation:
    start = text.index(quote)
    at = start + quote.index(figure)
    mark = (at, at + len(figure)) if figure else None
    return Citation(n, "工作总结", "总结.txt", HEADINGS, quote, start, start + len(quote), 3, "r1", mark)


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def highlighted(html: str) -> str:
    return plain("".join(re.findall(r"<mark>(.*?)</mark>", html, re.DOTALL)))


def test_the_quote_is_lit_up_and_its_figure_twice() -> None:
    html = source.excerpt(make_report(), make_citation(TEXT, "累计完成投资36亿元。", "36亿元"))
    assert highlighted(html) == "累计完成投资36亿元。"
    assert re.findall(r'<b class="figure">(.*?)</b>', html) == ["36亿元"]


def test_a_quote_that_stands_twice_is_lit_up_where_it_was_cited() -> None:
    text = "去年投资5亿元。\n今年投资5亿元。\n"
    second = Citation(1, "报告", "a.txt", (), "投资5亿元。", text.rindex("投资"), len(text) - 1, None, "r1")
    html = source.excerpt(make_report(text), second)
    assert html == "<p>去年投资5亿元。</p><p>今年<mark>投资5亿元。</mark></p>"


def test_a_quote_over_two_lines_is_lit_up_in_both() -> None:
    text = "完成投资\n36亿元。\n"
    html = source.excerpt(make_report(text), make_citation(text, "投资\n36亿元", "36亿元"))
    assert html == '<p>完成<mark>投资</mark></p><p><mark><b class="figure">36亿元</b></mark>。</p>'


def test_headings_that_open_a_line_are_bold_and_points_inside_it_are_not() -> None:
    lead, point = TEXT.index("（一）"), TEXT.index("一是")
    sections = (
        Section("（一）工程建设方面", 2, lead, lead + len("（一）工程建设方面："), TEXT.index("（二）")),
        Section("一是全力推进", 3, point, point + len("一是全力推进"), TEXT.index("二是")),
    )
    html = source.excerpt(make_report(sections=sections), make_citation(TEXT, "二是建成公路36公里。"))
    assert re.findall(r'<b class="heading">(.*?)</b>', html) == ["（一）工程建设方面："]


def test_only_the_section_of_a_citation_is_shown_and_left_out_text_is_announced() -> None:
    body = "本节的内容说明了这项工作。" * 20
    text = f"上一节。\n（一）本节：{body}完成5公里。\n下一节。\n"
    start, end = text.index("（一）"), text.index("下一节")
    section = Section("（一）本节", 1, start, start + 6, end, ("（一）本节",))
    html = source.excerpt(make_report(text, (section,)), make_citation(text, "完成5公里。"))
    assert "上一节" not in html
    assert "下一节" not in html
    assert html.count("……") == 2


def test_a_long_section_is_cut_at_sentence_ends() -> None:
    text = "".join(f"第{number}项工作按计划推进，成效明显。" for number in range(400))
    quote = "第200项工作按计划推进，成效明显。"
    start, end = source.window(make_report(text), make_citation(text, quote))
    assert len(quote) < end - start < 3 * source.NEIGHBOURHOOD
    assert text[start - 1] == "。"
    assert text[end - 1] == "。"


def test_a_short_point_is_shown_within_the_section_around_it() -> None:
    text = "（一）各项工作：" + "这是一段较长的说明文字。" * 20 + "一是修路5公里。"
    point = text.index("一是")
    sections = (Section("（一）各项工作", 1, 0, 8, len(text)), Section("一是修路", 2, point, point + 2, len(text)))
    start, _ = source.window(make_report(text, sections), make_citation(text, "一是修路5公里。"))
    assert start < point


def test_html_in_a_report_is_text() -> None:
    text = '<img src=x onerror=alert(1)>完成投资36亿元</mark><script>alert(2)</script>"&amp;"\n'
    citation = make_citation(text, "完成投资36亿元</mark>", "36亿元")
    html = source.excerpt(make_report(text), citation)
    assert set(re.findall(r"<[^>]+>", html)) == {"<p>", "</p>", "<mark>", "</mark>", '<b class="figure">', "</b>"}
    assert highlighted(html) == "完成投资36亿元</mark>"
    assert plain(html) == text.strip()


@given(
    text=st.text(alphabet="修路5公里。，\n<>&'\"[1] ", min_size=1, max_size=200).filter(str.strip),
    data=st.data(),
)
def test_the_excerpt_reads_as_the_report_does(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first = data.draw(st.integers(start, end - 1))
    last = data.draw(st.integers(first + 1, end))
    citation = Citation(1, "报告", "a.txt", (), text[start:end], start, end, None, "r1", (first, last))
    html = source.excerpt(make_report(text), citation).replace('<p class="gap" aria-label="下文略">……</p>', "")
    low, high = source.window(make_report(text), citation)
    lines = [line for line in text[low:high].split("\n") if line.strip()]
    assert [plain(p) for p in re.findall(r"<p>(.*?)</p>", html)] == lines
    assert "".join(highlighted(html).split()) == "".join(text[start:end].split())


def test_the_panel_names_report_section_page_and_file() -> None:
    first = make_citation(TEXT, "累计完成投资36亿元。", "36亿元")
    second = make_citation(TEXT, "二是建成公路36公里。", n=2)
    answer = Answer("问", "问", "answered", "36亿元", "……[1][2]", 0.9, (first, second))
    html = source.panel(make_report(), answer, 2, turn=4)
    for shown in ("工作总结", "沂源县交通运输局", "2022年", "第 3 页", "总结.txt", *HEADINGS):
        assert shown in html
    assert highlighted(html) == "二是建成公路36公里。"
    assert re.findall(r'data-turn="4" data-cite="(\d)".*?aria-pressed="(\w+)"', html) == [("1", "false"), ("2", "true")]
    with pytest.raises(KeyError):
        source.panel(make_report(), answer, 3, turn=4)


def test_the_whole_report_is_shown_with_the_quote_lit_up_and_the_way_back() -> None:
    citation = make_citation(TEXT, "累计完成投资36亿元。", "36亿元")
    answer = Answer("问", "问", "answered", "36亿元", "36亿元[1]", 0.9, (citation,))
    html = source.whole(make_report(), answer, 1, 4)
    assert highlighted(html) == "累计完成投资36亿元。"
    assert "查处超限超载车辆720辆次" in html
    assert 'class="gap"' not in html
    assert 'data-do="part" data-turn="4" data-n="1"' in html
    assert 'data-do="whole" data-turn="4" data-n="1"' in source.opened(make_report(), answer, 1, 4)


def test_of_a_book_what_is_around_the_quote_is_shown() -> None:
    quote = "累计完成投资36亿元。"
    text = "前言。\n" * source.WHOLE + quote + "\n后记。" * source.WHOLE
    answer = Answer("问", "问", "answered", "", "", 0.9, (make_citation(text, quote),))
    html = source.whole(make_report(text), answer, 1, 0)
    assert highlighted(html) == quote
    assert html.count('class="gap"') == 2
