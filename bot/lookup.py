"""Figures looked up by what they count: 「投资」, 「农村公路」, 「山东GDP增速」. Nothing is inferred: every line is a figure of
the index with its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answer import Citation
from bot.indicators import LOOSE, VERBATIM, Indicator, indicator, name_of, subject_of
from bot.quoting.citing import citation
from bot.understanding import thesaurus
from bot.understanding.period import asked_period
from bot.understanding.question import understand
from bot.understanding.scope import find_scope
from ingest import words
from ingest.document import Figure, Report, Status
from ingest.errors import LibraryError
from ingest.library.protocol import AnyLibrary
from ingest.library.stated import Filter, Stated, Term
from ingest.sentences import sentences

#: lines found at most; a person narrows a search down long before
MOST_LINES = 2_000
#: passages searched where no figure's own words name all that is asked
_PASSAGES = 60
#: a quote longer than this is cut to the part between semicolons that holds the figure
_LONGEST_QUOTE = 260

_GROWTH = re.compile(r"的?(?:增速|增幅|涨幅|降幅|增长率|增长速度|增长|下降)(?:情况)?$")
#: 「四条」 and 「三级」 are seldom what somebody looks for
_DIGIT = re.compile(r"[0-9]")
#: single characters that join words and are no part of a name
_JOINING = frozenset("和与及或的在对从到了是为年月日、")


@dataclass(frozen=True)
class Wanted:
    """What is looked up: an indicator in a person's words, in which reports (empty: those the words name, or all), and
    where given of which year, done or planned."""

    text: str = ""
    reports: tuple[str, ...] = ()
    year: int | None = None
    status: Status = ""


@dataclass(frozen=True)
class Line:
    """One figure with its report (without text) and its indicator; ``distance`` is how far its words are from those asked
    (see indicators.py)."""

    report: Report
    figure: Figure
    indicator: Indicator
    distance: int = VERBATIM

    @property
    def subject(self) -> str:
        """What it counts; "" where the text does not say."""
        return subject_of(self.figure)

    @property
    def whose(self) -> str:
        """The organisation, or where the report does not say the report's title."""
        return self.report.organisation or self.report.title

    @property
    def years(self) -> str:
        """「2025年」, 「2021—2025年」, or "" where the text does not say."""
        period = self.figure.period
        if period.first is None:
            return ""
        return f"{period.first}年" if period.last in (None, period.first) else f"{period.first}—{period.last}年"


@dataclass(frozen=True)
class Group:
    """The lines of one indicator and its name as most of them put it."""

    indicator: Indicator
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Found:
    """What a search found: the lines, best first, of ``total``; ``scope`` names the places that confined it."""

    lines: tuple[Line, ...] = ()
    total: int = 0
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """One organisation's figures of one indicator: what is done beside what is planned, newest first."""

    whose: str
    done: tuple[Line, ...]
    planned: tuple[Line, ...]


def look_up(library: AnyLibrary, wanted: Wanted, limit: int = MOST_LINES) -> Found:
    """The figures of an indicator, or of the reports picked where no indicator is given.

    :raises LibraryError: if the library cannot be read.
    """
    text = wanted.text.strip()
    catalogue = library.catalogue()
    scope = find_scope(text, [entry.report for entry in catalogue.entries]) if text else None
    names = scope.names if scope else ()
    reports: Collection[str] | None = wanted.reports or (scope.reports if scope else ()) or None
    asked = asked_period(text)
    first, last = (wanted.year, wanted.year) if wanted.year else (asked.first, asked.last)
    only = Filter(reports, first, last, wanted.status or asked.status, bool(_GROWTH.search(text)))
    terms = terms_of(text, names)
    if not terms and reports is None:
        return Found()
    found, total = library.stated.find(catalogue, terms, only, limit)
    if terms and (not found or found[0].named < len(terms) or _coined(text, names)):
        found, total = _with_sentences(found, total, _in_sentences(library, terms, only))
    kept = [Line(catalogue.by_id[s.report].report, s.figure, *indicator(s.figure, terms)) for s in found]
    return Found(tuple(kept), total, names)


def terms_of(text: str, names: Sequence[str] = ()) -> tuple[Term, ...]:
    """The terms of an indicator, each in all its wordings: its own, cut into words, and the official ones.

    :param names: of places and organisations in it, which are no part of the indicator.
    """
    bare = _GROWTH.sub("", text.strip())
    question = understand(bare, scope_names=names, known=[*words.roads(bare), *_coined(bare, names)])
    return tuple(_wordings(word) for word, _ in question.content)


def _wordings(word: str) -> Term:
    """A word as it is, in pieces (粮食总产量 for 粮食产量), and as others say it, whichever of the two is the official term."""
    pieces = tuple(words.cut(word))
    apart = (pieces,) if len(pieces) > 1 and all(len(piece) > 1 for piece in pieces) else ()
    return ((word,), *apart, *((other,) for other in _kin().get(word, ())))


@lru_cache(maxsize=1)
def _kin() -> dict[str, tuple[str, ...]]:
    """Each word of the thesaurus with those that stand for it."""
    found: dict[str, dict[str, None]] = {}
    for said, official in thesaurus.load().items():
        for term in official:
            found.setdefault(words.fold(said), {})[words.fold(term)] = None
            found.setdefault(words.fold(term), {})[words.fold(said)] = None
    return {word: tuple(others) for word, others in found.items()}


def _coined(text: str, names: Sequence[str]) -> list[str]:
    """Names that the dictionary would take apart, found by the single characters that this leaves: 临|临|高速."""
    for name in names:
        text = text.replace(name, " ")
    found, held = [], ""
    for word in [*words.cut(text), ""]:
        single = len(word) == 1 and words.is_word(word) and word not in _JOINING
        if single or (held and words.is_word(word) and word not in _JOINING):
            held += word
            if single:
                continue
        if len(held) > 2:
            found.append(held)
        held = ""
    return found


def groups(lines: Iterable[Line]) -> list[Group]:
    """Lines by their indicator: what was asked for and nothing else first, then what counts it and most reports state, in
    numbers and the fewest words; last what is only called so by some."""
    held: dict[Indicator, list[Line]] = {}
    for line in lines:
        held.setdefault(line.indicator, []).append(line)
    found = [Group(one, name_of((line.figure for line in own), one), tuple(own)) for one, own in held.items()]
    return sorted(found, key=_rank)


def _rank(group: Group) -> tuple[bool, bool, int, int, bool, int]:
    """By what an indicator comes before another."""
    distance = min(line.distance for line in group.lines)
    return (
        distance == LOOSE,
        not (group.indicator.asked_alone and distance == VERBATIM),
        -len({line.report.id for line in group.lines}),
        -len(group.lines),
        not any(_DIGIT.search(line.figure.text) for line in group.lines),
        len(group.indicator.subject),
    )


def compare(lines: Sequence[Line]) -> list[Comparison]:
    """Done beside planned, an organisation a row, in the order in which they first come; years unknown are left out."""
    held: dict[str, tuple[list[Line], list[Line]]] = {}
    for line in lines:
        status = line.figure.period.status
        if line.figure.period.first is None or not status:
            continue
        sides = held.setdefault(line.whose, ([], []))
        side = sides[status == "planned"]
        if all((other.figure.text, other.years) != (line.figure.text, line.years) for other in side):
            side.append(line)
    return [Comparison(whose, _newest(done), _newest(planned)) for whose, (done, planned) in held.items()]


def cite_figure(library: AnyLibrary, report_id: str, start: int) -> Citation:
    """The sentence of the figure that begins at a place of a report, the figure marked.

    :raises LibraryError: if there is no such report, or no figure there.
    """
    report = library.report(report_id)
    figure = next((figure for figure in library.figures(report_id) if figure.start == start), None)
    if figure is None:
        raise LibraryError(f"《{report.title}》里没有这个数据；报告可能刚被更新，请重新查询。")
    passage = library.passages(report_id)[figure.passage]
    low, high = next(
        (span for span in sentences(report.text, passage.start, passage.end) if span[0] <= start < span[1]),
        (figure.start, figure.end),
    )
    if high - low > _LONGEST_QUOTE:
        left, right = report.text.rfind("；", low, figure.start) + 1, report.text.find("；", figure.end, high)
        low, high = left or low, right if right >= 0 else high
    return citation(report, passage.section, low, high, 1, (figure.start, figure.end))


def _with_sentences(found: list[Stated], total: int, near: list[Stated]) -> tuple[list[Stated], int]:
    """The figures that name the terms, and after them those whose sentence does at least as well."""
    best = found[0].named if found else 0
    if not near or near[0].named < best:
        return found, total
    if near[0].named > best:
        return near, len(near)
    known = {(one.report, one.figure.start) for one in found}
    more = [one for one in near if (one.report, one.figure.start) not in known]
    return found + more, total + len(more)


def _in_sentences(library: AnyLibrary, terms: Sequence[Term], only: Filter) -> list[Stated]:
    """Figures in whose sentence most terms stand: 「临临高速」 heads a sentence whose figure counts 「投资」."""
    searched = words.terms(word for term in terms for wording in term for piece in wording for word in words.cut(piece))
    found: list[Stated] = []
    for hit in library.search_text(searched, only.reports, _PASSAGES):
        passage = library.passages(hit.report)[hit.ordinal]
        figures = [figure for figure in library.figures(hit.report) if figure.passage == hit.ordinal]
        for low, high in sentences(library.report(hit.report).text, passage.start, passage.end):
            inside = [figure for figure in figures if low <= figure.start < high and _is_wanted(figure, only)]
            if not inside:
                continue
            said = library.report(hit.report).text[low:high].lower()
            named = sum(any(all(piece in said for piece in wording) for wording in term) for term in terms)
            found += [Stated(hit.report, figure, named) for figure in inside]
    best = max((one.named for one in found), default=0)
    if best == 0:
        return []
    found = [one for one in found if one.named == best]
    return sorted(found, key=lambda one: -_own_terms(one.figure, terms))


def _own_terms(figure: Figure, terms: Sequence[Term]) -> int:
    own = (figure.subject + figure.measure).lower()
    return sum(any(all(piece in own for piece in wording) for wording in term) for term in terms)


def _is_wanted(figure: Figure, only: Filter) -> bool:
    period = figure.period
    return (
        figure.kind != "date"
        and (only.first is None or (period.first, period.last or period.first) == (only.first, only.last or only.first))
        and only.status in ("", period.status)
        and not (only.grown and not figure.change)
    )


def _newest(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: -(line.figure.period.last or line.figure.period.first or 0)))
