"""Blocks become one text in which every heading and table stands where its offsets say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.blocks import PAGE_BREAK, Block, compose
from ingest.readers.cleaning import clean_line

_WORDS = st.text(alphabet="一二三路桥投资亿元１２３．％ \u3000\u200b，。", max_size=12)
_BLOCKS = st.one_of(
    st.builds(Block, text=_WORDS),
    st.builds(Block, text=_WORDS, level=st.integers(1, 6)),
    st.builds(
        Block, rows=st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple)
    ),
)


@given(st.lists(_BLOCKS, max_size=12))
def test_offsets_point_at_headings_and_tables(blocks: list[Block]) -> None:
    document = compose(blocks)
    titles = [clean_line(block.text) for block in blocks if block.level]
    found = [document.text[heading.start : heading.end] for heading in document.headings]
    assert found == [title for title in titles if title]
    for table in document.tables:
        words = document.text[table.start : table.end]
        assert all(cell.rstrip("。") in words for row in table.rows[1:] for cell in row)
    spans = sorted((span.start, span.end) for span in (*document.headings, *document.tables))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_a_table_row_repeats_the_headers() -> None:
    rows = (("路线", "里程", "投资"), ("X009淄安路", "12公里", "１．２亿元"), ("合计", "", "3亿元"))
    document = compose([Block("附表"), Block(rows=rows)])
    assert document.text == "附表\n路线：X009淄安路；里程12公里；投资1.2亿元。\n路线：合计；投资3亿元。"
    assert document.tables[0].rows[1] == ("X009淄安路", "12公里", "1.2亿元")


def test_a_table_without_headers_is_told_as_it_is() -> None:
    assert compose([Block(rows=(("2022", "36亿元"), ("2023", "40亿元")))]).text == "2022；36亿元\n2023；40亿元"


def test_a_row_merged_over_the_table_is_a_caption() -> None:
    rows = (("路线", "里程"), ("一、县道", ""), ("X009", "12公里"))
    assert compose([Block(rows=rows)]).text == "一、县道\n路线：X009；里程12公里。"


def test_the_line_before_a_table_may_name_its_unit() -> None:
    assert compose([Block("单位：万元"), Block(rows=(("路线", "投资"), ("X009", "3500")))]).text == (
        "单位：万元\n路线：X009；投资3500万元。"
    )


def test_a_table_that_goes_on_on_the_next_page_says_where() -> None:
    rows = (("路线", "里程"), ("X009", "12公里"), (f"{PAGE_BREAK}X019", "8公里"))
    document = compose([Block("附表", page=3), Block(rows=rows, page=3)])
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (3, "附表\n路线：X009；里程12公里。\n"),
        (4, "路线：X019；里程8公里。"),
    ]


def test_a_paragraph_of_several_lines_is_several_lines() -> None:
    assert compose([Block("第一行\n\u3000\n第二行")]).text == "第一行\n第二行"


def test_nothing_gives_nothing() -> None:
    assert compose([]).text == compose([Block(" "), Block(rows=(("", ""),)), Block("", 2)]).text == ""
