"""What is known of a figure as the answer to a question: one row of numbers, the learned scorer's input.

Nothing here decides. Each feature is a measured fact (how much of the question stands before the figure, whether the years
agree, whether the units can be the same); :mod:`bot.scoring` has learned from questions what each is worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bot.evidence import FigureZones, Floats, Range, ReportView
from bot.matching import Matches
from bot.question import Question
from bot.relations import period_relation, unit_relation
from ingest import words

#: a level reached, which at the end of five years is also that of their last year
_LEVEL = re.compile(r"(?:到|至|达|为|突破|超过?|增至|降至|居|占)(?:了|约)?$")
_ADDED = re.compile(r"新增|增加|净增|多了|提高|提升|下降|降低|减少")
_NEW = re.compile(rf"{_ADDED.pattern}|新[改]?[建开添设购植]")
_TOTAL = re.compile(r"总量|总额|总数|总共|一共|共有|累计|总规模|全部|到底有|现有|目前有")
_FROM, _TO = re.compile(r"[由从][^，。；]{0,14}$"), re.compile(r"[^，。；、]{0,6}(?:到|至|为|成)了?[^，。；、]{0,8}")
#: a word is matched to a half, word for word, or hardly at all
_HALF, _VERBATIM, _NEAR = 0.5, 0.99, 0.25

NAMES = (
    "own_exact own_near own_precision before_near after_near subject_near clause_exact clause_near clause_precision lead_exact lead_near "
    "sentence_exact sentence_near place_exact place_near context_near worst_missing missing_named nearest_word nearest_exact own_verbatim known_missing known_missing_worst known_missing_near "
    "dense_sentence dense_clause lexical_sentence "
    "lacking_text lacking_text_known lacking_words lacking_share lacking_near lacking_own alien_words contrary_own contrary_clause contrary_any head_exact head_near head_contrary bigrams_sentence bigrams_own torn_pairs torn_share total_asked_added added_asked_total "
    "year_same year_narrower year_wider year_wider_total year_other year_unasked status_same status_other plan_same "
    "unit_same unit_kin unit_other unit_unasked asked_percent_is asked_count_is change_same change_other level_asked_change change_asked_level "
    "kind_date kind_rank kind_percent kind_quantity kind_wanted first_in_clause last_in_clause aligned empty_own base_value base_asked base_unasked end_for_base hedged year_unit"
).split()


def figure_features(
    question: Question, view: ReportView, matches: Matches, dense: tuple[Floats, Floats], chosen: list[int]
) -> Floats:
    """The features of figures ``view.figures[i]`` for i in ``chosen``; shape (len(chosen), len(NAMES)).

    :param dense: cosine of the question with each sentence, and with each clause that holds a figure (by figure).
    """
    found = [view.figures[i] for i in chosen]
    own = [_own(view, zones) for zones in found]
    clause = [[view.sentences[z.sentence].clauses[z.clause].words] for z in found]
    lead = [
        [(view.sentences[z.sentence].span.words[0], view.sentences[z.sentence].clauses[z.clause].words[1])]
        for z in found
    ]
    sentence = [[view.sentences[z.sentence].span.words] for z in found]
    place = [[*s, view.sentences[z.sentence].heading] for s, z in zip(sentence, found, strict=True)]
    context = [[*p, view.sentences[max(0, z.sentence - 1)].span.words] for p, z in zip(place, found, strict=True)]
    place_best = matches.best(place, near=True)
    missing = matches.weights[:, None] * (1 - place_best)
    named = np.asarray([float(_is_name(word)) for word in matches.words], np.float32)
    known = matches.weights * matches.known()
    held = matches.best([[*p, *o] for p, o in zip(place, own, strict=True)])
    close = matches.best(
        [[*c, view.sentences[z.sentence].heading, z.subject] for c, z in zip(lead, found, strict=True)]
    )
    lacking = known[:, None] * (1 - held)
    dense_sentence, dense_figure = dense
    columns = [
        matches.coverage(own),
        matches.coverage(own, near=True),
        matches.precision(own),
        matches.coverage([[z.before] for z in found], near=True),
        matches.coverage([[z.after] for z in found], near=True),
        matches.coverage([[z.subject] for z in found], near=True),
        matches.coverage(clause),
        matches.coverage(clause, near=True),
        matches.precision(clause),
        matches.coverage(lead),
        matches.coverage(lead, near=True),
        matches.coverage(sentence),
        matches.coverage(sentence, near=True),
        matches.coverage(place),
        matches.coverage(place, near=True),
        matches.coverage(context, near=True),
        missing.max(axis=0),
        (missing * named[:, None]).sum(axis=0),
        matches.best([[_nearest(z)] for z in found], near=True).max(axis=0),
        matches.best([[_nearest(z)] for z in found]).max(axis=0),
        matches.weights @ (matches.best(own) >= 0.99),
        lacking.sum(axis=0),
        lacking.max(axis=0),
        (known[:, None] * (1 - close)).sum(axis=0),
        np.asarray([dense_sentence[z.sentence] for z in found], np.float32),
        np.asarray([dense_figure[i] for i in chosen], np.float32),
        _lexical(matches, sentence),
        *_plain_shares(question, view, matches, own, clause, place, found),
    ]
    facts = np.asarray([_facts(question, view, z) for z in found], np.float32).reshape(len(found), -1)
    return np.concatenate((np.stack(columns, axis=1), facts), axis=1).astype(np.float32)


def _plain_shares(
    question: Question,
    view: ReportView,
    matches: Matches,
    own: list[list[Range]],
    clause: list[list[Range]],
    place: list[list[Range]],
    found: Sequence[FigureZones],
) -> list[Floats]:
    """What stands around a figure counted word by word: 农村 is frequent, hence of little weight, yet 农村居民 are not 居民."""
    plain = np.asarray([len(word) > 1 for word in matches.words], np.float32)
    total = max(float(plain.sum()), 1.0)
    whole = [[*p, *o] for p, o in zip(place, own, strict=True)]
    lacking = plain @ (matches.best(whole) < _HALF)
    exact_own, near_own = matches.best(own), matches.best(own, near=True)
    contrary = [
        (matches.contrary_over(zone) * (matches.best(zone) < _VERBATIM)).max(axis=0) for zone in (own, clause, whole)
    ]
    pairs = _adjacent(question)
    sentences, clauses = _verbatim(view, pairs, found)
    added = np.asarray([bool(_NEW.search(_lead(view, z))) for z in found], np.float32)
    asked_total, asked_added = bool(_TOTAL.search(question.standalone)), bool(_NEW.search(question.standalone))
    return [
        *_unsaid(question, view, found),
        lacking,
        lacking / total,
        plain @ (matches.best(whole, near=True) < _NEAR),
        plain @ (near_own < _HALF) / total,
        np.log1p(matches.aliens(own)),
        *contrary,
        exact_own[-1],
        near_own[-1],
        matches.contrary_over(own)[-1] * (exact_own[-1] < _VERBATIM),
        sentences,
        clauses,
        *_torn(question, view, found),
        added * (asked_total and not asked_added),
        (1 - added) * asked_added,
    ]


def _unsaid(question: Question, view: ReportView, found: Sequence[FigureZones]) -> tuple[Floats, Floats]:
    """The share of the question's words that do not stand as they are in each figure's sentence or the headings above it, and how
    many of these the report does use elsewhere."""
    content = [word for word, _ in question.content if len(word) > 1]
    known = np.asarray([word in view.folded for word in content], np.float32)
    rows = []
    for zones in found:
        sentence = view.sentences[zones.sentence]
        said = view.folded[sentence.span.start : sentence.span.end] + words.fold("".join(sentence.section))
        rows.append([word not in said for word in content])
    missing = np.asarray(rows, np.float32).reshape(len(found), len(content))
    share = missing.sum(axis=1) / max(len(content), 1)
    return share.astype(np.float32), (missing @ known).astype(np.float32)


def _adjacent(question: Question) -> list[str]:
    """The pairs of content words that stand side by side in the question: 「农村居民人均」 -> 农村居民, 居民人均."""
    asked = words.fold(question.standalone)
    content = [word for word, _ in question.content]
    return [one + other for one, other in pairwise(content) if one + other in asked]


def _torn(question: Question, view: ReportView, found: Sequence[FigureZones]) -> tuple[Floats, Floats]:
    """How many words that stand side by side in the question are torn apart by a figure's sentence, which has one of them and not
    the other: 「农村居民人均收入」 asked, 「居民人均收入」 said."""
    asked = words.fold(question.standalone)
    content = [word for word, _ in question.content]
    pairs = [(one, other) for one, other in pairwise(content) if one + other in asked]
    rows = []
    for zones in found:
        sentence = view.sentences[zones.sentence]
        said = view.folded[sentence.span.start : sentence.span.end] + words.fold("".join(sentence.section))
        rows.append(sum((one in said) != (other in said) for one, other in pairs))
    torn = np.asarray(rows, np.float32)
    return torn, (torn / max(len(pairs), 1)).astype(np.float32)


def _verbatim(view: ReportView, pairs: Sequence[str], found: Sequence[FigureZones]) -> tuple[Floats, Floats]:
    """The share of pairs of words that stand as they are in each figure's sentence, and in its clause."""

    def share(start: int, end: int) -> float:
        text = view.folded[start:end]
        return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0

    spans = [view.sentences[z.sentence] for z in found]
    return (
        np.asarray([share(s.span.start, s.span.end) for s in spans], np.float32),
        np.asarray(
            [share(s.clauses[z.clause].start, s.clauses[z.clause].end) for s, z in zip(spans, found, strict=True)],
            np.float32,
        ),
    )


def _lead(view: ReportView, zones: FigureZones) -> str:
    """The text of a figure's clause before it."""
    start = view.sentences[zones.sentence].clauses[zones.clause].start
    return view.text[max(start, zones.figure.start - 12) : zones.figure.start]


def _own(view: ReportView, zones: FigureZones) -> list[Range]:
    """The words that are the figure's own.

    In 「A、B分别增长x、y」 the words before it belong to all, the subject to it. In 「1名主编，2名副主编及5名编委」 the noun between
    two figures belongs to the first.
    """
    if zones.aligned:
        return [zones.subject, zones.after]
    siblings = view.figures_of(zones.sentence)
    taken = any(z.after[0] < zones.before[1] and zones.before[0] < z.after[1] for z in siblings if z is not zones)
    if taken and zones.after[1] > zones.after[0]:
        return [zones.after]
    return [zones.before, zones.after, zones.subject]


def _nearest(zones: FigureZones) -> Range:
    """The two words right before the figure, or after it where none stand before."""
    left, right = zones.before
    return (max(left, right - 2), right) if right > left else (zones.after[0], min(zones.after[1], zones.after[0] + 2))


def _is_name(word: str) -> bool:
    return len(word) >= 2 and any(character.isdigit() or character.isascii() for character in word)


def _lexical(matches: Matches, sentence: list[list[Range]]) -> Floats:
    """Coverage of the sentence relative to the best sentence."""
    coverage = matches.coverage(sentence)
    return coverage / max(float(coverage.max(initial=0.0)), 1e-6)


def _facts(question: Question, view: ReportView, zones: FigureZones) -> list[float]:
    figure = zones.figure
    year = period_relation(question.asked, figure.period, view)
    unit = unit_relation(question, figure)
    change = _change(question, zones, view)
    before = view.text[max(0, figure.start - 12) : figure.start]
    sentence = view.sentences[zones.sentence]
    clause = sentence.clauses[zones.clause]
    siblings = [z.figure for z in view.figures_of(zones.sentence) if clause.start <= z.figure.start < clause.end]
    base = bool(starts_change(view, zones))
    wanted = {
        "figure": ("quantity", "percent", "ratio"),
        "percent": ("percent", "ratio"),
        "date": ("date",),
        "rank": ("rank",),
    }
    return [
        *(float(year.years == name) for name in ("same", "narrower", "wider")),
        float(year.years == "wider" and not _LEVEL.search(before)),
        *(float(year.years == name) for name in ("other", "unasked")),
        float(year.status == "same"),
        float(year.status == "other"),
        float(year.plan),
        *(float(unit == name) for name in ("same", "kin", "other", "unasked")),
        float(question.kind == "percent" and figure.unit in ("%", "成", "个百分点")),
        float(question.kind == "figure" and figure.kind == "quantity"),
        *(float(change == name) for name in ("same", "other", "level", "unchanged")),
        *(float(figure.kind == name) for name in ("date", "rank", "percent", "quantity")),
        float(figure.kind in wanted.get(question.kind, ())),
        float(bool(siblings) and siblings[0] is figure),
        float(bool(siblings) and siblings[-1] is figure),
        float(zones.aligned),
        float(zones.before[0] == zones.before[1] and zones.after[0] == zones.after[1]),
        float(before.endswith(("由", "从")) or figure.period.first != sentence_year(view, zones)),
        float(base and question.end == "base"),
        float(base and question.end != "base"),
        float(question.end == "base" and not base),
        float(bool(figure.hedge)),
        float(figure.unit in ("年", "天", "日", "届", "次", "期")),
    ]


def sentence_year(view: ReportView, zones: FigureZones) -> int | None:
    """The first year of the latest figure of the clause: the level a change ends at, not the one it starts from."""
    siblings = view.figures_of(zones.sentence)
    same = [z.figure.period.first for z in siblings if z.clause == zones.clause]
    return same[-1] if same else None


def starts_change(view: ReportView, zones: FigureZones) -> FigureZones | None:
    """The figure at which the change ends that this one starts: 96.2% for the 88.6% of 「由2020年底的88.6%提高到96.2%」."""
    clause = view.sentences[zones.sentence].clauses[zones.clause]
    if not _FROM.search(view.text[clause.start : zones.figure.start]):
        return None
    return next(
        (
            other
            for other in view.figures_of(zones.sentence)
            if other.clause == zones.clause
            and other.figure.start > zones.figure.start
            and _TO.fullmatch(view.text[zones.figure.end : other.figure.start])
        ),
        None,
    )


def _change(question: Question, zones: FigureZones, view: ReportView) -> str:
    figure = zones.figure
    if question.change == "level":
        return "level" if figure.change else "same"
    near = view.text[max(0, figure.start - 10) : figure.start]
    if figure.change == question.change or (not figure.change and _ADDED.search(near) and question.change == "up"):
        return "same"
    return "other" if figure.change else "unchanged"
