"""The numbered evidence that a model is given and that its sentences are held against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer import Citation
from bot.evidence.view import FigureZones, ReportView
from bot.quoting.citing import cite_passage
from bot.quoting.instructions import is_instruction
from bot.search.hybrid import Ranked
from ingest import words
from ingest.sentences import sentences

#: stands in the evidence where a sentence was left out
LEFT_OUT = "（此处有写给程序的指示，已略去。）"
#: tokens of the marks around a passage
_AROUND = 24
_CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


@dataclass(frozen=True, eq=False)
class Evidence:
    """A passage under its number: ``citation.n`` is the mark that sentences resting on it carry.

    ``told`` is what the model is shown: the quote without sentences that are instructions to a program.
    """

    citation: Citation
    view: ReportView
    told: str

    @property
    def n(self) -> int:
        return self.citation.n

    @cached_property
    def context(self) -> str:
        """Whose passage it is and under which headings it stands."""
        report = self.view.report
        return " ".join((report.title, report.organisation, *self.citation.section))

    @cached_property
    def figures(self) -> tuple[FigureZones, ...]:
        """The figures that the index knows in what the model was shown."""
        start, end = self.citation.start, self.citation.end
        silent = _instructions_in(self.view.text, start, end)
        return tuple(
            zones
            for zones in self.view.figures
            if start <= zones.figure.start < end and not any(a <= zones.figure.start < b for a, b in silent)
        )

    def words(self, *ranges: tuple[int, int]) -> frozenset[str]:
        """The words of ranges of the view's tokens."""
        view = self.view
        return frozenset(view.vocabulary[int(i)] for a, b in ranges for i in view.tokens[a:b])

    @cached_property
    def folded(self) -> str:
        """What the model was shown and its context, in the form in which words are compared."""
        return words.fold(f"{self.context} {self.told}")


def gather(ranked: Sequence[Ranked], views: Iterable[ReportView], tokens: int) -> tuple[Evidence, ...]:
    """The best passages, numbered from 1 in the order given, as many as the token budget allows (the first always)."""
    by_id = {view.report.id: view for view in views}
    found: list[Evidence] = []
    left = tokens
    for place in ranked:
        view = by_id.get(place.report)
        if view is None:
            continue
        one = evidence(cite_passage(view, place.ordinal, len(found) + 1), view)
        cost = tokens_of(one.told) + tokens_of(one.context) + _AROUND
        if found and cost > left:
            break
        left -= cost
        found.append(one)
    return tuple(found)


def evidence(citation: Citation, view: ReportView) -> Evidence:
    """A citation of a view's report as evidence."""
    silent = _instructions_in(view.text, citation.start, citation.end)
    told, at = [], citation.start
    for start, end in silent:
        told += [view.text[at:start], LEFT_OUT]
        at = end
    return Evidence(citation, view, "".join((*told, view.text[at : citation.end])).strip())


def renumbered(one: Evidence, n: int) -> Citation:
    """Its citation under another number."""
    return replace(one.citation, n=n)


def tokens_of(text: str) -> int:
    """A careful estimate of a text's tokens: one a Chinese character, one for every three others.

    Qwen's and DeepSeek's tokenizers take 0.6 to 0.8 tokens a Chinese character (their model cards), so a budget counted in
    this way is never exceeded by them.
    """
    chinese = len(_CJK.findall(text))
    return chinese + (len(text) - chinese + 2) // 3


def _instructions_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a range that are instructions."""
    return [(a, b) for a, b in sentences(text, start, end) if is_instruction(text[a:b])]
