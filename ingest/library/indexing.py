"""What is indexed for a passage: its own words, and beside them whose report and which section it stands in.

A sentence rarely repeats whose report it is. Without the context 「山东省2025年地区生产总值」 finds 海南's sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ingest import words
from ingest.document import Passage, Report

if TYPE_CHECKING:
    from ingest.analysis import Analysis


def index_terms(analysis: Analysis) -> list[tuple[str, str]]:
    """For each passage the terms of its context (title, organisation, year, headings) and of its body, space-separated.

    Both also hold the names the report coins, whole: a question's names (``words.names_in``) find them as one term.
    """
    names = frozenset(analysis.names)
    whose = _terms(_whose(analysis.report), names)
    headings: dict[tuple[str, ...], str] = {}
    indexed = []
    for passage in analysis.passages:
        if passage.section not in headings:
            headings[passage.section] = _terms(" ".join(passage.section), names)
        body = words.terms(passage.words) + _names(passage.text, names)
        indexed.append((f"{whose} {headings[passage.section]}", " ".join(body)))
    return indexed


def vector_words(passages: Iterable[Passage]) -> list[list[str]]:
    """For each passage the words that its vector is made of; joined they are ``embedding.passage_text``.

    Title, organisation and year are left to the full text and to scope: the same words in every passage of a report
    would draw all its vectors together.
    """
    headings: dict[str, list[str]] = {}
    found = []
    for passage in passages:
        heading = passage.section[-1] if passage.section else ""
        if heading and heading not in headings:
            headings[heading] = [*words.cut(heading), " / "]
        found.append([*headings.get(heading, ()), *passage.words])
    return found


def _whose(report: Report) -> str:
    return " ".join((report.title, report.organisation, f"{report.year}年" if report.year else ""))


def _terms(text: str, names: frozenset[str]) -> str:
    return " ".join(words.terms(words.cut(text)) + _names(text, names))


def _names(text: str, names: frozenset[str]) -> list[str]:
    return [words.fold(name) for name in words.names_in(text, set(names))]
