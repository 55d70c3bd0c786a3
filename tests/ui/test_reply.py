"""An answer's text, cut into running text and tables."""

from bot.answer import Citation
from ui.reply import Table, blocks, source_line

TABLE = "| 地区 | 数值 |\n| --- | --- |\n| 山东\\|省 | 5%[1] |\n| 江苏省 | 6%[2] |"


def test_text_and_tables_keep_their_order() -> None:
    found = list(blocks(f"山东省[1]\n\n{TABLE}\n\n没有找到：浙江省。"))
    assert found == [
        "山东省[1]",
        Table((("地区", "数值"), ("山东|省", "5%[1]"), ("江苏省", "6%[2]"))),
        "没有找到：浙江省。",
    ]


def test_bars_in_a_sentence_are_no_table() -> None:
    assert list(blocks("|一|二|\n|三|四|")) == ["|一|二|\n|三|四|"]


def test_a_row_of_another_width_is_made_to_fit() -> None:
    (table,) = blocks("| 一 | 二 |\n| --- | --- |\n| 甲 |\n| 乙 | 丙 | 丁 |")
    assert isinstance(table, Table)
    assert table.rows[1:] == (("甲", ""), ("乙", "丙"))


def test_a_source_is_one_line_that_says_where_it_stands() -> None:
    citation = Citation(2, "工作总结", "总结.pdf", ("一、回顾",), "投资\n36亿元。", 0, 8, 3, "r1")
    assert source_line(citation) == "[2] 《工作总结》 › 一、回顾：「投资 36亿元。」（总结.pdf，第 3 页）"
