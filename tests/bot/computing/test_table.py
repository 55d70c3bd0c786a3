"""One figure a place, as a table."""

from __future__ import annotations

import pytest

from bot.chain import Assistant
from bot.computing.table import plan_table
from bot.quoting.guard import unstated


@pytest.mark.parametrize(
    ("text", "row", "kind"),
    [
        ("各省2036年GDP增长目标分别是多少？", "2036年GDP增长目标是多少", "省"),
        ("各地2035年城镇新增就业是多少万人？", "2035年城镇新增就业是多少万人", ""),
        ("2035年各省份的粮食总产量", "2035年粮食总产量是多少", "省"),
        ("列个表对比各市造林面积", "造林面积是多少", "市"),
        ("每个县2035年新建幼儿园多少所？", "2035年新建幼儿园多少所", "县"),
    ],
)
def test_each_place_is_asked_the_same(text: str, row: str, kind: str) -> None:
    plan = plan_table(text)
    assert plan is not None
    assert (plan.text, plan.kind, plan.relation, plan.end) == (row, kind, "", "")


@pytest.mark.parametrize(
    ("text", "relation", "end"),
    [
        ("哪些省2036年GDP增长目标超过5%？", ">", ""),
        ("哪些省2036年GDP增长目标不低于5%？", ">=", ""),
        ("哪些地方城镇调查失业率低于5.5%", "<", ""),
        ("哪个省2035年粮食总产量最高？", "", "highest"),
        ("哪个省2035年居民消费价格涨幅最低？", "", "lowest"),
    ],
)
def test_a_bound_or_an_end_chooses_rows(text: str, relation: str, end: str) -> None:
    plan = plan_table(text)
    assert plan is not None
    assert (plan.relation, plan.end) == (relation, end)
    assert "超过" not in plan.text
    assert "最" not in plan.text


@pytest.mark.parametrize(
    "text", ["山东省粮食总产量是多少？", "哪些城市入选零碳城市？", "造林多少亩？", "各项工作做得怎么样"]
)
def test_other_questions_are_no_tables(text: str) -> None:
    assert plan_table(text) is None


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("各省2035年粮食总产量是多少？", "山东省5100万吨；江苏省3800万吨"),
        ("各省2036年GDP增长目标分别是多少？", "江苏省6%左右；山东省5.5%左右"),
        ("各地2035年城镇新增就业多少万人？", "江苏省135万人；山东省121万人"),
        ("哪些省2035年GDP增长超过6%？", "山东省6.2%"),
        ("哪些省2035年GDP增长超过7%？", "没有"),
        ("哪个省2035年粮食总产量最低？", "江苏省3800万吨"),
    ],
)
def test_a_table_has_a_row_a_place(provinces: Assistant, question: str, short: str) -> None:
    answer = provinces.ask(question)
    assert (answer.status, answer.short) == ("answered", short)
    assert "| 地区 | 数值 | 出处 |" in answer.answer
    assert [c.n for c in answer.citations] == [1, 2]
    for line in answer.answer.splitlines():
        if line.startswith("| ") and "[" in line:
            figure, _, mark = line.split("|")[2].strip().rstrip("]").partition("[")
            assert unstated(figure, [answer.citations[int(mark) - 1].quote]) == []


@pytest.mark.parametrize(
    "question", ["各县2035年粮食总产量是多少？", "各省2035年捕鲸船多少艘？", "各省2019年造林多少万亩？"]
)
def test_where_no_place_states_it_there_is_no_table(provinces: Assistant, question: str) -> None:
    assert provinces.ask(question).status == "refused"


def test_one_place_that_states_it_is_no_table(provinces: Assistant) -> None:
    assert provinces.ask("各省“十六五”时期造林多少万亩？").status == "refused"
