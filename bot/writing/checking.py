"""A written sentence against the evidence it cites: what it says that no cited passage does.

Every figure must stand in a passage cited for it, in equal value, of the same subject, period and direction as the figures
index knows them; every date and name must stand there; every mark must be one that was given. What remains must be told in
the passage's words, in Chinese, without links, and not to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.evidence.relations import period_relation
from bot.quoting.instructions import is_instruction
from bot.understanding.period import Asked
from bot.writing import claims
from bot.writing.attribution import misapplied
from bot.writing.claims import Claim, Segment, Written
from bot.writing.dates import misdated, most_like, plan_held
from bot.writing.evidence import Evidence
from bot.writing.measures import is_above, liken
from bot.writing.stated import Stated
from bot.writing.support import Fault, Kind, contrary_to, share, unsupported
from ingest import words

#: of the words of a source that is named, the share that the passages may be without
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
_ANY_TIME = Asked()


def faults(
    sentence: str,
    evidence: Mapping[int, Evidence],
    known: frozenset[str] = frozenset(),
    secrets: Sequence[str] = (),
    asked: Asked = _ANY_TIME,
    lead: str = "",
) -> list[Fault]:
    """What a written sentence says that its evidence does not; [] where it may be shown.

    :param evidence: the passages given, by number.
    :param known: the names that the library knows.
    :param secrets: texts of which no stretch may be repeated: the prompts.
    :param asked: the period that the question means; a figure of another one must be said to be of it.
    :param lead: the sentence before that announces this one: 「2023年计划：」.
    """
    clean = claims.bare(sentence)
    cited = [evidence[n] for n in claims.take_apart(sentence).marks if n in evidence]
    alien = _alien(clean, cited or list(evidence.values()), secrets)
    if alien:
        return [alien]
    years = [one.view.results_year for one in cited if one.view.results_year]
    written = claims.take_apart(sentence, years[0] if len(set(years)) == 1 else None)
    written = _under(lead, written) if lead else written
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
    told = "".join(one.folded for one in cited)
    foreign = sum(len(run) for run in _LATIN.findall(clean) if words.fold(run) not in told)
    if foreign > 0.3 * max(1, len(_HAN.findall(clean))) or not _HAN.search(clean):
        return Fault("alien", "要用中文写")
    if any(clean[at : at + 14] in secret for secret in secrets for at in range(max(0, len(clean) - 13))):
        return Fault("alien", "不要复述要求")
    return None


def _under(lead: str, written: Written) -> Written:
    """A sentence whose figures are of the period that its lead names, where they name none themselves."""
    years = next((claim.years for claim in claims.take_apart(lead).claims if claim.years), None)
    status = claims.status_of(lead)
    return replace(
        written,
        claims=tuple(replace(c, years=c.years or years, status=c.status or status) for c in written.claims),
    )


def _only_leads(written: Written, given: Sequence[Evidence], known: frozenset[str]) -> bool:
    """Whether a sentence without marks only announces what follows: 「农村公路方面：」, 「2023年计划：」."""
    text = written.text
    if not text.endswith(("：", ":")) or len(text) > _LONGEST_LEAD:
        return False
    years = {str(year) for one in given for year in (one.view.results_year, one.view.plans_year)}
    if any(number not in years for number in re.findall(r"\d+", text)):
        return False
    told = "".join(one.folded for one in given)
    named = [name for name in claims.names(text, known) if words.fold(name) not in told]
    stated = [claim for claim in written.claims if not claim.dated]
    return not stated and not named and unsupported(claims.content(text), told) <= _UNSAID


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
        if unsupported(claims.content(source), told) > _FOREIGN:
            found.append(Fault("mark", f"资料里没有「{source}」这个来源"))
    for number in claims.loose_numbers(written, segment):
        if not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", told):
            found.append(Fault("figure", f"引用的资料里没有「{number}」"))
    orders = {order for one in cited for order in claims.ordinals(one.told)}
    for among, order in claims.ordinals(text):
        if (among, order) not in orders:
            found.append(Fault("figure", f"引用的资料里没有「{among}{order}」"))
    for first, last in claims.plans_named(text):
        if not plan_held(first, last, cited):
            found.append(Fault("period", f"引用的资料说的不是{first}—{last}年"))
    topic = _topic(written, segment, own)
    measured = [c for c in own if not c.dated]
    found += [fault for c in measured if (fault := _of_figure(c, topic, cited, asked, text))]
    found += [fault for c in own if c.dated and (fault := misdated(c, written, text, cited, measured))]
    return found or _of_words(text, cited, told)


def _of_words(text: str, cited: Sequence[Evidence], told: str) -> list[Fault]:
    """What the words of a text say, its figures aside, that the passages do not."""
    if claims.denies(text) and not any(re.search("[未没无不非零]", one.told) for one in cited):
        return [Fault("direction", "原文没有否认这件事")]
    if claims.status_of(text) == "done" and all(_plans(text, one) for one in cited):
        return [Fault("period", "原文说的是计划，不是已经完成的")]
    said = claims.content(text)
    for one in cited:
        best = most_like(text, one)
        there = claims.content(best[1]) if best else []
        for word in said:
            other = contrary_to(word, there) if share(word, told) < 1 else ""
            if other:
                return [Fault("unsaid", f"原文说的是「{other}」，不是「{word}」")]
    return [Fault("unsaid", "引用的资料里没有说这些")] if unsupported(said, told) > _UNSAID else []


def _plans(text: str, one: Evidence) -> bool:
    """Whether the sentence of a passage that a text is most like speaks of what is to be done."""
    best = most_like(text, one)
    if best is None or claims.says_done(best[1]):
        return False
    return one.view.periods[best[0]].status == "planned" or claims.says_planned(best[1])


def _topic(written: Written, segment: Segment, own: Sequence[Claim]) -> tuple[str, ...]:
    """The words of a segment before the clause of its first figure: what all its figures are said to be about."""
    first = next((c.figure.start for c in own if not c.dated), segment.start)
    before = written.text[segment.start : first]
    cut = max(before.rfind(mark) for mark in "，,；;：:。") + 1
    return tuple(claims.content(before[:cut]))


def _of_figure(
    claim: Claim, topic: tuple[str, ...], cited: Sequence[Evidence], asked: Asked, text: str
) -> Fault | None:
    """Why no cited passage states a figure as it is written in a text; None where one does."""
    said = claim.figure
    rivals = [Stated(one, zones) for one in cited for zones in one.figures]
    same, digits, bolder = [], False, False
    for stated in rivals:
        likeness = liken(said, stated.figure)
        passed = likeness.value and likeness.unit and stated.before.endswith("过") and is_above(said.hedge)
        if (likeness.same or passed) and stated.figure.kind != "date":
            same.append(stated)
        bolder = bolder or (likeness.value and likeness.unit)
        digits = digits or (likeness.value and not likeness.unit)
    if not same:
        if bolder:
            return Fault("figure", f"「{said.text}」的程度词与原文不符")
        kind: Kind = "unit" if digits else "figure"
        return Fault(kind, f"「{said.text}」的单位与原文不符" if digits else f"引用的资料里没有「{said.text}」")
    reasons = [misapplied(claim, topic, stated, rivals) or _unasked(claim, stated, asked, text) for stated in same]
    return None if None in reasons else reasons[0]


def _unasked(claim: Claim, stated: Stated, asked: Asked, text: str) -> Fault | None:
    """Whether a figure is of another year than the question asks about, or a plan, without the sentence saying so."""
    period = stated.figure.period
    relation = period_relation(asked, period, stated.view)
    if claim.years:
        return None
    planned = period.status == "planned"
    meant = relation.status == "same" or relation.years in ("same", "narrower", "wider")
    unmarked = planned and not meant and claim.status != "planned" and not claims.says_planned(text)
    if unmarked or relation.years == "other" or relation.status == "other":
        year = f"{period.first}年的" if period.first else ""
        return Fault("period", f"「{claim.figure.text}」是{year}{'计划' if planned else ''}，要写明")
    return None
