"""A conversation leaves as a document in which all that was asked and quoted is text."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest

from bot.answer import Answer, Citation
from ui.accounts.store import Database
from ui.conversations import Conversation, Conversations, Turn
from ui.exporting import as_markdown, as_word

if TYPE_CHECKING:
    from tests.ui.conftest import Office

HOSTILE = "<img src=x onerror=alert(1)> [点我](http://evil.example) ![图](http://evil.example/a.png) **粗** `码` =HYPERLINK(\x0b1)"
TABLE = "| 地区 | 数值 |\n| --- | --- |\n| 山东省 | 5%[1] |"


def conversation(answer: str = "36亿元[1]\n\n工作总结：投资36亿元。", text: str = "投资36亿元。") -> Conversation:
    citation = Citation(1, "工作总结", "总结.txt", ("一、回顾",), text, 0, 8, 3, "r1")
    found = Answer("投资多少", "2022年投资多少", "answered", "36亿元", answer, 0.9, (citation,))
    turns = (Turn("投资多少", found, reports="沂源县", year="2022年"), Turn("停下的", message="已停止。"))
    return Conversation(turns, 1, "投资多少")


def words(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)


def test_both_formats_hold_the_questions_the_answers_and_their_sources() -> None:
    for text in (as_markdown(conversation()).replace("\\", ""), words(as_word(conversation()))):
        for part in ("投资多少", "理解为：2022年投资多少", "范围：沂源县，2022年", "36亿元[1]", "已停止。"):
            assert part in text
        assert "[1] 《工作总结》 › 一、回顾：「投资36亿元。」（总结.txt，第 3 页）" in text


def test_a_table_is_a_table() -> None:
    held = conversation(f"{TABLE}\n\n没有找到：浙江省。")
    assert "| 地区 | 数值 |\n| --- | --- |\n| 山东省 | 5%\\[1\\] |" in as_markdown(held)
    (table,) = docx.Document(BytesIO(as_word(held))).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["地区", "数值"], ["山东省", "5%[1]"]]


def test_nothing_of_a_text_is_taken_for_markdown_or_html() -> None:
    from markdown_it import MarkdownIt

    held = conversation(HOSTILE, HOSTILE)
    hostile = Conversation((*held.turns, Turn(HOSTILE, message=f"# {HOSTILE}\n- 一\n1. 二\n> 三")), 1, HOSTILE)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(as_markdown(hostile))
    for element in ("<img", "<a ", "<code", "<ul", "<ol"):
        assert element not in html
    assert "**粗**" in html
    assert "[点我](http://evil.example)" in html


def test_nothing_of_a_text_is_taken_for_a_field_or_a_link_by_word() -> None:
    content = as_word(conversation(HOSTILE, HOSTILE))
    document = docx.Document(BytesIO(content))
    xml = document.element.xml
    assert "w:hyperlink" not in xml
    assert "w:fldSimple" not in xml
    assert "w:instrText" not in xml
    assert "=HYPERLINK(" in words(content)
    assert {rel.reltype.rpartition("/")[2] for rel in document.part.rels.values()}.isdisjoint({"hyperlink", "image"})


@pytest.fixture
def kept(office: Office) -> Conversation:
    database = Database(office.settings.home)
    made = Conversations(database).keep("reader", conversation())
    database.close()
    return made


@pytest.mark.parametrize("kind", ["docx", "md"])
def test_a_conversation_is_downloaded_by_whom_it_belongs_to_alone(
    office: Office, kept: Conversation, kind: str
) -> None:
    reply = office.client("reader").get(f"/conversations/{kept.id}.{kind}")
    assert reply.status_code == 200
    assert "attachment" in reply.headers["content-disposition"]
    assert "%E6%8A%95%E8%B5%84%E5%A4%9A%E5%B0%91" in reply.headers["content-disposition"]
    assert office.client("admin").get(f"/conversations/{kept.id}.{kind}").status_code == 404
    assert office.client().get(f"/conversations/{kept.id}.{kind}").status_code in (303, 307, 401)


@pytest.mark.parametrize("path", ["/conversations/0.docx", "/conversations/1.exe", f"/conversations/{'9' * 40}.md"])
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.client("reader").get(path).status_code == 404
