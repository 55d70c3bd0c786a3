"""Work reports that nobody wrote, with facts planted in them whose answers are known: to measure accuracy at any size.

.. code-block:: python

    planted = report(7)
    planted.file, planted.text, planted.questions[0].answers

The n-th report is the same every time, whatever else is made. Reports differ in county, bureau, year, subjects, order and
wording; no two are of one bureau and year, and no two name the same project. Every report states each subject as done
and, with another figure, as planned; a county has up to twelve bureaus and three years, so the same sentence with other
figures stands in many reports, as it does in real ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from evals.scoring import Gold

_FIRST = "柳云青松石岭泉桃枫兰沙莲梧槐竹杏葛芦荷榆桐茶枣桑杨梅鹤雁鹿凤龙虎金银玉铜白紫丹碧"
_SECOND = "溪台岭泉湖湾峪坪川河浦塘丘港洲屏桥坝岩谷"
_KINDS_OF_COUNTY = "县县县区市"
_YEARS = (2019, 2020, 2021)
#: eighty first and forty second characters of a project's name, in blocks of twenty
_PROJECT_FIRST = (
    "望迎朝映凌揽听观锦绣翠霞曙晨星明瑞祥嘉景"
    "沧浩宏鼎泰恒永裕隆盛茂臻骏腾跃飞驰奔凯旋"
    "静幽雅淳怡悦宁馨恬馥芷蕙蔷薇菱荇萱芸茗荔"
    "砚墨琴棋诗画弦笙箫磬钟鼓楼阁亭榭轩廊檐瓦"
)
_PROJECT_SECOND = "岭江峰霞月波澜云虹涛岚涧渊崖汀渚皋陵坡川辰曦昭晖曜煦焕炜烁熠珑璋瑜琮瑾琪珂玥瑶璇"
_PROJECT_KINDS = ("大桥", "隧道", "水库", "产业园", "大道", "物流园", "泵站", "客运站", "水厂", "枢纽")


@dataclass(frozen=True)
class Subject:
    """What a bureau counts: the words of a report, in two wordings, of a question, the unit, the least and most, decimals."""

    done: tuple[str, str]
    asked: str
    unit: str
    least: int
    most: int
    places: int = 0


def _subjects(*rows: tuple[str, str, str, str, int, int, int]) -> tuple[Subject, ...]:
    return tuple(
        Subject((one, other), asked, unit, least, most, places) for one, other, asked, unit, least, most, places in rows
    )


_BUREAUS: dict[str, tuple[Subject, ...]] = {
    "交通运输局": _subjects(
        ("新改建农村公路", "全年新建和改建农村公路", "新改建农村公路多少公里", "公里", 20, 480, 0),
        ("完成交通固定资产投资", "交通固定资产投资完成", "完成交通固定资产投资多少亿元", "亿元", 1, 60, 2),
        ("改造危旧桥梁", "完成危旧桥梁改造", "改造危旧桥梁多少座", "座", 3, 90, 0),
        ("更新新能源公交车", "投放新能源公交车", "新能源公交车更新了多少辆", "辆", 10, 300, 0),
        ("查处非法营运车辆", "依法查处非法营运车辆", "查处非法营运车辆多少台次", "台次", 30, 900, 0),
    ),
    "水利局": _subjects(
        ("除险加固病险水库", "完成病险水库除险加固", "除险加固病险水库多少座", "座", 2, 60, 0),
        ("治理中小河流", "完成中小河流治理", "治理中小河流多少公里", "公里", 5, 160, 1),
        ("新增高效节水灌溉面积", "发展高效节水灌溉面积", "新增高效节水灌溉面积多少万亩", "万亩", 1, 18, 2),
        ("农村自来水普及率达到", "全县农村自来水普及率提高到", "农村自来水普及率达到百分之多少", "%", 80, 98, 1),
        ("建成集中供水工程", "新建集中供水工程", "建成集中供水工程多少处", "处", 4, 130, 0),
    ),
    "教育体育局": _subjects(
        ("新增公办幼儿园学位", "增加公办幼儿园学位", "新增公办幼儿园学位多少个", "个", 200, 6000, 0),
        ("改扩建中小学校", "完成中小学校改扩建", "改扩建中小学校多少所", "所", 3, 60, 0),
        ("公开招聘教师", "面向社会公开招聘教师", "公开招聘教师多少名", "名", 30, 700, 0),
        ("发放学生资助资金", "落实学生资助资金", "发放学生资助资金多少万元", "万元", 200, 6000, 1),
        ("建设健身步道", "建成健身步道", "建设健身步道多少公里", "公里", 4, 90, 1),
    ),
    "卫生健康委员会": _subjects(
        ("新建标准化村卫生室", "建成标准化村卫生室", "新建标准化村卫生室多少所", "所", 5, 210, 0),
        ("家庭医生签约率达到", "家庭医生签约服务率达到", "家庭医生签约率是多少", "%", 40, 92, 1),
        ("引进医疗卫生人才", "招引医疗卫生专业人才", "引进医疗卫生人才多少名", "名", 10, 320, 0),
        ("完成老年人健康体检", "为老年人免费健康体检", "老年人健康体检完成多少万人次", "万人次", 1, 15, 2),
        ("新增托育服务托位", "增加托育服务托位", "新增托育服务托位多少个", "个", 60, 1800, 0),
    ),
    "农业农村局": _subjects(
        ("建成高标准农田", "高标准农田建成", "建成高标准农田多少万亩", "万亩", 1, 40, 2),
        ("粮食总产量达到", "全年粮食总产量达", "粮食总产量达到多少万吨", "万吨", 5, 130, 2),
        ("改造农村户厕", "完成农村户厕改造", "改造农村户厕多少户", "户", 500, 20000, 0),
        ("培育家庭农场", "新发展家庭农场", "培育家庭农场多少家", "家", 20, 700, 0),
        (
            "农作物耕种收综合机械化率达到",
            "主要农作物综合机械化率提高到",
            "农作物综合机械化率达到百分之多少",
            "%",
            70,
            97,
            1,
        ),
    ),
    "民政局": _subjects(
        ("新增养老床位", "增加养老床位", "新增养老床位多少张", "张", 50, 2400, 0),
        ("发放城乡低保资金", "累计发放城乡低保金", "发放城乡低保资金多少万元", "万元", 800, 9000, 1),
        ("建成农村幸福院", "新建农村幸福院", "建成农村幸福院多少所", "所", 3, 110, 0),
        ("救助流浪乞讨人员", "救助生活无着的流浪乞讨人员", "救助流浪乞讨人员多少人次", "人次", 30, 900, 0),
        ("登记社会组织", "新登记社会组织", "登记社会组织多少家", "家", 4, 130, 0),
    ),
    "人力资源和社会保障局": _subjects(
        ("城镇新增就业", "实现城镇新增就业", "城镇新增就业多少人", "人", 1200, 39000, 0),
        ("开展职业技能培训", "组织职业技能培训", "开展职业技能培训多少人次", "人次", 900, 29000, 0),
        ("发放创业担保贷款", "新增创业担保贷款", "发放创业担保贷款多少万元", "万元", 500, 9500, 0),
        ("调解劳动人事争议", "受理劳动人事争议", "劳动人事争议调解了多少件", "件", 60, 2400, 0),
        ("城镇登记失业率控制在", "城镇登记失业率为", "城镇登记失业率是多少", "%", 1, 4, 2),
    ),
    "生态环境局": _subjects(
        ("空气质量优良天数", "全年空气质量优良天数达", "空气质量优良天数是多少天", "天", 240, 350, 0),
        ("整治入河排污口", "完成入河排污口整治", "整治入河排污口多少个", "个", 8, 260, 0),
        ("淘汰老旧柴油货车", "报废老旧柴油货车", "淘汰老旧柴油货车多少辆", "辆", 40, 1900, 0),
        ("办理环境信访案件", "受理环境信访案件", "办理环境信访案件多少件", "件", 60, 1500, 0),
        ("农村生活污水治理率达到", "农村生活污水治理率提升至", "农村生活污水治理率达到百分之多少", "%", 20, 78, 1),
    ),
    "住房和城乡建设局": _subjects(
        ("改造老旧小区", "完成老旧小区改造", "改造老旧小区多少个", "个", 3, 120, 0),
        ("新建改造燃气管网", "更新燃气管网", "新建改造燃气管网多少公里", "公里", 6, 210, 1),
        ("新增城市绿地", "增加城市绿地", "新增城市绿地多少万平方米", "万平方米", 2, 90, 1),
        ("开工棚户区改造住房", "棚户区改造住房开工", "开工棚户区改造住房多少套", "套", 150, 5200, 0),
        ("城市污水集中处理率达到", "城市污水集中处理率提高到", "城市污水集中处理率是多少", "%", 86, 99, 1),
    ),
    "文化和旅游局": _subjects(
        ("接待游客", "全年接待游客", "接待游客多少万人次", "万人次", 40, 1900, 1),
        ("开展文化惠民演出", "组织文化惠民演出", "开展文化惠民演出多少场", "场", 60, 900, 0),
        ("修缮文物保护单位", "完成文物保护单位修缮", "修缮文物保护单位多少处", "处", 2, 40, 0),
        ("实现旅游综合收入", "旅游综合收入达到", "旅游综合收入多少亿元", "亿元", 2, 140, 2),
        ("建成农家书屋", "提升农家书屋", "建成农家书屋多少个", "个", 10, 330, 0),
    ),
    "市场监督管理局": _subjects(
        ("新登记市场主体", "新设立市场主体", "新登记市场主体多少户", "户", 900, 19000, 0),
        ("完成食品抽检", "组织食品抽检", "食品抽检完成了多少批次", "批次", 400, 9000, 0),
        ("查办违法案件", "立案查办违法案件", "查办违法案件多少起", "起", 40, 1300, 0),
        ("为消费者挽回经济损失", "帮助消费者挽回经济损失", "为消费者挽回经济损失多少万元", "万元", 30, 900, 2),
        ("检验特种设备", "完成特种设备检验", "检验特种设备多少台", "台", 300, 9000, 0),
    ),
    "工业和信息化局": _subjects(
        ("新增规模以上工业企业", "净增规模以上工业企业", "新增规模以上工业企业多少家", "家", 4, 160, 0),
        ("实施技术改造项目", "推进技术改造项目", "实施技术改造项目多少个", "个", 12, 380, 0),
        ("建成5G基站", "新开通5G基站", "建成5G基站多少个", "个", 60, 2600, 0),
        ("工业用电量达到", "全年工业用电量", "工业用电量是多少亿千瓦时", "亿千瓦时", 2, 95, 2),
        ("培育专精特新企业", "认定专精特新企业", "培育专精特新企业多少家", "家", 2, 85, 0),
    ),
}

_OPENINGS = (
    "{year}年，在县委、县政府的正确领导下，我局坚持稳中求进工作总基调，聚焦主责主业，各项工作取得新成效。",
    "一年来，全局上下紧紧围绕中心工作，真抓实干、攻坚克难，较好完成了全年目标任务。现将有关情况报告如下。",
    "过去的一年，我局深入贯彻上级决策部署，以高质量发展为主线，统筹推进各项重点工作，总体态势良好。",
)
_HEADINGS = ("重点工作扎实推进", "民生保障持续加力", "服务水平稳步提升", "项目建设提速增效", "基础工作不断夯实")
_LEADS = ("", "一年来，", "坚持问题导向，", "狠抓工作落实，", "在各方支持下，", "强化部门协同，")
_TAILS = ("，群众满意度进一步提升", "，超额完成年度任务", "，工作成效明显", "，走在全市前列", "", "")
_PLANNED = ("计划{}{}", "力争{}{}", "预计{}{}", "确保{}{}")
_FILLING = (
    "扎实开展主题教育，组织集中学习和专题研讨，党员干部的思想认识不断深化。",
    "严格落实意识形态工作责任制，持续改进作风，压实各级责任。",
    "健全工作台账，实行清单管理、挂图作战，定期调度通报，推动任务落地见效。",
    "加强队伍建设，选派业务骨干到基层一线锻炼，干部能力素质得到提高。",
    "深化放管服改革，压缩办理时限，推行一网通办，企业和群众办事更加便捷。",
    "加大宣传力度，通过媒体平台讲好工作故事，营造了良好的社会氛围。",
    "牢固树立安全发展理念，开展拉网式隐患排查，全年未发生较大以上责任事故。",
    "同时也清醒地看到，工作中还存在基础薄弱、资金紧张、专业人才不足等问题，需要在今后认真加以解决。",
)
_PROJECT = (
    "{name}项目进展顺利，累计完成投资{value}。",
    "总投资较大的{name}工程全面开工，到年底完成投资{value}。",
    "全力推进{name}建设，主体工程已经完工，累计完成投资{value}。",
)


@dataclass(frozen=True)
class Planted:
    """A synthetic report: the name and the text of its file, whose it is, and questions on it with what is right."""

    file: str
    text: str
    organisation: str
    year: int
    questions: tuple[Gold, ...]


def most() -> int:
    """How many different reports there are."""
    return len(_universe())


def report(number: int) -> Planted:
    """The n-th report, from 0.

    :raises IndexError: if there are not so many.
    """
    county, bureau, year = _universe()[number]
    chance = random.Random(f"planted-{number}")  # noqa: S311 (no secret is made)
    subjects = chance.sample(_BUREAUS[bureau], len(_BUREAUS[bureau]))
    done = [_amount(subject, chance) for subject in subjects]
    planned = [_amount(subject, chance, other) for subject, other in zip(subjects, done, strict=True)]
    project = _project(number)
    spent = f"{chance.randint(2, 980) / 100:g}亿元"
    title = f"{county}{bureau}{year}年工作总结和{year + 1}年工作计划"
    text = _written(title, year, subjects, done, planned, project, spent, chance)
    questions = tuple(_questions(number, county, bureau, year, subjects, done, planned, project, spent, chance))
    return Planted(f"{title}.txt", text, f"{county}{bureau}", year, questions)


@lru_cache(maxsize=1)
def _universe() -> list[tuple[str, str, int]]:
    """Whose reports and of which year, shuffled, so that however few are taken they are of many counties."""
    chance = random.Random("planted")  # noqa: S311
    places = [f"{a}{b}{chance.choice(_KINDS_OF_COUNTY)}" for a, b in product(_FIRST, _SECOND)]
    all_of_them = list(product(places, _BUREAUS, _YEARS))
    chance.shuffle(all_of_them)
    return all_of_them


def _project(number: int) -> str:
    block, rest = divmod(number, 20 * 20 * len(_PROJECT_KINDS))
    kind, rest = divmod(rest, 20 * 20)
    first, second = divmod(rest, 20)
    row, column = block % 4, block // 4
    return f"{_PROJECT_FIRST[20 * row + first]}{_PROJECT_SECOND[20 * column + second]}{_PROJECT_KINDS[kind]}"


def _amount(subject: Subject, chance: random.Random, other: str = "") -> str:
    """An amount as a report states it, never the other one's nor part of it."""
    while True:
        value = chance.uniform(subject.least, subject.most)
        amount = f"{value:.{subject.places}f}{subject.unit}"
        if not other or (amount not in other and other not in amount):
            return amount


def _written(
    title: str,
    year: int,
    subjects: Sequence[Subject],
    done: Sequence[str],
    planned: Sequence[str],
    project: str,
    spent: str,
    chance: random.Random,
) -> str:
    lines = [title, "", chance.choice(_OPENINGS).format(year=year), f"一、{year}年工作情况"]
    headings = chance.sample(_HEADINGS, 3)
    filling = chance.sample(_FILLING, 5)
    facts = [
        f"{chance.choice(_LEADS)}{chance.choice(subject.done)}{amount}{chance.choice(_TAILS)}。"
        for subject, amount in zip(subjects, done, strict=True)
    ]
    facts.insert(chance.randrange(len(facts)), chance.choice(_PROJECT).format(name=project, value=spent))
    cuts = (0, 2, 4, len(facts))
    for index, heading in enumerate(headings):
        lines.append(
            f"（{'一二三'[index]}）{heading}。" + "".join(facts[cuts[index] : cuts[index + 1]]) + filling[index]
        )
    lines += [filling[3], f"二、{year + 1}年工作计划"]
    for index, (subject, amount) in enumerate(zip(subjects, planned, strict=True), start=1):
        lines.append(
            f"{index}．{chance.choice(_PLANNED).format(subject.done[0], amount)}{chance.choice(('。', '，逐项抓好落实。'))}"
        )
    return "\n".join([*lines, filling[4], ""])


def _questions(
    number: int,
    county: str,
    bureau: str,
    year: int,
    subjects: Sequence[Subject],
    done: Sequence[str],
    planned: Sequence[str],
    project: str,
    spent: str,
    chance: random.Random,
) -> Iterator[Gold]:
    """One question of each type: of the bureau, of the county alone, of its plan, of a project whose report is not named,
    and of what another bureau counts. The report of the year before plans what this one has done, so a question says which."""
    foreign = chance.choice([s for name, own in _BUREAUS.items() if name != bureau for s in own])
    file = f"{county}{bureau}{year}年工作总结和{year + 1}年工作计划.txt"
    asked = (
        ("bureau", f"{county}{bureau}{year}年实际{subjects[0].asked}？", done[0]),
        ("county", f"{year}年{county}实际{subjects[1].asked}？", done[1]),
        ("plan", f"{county}{bureau}{year + 1}年计划{_to_be_done(subjects[2].asked)}？", planned[2]),
        ("project", f"{project}累计完成投资多少？", spent),
        ("unanswerable", f"{county}{bureau}{year}年{foreign.asked}？", ""),
    )
    for kind, text, answer in asked:
        yield Gold(f"{number}-{kind}", kind, text, (answer,) if answer else (), files=(file,) if answer else ())


def _to_be_done(asked: str) -> str:
    return asked.replace("完成了", "完成").replace("更新了", "更新").replace("调解了", "调解")
