"""Lines that are known by their place alone become paragraphs, headings and tables."""

from __future__ import annotations

import pytest

from ingest.readers.blocks import PAGE_BREAK, Block, compose
from ingest.readers.layout import blocks, joined
from ingest.readers.sheets import Fragment, Grid, Sheet

EM = 12.0
LEFT, RIGHT, TOP, LEADING = 72.0, 72.0 + 30 * EM, 100.0, 20.0
FULL = "全县交通运输工作坚持稳中求进的总基调扎实推进各项重点工程建设任务"  # thirty characters and more
FULL = FULL[:30]


def _line(text: str, row: float, indent: float = 0, size: float = EM) -> Fragment:
    """A line of Chinese characters of one size, indented by so many of them."""
    left, top = LEFT + indent * EM, TOP + row * LEADING
    return Fragment(text, left, top, left + len(text) * size, top + size, size)


def _sheet(*lines: Fragment, number: int = 1, grids: tuple[Grid, ...] = ()) -> Sheet:
    return Sheet(number, 2 * LEFT + 30 * EM, 800, lines, grids)


def _filling(first: int, rows: int = 6) -> list[Fragment]:
    """Full lines, which show how wide the column is, and the end of their paragraph."""
    return [_line(FULL, first + row) for row in range(rows)] + [_line("完成。", first + rows)]


def _texts(*lines: Fragment) -> list[str]:
    return [block.text for block in blocks([_sheet(*lines)])]


def test_full_lines_run_on_and_short_ones_end_a_paragraph() -> None:
    assert _texts(*_filling(0), _line("一、工程建设", 7), _line("全年", 8)) == [
        FULL * 6 + "完成。",
        "一、工程建设",
        "全年",
    ]


def test_an_indented_line_begins_a_paragraph_though_the_one_before_is_full() -> None:
    lines = [*_filling(0), _line(FULL[:28], 7, indent=2), _line(FULL[:28], 8, indent=2), _line(FULL, 9)]
    assert _texts(*lines)[1:] == [FULL[:28], FULL[:28] + FULL]


def test_the_later_lines_of_an_item_may_be_indented() -> None:
    lines = [*_filling(0), _line("1." + FULL[:28] + "程", 7), _line("度提前", 8, indent=2), _line("2.保障", 9)]
    assert _texts(*lines)[1:] == ["1." + FULL[:28] + "程" + "度提前", "2.保障"]


def test_a_line_is_full_if_the_next_word_had_no_room() -> None:
    for word in ("“四好农村路”建设", "Transportation Engineering", "《办法》，", "2023-2025年"):
        lines = [*_filling(0), _line(FULL[:27], 7), _line(word + "有序推进", 8)]
        assert _texts(*lines)[1:] == [FULL[:27] + word + "有序推进"]


def test_paragraphs_parted_by_space_alone() -> None:
    lines = [*_filling(0), _line(FULL[:29] + "。", 7), _line(FULL, 8.6), _line("完成。", 9.6)]
    assert _texts(*lines)[1:] == [FULL[:29] + "。", FULL + "完成。"]


def test_a_title_of_two_lines_is_one() -> None:
    title = [_line("沂源县交通运输局", 0, indent=8, size=22), _line("工作总结", 1.6, indent=11.7, size=22)]
    assert _texts(*title, *_filling(4))[0] == "沂源县交通运输局工作总结"


def test_centred_lines_of_the_bodys_size_stay_apart() -> None:
    lines = [_line("沂源县交通运输局", 0, indent=11), _line("二〇二三年一月", 1, indent=11.5), *_filling(3)]
    assert _texts(*lines)[:2] == ["沂源县交通运输局", "二〇二三年一月"]


def test_a_paragraph_over_two_pages_tells_where_the_second_begins() -> None:
    first = _sheet(*_filling(0), _line(FULL, 7))
    second = _sheet(_line("按期完成。", 0), *_filling(1), number=2)
    found = blocks([first, second])
    assert found[1] == Block(FULL + PAGE_BREAK + "按期完成。", page=1)
    document = compose(found)
    assert PAGE_BREAK not in document.text
    assert document.text[document.pages[1].start :].startswith("按期完成。")


def test_a_table_on_the_next_page_goes_on_without_its_header() -> None:
    header = ("路线", "里程")
    one = Grid((header, ("X009", "12公里")), LEFT, 700, RIGHT, 760)
    other = Grid((header, ("X019", "8公里")), LEFT, 100, RIGHT, 160)
    found = blocks([_sheet(grids=(one,)), _sheet(number=2, grids=(other,))])
    assert found == [Block(rows=(header, ("X009", "12公里"), (PAGE_BREAK + "X019", "8公里")), page=1)]
    narrow = Grid(other.rows, LEFT, 100, RIGHT - 50, 160)
    assert len(blocks([_sheet(grids=(one,)), _sheet(number=2, grids=(narrow,))])) == 2


def test_a_row_that_breaks_over_two_pages_is_one() -> None:
    header, row = ("序号", "项目", "投资"), ("1", "某某公路改建工程及配套", "36万元")
    one = Grid((header, row), LEFT, 700, RIGHT, 760)
    rest, whole = ("", "附属设施", ""), ("1", "某某公路改建工程及配套" + PAGE_BREAK + "附属设施", "36万元")
    other = Grid((header, rest, ("2", "桥梁", "5万元")), LEFT, 100, RIGHT, 160)
    (block,) = blocks([_sheet(grids=(one,)), _sheet(number=2, grids=(other,))])
    assert block.rows == (header, whole, ("2", "桥梁", "5万元"))
    own = Grid((header, ("", "桥梁", "5万元")), LEFT, 100, RIGHT, 160)  # of the same number, merged down
    (block,) = blocks([_sheet(grids=(one,)), _sheet(number=2, grids=(own,))])
    assert block.rows[2] == (PAGE_BREAK, "桥梁", "5万元")


def test_what_follows_a_signature_set_to_the_right_is_a_paragraph_of_its_own() -> None:
    dated = _line("2024年12月30日", 7, indent=22)
    assert _texts(*_filling(0), dated, _line("（联系人：王某）", 8))[-2:] == ["2024年12月30日", "（联系人：王某）"]


def test_sizes_make_headings_after_the_body_has_begun() -> None:
    sections = [_line("工程建设", 9, size=16), *_filling(11)]
    found = blocks([_sheet(_line("工作总结", 0, size=22), *_filling(2), *sections)])
    assert [(block.text, block.level) for block in found if block.level] == [("工程建设", 2)]
    assert found[0].text == "工作总结"


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["完成投资36", "亿元"], "完成投资36亿元"),
        (["全长20", "23公里"], "全长2023公里"),
        (["沿X0", "09淄安路"], "沿X009淄安路"),
        (["road con-", "struction"], "road construction"),
        (["the county", "road network"], "the county road network"),
        (["the county ", "2022 plan"], "the county 2022 plan"),
        (["实施EPC", "Project"], "实施EPC Project"),
        (["完成 ", "投资"], "完成投资"),
        (["", "投资"], "投资"),
        (["road con-" + PAGE_BREAK, "struction"], "road con" + PAGE_BREAK + "struction"),
    ],
)
def test_lines_are_joined_as_their_script_asks(lines: list[str], whole: str) -> None:
    assert joined(lines) == whole


def test_characters_that_look_alike_are_mended() -> None:
    assert compose(blocks([_sheet(_line("⼀、⼯程建设１２．５％", 0))])).text == "一、工程建设12.5%"


def test_a_line_of_characters_far_apart_is_read_without_spaces() -> None:
    letters = [Fragment(word, 100 + 60 * at, 100, 122 + 60 * at, 122, 22) for at, word in enumerate("工作报告")]
    assert _texts(*letters) == ["工作报告"]
