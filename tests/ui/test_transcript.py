"""The conversation's HTML: the bare figure first, marks that can be pressed, and nothing of a text taken for HTML."""

import re
from dataclasses import replace

from bot.answer import Answer, Citation
from ui import transcript as page
from ui.conversations import Conversation, Turn
from ui.transcript import copied, follow_ups, good, spoken, tools, waiting, warning, welcome

QUOTE = "累计完成投资36亿元。"
CITATION = Citation(1, "工作总结", "总结.txt", ("一、回顾", "（一）工程建设"), QUOTE, 0, len(QUOTE), None, "r1")
ANSWERED = Answer("投资多少", "投资多少", "answered", "36亿元", "累计完成投资36亿元。[1]", 0.9, (CITATION,), 12.4)
REFUSED = Answer("地铁几条", "地铁几条", "refused", "", "报告里没有提到「地铁」。", 0.1, (CITATION,), 9)


def transcript(turns: list[Turn]) -> str:
    """The HTML but for what its buttons copy."""
    return re.sub(r' data-copy="[^"]*"', "", page.transcript(Conversation(tuple(turns), 7)))


def test_the_bare_figure_stands_before_its_sentence() -> None:
    html = transcript([Turn("投资多少", ANSWERED)])
    assert re.search(r'class="short large">36亿元</span>.*class="sentence">累计完成投资36亿元。', html)


def test_marks_become_buttons_and_other_brackets_stay_text() -> None:
    answer = replace(ANSWERED, answer="投资36亿元[1]，见[7]和[附件]。")
    html = transcript([Turn("早先的问题", REFUSED), Turn("投资多少", answer)])
    assert '<button type="button" class="cite" data-turn="1" data-cite="1" aria-label="查看出处 1">1</button>' in html
    assert "见[7]和[附件]。" in html


def test_an_answer_that_is_its_figure_is_said_once() -> None:
    html = transcript([Turn("投资多少", replace(ANSWERED, answer="36亿元[1]。"))])
    assert html.count("36亿元") == 1
    assert 'data-cite="1" aria-label' in html


def test_the_points_of_an_overview_are_said_once() -> None:
    points = ["完成新增和改建农村公路23公里", "打造5条最美农村公路，白计路入选；养护水平提高"]
    text = "总结 › 工作情况：\n\n" + "\n".join(f"{n}. {point}[1]" for n, point in enumerate(points, start=1))
    html = transcript([Turn("做了哪些工作", replace(ANSWERED, short="；".join(points), answer=text))])
    assert all(html.count(point) == 1 for point in points)


def test_the_place_and_the_figure_of_the_readers_answer_are_not_said_twice() -> None:
    cited = replace(CITATION, mark=(QUOTE.index("36亿元"), QUOTE.index("36亿元") + 4))
    answer = replace(ANSWERED, answer=f"36亿元[1]\n\n工作总结 › （一）工程建设：{QUOTE}", citations=(cited,))
    html = transcript([Turn("投资多少", answer)])
    assert re.search(r'class="short large">36亿元</span><button[^>]*data-cite="1"', html)
    assert '<p class="sentence">累计完成投资<b>36亿元</b>。</p>' in html
    assert html.count("工作总结 › 一、回顾 › （一）工程建设") == 1


def test_a_planned_figure_is_called_so_beside_it() -> None:
    answer = replace(ANSWERED, answer=f"36亿元[1]（计划数）\n\n工作总结 › （一）工程建设：{QUOTE}")
    html = transcript([Turn("投资多少", answer)])
    assert '<span class="remark">（计划数）</span></p>' in html
    assert html.count("计划数") == 1


def test_a_sentence_that_begins_with_the_figure_stays_whole() -> None:
    html = transcript([Turn("投资多少", replace(ANSWERED, answer="36亿元以上的投资已完成[1]。"))])
    assert '<p class="sentence">36亿元以上的投资已完成<button' in html


def test_a_refusal_gives_its_verdict_once() -> None:
    refused = replace(REFUSED, answer="没有找到确切的答案。报告里没有提到「地铁」。")
    html = transcript([Turn("地铁几条", refused)])
    assert html.count("没有找到确切的答案") == 1
    assert '<p class="sentence">报告里没有提到「地铁」。</p>' in html


def test_long_answers_are_set_smaller() -> None:
    sizes = [
        re.search(r'class="short (\w+)"', transcript([Turn("问", replace(ANSWERED, short=short))])).group(1)  # type: ignore[union-attr]
        for short in ("36亿元", "济南、潍坊、泰安、临沂", "、".join(["某某县某某镇"] * 8))
    ]
    assert sizes == ["large", "medium", "small"]


def test_a_refusal_says_so_and_offers_the_nearest_passages() -> None:
    html = transcript([Turn("地铁几条", REFUSED)])
    assert "没有找到确切的答案" in html
    assert "报告里没有提到「地铁」。" in html
    card = re.findall(r'<button[^>]*class="card" data-turn="0" data-cite="1">(.*?)</button>', html)[0]
    assert "工作总结 › 一、回顾 › （一）工程建设" in card
    assert QUOTE in card
    assert 'class="short' not in html


def test_a_follow_up_shows_how_it_was_understood() -> None:
    followed = replace(ANSWERED, question="那2023年呢？", standalone="2023年投资多少")
    assert "理解为：2023年投资多少" in transcript([Turn("那2023年呢？", followed)])
    assert "理解为" not in transcript([Turn("投资多少", ANSWERED)])


def test_html_in_questions_and_answers_is_text() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    citation = replace(CITATION, report=hostile, section=(hostile,), quote=hostile, file=hostile)
    answers = [
        replace(answer, standalone=hostile, short=hostile, answer=hostile, citations=(citation,))
        for answer in (ANSWERED, REFUSED)
    ]
    turns = [Turn(hostile, answer) for answer in answers] + [Turn(hostile, message=hostile), Turn(hostile)]
    turns.append(Turn(hostile, answers[0], reports=hostile, year=hostile))
    pages = [transcript(turns), welcome([hostile], [hostile]), warning(hostile), *map(spoken, turns[:3])]
    pages += [page.transcript(Conversation(tuple(turns))), follow_ups([hostile]), waiting(hostile), good(hostile)]
    for html in pages:
        assert "<img" not in html
        assert "&lt;img" in html
        assert 'onerror="' not in html


def test_the_welcome_offers_examples_and_names_the_reports() -> None:
    html = welcome(["投资多少"], ["甲报告", "乙报告", "丙报告", "丁报告"])
    assert 'data-question="投资多少"' in html
    assert "《甲报告》、《乙报告》、《丙报告》等 4 份" in html


def test_an_empty_library_is_said_with_the_remedy() -> None:
    html = welcome([], [])
    assert "还没有报告" in html
    assert "wenbao ingest" in html


TABLE = (
    "| 地区 | 数值 | 出处 |\n| --- | --- | --- |\n| 山东省 | 5%[1] | 工作总结 |\n| <b>江苏省</b> | 6%[9] | 工作总结 |"
)


def test_a_table_is_drawn_with_its_marks_and_instead_of_the_bare_answer() -> None:
    html = transcript([Turn("各省增速", replace(ANSWERED, short="山东省5%；江苏省6%", answer=TABLE))])
    assert '<th scope="col">地区</th>' in html
    assert re.search(r"<td>5%<button[^>]*data-cite=\"1\"", html)
    assert "<td>6%[9]</td>" in html
    assert "<td>&lt;b&gt;江苏省&lt;/b&gt;</td>" in html
    assert 'class="short' not in html
    assert "---" not in html


def test_an_answer_says_where_it_was_looked_for() -> None:
    html = transcript([Turn("投资多少", ANSWERED, reports="沂源县", year="2022年")])
    assert re.findall(r'class="chip"[^>]*aria-label="(\w+：\w+)，更换">(\w+)<', html) == [
        ("报告：沂源县", "沂源县"),
        ("年份：2022年", "2022年"),
    ]


def test_what_is_copied_is_the_answer_with_its_source_and_no_marks() -> None:
    assert copied(ANSWERED) == (
        "累计完成投资36亿元。\n\n来源：[1] 《工作总结》 › 一、回顾 › （一）工程建设：「累计完成投资36亿元。」（总结.txt）"
    )
    assert copied(replace(ANSWERED, answer=TABLE)).splitlines()[:2] == ["地区\t数值\t出处", "山东省\t5%\t工作总结"]


def test_what_somebody_thought_of_an_answer_stays_to_be_seen() -> None:
    html = transcript([Turn("投资多少", ANSWERED, verdict="up")])
    assert re.findall(r'data-verdict="(\w+)" aria-pressed="(\w+)"', html) == [("up", "true"), ("down", "false")]


def test_only_a_kept_conversation_can_be_exported() -> None:
    empty, begun, kept = Conversation(), Conversation((Turn("问"),)), Conversation((Turn("问"),), 7)
    assert [html.count("<a ") for html in (tools(empty, True), tools(begun, True), tools(kept, True))] == [0, 0, 2]
    assert 'href="/conversations/7.docx"' in tools(kept, True)
    assert "历史对话" not in tools(begun, kept=False)


def test_no_follow_ups_take_no_room() -> None:
    assert follow_ups([]) == ""
