"""Cleaning: look-alikes become equal, residues go, and not a word of the report is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.readers.cleaning import clean_line, clean_text

#: what breaks cleaning: marks it looks for, characters it changes, lines that meet once others are gone
_PIECES = st.sampled_from(
    [
        *("分享:", "首页", ">", "大", "您的位置:", "来源：", "相关报道：", "责任编辑：", "》》点击图片进入专题《《"),
        *("各位代表：", "2026年政府工作报告", "一、工作回顾", "完成投资36亿元。", "（", "）", "，"),
        *("[bookmark: _Toc1]", "[book", "mark: ", "]", "１．５", "1．2022年", "⽇", "％"),
        *("\u200b", "\ufeff", "\u3000", "\xa0", "\r", "\r\n", "\n", "\n\n\n", "\x0b"),
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("完成投资３６．５亿元，增长５％", "完成投资36.5亿元，增长5%"),
        ("Ｘ０１９鲁沟路（ＥＰＣ项目）", "X019鲁沟路（EPC项目）"),
        ("工程施工已全线展开,累计完成；：！？", "工程施工已全线展开,累计完成；：！？"),  # punctuation stays as written
        ("2⽉21⽇⻓途⻋站", "2月21日长途车站"),
        ("\u3000\u3000一是\xa0积极", "一是 积极"),
        ("省长\u3000王予波", "省长 王予波"),
        ("公\u00ad路\u200b建\ufeff设\x07", "公路建设"),
        ("[bookmark: _Toc30050][bookmark: _Toc27308]一是从严", "一是从严"),
        ('HYPERLINK \\l "_Toc30050" 一、工作 PAGEREF _Toc30050 \\h', "一、工作"),
        ("错误!未定义书签。一、工作", "一、工作"),
        ("1．2022年完成", "1．2022年完成"),  # a heading's number, no decimal
        ("１．５亿元", "1.5亿元"),
        ("", ""),
        (" \u3000\t", ""),
    ],
)
def test_line(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_line_breaks_of_every_system_become_one() -> None:
    assert clean_text("一\r\n二\r三\n四\u2028五") == "一\n二\n三\n四\n五"


def test_blank_lines_are_kept_one_at_a_time() -> None:
    assert clean_text("\n标题\n\n\n\n正文\n\n") == "标题\n\n正文"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("更趋协调。\n（\n三）改革开放持续深化", "更趋协调。\n（三）改革开放持续深化"),
        ("完成投资\n，增长5%。", "完成投资，增长5%。"),
        ("来源:\n四川日报\n一、工作", "来源:四川日报\n一、工作"),
        ("各位代表：\n现在报告工作", "各位代表：\n现在报告工作"),
    ],
)
def test_lines_torn_apart_are_put_together(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(_TEXTS)
@example("[book[bookmark: x]mark: y]")
@example("分享:\n（\n首页\n>\n甲")
def test_cleaning_is_idempotent(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned


@given(_TEXTS)
def test_clean_text_has_no_invisible_characters_and_no_white_space_at_its_edges(text: str) -> None:
    cleaned = clean_text(text)
    assert not set(cleaned) & set("\r\t\x00\u200b\ufeff\xad\xa0\u3000")
    assert all(line == line.strip() for line in cleaned.split("\n"))
    assert "\n\n\n" not in cleaned


@given(st.text(alphabet="一二三四五六七八九十投资完成增长年月日路桥，。；", min_size=1))
def test_plain_chinese_on_one_line_is_not_changed(text: str) -> None:
    assert clean_line(text) == text
