"""A written sentence against the evidence it cites: what it says that no cited passage does.

Every figure must stand in a passage cited for it, in equal value, of the same subject, period and direction as the figures
index knows them; every date and name must stand there; every mark must be one that was given. What remains must be told in
the passage's words, in Chinese, without links, and not to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.evidence.relations import period_relation
from bot.evidence.view import FigureZones
from bot.quoting.instructions import is_instruction
from bot.understanding import thesaurus
from bot.understanding.question import Asked
from bot.writing import claims
from bot.writing.claims import Claim, Segment, Written
from bot.writing.evidence import Evidence
from bot.writing.measures import liken
from ingest import words

Kind = Literal["mark", "figure", "unit", "subject", "period", "date", "name", "direction", "unsaid", "alien"]

#: the share, by characters, of a figure's words that may be missing around the figure it is said to be
_FOREIGN = 0.3
#: of all words of what rests on one mark, the share that the passages may be without
_UNSAID = 0.45
_LONGEST_LEAD = 40
_LINK = re.compile(
    r"https?:|www\.|://|[\w.+-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|cn|net|org|io|top|xyz|info|example)\b|!?\[[^\]]*\]\(|</?\w+[^>]*>|二维码|微信号|[qQ]{2}群",
    re.IGNORECASE,
)
#: a report's answer speaks of the work, not of the one who answers nor to the one who asks
_PERSONAL = re.compile(
    r"我(?:是|叫|的(?:名字|指令|提示|设定)|无法|不能|可以|会|已收到|将扮演)|[你您]|作为一?[个名位]|系统提示|提示词|语言模型|人工智能助手|AI助手"
)
_QUOTED = re.compile(r"[“《「][^”》」]{1,24}[”》」]")
_LATIN = re.compile(r"[A-Za-z]{2,}|[\u3040-\u30ff]+|[\uac00-\ud7af]+|[\u0400-\u04ff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UP, _DOWN = re.compile(r"[增升高涨扩多快超]|翻"), re.compile(r"[降减少低缩跌压窄负]|回落")
_FROM, _TO = re.compile(r"[从由](?!报告)[^，。；到至]{0,24}$"), re.compile(r"(?:到|至)$")
_SHORT_OF = re.compile(r"不足$|不到$|未达$|不及$")
_DENIED = re.compile(r"未|没有|尚无")
_AMONG = re.compile(r"全国|全省|全市|全区|全县|全球|世界|亚洲|西部|东部|中部|东北|北方|南方|国内")
_YEAR = re.compile(r"(?:19|20)\d{2}")


_ANY_TIME = Asked()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a sentence; ``text`` says it in Chinese, to a model that is to write it again."""

    kind: Kind
    text: str


def faults(
    sentence: str,
    evidence: Mapping[int, Evidence],
    known: frozenset[str] = frozenset(),
    secrets: Sequence[str] = (),
    asked: Asked = _ANY_TIME,
) -> list[Fault]:
    """What a written sentence says that its evidence does not; [] where it may be shown.

    :param evidence: the passages given, by number.
    :param known: the names that the library knows.
    :param secrets: texts of which no stretch may be repeated: the prompts.
    :param asked: the period that the question means; a figure of another one must be said to be of it.
    """
    clean = claims.bare(sentence)
    cited = [evidence[n] for n in claims.take_apart(sentence).marks if n in evidence]
    alien = _alien(clean, cited or list(evidence.values()), secrets)
    if alien:
        return [alien]
    years = [one.view.results_year for one in cited if one.view.results_year]
    written = claims.take_apart(sentence, years[0] if len(set(years)) == 1 else None)
    unknown = [n for n in written.marks if n not in evidence]
    if unknown:
        return [Fault("mark", f"没有编号为{'、'.join(f'[{n}]' for n in unknown)}的资料")]
    if not written.marks:
        return [] if _only_leads(written, list(evidence.values()), known) else [Fault("mark", "没有标出处")]
    found: list[Fault] = []
    for segment in written.segments:
        found += _of_segment(written, segment, [evidence[n] for n in segment.marks], known, asked)
    return found


def _alien(clean: str, cited: Sequence[Evidence], secrets: Sequence[str]) -> Fault | None:
    """What no answer holds: links, another language, talk of itself or to the reader, an instruction, the prompt."""
    if _LINK.search(clean):
        return Fault("alien", "不能有网址、链接或联系方式")
    if _PERSONAL.search(_QUOTED.sub("", clean)) or is_instruction(clean):
        return Fault("alien", "只写报告里的事实，不谈自己，也不对读者说话")
    held = "".join(one.folded for one in cited)
    foreign = sum(len(run) for run in _LATIN.findall(clean) if words.fold(run) not in held)
    if foreign > 0.3 * max(1, len(_HAN.findall(clean))) or not _HAN.search(clean):
        return Fault("alien", "要用中文写")
    if any(clean[at : at + 14] in secret for secret in secrets for at in range(max(0, len(clean) - 13))):
        return Fault("alien", "不要复述要求")
    return None


def _only_leads(written: Written, given: Sequence[Evidence], known: frozenset[str]) -> bool:
    """Whether a sentence without marks only announces what follows: 「农村公路方面：」."""
    text = written.text
    if not text.endswith(("：", ":")) or len(text) > _LONGEST_LEAD or re.search(r"\d", text):
        return False
    told = "".join(one.folded for one in given)
    return not written.claims and not [n for n in claims.names(text, known) if words.fold(n) not in told] and (
        _unsupported(claims.content(text), told) <= _UNSAID
    )  # fmt: skip


def _of_segment(
    written: Written, segment: Segment, cited: list[Evidence], known: frozenset[str], asked: Asked
) -> list[Fault]:
    text = written.text[segment.start : segment.end]
    told = "".join(one.folded for one in cited)
    own = [c for c in written.claims if segment.start <= c.figure.start < segment.end]
    found = [
        Fault("name", f"引用的资料里没有「{name}」")
        for name in claims.names(text, known)
        if words.fold(name) not in told
    ]
    for source in claims.attributions(text):
        if _unsupported(claims.content(source), told) > _FOREIGN:
            found.append(Fault("mark", f"资料里没有「{source}」这个来源"))
    for number in claims.loose_numbers(written, segment):
        if not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", told):
            found.append(Fault("figure", f"引用的资料里没有「{number}」"))
    for first, last in claims.plans_named(text):
        if not _plan_held(first, last, cited):
            found.append(Fault("period", f"引用的资料说的不是{first}—{last}年"))
    topic = _topic(written, segment, own)
    measured = [c for c in own if not c.dated]
    for claim in measured:
        fault = _of_figure(claim, topic, cited, asked)
        found += [fault] if fault else []
    stated_years = {year for c in measured for year in c.years or ()}
    for claim in own:
        if claim.dated:
            fault = _of_date(claim, text, cited, stated_years, bool(measured))
            found += [fault] if fault else []
    if not found and _unsupported(claims.content(text), told) > _UNSAID:
        found.append(Fault("unsaid", "引用的资料里没有说这些"))
    return found


def _topic(written: Written, segment: Segment, own: Sequence[Claim]) -> tuple[str, ...]:
    """The words of a segment before the clause of its first figure: what all its figures are said to be about."""
    first = next((c.figure.start for c in own if not c.dated), segment.start)
    before = written.text[segment.start : first]
    cut = max(before.rfind(mark) for mark in "，,；;：:。") + 1
    return tuple(claims.content(before[:cut]))


def _of_figure(claim: Claim, topic: tuple[str, ...], cited: Sequence[Evidence], asked: Asked) -> Fault | None:
    """Why no cited passage states a figure as it is written; None where one does."""
    said = claim.figure
    rivals = [(one, zones) for one in cited for zones in one.figures]
    same, digits, bolder = [], False, False
    for one, zones in rivals:
        likeness = liken(said, zones.figure)
        if likeness.same and zones.figure.kind != "date":
            same.append((one, zones))
        bolder = bolder or (likeness.value and likeness.unit)
        digits = digits or (likeness.value and not likeness.unit)
    if not same:
        if bolder:
            return Fault("figure", f"「{said.text}」的程度词与原文不符")
        kind: Kind = "unit" if digits else "figure"
        return Fault(kind, f"「{said.text}」的单位与原文不符" if digits else f"引用的资料里没有「{said.text}」")
    reasons = [
        _misapplied(claim, topic, one, zones, rivals) or _unasked(claim, one, zones, asked) for one, zones in same
    ]
    return None if None in reasons else reasons[0]


def _misapplied(
    claim: Claim,
    topic: tuple[str, ...],
    one: Evidence,
    zones: FigureZones,
    rivals: Sequence[tuple[Evidence, FigureZones]],
) -> Fault | None:
    """Why a stated figure of the same value is not the one written: of another subject, time or direction."""
    view, said, stated = one.view, claim.figure, zones.figure
    sentence = view.sentences[zones.sentence]
    whole = view.text[sentence.span.start : sentence.span.end]
    clause = sentence.clauses[zones.clause] if sentence.clauses else sentence.span
    part = view.text[clause.start : clause.end]
    own = tuple(dict.fromkeys((*claim.words, *topic)))
    near = words.fold(f"{one.context} {_before(one, zones)}{whole}")
    subject = [word for word in claim.words if not _held(word, words.fold(one.context))]
    elsewhere = bool(subject) and not any(_share(word, words.fold(whole)) for word in subject)
    if elsewhere or _unsupported(own, near) >= _FOREIGN:
        return Fault("subject", f"原文里「{said.text}」说的不是「{''.join(own)}」")
    if _of_another(own, one, zones, rivals):
        return Fault("subject", f"原文里「{said.text}」说的不是「{''.join(own)}」")
    if said.kind == "rank" and [w for w in _AMONG.findall(said.text) if w not in whole]:
        return Fault("subject", f"「{said.text}」的范围与原文不符")
    wrong = _of_another_time(claim, one, zones, part)
    if wrong:
        return Fault("period", f"原文里「{said.text}」{wrong}")
    if (said.change == "up" and stated.change != "up" and not _UP.search(part)) or (
        said.change == "down" and stated.change != "down" and not _DOWN.search(part)
    ):
        return Fault("direction", f"「{said.text}」是升是降与原文不符")
    if said.change and stated.change and said.change != stated.change:
        return Fault("direction", f"「{said.text}」是升是降与原文不符")
    before = view.text[clause.start : stated.start]
    risen = _FROM.search(claim.clause[: claim.clause.find(said.text)])
    if (_FROM.search(claim.before) and _TO.search(before)) or (
        _TO.search(claim.before) and risen and _FROM.search(before)
    ):
        return Fault("direction", f"「{said.text}」是起点还是终点与原文不符")
    short = _SHORT_OF.search(claim.before)
    if short and short.group() not in part:
        return Fault("direction", f"原文没有说「{short.group()}{said.text}」")
    if claim.denied and not _DENIED.search(whole):
        return Fault("direction", f"原文没有否认「{said.text}」")
    return None


def _unasked(claim: Claim, one: Evidence, zones: FigureZones, asked: Asked) -> Fault | None:
    """Whether a figure is of another year than the question asks about, without the sentence saying so."""
    relation = period_relation(asked, zones.figure.period, one.view)
    if claim.years or (relation.years != "other" and relation.status != "other"):
        return None
    period = zones.figure.period
    return Fault(
        "period", f"「{claim.figure.text}」是{period.first}年的{'计划' if period.status == 'planned' else ''}，要写明"
    )


def _before(one: Evidence, zones: FigureZones) -> str:
    """The sentence before a figure's own, if it is of the same passage: what it speaks of may be named there."""
    view, number = one.view, zones.sentence
    if not number or view.sentences[number - 1].passage != view.sentences[number].passage:
        return ""
    span = view.sentences[number - 1].span
    return view.text[span.start : span.end]


def _of_another(
    own: Sequence[str], one: Evidence, zones: FigureZones, rivals: Sequence[tuple[Evidence, FigureZones]]
) -> bool:
    """Whether the words said of a figure tell another one apart from it, and none of them tells it apart from that one."""
    mine = _about(one, zones)
    for other, rival in rivals:
        if rival is zones or rival.figure.kind == "date":
            continue
        its = _about(other, rival)
        theirs = [word for word in own if word in its and not _held(word, mine)]
        if theirs and not [word for word in own if _held(word, mine) and word not in its]:
            return True
    return False


def _about(one: Evidence, zones: FigureZones) -> str:
    """The words that say what a figure is of: those found at ingestion, else those around it."""
    figure, view = zones.figure, one.view
    if figure.subject:
        return words.fold(figure.subject + " " + figure.measure)
    return words.fold(
        "".join(view.vocabulary[int(i)] for a, b in (zones.before, zones.after) for i in view.tokens[a:b])
    )


def _of_another_time(claim: Claim, one: Evidence, zones: FigureZones, part: str) -> str:
    """What is wrong with the time that a figure is said to be of, "" where nothing is."""
    view, period = one.view, zones.figure.period
    if claim.years:
        first, last = claim.years
        if period.first is None:
            if not all(str(year) in one.folded or year in (view.results_year, view.plans_year) for year in claim.years):
                return f"没有写是{first}年的"
        elif (first, last) != (period.first, period.last or period.first):
            ends = first == last == period.last and not zones.figure.change
            if not (ends and re.search(r"[到至达为有]", zones.figure.measure + part)):
                return f"说的不是{first}年" if first == last else f"说的不是{first}—{last}年"
    if claim.status == "planned" and period.status == "done" and not claims.says_planned(part):
        return "是已经完成的，不是计划"
    if claim.status == "done" and period.status == "planned" and not claims.says_done(part):
        return "是计划，不是已经完成的"
    return ""


def _of_date(
    claim: Claim, text: str, cited: Sequence[Evidence], stated_years: set[int], measured: bool
) -> Fault | None:
    """Why no cited passage gives a date as it is written; None where one does."""
    said = claims.date_of(claim.figure.text)
    if said.month or said.part:
        for one in cited:
            for zones in one.figures:
                if zones.figure.kind == "date" and _same_date(said, zones):
                    return None
        return Fault("date", f"引用的资料里没有「{claim.figure.text}」")
    if said.year is None or said.year in stated_years:
        return None
    if measured:
        literal = any(str(said.year) in one.folded for one in cited)
        return None if literal else Fault("date", f"引用的资料里没有「{claim.figure.text}」")
    years = {year for one in cited for year in _years_of(text, one)}
    return None if said.year in years else Fault("period", f"引用的资料说的不是{said.year}年")


def _same_date(said: claims.Date, zones: FigureZones) -> bool:
    """Whether a stated date has every part that is written; its year may be that of its clause."""
    held = claims.date_of(zones.figure.text)
    parts = (held.month, held.part) == (said.month, said.part) and said.day in (None, held.day)
    return parts and said.year in (None, held.year or zones.figure.period.first)


def _years_of(text: str, one: Evidence) -> set[int]:
    """The years of the sentence of a passage that a text is most like: those it names, else those of its passage."""
    view = one.view
    inside = [s for s in view.sentences if one.citation.start <= s.span.start < one.citation.end]
    said = claims.content(text)
    best = min(inside, key=lambda s: _unsupported(said, words.fold(view.text[s.span.start : s.span.end])), default=None)
    if best is None:
        return set()
    named = {int(year) for year in _YEAR.findall(view.text[best.span.start : best.span.end])}
    period = view.periods[best.passage]
    spans = set(range(period.first, (period.last or period.first) + 1)) if period.first else set()
    return named or spans | {int(year) for year in _YEAR.findall(one.context) if not spans}


def _plan_held(first: int, last: int, cited: Sequence[Evidence]) -> bool:
    """Whether a passage names a five-year plan, or speaks of its years."""
    for one in cited:
        if (first, last) in claims.plans_named(f"{one.context} {one.told}"):
            return True
        if any((z.figure.period.first, z.figure.period.last) == (first, last) for z in one.figures):
            return True
    return False


def _held(word: str, text: str) -> bool:
    """Whether a text holds a word or another wording of it."""
    return word in text or any(words.fold(term) in text for term in thesaurus.load().get(word, ()))


def _unsupported(said: Sequence[str], text: str) -> float:
    """The share of words, by their characters, that a text does not hold; of a word made of parts those it lacks."""
    total = sum(map(len, said))
    return sum(len(word) * (1 - _share(word, text)) for word in said) / total if total else 0.0


def _share(word: str, text: str) -> float:
    if _held(word, text):
        return 1.0
    if len(word) < 3:
        return 0.0
    covered = [any(word[at : at + 2] in text for at in (i - 1, i) if 0 <= at < len(word) - 1) for i in range(len(word))]
    return sum(covered) / len(word)
