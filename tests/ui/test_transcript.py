"""The conversation's HTML: the bare figure first, marks that can be pressed, and nothing of a text taken for HTML."""

import re
from dataclasses import replace

from bot.answer import Answer, Citation
from ui.transcript import Turn, spoken, transcript, warning, welcome

QUOTE = "累计完成投资36亿元。"
CITATION = Citation(1, "工作总结", "总结.txt", ("一、回顾", "（一）工程建设"), QUOTE, 0, len(QUOTE), None, "r1")
ANSWERED = Answer("投资多少", "投资多少", "answered", "36亿元", "累计完成投资36亿元。[1]", 0.9, (CITATION,), 12.4)
REFUSED = Answer("地铁几条", "地铁几条", "refused", "", "报告里没有提到「地铁」。", 0.1, (CITATION,), 9)


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


def test_the_place_and_the_figure_of_the_readers_answer_are_not_said_twice() -> None:
    cited = replace(CITATION, mark=(QUOTE.index("36亿元"), QUOTE.index("36亿元") + 4))
    answer = replace(ANSWERED, answer=f"36亿元[1]\n\n工作总结 › （一）工程建设：{QUOTE}", citations=(cited,))
    html = transcript([Turn("投资多少", answer)])
    assert re.search(r'class="short large">36亿元</span><button[^>]*data-cite="1"', html)
    assert '<p class="sentence">累计完成投资<b>36亿元</b>。</p>' in html
    assert html.count("工作总结 › 一、回顾 › （一）工程建设") == 1


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
    pages = [transcript(turns), welcome([hostile], [hostile]), warning(hostile), *map(spoken, turns[:3])]
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
