"""One figure a place, as a table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chain import Assistant
from bot.computing.table import plan_table
from bot.quoting.guard import unstated
from ingest.embedding import load_embedder
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.settings import Settings

#: each states the measures alike but for one, which it states of another kind
_ALIKE = """\
2036年{name}政府工作报告

一、2035年工作回顾
{years}。

二、2036年工作安排
{plan}。
"""
_MIXED = {
    "山东省": ("2035年，城镇新增就业124万人，居民人均可支配收入4.2万元", "2036年，地区生产总值增长5%以上"),
    "江苏省": ("2035年，城镇新增就业135万人，居民人均可支配收入5.1万元", "2036年，地区生产总值增长6%左右"),
    "浙江省": ("2035年，城镇新增就业115万人，居民人均可支配收入6.7万元", "2036年，地区生产总值增长5.5%左右"),
    "四川省": (
        "2031至2035年五年，城镇新增就业累计522万人，农村居民人均可支配收入2.3万元，财政收入达到1350亿元",
        "2036年，四大主导产业占地区生产总值比重达到73%左右",
    ),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant over four provinces, of which 四川省 states shares, parts and sums of years only."""
    folder = tmp_path_factory.mktemp("mixed")
    for name, (years, plan) in _MIXED.items():
        text = _ALIKE.format(name=name, years=years, plan=plan)
        (folder / f"2036_{name}_政府工作报告.txt").write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "library", corpus=folder)
    with Library.open(settings.home, load_embedder()) as library:
        list(ingest(sorted(folder.glob("*.txt")), library, settings))
        yield Assistant(library, settings)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("各省2036年GDP目标", "江苏省6%左右；浙江省5.5%左右；山东省5%以上"),
        ("各省居民人均可支配收入", "浙江省6.7万元；江苏省5.1万元；山东省4.2万元"),
        ("各省城镇新增就业多少万人", "江苏省135万人；山东省124万人；浙江省115万人"),
        ("哪些省城镇新增就业超过120万人", "江苏省135万人；山东省124万人"),
    ],
)
def test_a_figure_of_another_kind_is_no_row(mixed: Assistant, question: str, short: str) -> None:
    answer = mixed.ask(question)
    assert (answer.status, answer.short) == ("answered", short)
    assert "没有找到确切数值：四川省" in answer.answer


@pytest.mark.parametrize(
    ("text", "row", "kind"),
    [
        ("各省2036年GDP增长目标分别是多少？", "2036年GDP增长目标是多少", "省"),
        ("各地2035年城镇新增就业是多少万人？", "2035年城镇新增就业是多少万人", ""),
        ("2035年各省份的粮食总产量", "2035年粮食总产量是多少", "省"),
        ("列个表对比各市造林面积", "造林面积是多少", "市"),
        ("各省2036年GDP目标", "2036年GDP增长目标是多少", "省"),
        ("各省2036年粮食产量目标", "2036年粮食产量目标是多少", "省"),
        ("各省2036年GDP目标是多少亿元", "2036年GDP目标是多少亿元", "省"),
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
        ("哪些省2036年GDP增长目标是5%左右", "=", ""),
        ("GDP增速低于5%的省有哪些？", "<", ""),
        ("城镇新增就业超过100万人的地方是哪些", ">", ""),
        ("哪个省2035年粮食总产量最高？", "", "highest"),
        ("哪个省2035年居民消费价格涨幅最低？", "", "lowest"),
        ("2035年粮食总产量最高的省", "", "highest"),
        ("2035年居民消费价格涨幅最低的省份是哪个", "", "lowest"),
    ],
)
def test_a_bound_or_an_end_chooses_rows(text: str, relation: str, end: str) -> None:
    plan = plan_table(text)
    assert plan is not None
    assert (plan.relation, plan.end) == (relation, end)
    assert "超过" not in plan.text
    assert "最" not in plan.text


@pytest.mark.parametrize(
    ("text", "end", "most"),
    [
        ("GDP增速前三的省份", "highest", 3),
        ("城镇新增就业排前5名的省有哪些", "highest", 5),
        ("GDP增速后两位的省份是哪些？", "lowest", 2),
        ("哪三个省GDP增速最高", "highest", 3),
    ],
)
def test_so_many_rows_of_an_end_are_asked_for(text: str, end: str, most: int) -> None:
    plan = plan_table(text)
    assert plan is not None
    assert (plan.end, plan.most) == (end, most)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("城镇新增就业前两名的省", "江苏省135万人；山东省124万人"),
        ("城镇新增就业最少的省", "浙江省115万人"),
        ("各省居民人均可支配收入排名", "浙江省6.7万元；江苏省5.1万元；山东省4.2万元"),
    ],
)
def test_places_are_ordered(mixed: Assistant, question: str, short: str) -> None:
    assert mixed.ask(question).short == short


@pytest.mark.parametrize(
    "text",
    [
        "山东省粮食总产量是多少？",
        "哪些城市入选零碳城市？",
        "入选前十的城市有哪些",
        "GDP排前三四名的省",
        "最大的城市是哪个",
        "造林多少亩？",
        "入选零碳城市的城市有哪些",
        "各项工作做得怎么样",
    ],
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
        ("GDP增长超过6%的省有哪些？", "山东省6.2%"),
        ("哪些省2036年GDP增长目标是6%左右？", "江苏省6%左右"),
        ("哪些省2036年GDP增长目标是6.0%以上？", "没有"),
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
