"""Which road a figure is of, where a sentence names several.

「3月底前完成Y015三九路手续，力争6月底前开工；6月底前完成X026南崔路手续，确保年底前开工」: 年底前 is 南崔路's. A numbered road governs the
figures of its clause and of the clauses after it that name none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.evidence.view import FigureZones, ReportView
from bot.understanding.question import Question

_CODE = re.compile(r"^[a-zA-Z]\d{3}")


def roads_asked(question: Question, view: ReportView) -> frozenset[str]:
    """The numbered roads of a report that a question names, by their names without the number."""
    return frozenset(_bare(road) for road in view.roads if road in question.standalone)


def governed_by_another(asked: frozenset[str], view: ReportView, zones: FigureZones) -> bool:
    """Whether a figure is of other roads than those asked about; one of no road may be of any."""
    if not asked:
        return False
    sentence = view.sentences[zones.sentence]
    for clause in reversed(sentence.clauses[: zones.clause + 1]):
        named = _roads_in(view.text[clause.start : clause.end], view.roads)
        if named:
            return not named & asked
    return False


@lru_cache(maxsize=1 << 10)
def _roads_in(text: str, roads: frozenset[str]) -> frozenset[str]:
    return frozenset(_bare(road) for road in roads if road in text)


def _bare(road: str) -> str:
    return _CODE.sub("", road)
