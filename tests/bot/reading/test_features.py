"""What is known of a figure as an answer: beside its neighbours, and of what kind of thing it is."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.matching import match
from bot.reading import features
from bot.understanding.question import understand
from ingest.embedding import shipped_vectors
from tests.bot.reports import view_of


def feature(name: str, question: str, text: str) -> dict[str, float]:
    """A feature of every figure of a report with this one sentence, by the figure's words."""
    view = view_of(f"某县2035年工作总结\n\n一、工作回顾\n{text}\n")
    asked = understand(question, scope_names=["某县农业农村局"])
    chosen = list(range(len(view.figures)))
    dense = np.zeros(len(view.sentences), np.float32), np.zeros(len(chosen), np.float32)
    rows = features.figure_features(asked, view, match(asked, view, shipped_vectors()), dense, chosen)
    column = rows[:, features.NAMES.index(name)]
    found = ((z.figure, float(value)) for z, value in zip(view.figures, column, strict=True))
    return {view.text[figure.start : figure.end]: value for figure, value in found if figure.kind != "date"}


def test_of_a_list_the_figure_whose_own_words_are_asked_is_ahead() -> None:
    text = "水稻、小麦产量分别增长4%、7%。"
    assert feature("sibling_ahead", "小麦产量增长多少", text)["4%"] > 0.2
    assert feature("sibling_ahead", "小麦产量增长多少", text)["7%"] == pytest.approx(0, abs=0.05)
    assert feature("sibling_behind", "小麦产量增长多少", text)["7%"] > 0.2


def test_a_figure_alone_has_none_beside_it() -> None:
    assert feature("sibling_ahead", "小麦产量增长多少", "小麦产量增长7%。") == {"7%": 0.0}


@pytest.mark.parametrize(
    ("question", "text", "unsaid"),
    [
        ("农村居民人均收入是多少", "居民人均收入3万元。", 1.0),
        ("农村居民人均收入是多少", "农民人均收入3万元。", 0.0),
        ("出口总额是多少", "进出口总额8亿元。", 1.0),
        ("出口总额是多少", "出口总额8亿元。", 0.0),
        ("进出口总额是多少", "进出口总额8亿元。", 0.0),
        ("某县农业农村局造了几座桥", "造桥8座。", 0.0),
    ],
)
def test_a_part_asked_for_and_not_said_is_told(question: str, text: str, unsaid: float) -> None:
    assert set(feature("part_unsaid", question, text).values()) == {unsaid}


@pytest.mark.parametrize(
    ("question", "unasked"),
    [("粮食产量是多少", 1.0), ("2036年粮食产量是多少", 0.0), ("粮食产量的目标是多少", 0.0)],
)
def test_a_plan_that_nobody_asked_for_is_told(question: str, unasked: float) -> None:
    text = "粮食产量8万吨。\n\n二、2036年工作安排\n粮食产量达到9万吨。"
    assert feature("plan_unasked", question, text) == {"8万吨": 0.0, "9万吨": unasked}


def test_a_part_that_is_only_said_further_on_is_not_said_of_the_figure() -> None:
    text = "居民人均收入3万元；城镇调查失业率5%。"
    assert feature("part_unsaid", "城镇居民人均收入是多少", text)["3万元"] == 1.0
    assert feature("part_unsaid", "农村居民收入增长多少", "城乡居民收入分别增长5%、6%。")["6%"] == 0.0


def test_a_part_is_read_with_the_words_of_its_whole() -> None:
    text = "电力装机1.3亿千瓦，其中水电7640万千瓦、风电900万千瓦；发电4000亿千瓦时。"
    part, gain, held = (feature(n, "电力装机里水电有多少", text) for n in ("is_part", "part_gain", "whole_exact"))
    assert part == {"1.3亿千瓦": 0.0, "7640万千瓦": 1.0, "900万千瓦": 1.0, "4000亿千瓦时": 0.0}
    assert gain["7640万千瓦"] > 0.2
    assert gain["900万千瓦"] < gain["7640万千瓦"]
    assert held["7640万千瓦"] > held["1.3亿千瓦"]


def test_another_word_before_what_is_asked_is_told() -> None:
    assert feature("substituted", "蓝莓综合产值是多少", "咖啡综合产值4亿元。") == {"4亿元": 1.0}
    assert feature("unmodified", "蓝莓综合产值是多少", "综合产值4亿元。") == {"4亿元": 1.0}
    assert feature("substituted", "咖啡综合产值是多少", "咖啡综合产值4亿元。") == {"4亿元": 0.0}


def test_per_head_is_told_by_the_official_term_too() -> None:
    assert feature("per_head_unasked", "GDP总量是多少", "人均地区生产总值达到9万元。") == {"9万元": 1.0}


def test_money_is_told_where_nobody_asks_for_it() -> None:
    text = "生产线总投资320亿元，年产能12万片。"
    assert feature("money_unasked", "生产线一年能做多少片", text)["320亿元"] == 1.0
    assert feature("money_unasked", "生产线投资多少", text)["320亿元"] == 0.0
    assert feature("money_unasked", "生产线一年能做多少片", text)["12万片"] == 0.0


@pytest.mark.parametrize(
    ("name", "question", "text", "told"),
    [
        ("time_unasked", "全年一共拉了多少人次", "公交日均客流0.86万人次。", 1.0),
        ("time_unasked", "公交一天拉多少人次", "公交日均客流0.86万人次。", 0.0),
        ("time_unasked", "全年一共拉了多少人次", "公交全年客流86万人次。", 0.0),
        ("dimension_other", "大桥桥面有多宽", "大桥全长862米。", 1.0),
        ("dimension_other", "大桥有多长", "大桥全长862米。", 0.0),
        ("dimension_other", "高速公路有多长", "高速公路通车里程862公里。", 0.0),
        ("dimension_other", "大桥有多长", "大桥862米。", 0.0),
    ],
)
def test_a_figure_of_another_time_or_direction_is_told(name: str, question: str, text: str, told: float) -> None:
    assert set(feature(name, question, text).values()) == {told}


def test_a_place_that_only_other_sentences_speak_of_is_told() -> None:
    text = "全省肉牛存栏612万头。\n（一）畜牧\n青岛市新建牧场3个。烟台市肉牛存栏80万头。"
    told = feature("place_unsaid", "青岛市肉牛存栏多少头", text)
    assert told == {"612万头": 1.0, "3个": 0.0, "80万头": 0.0}
    assert set(feature("place_unsaid", "肉牛存栏多少头", text).values()) == {0.0}


def test_a_route_between_other_places_is_told() -> None:
    text = "临临高速累计完成投资36亿元。柳溪至云台高速完成投资8亿元。\n青白高速完成投资5亿元。"
    assert feature("place_unsaid", "淄博到莱芜高速投资多少", text) == {"36亿元": 1.0, "8亿元": 1.0, "5亿元": 1.0}
    assert feature("place_unsaid", "柳溪到云台高速投资多少", text)["8亿元"] == 0.0
    assert feature("place_unsaid", "青崖到白浦高速投资多少", text)["5亿元"] == 0.0
