"""What a written sentence claims: figures with their subject and period, dates, names, and the marks [n] it carries."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache

from ingest import words
from ingest.document import Figure, Passage
from ingest.figures import extract, zones
from ingest.frontmatter import FrontMatter
from ingest.period import FIVE_YEAR_PLAN, five_year_plan, timeline, years_of_plan
from ingest.sentences import clauses

MARK = re.compile(r"\s*[\[【［](\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]】］]")
#: a run of marks with nothing but white space and commas between them
_MARKS = re.compile(rf"{MARK.pattern}(?:[,，、]?{MARK.pattern})*")
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|#{1,6}\s+|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、）)](?!\d)\s*)")
_EMPHASIS = re.compile(r"\*\*|__|`")
_LAST_YEAR = re.compile(r"去年|上年(?!度?末|同期)|过去一年")
_AFTER_COMPARING = re.compile(r"(?:比|较)$")
_PLANNED = re.compile(
    r"力争|争取|计划|预计|预期|目标|拟(?=[建投新完])|将(?!士|军|领|近)|(?<![主重必需只])要(?![求点素闻])|确保|打算|准备"
)
_DONE = re.compile(
    r"(?<!而)已经?(?![有成为是知])|业已|[成通造建理展设增现到过修立布加]了(?!解)|累计(?:完成|实现)|实际(?:完成|达到|建成)"
)
#: 「未来」 and 「未成年」 deny nothing
_DENYING = re.compile(r"未(?![来成知必央婚])|没有|尚无|无法|不再|并非|从不")
#: 「全国第三个」: an order and among which it is
_ORDINAL = re.compile(
    r"(全国|全省|全市|全区|全县|全球|世界|亚洲|[东西中南北]部|东北|[南北]方|国内)[^，。、；第]{0,6}(第[一二三四五六七八九十\d]+)"
)
_NOT_DONE = re.compile(r"未(?:能)?(?:完成|实现|达到|建成|开工)|没有(?:完成|实现|达到|建成)|尚未|并未")
_DURING = re.compile(r"时期|期间")
_BRACKETED = re.compile(r"[（(]([^）)]{2,14})[）)]")
_YEAR = re.compile(r"(?:19|20)\d{2}")
#: words that end a name, with what stands before them: 沂邳高速, 鲁南机场, 沂蒙大桥, 南麻街道
_KINDS = (
    "高速公路|高速|快速路|铁路|高铁|机场|大桥|特大桥|隧道|水库|港区|港|运河|枢纽|大道|公路|电站|湿地|街道|开发区|新区|"
    "工程|项目|公司|集团|大学|学院|医院|研究院|实验室|示范区|产业园|园区|统计局|交通局|委员会|厅|局"
)
#: whose word a statement is said to be: 「据新华社报道，」「根据《中国统计年鉴》，」「按国家统计局的数据，」
_ATTRIBUTED = re.compile(
    r"(?:据|根据|依据|来自|援引|引自|(?<=[，。；])按|^按)(?!此|悉|介绍|说)([^，。；：:]{2,24}?)(?:的)?(?:网站|官网|报道|发布|公布|数据|统计|显示|刊载|消息|通报|口径)*[，,：:]"
)
_OF_THE_GIVEN = re.compile(
    r"^(?:报告|资料|原文|文件|总结|计划|要求|规划|部署|安排|上述|以上|所给|给出|提供|工作报告)|(?:报告|总结|计划|资料|材料)$"
)
#: names of all that there is, which no passage need hold
_EVERYWHERE = frozenset(
    "中国 全国 我国 国家 世界 全球 国际 国内 中央 东部 西部 中部 本市 本省 本县 我省 我市 我县 全省 全市 全县".split()
)


@dataclass(frozen=True)
class Claim:
    """One figure that a sentence states: what the index would know of it, the words around it, its period as written.

    ``figure.start`` .. ``figure.end`` are offsets into ``Written.text``. ``clauses`` are its own and those before it, the
    nearest first; ``before`` and ``after`` the words between it and the figures beside it. ``years`` are the first and last year that the
    sentence says it is of, None where it names none; ``status`` likewise "" where it does not say done or planned.
    """

    figure: Figure
    words: tuple[str, ...]
    clauses: tuple[str, ...]
    before: str
    after: str
    years: tuple[int, int] | None
    status: str
    denied: bool

    @property
    def clause(self) -> str:
        """The clause that it stands in."""
        return self.clauses[0]

    @property
    def own(self) -> str:
        """All words that are its own."""
        return f"{self.figure.subject}{self.figure.measure}{self.before}{self.after}"

    @property
    def dated(self) -> bool:
        """Whether it is a date; 「2026年产业规模」 begins with one too, whatever its 年产 looks like."""
        return self.figure.kind == "date" or bool(re.fullmatch(r"(?:19|20)\d{2}年", self.figure.text))


@dataclass(frozen=True)
class Segment:
    """A stretch of a sentence that rests on one run of marks: ``start`` .. ``end`` of ``Written.text``."""

    start: int
    end: int
    marks: tuple[int, ...]


@dataclass(frozen=True)
class Written:
    """A sentence taken apart; ``text`` is it without marks, bullets and emphasis."""

    text: str
    segments: tuple[Segment, ...]
    claims: tuple[Claim, ...]

    @property
    def marks(self) -> tuple[int, ...]:
        """All marks, in order of first appearance."""
        return tuple(dict.fromkeys(n for segment in self.segments for n in segment.marks))


def bare(sentence: str) -> str:
    """A written sentence without its marks, bullet and emphasis."""
    return MARK.sub("", _EMPHASIS.sub("", _BULLET.sub("", sentence))).strip()


def take_apart(sentence: str, results_year: int | None = None) -> Written:
    """What a sentence claims.

    :param results_year: the year that 「去年」 means in the reports cited; None leaves it open.
    """
    clean = _EMPHASIS.sub("", _BULLET.sub("", sentence)).strip()
    parts: list[str] = []
    runs: list[tuple[int, tuple[int, ...]]] = []
    at = length = 0
    for run in _MARKS.finditer(clean):
        parts.append(clean[at : run.start()])
        length += run.start() - at
        at = run.end()
        numbers = tuple(int(n) for mark in MARK.finditer(run.group()) for n in re.findall(r"\d+", mark.group(1)))
        runs.append((length, tuple(dict.fromkeys(numbers))))
    parts.append(clean[at:])
    text = "".join(parts)
    return Written(text, _segments(text, runs), _claims(text, results_year))


def _segments(text: str, runs: list[tuple[int, tuple[int, ...]]]) -> tuple[Segment, ...]:
    """Each run of marks vouches for what stands since the one before it; the last one also for what follows it."""
    found = []
    start = 0
    for place, (end, marks) in enumerate(runs):
        stop = len(text) if place == len(runs) - 1 else end
        found.append(Segment(start, stop, marks))
        start = stop
    return tuple(found) or (Segment(0, len(text), ()),)


def _claims(text: str, results_year: int | None) -> tuple[Claim, ...]:
    figures = extract(text, [Passage(0, 0, len(text), text)], timeline(text, (), FrontMatter("")))
    around = zones(text, 0, len(text), [(f.start, f.end) for f in figures])
    listed = "分别" in text
    found = []
    for place, (figure, zone) in enumerate(zip(figures, around, strict=True)):
        upto = [(a, b) for a, b in clauses(text) if a <= figure.start] or [(0, len(text))]
        clause = upto[-1]
        last = [f.end for f in figures[:place] if f.end <= figure.start]
        wording = text[max([0, *last]) : figure.start]
        own = [figure.subject, figure.measure]
        if not listed:
            own += [text[zone.before_start : figure.start], text[figure.end : zone.after_end]]
        said = tuple(dict.fromkeys(w for part in own for w in content(part)))
        years = _years_after(text, figure.end) or _plan_before(text, figure.start)
        if years is None and figure.period.first:
            years = (figure.period.first, figure.period.last or figure.period.first)
        status = status_of(text[: clause[1]] if years is None else text[clause[0] : clause[1]])
        before = text[zone.before_start : figure.start]
        found.append(
            Claim(figure, said, tuple(text[a:b] for a, b in reversed(upto)), before, text[figure.end : zone.after_end],
                  years or _relative(text, figure, results_year), status, bool(_NOT_DONE.search(wording)))
        )  # fmt: skip
    return tuple(found)


def _years_after(text: str, end: int) -> tuple[int, int] | None:
    """The years in the brackets after a figure: 「7家（“十四五”时期）」."""
    match = _BRACKETED.match(text, end)
    if not match:
        return None
    years = [int(year) for year in _YEAR.findall(match.group(1))]
    plans = plans_named(match.group(1))
    return (min(years), max(years)) if years else plans[0] if plans else None


def _plan_before(text: str, end: int) -> tuple[int, int] | None:
    """The years of the five-year plan that a text has come to, if no year follows it: 「2026年…，全区“十四五”时期，」."""
    years = [match.start() for match in _YEAR.finditer(text, 0, end)]
    plans = [match for match in FIVE_YEAR_PLAN.finditer(text, 0, end) if _DURING.match(text, match.end())]
    if not years or not plans or plans[-1].start() < years[-1]:
        return None
    return years_of_plan(plans[-1])


def _relative(text: str, figure: Figure, results_year: int | None) -> tuple[int, int] | None:
    """The year of 「去年」 before a figure; 「比上年」 compares with it."""
    for match in _LAST_YEAR.finditer(text, 0, figure.start):
        if results_year and not _AFTER_COMPARING.search(text[: match.start()]):
            return results_year, results_year
    return None


def status_of(clause: str) -> str:
    """Whether a clause says that something is done or planned; "" where it says neither."""
    if _PLANNED.search(clause):
        return "planned"
    return "done" if _DONE.search(clause) else ""


def says_planned(clause: str) -> bool:
    """Whether a clause's own words say that something is planned."""
    return bool(_PLANNED.search(clause))


def says_done(clause: str) -> bool:
    """Whether a clause's own words say that something is done."""
    return bool(_DONE.search(clause))


def denies(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(_DENYING.search(text))


def ordinals(text: str) -> list[tuple[str, str]]:
    """The orders that a text names with what they are among: 全国 and 第三."""
    return [(match.group(1), match.group(2)) for match in _ORDINAL.finditer(text)]


def content(text: str) -> list[str]:
    """The words of a text that say what it is about: no digits, no punctuation, none that only tell."""
    telling = _telling()
    return [
        word
        for word in (words.fold(word) for word in words.cut(text))
        if words.is_word(word) and not any(c.isdigit() for c in word) and word not in telling and not _is_number(word)
    ]


def _is_number(word: str) -> bool:
    return all(character in "一二两三四五六七八九十百千万亿零〇半几多余成" for character in word)


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Words that a writer puts between facts: 同时, 此外, 完成, 达到."""
    path = os.path.join(os.path.dirname(__file__), "telling.txt")
    with open(path, encoding="utf-8") as file:
        return frozenset(word for line in file if not line.startswith("#") for word in line.split())


def loose_numbers(written: Written, segment: Segment) -> list[str]:
    """Digits of a segment that belong to no figure: of G341, of 5G, of an address."""
    spans = [(c.figure.start, c.figure.end) for c in written.claims]
    return [
        match.group()
        for match in _DIGITS.finditer(written.text, segment.start, segment.end)
        if not any(a <= match.start() < b for a, b in spans)
    ]


def attributions(text: str) -> list[str]:
    """Whose word a text says that it is, other than the report's own."""
    return [m.group(1) for m in _ATTRIBUTED.finditer(text) if not _OF_THE_GIVEN.search(m.group(1))]


def plans_named(text: str) -> list[tuple[int, int]]:
    """The five-year plans that a text names, as their first and last years."""
    return [five_year_plan(match.group(1)) for match in FIVE_YEAR_PLAN.finditer(text)]


def names(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """The roads, projects, bodies and places that a text names.

    :param known: names that the library knows besides.
    """
    named = [*words.names(text), *words.names_in(text, known)]
    found = dict.fromkeys(name for name in named if not FIVE_YEAR_PLAN.fullmatch(name))
    cut = words.cut(text)
    places = _places()
    at = 0
    for index, word in enumerate(cut):
        if word in places and word not in _EVERYWHERE:
            found[word] = None
        for size in (1, 2):
            kind = "".join(cut[index : index + size])
            if re.fullmatch(_KINDS, kind) and index:
                found.update(dict.fromkeys(_name_before(cut[:index], kind)))
        at += len(word)
    return list(found)


def _name_before(before: list[str], kind: str) -> list[str]:
    """The name that ends in ``kind``, if what stands before it is no plain word: 临临高速, not 农村公路."""
    previous = before[-1]
    if len(previous) == 1 and words.is_word(previous) and len(before) > 1 and len(before[-2]) == 1:
        return [before[-2] + previous + kind] if words.is_word(before[-2]) else []
    return []


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """The place names (tag ns) of jieba's dictionary."""
    import jieba

    path = os.path.join(os.path.dirname(jieba.__file__), "dict.txt")
    with open(path, encoding="utf-8") as file:
        return frozenset(re.findall(r"^([\u4e00-\u9fff]{2,}) \d+ ns$", file.read(), re.MULTILINE))
