"""What a question asks: the kind of answer, the unit, the words that name it, and the years it means."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from bot.understanding import thesaurus
from bot.understanding.period import ANY_TIME, YEAR_RANGE, YEARS_IN_WORDS, Asked, asked_period
from ingest import words
from ingest.period import FIVE_YEAR_PLAN
from ingest.quantities import UNIT_PATTERN, han_value

Kind = Literal["figure", "percent", "date", "rank", "name", "list", "yesno", "open"]

#: the asking words of each kind, tried in this order: the first that stands in the question decides
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("figure", re.compile(r"(?:上升|提升|前移|前进|下降|后移|退)了?(?:多少|几)(?:个?位次?|名)")),
    (
        "rank",
        re.compile(
            r"第几(?!号线)|老几|(?<!安)排名?(?:第|在)?(?:多少|几)(?!个(?!位次))|名次|位居第?几|(?<!安)排到?第?几|排行"
        ),
    ),
    (
        "date",
        re.compile(
            r"什么时[候间]|啥时[候间]?|么时候|何时|哪个(?:时间|日子)|哪一?年|几月|哪个?月|几号(?!线)|哪天|多会儿|几时|几日|到几[月年]|什么日期"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪几|哪些(?!工作|举措|措施|行动|成绩|成效|进展|安排|打算|问题|困难|不足)|哪(?:[两二三四五六七八九十]|\d{1,2})|(?:分别|各)(?:是|指|为|叫|在|有)?(?:什么|哪|谁|啥)|分别(?:是|为|叫)[？?]?$|列出"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?:(?<![做干抓])(?<![做干抓]了)什么|哪个?)[？?]?$|叫做?(?:什么|啥)(?:名字?|名称)?[？?]?$|(?:是|用的?)哪[个家座条款种][\u4e00-\u9fff]{1,4}[？?]?$"
        ),
    ),
    (
        "percent",
        re.compile(
            r"百分之(?:几|多少)|多少个?百分点|几个(?:百分)?点|多大(?:的)?比[例重]|(?:占比|比例|比重|占)(?:了|到)?(?:是|有|为)?多少|几成|百分比|占了?多大(?:一?块|一?部分|的?份)"
        ),
    ),
    (
        "figure",
        re.compile(
            r"(?:什么|啥)(?:规模|水平|程度|标准|量级)[？?。]?$|多少|多[大长高低远久宽深厚重快]|(?<![这那近前好十头])几(?!乎|何|种(?:原因|办法)|十年来)"
        ),
    ),
    (
        "open",
        re.compile(
            r"(?:做|开展|抓|干|推进|实施|采取)了?(?:哪些|什么|啥)(?:工作|事|举措|措施|行动)?|(?:哪些|什么|啥)(?:工作|举措|措施|行动|成绩|成效|进展|安排|打算|问题|困难|不足)|怎么样|怎样|如何|(?:情况|内容)是?(?:什么|啥|怎)|介绍|概括|总结一下|说说|讲讲|谈谈"
        ),
    ),
    (
        "list",
        re.compile(
            r"都?有(?:什么|哪(?![所家座条个位项只款处]))|包括(?:什么|啥|谁)|由(?:什么|哪).{0,4}组成|之间|(?:什么|啥).{0,6}(?:领域|方面|途径|方式|渠道)"
        ),
    ),
    ("name", re.compile(r"什么|哪|谁|啥|叫做?|何(?:地|处|人)")),
    ("figure", re.compile(r"多浓|好[多高长久宽深大重厚快](?!了)|哪个数")),
    ("yesno", re.compile(r"吗|是不是|是否|有没有|能不能|会不会|对不对|了没")),
)
#: a noun that names a measure asks for its figure without any asking word: 「全县民宿总量」「2024年水利投资目标」「合格率，2023年」
_MEASURE = (
    r"(?:(?<![质工容])量|(?<!质)[率额]|(?<!价)值|[总人户次个件处台辆亩栏家座条所名]数|数量|总产|产值|投资|收入|支出|预算|资金|利润|税收|面积|里程|长度|全长|高度|宽度|"
    r"增[速幅]|降幅|[占比]重|占比|比例|规模|标准|价格|工资|寿命|年龄|分数|得分|名次|排名|位次|吞吐量|[Gg][Dd][Pp]|人次|车次|"
    r"社零|固投|进出口|(?:常住|户籍|总)人口|位数|营收|(?:研发|经费)投入|强度|浓度|PM2\.?5|新增就业|装机|"
    r"(?<!工作)(?<!发展)(?<!主要)(?<!总体)(?<!奋斗)(?<!预期)目标)"
)
_NAMED_MEASURE = re.compile(
    rf"(?:{_MEASURE})(?:的?(?:年均)?(?:增长|下降|提高)?(?:预期)?(?:目标|计划|任务|总量|总数|数据|数字|数)?值?)?"
    r"(?:[，,\s]*(?:(?:19|20)\d{2}年度?|[今去明]年|上半年|下半年|全年))?[。？?！!\s]*$"
)
_LIST_COUNT = re.compile(
    r"哪([两二三四五六七八九十]|\d{1,2})(?!\d|年)|(?<![\d第])([两二三四五六七八九十]|\d{1,2})[大个项座家条所处种位类]?[^，。？?]{0,12}(?:分别|各)?(?:是|指|为|有)(?:什么|哪)"
)
#: 「四条旅游路叫什么」 asks for four names
_CALLED_COUNT = re.compile(
    r"(?<![\dA-Za-z.第])([两二三四五六七八九十]|\d{1,2})[个项座家条所处种位类支部款只辆名](?!月)[^，。？?的]{0,12}(?:叫做?|是)(?:什么|啥|哪)"
)
_FILLER = re.compile(
    r"^(?:请问|帮我?(?:查|看|问)(?:一?下)?|麻烦(?:查|问)?一?下|想(?:问|知道|了解)一?下?|我想(?:问|知道)|你好|您好|告诉我|查一?下|问一?下)[，,:：\s]*"
)
_ASKED_UNIT = re.compile(
    rf"(?:多少|(?<![这那近前好十头])几|百分之几)(?P<scale>万亿|千万|百万|亿|万|千|百|十)?(?P<unit>%|{UNIT_PATTERN})?"
)
#: a classifier and its noun that the dictionary takes for one word
_CLASSIFIED = re.compile(
    "[辆台部]车|条路|座桥|家店|户人|间房|套房|亩地|头[牛猪]|只羊|[棵株]树|本书|张[床票]|[斤吨]粮|度电|方水"
)
_CLASSIFIERS = frozenset("家 个 项 件 条 座 处 所 栋 套 台 辆 艘 列 名 位 户 只 棵 株 口 眼 部 起 宗 场 趟".split())
#: the noun before 叫什么 is what kind of thing is asked: 「那座专业货运机场叫什么」
_CALLED = re.compile(r"(.*[\u4e00-\u9fff])(?:是?叫(?:做|作)?(?:什么|啥)|(?:的?(?:名字|名称))是?(?:什么|啥|叫))")
_COUNTED_NOUN = re.compile(r"多少([\u4e00-\u9fff]+)")
_PEOPLE = frozenset(
    "孩子 学生 老人 娃 娃娃 娃儿 小孩 游客 旅客 乘客 群众 工人 农民 乡亲 客人 职工 居民 村民 党员 干部 毕业生 新生 病人 患者 教师 老师 医生 人才 劳动力 老百姓 粉丝 会员 志愿者".split()
)
_MEASURABLE = ("figure", "percent", "rank")
#: measures that can only be stated in one kind of unit, asked for without naming it
_TAIL = r"(?:的?(?:增长)?(?:目标|预期|控制目标|实际)?值?)(?:是|为|有|达到?|定|控制|要|将|降|升|提|做|到|在|会|能|多|几|[？?，]|$)"
_END = r"(?:(?:完成)?情况(?:怎么样|如何)?[，,]?)?(?:大约|大概|一共|总共|总计|共|约)*(?:是|为|有|达到?|了|到)*(?:多少|多[大长]|几何)?(?:[，,]?(?:(?:19|20)\d{2}年|[今去]年))?[？?。\s]*$"
_MEASURED_IN = (
    (re.compile(rf"(?:(?<!功)率|比重|占比|比例|份额|强度|增速|增幅|降幅){_TAIL}"), "%"),
    (re.compile(r"多大(?:的)?(?:岁数|年纪|年龄)|活[^，。？]{0,4}多(?:大|久|长)"), "岁"),
    (re.compile(r"多久|多长(?:的)?时间|多大工夫|多少(?:时间|工夫|钟头)"), "小时"),
    (re.compile(r"几[毛块分]钱"), "元"),
    (re.compile(r"多长|多少(?:米)?路(?=[？?，。了]|$)"), "公里"),
    (re.compile(r"多少(?:方)?水(?=[？?，。了]|$)"), "立方米"),
    (re.compile(r"多远"), "公里"),
    (re.compile(r"多[深宽](?![入度泛容])"), "米"),
    (re.compile(r"多少电(?=[？?，。了]|$)"), "千瓦时"),
    (re.compile(r"多少粮食?(?=[？?，。了]|$)"), "吨"),
    (re.compile(r"多少(?:土|田|耕)?地(?=[？?，。了]|$)"), "亩"),
    (re.compile(r"多少(?:人家|家庭)"), "户"),
    (
        re.compile(rf"(?:粮食?|油料|蔬菜|水果|[猪牛羊禽]?肉|蛋|奶|水产品|棉花?|茶叶|原?煤|钢材?|原油)总?产量{_END}"),
        "吨",
    ),
    (re.compile(rf"装机(?:容量|规模|总量)?{_END}"), "千瓦"),
    (re.compile(rf"[发用售送]电量{_END}"), "千瓦时"),
    (re.compile(rf"寿命{_END}"), "岁"),
    (re.compile(rf"人(?:口|数|次){_END}"), "人"),
    (re.compile(rf"面积{_END}"), "平方米"),
    (re.compile(rf"(?:里程|全长|总长|长度){_END}"), "公里"),
    (
        re.compile(
            rf"(?:投资|资金|预算|经费|收入|支出|产值|营收|成本|利润|税收|贷款|[交成销售收]额|金额|总额|增加值|生产总值|[Gg][Dd][Pp]|经济总量|社零|固投){_END}"
        ),
        "元",
    ),
    (
        re.compile(
            r"(?:多少|几)(?:投资|资金|钱|罚款|损失|经费|补助|补贴|收入|贷款|存款|税|产值|营收|金额|工资)|(?:花|省(?=[了下出]|多少)|挣|(?<!固)投(?!资)|补(?=了|多少)|罚|赔|赚|欠|追回|融资|减免|[讨要追](?:回来?|到))[^，。？]{0,6}了?多少(?:[？?]|$)"
        ),
        "元",
    ),
)
#: what is counted is said after a 个 or another word of speech
_SPOKEN = (
    (re.compile(r"(?:多少|几)个?(?:钟头|小时)"), "小时"),
    (re.compile(r"(?:多少|几)个?(?:日子|工作日)"), "天"),
    (re.compile(r"(?:多少|几)(?:(?![分毛角])[\u4e00-\u9fff]{0,2}钱(?![包塘])|款)"), "元"),
    (re.compile(r"几点(?:钟|半|还|开|关|才|就|结束|收|发|能|出|到|运|上班|下班|[？?]|$)"), "点钟"),
    (re.compile(r"(?:多少|几)趟(?:公交)?线"), "条"),
    (re.compile(r"(?:多少|几)车(?=[？?，。]|$)"), "辆"),
    (re.compile(r"(?<![高低多少降升涨加减提长])(?<![高低多少降升涨加减提长]了)(?:多少|几)个点(?!位)"), "个"),
)
#: a growth may be stated in percent or as an amount, whatever has grown
_GREW = re.compile(
    r"增长(?:预期)?(?:目标|幅度|速度)|(?:增长|增加|上升|上涨|涨|提高|提升|下降|降低|减少|多|少|降)了?多少(?:[？?]|$)"
)
_GROWTH_ASKED = re.compile(
    r"(?:(?<![占配])比(?![例重率])|(?<!比)较(?![大小多少好快]))[^，。？]{1,16}?[多少](?!数|于|年)[\u4e00-\u9fff]{0,3}?了?(?:多少|几)|[升降涨跌]了(?:多少|几)(?!.{0,6}[到至])|(?:增加|增多|提高|提升|上涨|扩大|降低|减少|缩短|缩小)了?(?:多少|几)(?!.{0,6}[到至])"
    r"|(?:增长|下降|上升|增幅|涨幅|降幅|增速)了?(?:幅度)?(?:是|为|有|达)?(?:多少|几|百分之几)(?!.{0,6}[到至])"
)
#: both ends of a change are asked, or what it started from
_BOTH_ENDS = re.compile(
    r"[由从][^，。；？?]{0,8}?(?:多少|几|什么|多).{0,8}(?:到|至|为|成)了?(?:多少|几|什么|多)|年初是?多少.{0,10}(?:到|至)了?多少"
)
_BASE = re.compile(
    r"没[修建通改][^，。]{0,4}(?:那阵|那会儿?|之前|的时候)|(?:修好|修通|改造|建成|通车|投用)前|原来|原先|以前|之前|此前|上年(?!度)|前一年|年初|当初|起初|起点|过去(?!一年|五年)"
)
_UP = re.compile(
    r"多[挣领卖收赚得给发](?=[\u4e00-\u9fff]{0,3}(?:多少|几))|增长|增速|增幅|涨|(?:提高|提升|增加|改善|扩大|上升)了?(?:多少|几|百分)|增了|多了|高出|升了|快了"
)
_DOWN = re.compile(
    r"(?:节?省|便宜)了?(?:多少|几)|少[花交掏付用](?=[\u4e00-\u9fff]{0,3}(?:多少|几))|下降(?!到|至)|降幅|降了|降低(?!到|至)|减少(?!到|至)|缩小了|跌|压减|少了|下调"
)
_LEVEL = re.compile(
    r"[到至达](?:了)?(?:多少|几)|总量|总额|总数|规模|有多少|水平|目标(?:是|定|人数)|升到|降到|提到|增至|降至"
)
_ASKING = re.compile(
    r"(?:是|有|为|叫|达到?|到|了|在|第|各|分别|一共|总共|共|大约|大概|具体|究竟|到底)*(?:多少|几|什么|哪些|哪里|哪儿|哪[几两二三四五六七八九十]?|谁|啥|何时|多[大长高低远久宽深厚]|怎么样|怎样|如何|吗|呢)(?:时[候间]|名字|名称)?"
)
#: words that carry no content in a question; everything else is matched against the reports
STOP_WORDS = frozenset(
    "钱 占 没 不 一年 加起来 合起来 平均每年 的 了 是 有 在 和 与 及 或 我 我们 咱 咱们 你 您 他 她 它 这 那 这个 那个 这些 那些 就 都 也 还 又 再 很 把 被 给 让 为 对 从 到 于 以 之 其 中 里 上 下 内 外 "
    "多少 几 什么 哪 哪些 哪个 哪里 谁 啥 吗 呢 吧 啊 呀 么 怎么 怎样 如何 多 一共 总共 共 共计 合计 累计 分别 各 各自 各是 具体 究竟 到底 大约 大概 左右 "
    "一 一个 一下 请问 帮 查 查下 问 知道 想 告诉 全 全年 年 月 日 现在 目前 眼下 如今 已经 已 今年 去年 明年 当年 期间 时期 五年 以来 来 末 底 初 前 后 "
    "打算 计划 准备 目标 要 将 会 能 可以 应 需 需要 力争 争取 预计 预期 拟 去 做 搞 弄 办 干 个 名 位 家 条 座 处 项 件 户 人次 万 亿 元 % 公里 亩 吨 "
    "报告 提到 说 讲 介绍 情况 方面 以及 而 但 所 比 较 同比 上年 上 某 该 本 此 叫 叫做 名字 名称 第 等 被 由 用 地 得 着 过 些 种 样 这么 那么 最 比较 因此 实际 定 打 截至 点 数量 亿元 万亿元 万亩 万人 万吨 百分之 正在 有没有 点名 具体 这边 现 成 达到 提到".split()
)


@dataclass(frozen=True)
class Question:
    """A question, understood.

    ``content`` are its words to be found with a weight each (1, less from the history); ``synonyms`` the official terms for those
    that are everyday words; ``end`` says that of a change (从x到y) both ends or the one it starts from are asked.
    """

    text: str
    standalone: str
    kind: Kind
    unit: str = ""
    scale: str = ""
    asked: Asked = ANY_TIME
    change: Literal["up", "down", "level"] = "level"
    content: tuple[tuple[str, float], ...] = ()
    head: str = ""
    count: int | None = None
    names: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    end: Literal["", "both", "base"] = ""

    def said_as(self, word: str) -> tuple[str, ...]:
        """A word of the content with the terms that say exactly the same."""
        return (word, *(words.fold(term) for term in thesaurus.equals(word)))

    @property
    def asks_growth(self) -> bool:
        """Whether by how much something grew or fell is asked: 「同比增长多少」, which no amount reached answers."""
        return bool(_GROWTH_ASKED.search(self.standalone))

    def spoken(self) -> list[str]:
        """The content cut into plain words, official terms included: what is searched by full text and by meaning."""
        official = [term for _, terms in self.synonyms for term in terms]
        return [word for text in [*(word for word, _ in self.content), *official] for word in words.cut(text)]


def kind_of(text: str) -> Kind:
    """The kind of answer wanted; a question without any asking word wants the figure of the measure that it ends with,
    「全县民宿总量」, else what is known of its topic."""
    return worded_kind(text) or ("figure" if names_a_measure(text) else "open")


def _asks_base(text: str) -> bool:
    """Whether what a change started from is asked, not what it is now: 「以前要两个钟头，现在几分钟到」."""
    return bool(_BASE.search(text)) and not re.search("现在|如今|眼下|目前", text)


def names_a_measure(text: str) -> bool:
    """Whether a text ends with the noun of a measure: 集装箱吞吐量, 2024年水利投资目标."""
    return bool(_NAMED_MEASURE.search(text))


def asks_both_ends(text: str) -> bool:
    """Whether both ends of a change are asked: 「从多少提高到多少」, 「年初是多少，后来提高到多少」."""
    return bool(_BOTH_ENDS.search(text))


def worded_kind(text: str) -> Kind | None:
    """The kind of answer that an asking word wants; None where there is none."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)


def understand(
    text: str,
    standalone: str = "",
    scope_names: Sequence[str] = (),
    faded: Sequence[str] = (),
    known: Collection[str] = (),
) -> Question:
    """What a question asks.

    :param standalone: the question made whole from the conversation; ``text`` itself where it is whole.
    :param scope_names: names of places and organisations in it that chose the reports and are not looked for again.
    :param known: names the library knows (临临高速, 鲁沟路); each stays one word.
    :param faded: words that came from the conversation's earlier questions; they count half.
    """
    whole = _FILLER.sub("", (standalone or text).strip())
    kind = kind_of(whole)
    unit, scale = _asked_unit(whole) if kind not in ("rank", "date") else ("", "")  # 第几位 is counted in no unit
    if kind == "figure" and unit in ("%", "个百分点", "成"):
        kind = "percent"
    elif kind == "percent" and unit and unit not in ("%", "个百分点", "百分点", "个点", "成"):
        kind = "figure"  # 「风电占了多少万千瓦」
    count = _count(whole, _LIST_COUNT if kind == "list" else _CALLED_COUNT) if kind in ("list", "name") else None
    if kind == "name" and count:
        kind = "list"
    content, synonyms = _content(whole, scope_names, frozenset(faded), known)
    return Question(
        text=text,
        standalone=whole,
        kind=kind,
        unit=unit,
        scale=scale,
        asked=asked_period(whole),
        change=_change(whole),
        content=content,
        head=_head(whole, kind),
        count=count,
        names=tuple(words.names(whole)),
        synonyms=synonyms,
        end="both" if asks_both_ends(whole) else "base" if kind in _MEASURABLE and _asks_base(whole) else "",
    )


def _asked_unit(text: str) -> tuple[str, str]:
    """The unit and the scale (万, 亿) that a question asks for, "" where it names none."""
    if re.search(r"百分之(?:几|多少)|多大(?:的)?比[例重]|百分比|几成|占了?多大(?:一?块|一?部分|的?份)", text):
        return "%", ""
    for pattern, unit in _SPOKEN:
        if pattern.search(text):
            return unit, ""
    for match in _ASKED_UNIT.finditer(text):
        if (match.group("unit") or match.group("scale")) and _ends_a_word(text, match):
            return match.group("unit") or "", match.group("scale") or ""
    for pattern, unit in _MEASURED_IN:
        if pattern.search(text) and not _GREW.search(text):
            return unit, ""
    return ("人" if _asks_people(text) else ""), ""


def _asks_people(text: str) -> bool:
    """Whether the noun counted is one of people: 「多少老人」, but not 「多少老人食堂」."""
    cuts = (words.cut(match.group(1)) for match in _COUNTED_NOUN.finditer(text))
    return any(cut[0] in _PEOPLE and (len(cut) == 1 or len(cut[1]) == 1 or cut[1] in STOP_WORDS) for cut in cuts)


def _ends_a_word(text: str, match: re.Match[str]) -> bool:
    """Whether the unit is a word of its own: 「多少国防资金」 asks for no 国, but 「多少辆车」 for 辆."""
    counted = match.group().startswith("几") and match.group("unit") in _CLASSIFIERS  # 「几家规上企业」
    if counted or _CLASSIFIED.match(text, match.end() - 1):
        return True
    start = match.start("scale") if match.group("scale") else match.start("unit")
    at = start
    for word in words.cut(text[start : start + 12]):
        at += len(word)
        if at >= match.end():
            return at == match.end()
    return False


def _change(text: str) -> Literal["up", "down", "level"]:
    """Whether a change is asked or, where no word says so, a level: 「吞吐量是多少」 does not ask for its growth."""
    if _LEVEL.search(text) and not re.search(r"增速|增幅|涨幅|增长|降幅", text):
        return "level"
    if _DOWN.search(text):
        return "down"
    return "up" if _UP.search(text) else "level"


def _content(
    text: str, scope_names: Sequence[str], faded: frozenset[str], known: Collection[str]
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The words to be found with their weights, and the official terms for the everyday ones among them."""
    bare = text
    for name in sorted(scope_names, key=len, reverse=True):
        bare = bare.replace(name, " ")
    bare = YEAR_RANGE.sub(" ", bare)
    bare = re.sub(r"(?:19|20)\d{2}年?|(?<!\d)\d{2}年", " ", bare)
    bare = YEARS_IN_WORDS.sub(" ", FIVE_YEAR_PLAN.sub(" ", bare))
    bare = _ASKED_UNIT.sub(lambda match: " " if _ends_a_word(bare, match) else match.group(), bare)
    bare = _ASKING.sub(" ", bare)
    synonyms = {bare[start:end]: terms for start, end, terms in thesaurus.sayings_in(bare)}
    found: dict[str, float] = {}
    for word in words.merged(words.cut(bare), {*known, *synonyms}):
        folded = words.fold(word)
        if len(folded) > 2:
            folded = folded.removesuffix("了")  # 「增长了」 is 增长
        if words.is_word(folded) and folded not in STOP_WORDS:
            found[folded] = max(found.get(folded, 0.0), 0.5 if folded in faded else 1.0)
    return tuple(found.items()), tuple(
        (words.fold(word), terms) for word, terms in synonyms.items() if words.fold(word) in found
    )


def _head(text: str, kind: Kind) -> str:
    """The noun that says what kind of thing is asked: 「哪座机场」 -> 机场, 「叫什么名字」 -> ""."""
    if kind in ("name", "list") and re.search("哪[里儿]|何地|什么地方", text):
        return "地方"
    match = re.search(
        rf"(?:哪|什么|啥)(?!名[字称]|[里儿])(?:几|一|两|二|三|四|五|六|七|八|九|十|\d+)?(?:{UNIT_PATTERN})?([\u4e00-\u9fff]{{1,8}})?",
        text,
    )
    if kind not in ("name", "list"):
        return ""
    if match and match.group(1):
        cut = words.cut(match.group(1))
        begun = next((place for place, word in enumerate(cut) if word not in STOP_WORDS), None)
        return _compound(cut[begun:]) if begun is not None else ""
    called = _CALLED.match(text)
    return _compound(words.cut(called.group(1))[::-1], backwards=True) if called else ""


def _compound(cut: Sequence[str], backwards: bool = False) -> str:
    """The first word, or the run of single characters that the dictionary does not join: 综保区, 刻石."""
    single = list(takewhile(lambda word: len(word) == 1 and word not in STOP_WORDS, cut))
    return "".join(single[::-1] if backwards else single) or cut[0]


def _count(text: str, pattern: re.Pattern[str]) -> int | None:
    match = pattern.search(text)
    number = match and next(filter(None, match.groups()))
    if not number:
        return None
    return int(number) if number.isdigit() else int(han_value(number))
