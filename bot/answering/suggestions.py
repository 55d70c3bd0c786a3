"""What to ask next: questions that the library has been found to answer, each tried before it is suggested.

They come from what stands around the answer: the same of another year or another place, and the figures beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from bot.answer import Answer, Citation
from bot.understanding.chosen import Chosen, chosen_in
from bot.understanding.period import asked_period
from bot.understanding.scope import kind_of_place
from ingest import words
from ingest.document import Figure, Report

if TYPE_CHECKING:
    from ingest.library.protocol import AnyLibrary

#: questions suggested, and questions tried for them
MOST, MOST_TRIED = 3, 10
#: after so long no other question is tried; the page is not waited for meanwhile
SECONDS = 1.0
#: characters around a quote whose figures are asked about
_AROUND = 700
#: characters of a subject that reads well in a question
_SHORTEST_SUBJECT, _LONGEST_SUBJECT = 3, 16
_SUBJECT = re.compile(r"[^，。；：、！？（）()\s我本该这其此]+")
_NOT_FIRST, _NOT_LAST = (
    frozenset("的了和与及或在是对将把被均共各也并以为于由从向第个年月"),
    frozenset("的了和与及或在对将把被以为于"),
)
_BOUNDARY = frozenset("，。；：、！？（）()\n\r\t \u3000")
_ADVERB = re.compile(r"分别|均|都|各")
_SCALE = re.compile(r"(?:万亿|千万|百万|亿|万)?$")


class Steps(Protocol):
    """The steps of the assistant as :class:`bot.chain.Assistant` takes them; nobody's question is counted by them."""

    @property
    def library(self) -> AnyLibrary:
        """What is asked."""

    def understand(self, asked: tuple[str, tuple[str, ...]]) -> Any:
        """The turn of a question with its history."""

    def retrieve(self, turn: Any) -> Any:
        """The turn with its passages."""

    def read(self, turn: Any) -> Any:
        """The turn with its readings."""

    def settle(self, turn: Any) -> Any:
        """The turn with its answer."""


def suggest(
    assistant: Steps,
    answer: Answer,
    history: Sequence[str] = (),
    seconds: float = SECONDS,
    may_go_on: Callable[[], bool] = lambda: True,
) -> list[str]:
    """At most three questions to go on with, each of which has a sure answer other than the one given.

    :param answer: what was answered last; of a refusal the passages nearest to it are asked about.
    :param history: the conversation's questions, the one answered included, as they will be told with the next one.
    :param may_go_on: asked before each question is tried; what was found by then stands.
    """
    until = time.perf_counter() + seconds
    given = {answer.short} - {""}
    asked = {_plain(question) for question in (answer.question, answer.standalone, *history)}
    found: list[str] = []
    for question, expected in islice(_candidates(assistant, answer), MOST_TRIED):
        if len(found) == MOST or time.perf_counter() > until or not may_go_on():
            break
        if _plain(question) in asked:
            continue
        asked.add(_plain(question))
        tried = _tried(assistant, question, history)
        if tried.status == "answered" and tried.short not in given and expected in ("", tried.short):
            given.add(tried.short)
            found.append(question)
    return found


def openers(assistant: Steps, most: int, besides: Collection[str] = (), seconds: float = SECONDS) -> list[str]:
    """At most so many questions to begin with that have a sure answer, each of another report, those of the latest first.

    :param besides: ids of reports that are not asked about.
    """
    until = time.perf_counter() + seconds
    reports = assistant.library.reports()
    found: list[str] = []
    for report in sorted(reports, key=lambda r: -(r.year or 0)):
        if len(found) == most or time.perf_counter() > until:
            break
        if report.id not in besides:
            found += islice(_sure_ones(assistant, assistant.library.report(report.id), len(reports) > 1), 1)
    return found


def _sure_ones(assistant: Steps, report: Report, several: bool) -> Iterator[str]:
    """Questions for the figures of a report whose answer is that figure; a few are tried."""
    asked = (
        (question, figure.text)
        for figure in assistant.library.figures(report.id)
        if (question := _question(figure, report, several))
    )
    for question, expected in islice(asked, MOST_TRIED // 2):
        if _tried(assistant, question, ()).short == expected:
            yield question


def _plain(question: str) -> str:
    return re.sub(r"[\s，。？?！!、的]", "", question)


def _tried(assistant: Steps, question: str, history: Sequence[str]) -> Answer:
    """The answer to a question that nobody has asked, and that is not counted as one."""
    turn = assistant.understand((question, tuple(history)))
    settled: Answer = assistant.settle(assistant.read(assistant.retrieve(turn))).answer
    return settled


def _candidates(assistant: Steps, answer: Answer) -> Iterator[tuple[str, str]]:
    """Questions with the bare answer expected, "" for any; each kind takes its turn."""
    if not answer.citations:
        return
    first = answer.citations[0]
    report = assistant.library.report(first.report_id)
    kinds: list[Iterator[tuple[str, str]]] = [_of_figures(assistant, answer, report, first)]
    if answer.status == "answered" and len(answer.citations) == 1:
        kinds += [_of_other_places(assistant, answer, report), _of_other_years(assistant, answer, report)]
    yield from (one for one in chain.from_iterable(zip_longest(*kinds)) if one)


def _of_other_years(assistant: Steps, answer: Answer, report: Report) -> Iterator[tuple[str, str]]:
    """The same question of the years beside the one asked, as far as the report speaks of them."""
    reports = assistant.library.reports()
    asked = chosen_in(answer.standalone, reports).year
    if asked is None or asked_period(answer.standalone).status == "planned":
        return  # of another year it may be told what was done, which is no plan
    spoken = {figure.period.first for figure in assistant.library.figures(report.id)}
    for year in (asked + 1, asked - 1):
        if year in spoken:
            yield Chosen(year=year).worded(answer.standalone, reports), ""


def _of_other_places(assistant: Steps, answer: Answer, report: Report) -> Iterator[tuple[str, str]]:
    """The same question of places of the same rank; the one after this one in the library's order comes first."""
    reports = assistant.library.reports()
    if chosen_in(answer.standalone, reports).reports != (report.id,) or not kind_of_place(report):
        return
    alike = [r for r in reports if kind_of_place(r) == kind_of_place(report) and r.year == report.year]
    at = next((n for n, r in enumerate(alike) if r.id == report.id), 0)
    for other in [*alike[at + 1 :], *alike[:at]]:
        if other.organisation != report.organisation:
            yield Chosen((other.id,)).worded(answer.standalone, reports), ""


def _of_figures(assistant: Steps, answer: Answer, report: Report, near: Citation) -> Iterator[tuple[str, str]]:
    """What the figures around a quote count; those that share a word with the question first, then the nearest."""
    said = set(words.cut(answer.standalone))
    several = len(assistant.library.reports()) > 1
    close = [
        figure
        for figure in assistant.library.figures(report.id)
        if abs(figure.start - near.start) < _AROUND and figure.start != (near.mark or (near.start,))[0]
    ]
    close.sort(key=lambda f: (said.isdisjoint(words.cut(f.subject)), abs(f.start - near.start)))
    for figure in close:
        if question := _question(figure, report, several):
            yield question, figure.text


def _question(figure: Figure, report: Report, several: bool) -> str:
    """A question to which a figure is the answer; "" where it would not read well.

    :param several: whether it must say whose figure is meant.
    """
    subject = figure.subject
    if figure.kind not in ("quantity", "percent") or not _reads_well(subject, report.text, figure.start):
        return ""
    if not any(character.isdigit() and character.isascii() for character in figure.text):
        return ""  # 「四级」 and 「三批」 are seldom what somebody wants to know
    respect = _ADVERB.sub("", figure.measure)
    unit = "" if figure.unit == "%" else figure.unit
    if unit and unit in figure.text:
        unit = (_SCALE.search(figure.text.partition(unit)[0]) or [""])[0] + unit
    if figure.kind == "percent" and not respect:
        respect = {"up": "增长", "down": "下降"}.get(figure.change, "是")
    first, last = figure.period.first, figure.period.last
    year = f"{first}年" if first and first == last else ""
    return f"{report.organisation if several else ''}{year}{subject}{respect}多少{unit}？"


def _reads_well(subject: str, text: str, before: int) -> bool:
    """Whether a subject is a phrase of the sentence that can stand in a question, rather than a piece cut out of one."""
    if not _SHORTEST_SUBJECT <= len(subject) <= _LONGEST_SUBJECT or not _SUBJECT.fullmatch(subject):
        return False
    at = text.rfind(subject, max(0, before - 60), before)
    bounded = at >= 0 and (at == 0 or text[at - 1] in _BOUNDARY)
    return bounded and subject[0] not in _NOT_FIRST and subject[-1] not in _NOT_LAST
