"""How many faults planted in written answers are caught, and how many honest answers are hindered.

    python -m evals.planted --reports FOLDER... [--answers 200] [--seed 20260] [--show]

The figures index of the reports says what is true. From it, with a fixed seed, come honest answers in varied wording (other
word orders, other units, two figures in one sentence) and answers with one planted fault each: a wrong digit, unit, year,
subject, or an invented source. Each is held against four numbered passages, as a model's answer is. A fault is *caught* when
its own sentence is; an honest answer is *hindered* when any sentence of it is caught.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.evidence.view import FigureZones, ReportView
from bot.quoting.citing import cite_passage
from bot.writing.checking import faults
from bot.writing.evidence import Evidence, evidence
from bot.writing.measures import liken
from bot.writing.stated import addition
from ingest import readers
from ingest.analysis import analyse
from ingest.embedding import shipped_vectors
from ingest.settings import PROJECT

FAULTS = ("digit", "unit", "year", "subject", "source")
_PASSAGES = 4
_MEASURABLE = ("quantity", "percent", "ratio")
_SCALES = {"亿": Decimal(10**8), "万": Decimal(10**4), "": Decimal(1)}
_SUBJECT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·“”（）]{3,22}")
#: a unit and those that are easily written for it by mistake
_MISTAKEN = {
    "亿元": ("万元", "亿美元"), "万元": ("亿元", "元"), "万亿元": ("亿元",), "公里": ("米", "万公里", "亩"), "%": ("个百分点", "‰"),
    "个百分点": ("%",), "万吨": ("吨", "亿吨"), "亿吨": ("万吨",), "万亩": ("亩", "万公顷"), "万人": ("万户", "人"),
    "家": ("万家", "人"), "亿斤": ("万斤", "亿吨"), "万千瓦": ("千瓦", "亿千瓦"), "万户": ("万人",), "万辆": ("辆",),
    "项": ("万项", "公里"), "个": ("万个", "公里"), "平方米": ("亩",), "万套": ("套",),
    "条": ("公里", "万条"), "岁": ("%",), "倍": ("%",), "元": ("万元",), "亿千瓦时": ("万千瓦时",), "座": ("公里",), "名": ("户",),
}  # fmt: skip
_INVENTED = ("据《中国统计年鉴》，", "据国家统计局网站，", "据新华社报道，", "据《经济观察》刊载，")


@dataclass(frozen=True)
class Fact:
    """One figure of a report that a sentence can state."""

    view: ReportView
    zones: FigureZones

    @property
    def subject(self) -> str:
        return self.zones.figure.subject

    @property
    def named(self) -> str:
        """The subject, and that so many came in addition where the report says so: the index leaves verbs out."""
        clause = self.view.sentences[self.zones.sentence].clauses[self.zones.clause]
        added = addition(self.zones.figure, self.view.text[clause.start : self.zones.figure.start])
        return self.subject if added in self.subject + self.zones.figure.measure else added + self.subject

    @property
    def passage(self) -> int:
        return self.view.sentences[self.zones.sentence].passage


@dataclass(frozen=True)
class Scripted:
    """An answer as a model might write it: its sentences, the evidence given, and which sentence is at fault (-1: none)."""

    sentences: tuple[str, ...]
    evidence: dict[int, Evidence]
    fault: str = ""
    place: int = -1


def facts_of(view: ReportView) -> list[Fact]:
    """The figures of a report whose subject, unit and year the index knows."""
    found = []
    for zones in view.figures:
        figure = zones.figure
        if (
            figure.kind in _MEASURABLE
            and figure.unit
            and figure.period.first
            and _SUBJECT.fullmatch(figure.subject)
            and re.search(r"\d", figure.text)
            and figure.subject.count("“") == figure.subject.count("”")
        ):
            found.append(Fact(view, zones))
    return found


def when(fact: Fact, year: int | None = None) -> str:
    """The period of a fact in words; of a wrong year where one is given."""
    period = fact.zones.figure.period
    first, last = period.first or 0, period.last or period.first or 0
    if year is not None:
        return f"{year}年"
    if (first, last) == (2021, 2025):
        return "“十四五”时期，"
    return f"{first}年" if first == last else f"{first}—{last}年，"


def state(fact: Fact, chance: random.Random, *, subject: str = "", text: str = "", year: int | None = None) -> str:
    """A clause that states a fact, in one of several wordings; the parts given take the place of the true ones."""
    figure = fact.zones.figure
    subject, text = subject or fact.named, text or figure.text
    verb = figure.measure or chance.choice(("", "达到", "为"))
    planned = figure.period.status == "planned"
    time = when(fact, year)
    place = fact.view.report.organisation
    forms: list[Callable[[], str]] = [
        lambda: f"{time}{subject}{verb}{text}",
        lambda: f"{place}{time}{subject}{verb}{text}",
        lambda: f"{subject}{verb}{text}（{time.strip('，')}）",
        lambda: f"从报告看，{time}{place}的{subject}{verb}{text}",
        lambda: f"在{time.strip('，')}，{subject}{verb or '是'}{text}",
    ]
    if planned:
        forms += [lambda: f"{time}的目标是{subject}{verb}{text}", lambda: f"按照计划，{time}{subject}要{verb}{text}"]
    return chance.choice(forms)()


def restated(fact: Fact, chance: random.Random) -> str:
    """A fact's figure in another unit or notation of equal value; the figure's own words where none is known."""
    figure = fact.zones.figure
    match = re.fullmatch(r"(\D*)(\d+(?:\.\d+)?)(亿|万)?(\D*)", figure.text)
    if not match or figure.upper is not None:
        return figure.text
    before, number, scale, rest = match.group(1), Decimal(match.group(2)), match.group(3) or "", match.group(4)
    options = []
    if scale == "亿" and not rest.startswith(("千", "多", "余")):
        options.append(
            f"{before}{number * 10_000:f}".rstrip("0").rstrip(".") + f"万{rest}"
            if number % 1
            else f"{before}{number}0000万{rest}"
        )
    if (
        scale == "万"
        and number * 10_000 < 10**7
        and number * 10_000 % 1 == 0
        and not rest.startswith(("千", "亿", "多", "余"))
    ):
        options.append(f"{before}{int(number * 10_000):,}{rest}")
    if figure.unit == "公里" and not scale and (number * 1000) % 1 == 0:
        options.append(f"{before}{int(number * 1000)}{rest.replace('公里', '米')}")
    if figure.unit == "%" and rest.startswith("%"):
        options.append(f"{before}百分之{number}{rest[1:]}")
        if number % 10 == 0 and 0 < number < 100:
            options.append(f"{before}{'一二三四五六七八九'[int(number) // 10 - 1]}成{rest[1:]}")
    return chance.choice(options) if options else figure.text


def wrong_digit(text: str, chance: random.Random) -> str:
    """A figure with one digit changed."""
    places = [m.start() for m in re.finditer(r"\d", text)]
    at = chance.choice(places)
    lead = at == places[0] and len(places) > 1
    return text[:at] + chance.choice([d for d in "0123456789"[lead:] if d != text[at]]) + text[at + 1 :]


class Plotter:
    """Makes scripted answers over the views of some reports, by one seed."""

    def __init__(self, views: Sequence[ReportView], seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (no secret is made)
        self.views = views
        self.facts = [fact for view in views for fact in facts_of(view)]

    def honest(self) -> Scripted:
        """An answer of one to three true sentences."""
        facts = self._some(self.chance.randint(1, 3))
        marks, given = self._given(facts)
        sentences = [self._true(fact, marks[i]) for i, fact in enumerate(facts)]
        if len(facts) > 1 and self.chance.random() < 0.4:
            joined = "，".join(sentence.rstrip("。") for sentence in sentences[:2]) + "。"
            sentences = [joined, *sentences[2:]]
        return Scripted(tuple(sentences), given)

    def planted(self, kind: str) -> Scripted:
        """An answer with one fault of this kind among true sentences."""
        while True:
            facts = self._some(self.chance.randint(1, 2))
            marks, given = self._given(facts)
            wrong = self._wrong(kind, facts[0], marks[0], given)
            if wrong:
                others = [self._true(fact, marks[i + 1]) for i, fact in enumerate(facts[1:])]
                return Scripted((wrong, *others), given, kind, 0)

    def _some(self, count: int) -> list[Fact]:
        first = self.chance.choice(self.facts)
        near = [f for f in self.facts if f.view is first.view and f.zones is not first.zones]
        return [first, *self.chance.sample(near, min(count - 1, len(near)))]

    def _given(self, facts: Sequence[Fact]) -> tuple[list[int], dict[int, Evidence]]:
        """The facts' passages and some others, shuffled and numbered; the number of each fact's own."""
        wanted = list(dict.fromkeys((fact.view, fact.passage) for fact in facts))
        while len(wanted) < _PASSAGES:
            view = self.chance.choice([facts[0].view, self.chance.choice(self.views)])
            other = (view, self.chance.randrange(len(view.periods)))
            if other not in wanted and any(s.passage == other[1] for s in view.sentences):
                wanted.append(other)
        self.chance.shuffle(wanted)
        given = {n: evidence(cite_passage(view, ordinal, n), view) for n, (view, ordinal) in enumerate(wanted, start=1)}
        return [wanted.index((fact.view, fact.passage)) + 1 for fact in facts], given

    def _true(self, fact: Fact, mark: int) -> str:
        text = restated(fact, self.chance) if self.chance.random() < 0.35 else ""
        return f"{state(fact, self.chance, text=text)}[{mark}]。"

    def _wrong(self, kind: str, fact: Fact, mark: int, given: dict[int, Evidence]) -> str:
        """A sentence about a fact with a fault of this kind; "" where the fact offers none."""
        figure, chance = fact.zones.figure, self.chance
        if kind == "digit":
            text = wrong_digit(figure.text, chance)
            return "" if _stated(text, given[mark]) else f"{state(fact, chance, text=text)}[{mark}]。"
        if kind == "unit":
            found = [
                (unit, wrong) for unit, wrongs in _MISTAKEN.items() for wrong in wrongs if figure.text.endswith(unit)
            ]
            longest = max((len(unit) for unit, _ in found), default=0)
            found = [pair for pair in found if len(pair[0]) == longest]
            if not found:
                return ""
            unit, wrong = chance.choice(found)
            if figure.text[: -len(unit)].endswith(("万", "亿", "千", "百", "余", "多", "美")):
                return ""
            return f"{state(fact, chance, text=figure.text[: -len(unit)] + wrong)}[{mark}]。"
        if kind == "year":
            period = figure.period
            year = chance.choice(
                [y for y in range(2020, 2029) if not (period.first or 0) <= y <= (period.last or period.first or 0)]
            )
            return "" if self._also(fact, year) else f"{state(fact, chance, year=year)}[{mark}]。"
        if kind == "subject":
            return self._of_another(fact, mark)
        return self._unsourced(fact, mark, given)

    def _of_another(self, fact: Fact, mark: int) -> str:
        """A fact's figure said of what another figure is about: of its own passage, of its report, or of another report's place."""
        mine = fact.zones.figure
        near = [f for f in self.facts if f.view is fact.view and f.passage == fact.passage]
        pool = near if self.chance.random() < 0.5 else [f for f in self.facts if f.view is fact.view]
        if self.chance.random() < 0.2 and len(self.views) > 1:
            place = self.chance.choice(
                [v.report.organisation for v in self.views if v.report.organisation != fact.view.report.organisation]
            )
            return f"{place}{when(fact)}{fact.subject}{mine.measure or '为'}{mine.text}[{mark}]。"
        others = [f for f in pool if f.zones.figure.kind == mine.kind and not self._said_of(f.subject, fact)]
        return f"{state(fact, self.chance, subject=self.chance.choice(others).subject)}[{mark}]。" if others else ""

    def _said_of(self, subject: str, fact: Fact) -> bool:
        """Whether the passage says a fact's figure of this subject, too."""
        figures = (z.figure for z in fact.view.figures if z.figure.passage == fact.zones.figure.passage)
        return any(_alike(f.subject, subject) and liken(f, fact.zones.figure).value for f in figures)

    def _unsourced(self, fact: Fact, mark: int, given: dict[int, Evidence]) -> str:
        said = state(fact, self.chance)
        way = self.chance.randrange(3)
        if way == 0:
            return f"{said}[{self.chance.randint(_PASSAGES + 1, 12)}]。"
        others = [n for n, one in given.items() if n != mark and not _stated(fact.zones.figure.text, one)]
        if way == 1 and others:
            return f"{said}[{self.chance.choice(others)}]。"
        return f"{self.chance.choice(_INVENTED)}{said}[{mark}]。"

    def _also(self, fact: Fact, year: int) -> bool:
        """Whether the report states the same of that year too, or the figure is the level reached in it."""
        figure = fact.zones.figure
        return any(
            z.figure.period.first == year and liken(figure, z.figure).same and _alike(z.figure.subject, figure.subject)
            for z in fact.view.figures
        )


def _stated(text: str, one: Evidence) -> bool:
    return any(zones.figure.text.strip("超约近") in text or text in zones.figure.text for zones in one.figures)


def _alike(one: str, other: str) -> bool:
    """Whether two subjects may name the same: one holds the other, or most of its characters."""
    short, long = sorted((one, other), key=len)
    return short in long or len(set(short) & set(long)) >= 0.6 * len(set(short))


def views_of(folders: Sequence[Path]) -> list[ReportView]:
    """The reports of some folders laid out for reading."""
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in readers.SUFFIXES)
    return [_view(path) for path in paths]


def _view(path: Path) -> ReportView:
    made = analyse(readers.read(path), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    return ReportView(made.report, made.passages, made.figures, shipped_vectors())


def hindered(answer: Scripted) -> list[tuple[str, str]]:
    """The sentences of an answer that are caught, each with the reason."""
    found = ((sentence, faults(sentence, answer.evidence)) for sentence in answer.sentences)
    return [(sentence, f"{wrong[0].kind}: {wrong[0].text}") for sentence, wrong in found if wrong]


def caught(answer: Scripted) -> bool:
    """Whether the sentence at fault is caught."""
    return bool(faults(answer.sentences[answer.place], answer.evidence))


def scripted(views: Sequence[ReportView], answers: int, seed: int) -> tuple[list[Scripted], list[Scripted]]:
    """As many answers with planted faults, the kinds in turn, and as many honest ones."""
    plotter = Plotter(views, seed)
    wrong = [plotter.planted(FAULTS[number % len(FAULTS)]) for number in range(answers)]
    return wrong, [plotter.honest() for _ in range(answers)]


def lines(wrong: Sequence[Scripted], honest: Sequence[Scripted], show: bool) -> Iterator[str]:
    """The report, line by line."""
    total, found = Counter(answer.fault for answer in wrong), Counter(a.fault for a in wrong if caught(a))
    for kind in FAULTS:
        yield f"{kind:<10} {found[kind]:>4} of {total[kind]:>4} caught"
    share = sum(found.values()) / max(1, len(wrong))
    stopped = [answer for answer in honest if hindered(answer)]
    yield f"{'all faults':<10} {sum(found.values()):>4} of {len(wrong):>4} caught ({share:.1%})"
    yield f"{'honest':<10} {len(stopped):>4} of {len(honest):>4} hindered ({len(stopped) / max(1, len(honest)):.1%})"
    if show:
        yield from (f"missed {a.fault}: {a.sentences[a.place]}" for a in wrong if not caught(a))
        yield from (f"hindered ({why}): {sentence}" for a in stopped for sentence, why in hindered(a))


def main() -> None:
    parser = argparse.ArgumentParser(description="measure what the guard over written answers catches and hinders")
    parser.add_argument("--reports", type=Path, nargs="+", default=[PROJECT / "corpus"], help="folders with reports")
    parser.add_argument("--answers", type=int, default=200, help="how many answers of each sort")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--show", action="store_true", help="also print what was missed and what was hindered")
    arguments = parser.parse_args()
    wrong, honest = scripted(views_of(arguments.reports), arguments.answers, arguments.seed)
    for line in lines(wrong, honest, arguments.show):
        print(line)


if __name__ == "__main__":
    main()
