"""Whether a figure of the evidence is the one that a sentence writes: of the same thing, time and direction.

That the value stands somewhere in a passage is not enough: sentences of reports hold many figures, and a model takes the
number of one for the other, a plan for a result, a change for a level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from bot.reading.governing import governed_by_another
from bot.writing import claims
from bot.writing.claims import Claim
from bot.writing.measures import liken
from bot.writing.stated import ADDED, Stated
from bot.writing.support import Fault, contrary_to, held, overlap, share, unsupported
from ingest import words

#: the share, by characters, of a figure's words that may be missing around the figure it is said to be
_FOREIGN = 0.3
#: by so much another figure's words may be nearer to what is written than those of the one meant
_NEARER = 0.34
#: what a figure is taken over or per; none of it may be added or dropped: 「人均地区生产总值」 is not 「地区生产总值」
_PER = re.compile(r"人均|户均|亩均|年均|月均|日均|单位(?=GDP|gdp|生产总值|能耗|面积|产值)|(?<!水)平均(?=增|下|每)")
#: words that say of a figure that it is a rise or a fall; 「高速公路」 and 「快递」 are neither
_UP = re.compile(
    r"增长|增加(?!值)|增[至到]|[净新多]增|[上攀跃回]升|升[至到]|提[高升至]|扩大|[上微]涨|高[于出]|快于|翻番|[增升涨]$"
)
_DOWN = re.compile(r"[下微]降|降[低至到]|减[少至到]|[压缩]减|压降|缩[小短至]|收窄|低于|下[跌调]|回落|负增长|[降减]$")
#: characters of words that may say so
_MAYBE_UP, _MAYBE_DOWN = re.compile(r"增(?!加值)|[升高涨扩多快超]|翻"), re.compile(r"[降减少低缩跌压窄负]|回落")
_LEVEL = re.compile(r"(?:到|至|达|为|在)$")
_FROM, _TO = re.compile(r"[从由](?!报告)[^，。；到至]{0,24}$"), re.compile(r"(?:到|至)$")
_EARLIER = re.compile(r"[从由较原]|比(?![例重率])|此前|以前|之前|上年|去年")
_SHORT_OF = re.compile(r"不足$|不到$|未达$|不及$")
_DENIED = re.compile(r"未|没有|尚无")
_AMONG = re.compile(r"全国|全省|全市|全区|全县|全球|世界|亚洲|西部|东部|中部|东北|北方|南方|国内")


def misapplied(claim: Claim, topic: tuple[str, ...], stated: Stated, rivals: Sequence[Stated]) -> Fault | None:
    """Why a stated figure of the same value is not the one written; None where it is.

    :param topic: words written before its clause, which all figures of the sentence are said to be about.
    :param rivals: all figures of the passages cited.
    """
    found = _of_another(claim, topic, stated, rivals)
    if found:
        return Fault("subject", f"原文里「{claim.figure.text}」说的不是「{found}」")
    for rule in _RULES:
        fault = rule(claim, stated)
        if fault:
            return fault
    return None


# Of what.


def _of_another(claim: Claim, topic: tuple[str, ...], stated: Stated, rivals: Sequence[Stated]) -> str:
    """What the figure is said to be of and is not, "" where it is of that."""
    own = tuple(dict.fromkeys((*claim.words, *topic)))
    context, sentence = words.fold(stated.one.context), words.fold(stated.sentence)
    near = f"{context} {words.fold(stated.preceding)}{sentence}"
    subject = [word for word in claim.words if not held(word, context)]
    elsewhere = bool(subject) and not any(share(word, sentence) for word in subject)
    told_apart = _told_apart(own, stated, rivals) or _nearer(claim, stated, rivals)
    if elsewhere or unsupported(own, near) >= _FOREIGN or told_apart or _of_other_roads(claim, stated):
        return "".join(own) or claim.figure.subject or claim.figure.text
    if stated.zones.aligned and _unnamed(claim, stated, rivals):
        return "".join(claim.words) or claim.figure.text
    return _contrary(claim, stated) or _in_place_of(claim, stated, near)


def _told_apart(own: Sequence[str], stated: Stated, rivals: Sequence[Stated]) -> bool:
    """Whether words said of a figure tell another one apart from it, and none tells it apart from that one; of a later one
    of its sentence in any case: 「甲路完成路基5公里，乙路完成路面4公里」 told as 「甲路完成路面5公里」."""
    reach = words.fold(f"{stated.one.context} {stated.preceding} {stated.so_far} {stated.clause}") + stated.own
    for rival in rivals:
        if rival.zones is stated.zones or rival.figure.kind == "date":
            continue
        theirs = [word for word in own if word in rival.about and not held(word, stated.about)]
        if theirs and not [word for word in own if held(word, stated.about) and word not in rival.about]:
            return True
        if rival.zones.sentence == stated.zones.sentence and any(not held(word, reach) for word in theirs):
            return True
    return False


def _nearer(claim: Claim, stated: Stated, rivals: Sequence[Stated]) -> bool:
    """Whether what is written is by far nearer to what another figure is of: 「10个镇级中心、12个村级示范点」 told as 12个镇级中心."""
    said = words.fold(claim.figure.subject)
    mine = f"{stated.about} {words.fold(stated.lead)}"
    for rival in rivals:
        other = rival.figure
        if other.kind == "date" or (other.kind == "rank") != (claim.figure.kind == "rank"):
            continue
        if liken(claim.figure, other).same:
            continue
        subject = words.fold(other.subject)
        more = overlap(said, subject) - overlap(said, mine)
        if more >= _NEARER or (more > 0 and len(subject) > 3 and said == subject):
            return True
    return False


def _unnamed(claim: Claim, stated: Stated, rivals: Sequence[Stated]) -> bool:
    """Whether what is written fits another one of a list as well: 「城镇、农村居民收入分别增长3%、5%」 told as 「居民收入增长5%」."""
    said = words.fold("".join(claim.clauses))
    for rival in rivals:
        if rival.zones is stated.zones or not rival.zones.aligned or rival.zones.sentence != stated.zones.sentence:
            continue
        mine = [word for word in claims.content(stated.figure.subject) if word not in rival.about]
        named = any(share(word, said) > share(word, rival.about) for word in mine)
        if rival.zones.clause == stated.zones.clause and mine and not named:
            return True
    return False


def _of_other_roads(claim: Claim, stated: Stated) -> bool:
    """Whether the roads that govern the figure where it is written are not those that govern it where it is stated."""
    for clause in claim.clauses:
        named = frozenset(re.sub(r"^[A-Za-z]\d{3}", "", road) for road in stated.view.roads if road in clause)
        if named:
            return governed_by_another(named, stated.view, stated.zones)
    return False


def _contrary(claim: Claim, stated: Stated) -> str:
    """A word said of the figure that excludes one of its own: 支出, where it is 收入."""
    own = [word for word in map(words.fold, words.cut(stated.own)) if len(word) > 1]
    for word in claim.words:
        if len(word) > 1 and share(word, stated.own) < 1 and contrary_to(word, own):
            return word
    return ""


def _in_place_of(claim: Claim, stated: Stated, near: str) -> str:
    """A word that the passage lacks, written where it has another one: 城镇登记失业率, where it is 城镇调查失业率."""
    said = claims.content(claim.figure.subject)
    there = claims.content(stated.figure.subject)
    for kind, a, b, c, d in SequenceMatcher(None, said, there, autojunk=False).get_opcodes():
        inside = a > 0 and b < len(said) and said[a - 1] == there[c - 1]
        if kind == "replace" and inside and b - a == d - c == 1 and len(said[a]) > 1 and not share(said[a], near):
            return said[a]
    return ""


# By which measure, when and in which direction.


def _over_what(claim: Claim, stated: Stated) -> Fault | None:
    said, there = set(_PER.findall(claim.own)), set(_PER.findall(f"{stated.figure.subject}{stated.figure.measure}"))
    for word in said - set(_PER.findall(f"{stated.lead}{stated.clause}{stated.one.context}")):
        return Fault("subject", f"原文里「{claim.figure.text}」不是{word}")
    for word in there - set(_PER.findall("".join(claim.clauses))):
        return Fault("subject", f"原文里「{claim.figure.text}」是{word}，要写明")
    return None


def _new_or_all(claim: Claim, stated: Stated) -> Fault | None:
    """What was added in a year is not all that there is: 「新增床位2.5万张」 is not 「床位达到2.5万张」."""
    if stated.added and _LEVEL.search(claim.figure.measure) and not re.search("[新增]", claim.clause):
        return Fault("direction", f"原文里「{claim.figure.text}」是{stated.added}的")
    more = ADDED.search(claim.own)
    if more and not re.search("[新增扩]", stated.own + stated.clause):
        return Fault("direction", f"原文里「{claim.figure.text}」不是{more.group()}的")
    return None


def _among(claim: Claim, stated: Stated) -> Fault | None:
    """「全市第1名」 is not 「全省第1名」; of 「全国第三个、北方第一个」 the third is so in the country."""
    if claim.figure.kind != "rank":
        return None
    said = set(_AMONG.findall(claim.before + claim.figure.text))
    there = set(_AMONG.findall(stated.before + stated.figure.text))
    if said - (there or set(_AMONG.findall(stated.sentence))):
        return Fault("subject", f"「{claim.figure.text}」的范围与原文不符")
    return None


def _time(claim: Claim, stated: Stated) -> Fault | None:
    wrong = _of_another_time(claim, stated)
    return Fault("period", f"原文里「{claim.figure.text}」{wrong}") if wrong else None


def _of_another_time(claim: Claim, stated: Stated) -> str:
    """What is wrong with the time that a figure is said to be of, "" where nothing is."""
    view, period, part = stated.view, stated.figure.period, stated.clause
    if claim.years:
        first, last = claim.years
        if period.first is None:
            known = (view.results_year, view.plans_year)
            if not all(str(year) in stated.one.folded or year in known for year in claim.years):
                return f"没有写是{first}年的"
        elif (first, last) != (period.first, period.last or period.first):
            ends = first == last == period.last and not stated.figure.change
            if not (ends and re.search(r"[到至达为有]", stated.figure.measure + part)):
                return f"说的不是{first}年" if first == last else f"说的不是{first}—{last}年"
    if claim.status == "planned" and period.status == "done" and not claims.says_planned(part):
        return "是已经完成的，不是计划"
    if claim.status == "done" and period.status == "planned" and not claims.says_done(part):
        return "是计划，不是已经完成的"
    if stated.is_start and not _EARLIER.search(claim.clause) and not (claim.years and period.first in claim.years):
        return "是变化前的，要写明"
    return ""


def _change(claim: Claim, stated: Stated) -> Fault | None:
    """Rise or fall, and a change or the level that is reached."""
    said, there = claim.figure, stated.figure
    if said.kind in ("rank", "date"):
        return None
    if said.change and there.change:
        return _turned(said.text) if said.change != there.change else None
    way, its = _direction(claim.before), _direction(stated.before) or _direction(there.measure)
    if said.change:
        risen = {its} if its else _directions(stated.before)
        if said.change not in risen or (its and _LEVEL.search(there.measure)):
            return Fault("direction", f"原文里「{said.text}」不是{'增加' if said.change == 'up' else '减少'}的数")
    elif there.change:
        if _LEVEL.search(claim.figure.measure) and not _directions(claim.clause):
            return Fault("direction", f"原文里「{said.text}」是变化的幅度，不是达到的水平")
    elif way and (way != its if its else _LEVEL.search(said.measure) and way not in _directions(stated.sentence)):
        return _turned(said.text)
    return None


def _turned(text: str) -> Fault:
    return Fault("direction", f"「{text}」是升是降与原文不符")


def _direction(text: str) -> str:
    """Up or down by the last word of a text that says either, "" where none does."""
    ups, downs = [m.start() for m in _UP.finditer(text)], [m.start() for m in _DOWN.finditer(text)]
    if not ups and not downs:
        return ""
    return "up" if max(ups, default=-1) > max(downs, default=-1) else "down"


def _directions(text: str) -> set[str]:
    """What a text may say at the most loose reading."""
    return {way for way, pattern in (("up", _MAYBE_UP), ("down", _MAYBE_DOWN)) if pattern.search(text)}


def _end_of_change(claim: Claim, stated: Stated) -> Fault | None:
    risen = _FROM.search(claim.clause[: claim.clause.find(claim.figure.text)])
    if (_FROM.search(claim.before) and _TO.search(stated.up_to)) or (
        _TO.search(claim.before) and risen and _FROM.search(stated.up_to)
    ):
        return Fault("direction", f"「{claim.figure.text}」是起点还是终点与原文不符")
    return None


def _denied(claim: Claim, stated: Stated) -> Fault | None:
    short = _SHORT_OF.search(claim.before)
    if short and short.group() not in stated.clause:
        return Fault("direction", f"原文没有说「{short.group()}{claim.figure.text}」")
    if claim.denied and not _DENIED.search(stated.sentence):
        return Fault("direction", f"原文没有否认「{claim.figure.text}」")
    return None


_RULES: tuple[Callable[[Claim, Stated], Fault | None], ...] = (
    _over_what,
    _among,
    _time,
    _end_of_change,
    _change,
    _new_or_all,
    _denied,
)
