"""What makes figures of several reports comparable: what they count, freed of how each sentence happens to put it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding import thesaurus
from ingest import words
from ingest.document import Figure
from ingest.library.stated import Term

UNNAMED = "（未写明）"
#: how far the words of a figure are from those asked: word for word, in an official term for it, in how else it is said
VERBATIM, OFFICIAL, LOOSE = range(3)

#: what stands before a subject and is none of it: 「“十五五”时期」 the time is the figure's own, 「全省」 the report's,
#: 「积极推进」, 「做好」, 「包括」 only bring it up; 「落实率」 and 「完成情况」 are subjects of their own
_LEADING = re.compile(
    r"^(?:[“\"]?十[一二三四五六七八]?五[”\"]?(?:规划)?(?:时期|期间|以来|末)?|(?:全|本|我)(?:省|市|县|区|州|旗|国|年|局)"
    r"|(?:积极|大力|全力|扎实|深入|持续|加快|稳步|有序|统筹)?(?:推进|推动|做好|抓好|抓紧|实施|启动|开展|确保|力争|完成|实现)"
    r"(?![率度情])|包括|其中|以及|同时|[、，：；])+"
)
#: what a figure went past, and a note's number: 「地区生产总值跨越千亿元台阶，增长19.8%」, 「四大主导产业［2］」
_TRAILING = re.compile(
    r"(?:跨过|跨越|跨上|迈过|迈上|迈入|站上|站稳|踏上|越过|突破)[^，]*$|(?:连续|连跨|接连|相继)$|[\[［]\d+[\]］]"
)
_RATE = re.compile(r"(?:增速|增幅|涨幅|降幅|增长率|增长速度|增长)$")
_QUOTES = str.maketrans("", "", '“”‘’「」『』"')
#: building anew and building better, in whichever order and however it is shortened: 「新增和改建农村公路」, 「农村公路新改建」,
#: 「新（改）建农村公路」 are one indicator
_BUILDING = re.compile(r"[新增改扩建造修和与及、（）()]{2,}")
_BUILDS = re.compile(r"建|造|修|新增")
#: a term that was asked for, as it stands in an indicator's subject
_ASKED = "\0"
_ASKED_ALONE = re.compile(rf"(?:{_ASKED}\d+)+")


@dataclass(frozen=True)
class Indicator:
    """What makes two figures comparable: what is counted, in which unit, level or change, of one year, of several (four
    years' roads are not set against one year's), or on average."""

    subject: str
    unit: str
    kind: str
    change: str
    mean: bool
    several_years: bool = False

    @property
    def asked_alone(self) -> bool:
        """Whether it is what was asked for and nothing else."""
        return bool(_ASKED_ALONE.fullmatch(self.subject))


def subject_of(figure: Figure) -> str:
    """What a figure counts, without what its sentence puts around it."""
    subject = _TRAILING.sub("", _LEADING.sub("", figure.subject)) or figure.subject
    opened, closed = subject.count("“"), subject.count("”")
    return (subject if opened == closed else subject.translate(_QUOTES)).strip("、，： ")


def indicator(figure: Figure, terms: Sequence[Term]) -> tuple[Indicator, int]:
    """A figure's indicator, in which what is asked counts as one subject however it is worded (生产总值, 地区生产总值), and
    how far its words are from those asked: ``VERBATIM``, ``OFFICIAL`` or ``LOOSE``.

    :param terms: what is asked, each in all its wordings, its own first.
    """
    subject, distances = subject_of(figure).translate(_QUOTES), []
    for number, term in enumerate(terms):
        own = "".join(term[0])
        for wording in sorted(("".join(pieces) for pieces in term if len(pieces) == 1), key=len, reverse=True):
            at = subject.lower().find(wording)
            if at >= 0:
                subject = f"{subject[:at]}{_ASKED}{number}{subject[at + len(wording) :]}"
                distances.append(VERBATIM if own in wording else OFFICIAL if wording in _official() else LOOSE)
                break
    mean = "年均" in figure.subject + figure.measure
    subject = subject.replace("年均", "")
    if figure.change:
        subject = _RATE.sub("", subject)
    several = figure.period.first != (figure.period.last or figure.period.first)
    built = Indicator(_built(subject), figure.unit, figure.kind, figure.change, mean, several)
    return built, max(distances, default=LOOSE)


def name_of(figures: Iterable[Figure], of: Indicator) -> str:
    """How most figures name their indicator, with 增长 or 下降 where it is a change."""
    held = list(figures)
    subjects = Counter(subject_of(figure) for figure in held)
    subject = subjects.most_common(1)[0][0] or held[0].measure or UNNAMED
    change = {"up": "增长", "down": "下降"}.get(of.change, "")
    if change:
        subject = _RATE.sub("", subject) or subject
    return f"{subject}{'年均' if of.mean and '年均' not in subject else ''}{change}"


def _built(subject: str) -> str:
    """A subject with its words for building in one form, before the rest."""
    found = next((match for match in _BUILDING.finditer(subject) if _BUILDS.search(match.group())), None)
    if not found:
        return subject
    kinds = "".join(kind for kind in "新改扩造修" if kind in found.group().replace("改造", "改"))
    return f"{kinds}建{subject[: found.start()]}{subject[found.end() :]}"


@lru_cache(maxsize=1)
def _official() -> frozenset[str]:
    """The terms that reports use for what people say otherwise."""
    return frozenset(words.fold(term) for official in thesaurus.load().values() for term in official)
