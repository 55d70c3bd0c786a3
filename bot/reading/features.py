"""What is known of a figure as the answer to a question: one row of numbers, the learned scorer's input.

Nothing here decides. Each feature is a measured fact (how much of the question stands before the figure, whether the years
agree, whether the units can be the same); :mod:`bot.evidence.scoring` has learned from questions what each is worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from bot.evidence.matching import Matches
from bot.evidence.ranges import Places
from bot.evidence.relations import ANSWERS, period_relation, unit_relation
from bot.evidence.view import FigureZones, Floats, Range, ReportView
from bot.reading import exclusions
from bot.reading.exclusions import lead_of
from bot.understanding.contrasts import excluded
from bot.understanding.parts import is_said
from bot.understanding.question import Question
from ingest import words

#: a level reached, which at the end of five years is also that of their last year
_LEVEL = re.compile(r"(?:到|至|达|为|突破|超过?|增至|降至|居|占)(?:了|约)?$")
_ADDED = re.compile(r"新增|增加|净增|多了|提高|提升|下降|降低|减少")
_NEW = re.compile(rf"{_ADDED.pattern}|新改?[建开添设购植]")
_DIFFERENCE = re.compile(
    r"净[流增减]|增产|减产|[高低]于[^，。；]{0,8}$|高出|多[^，。；大]{0,4}$|少[^，。；]{0,4}$|[高低]$"
)
_TOTAL = re.compile(r"总量|总额|总数|总共|一共|共有|累计|总规模|全部|到底有|现有|目前有")
_REACHED = re.compile(r"(?:到|至|达|为)了?[^，。；、]{0,4}$")
_FROM, _TO = re.compile(r"[由从][^，。；]{0,14}$"), re.compile(r"[^，。；、]{0,6}(?:到|至|为|成)了?[^，。；、]{0,8}")
#: a word is matched to a half, word for word, or hardly at all
_HALF, _VERBATIM, _NEAR = 0.5, 0.99, 0.25

NAMES = (
    "own_exact own_near own_precision before_near after_near subject_near clause_exact clause_near clause_precision lead_exact lead_near "
    "sentence_exact sentence_near place_exact place_near context_near worst_missing missing_named nearest_word nearest_exact own_verbatim known_missing known_missing_worst known_missing_near "
    "dense_sentence dense_clause lexical_sentence "
    "lacking_text lacking_text_known lacking_words lacking_share lacking_near lacking_own alien_words contrary_own contrary_clause contrary_any head_exact head_near head_contrary bigrams_sentence bigrams_own torn_pairs torn_share kinds_unsaid part_unsaid per_head_unasked total_asked_added added_asked_total sibling_ahead sibling_behind "
    "whole_exact whole_near is_part part_gain substituted unmodified money_unasked time_unasked dimension_other place_unsaid "
    "year_same year_narrower year_wider year_wider_total year_other year_unasked status_same status_other plan_unasked plan_same "
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
    zones = [Places.of(places) for places in (own, clause, [[*p, *o] for p, o in zip(place, own, strict=True)])]
    exact = [matches.best(zone) for zone in zones]
    contrary = [matches.contrary_over(zone) * (held < _VERBATIM) for zone, held in zip(zones, exact, strict=True)]
    near_own, lacking = matches.best(zones[0], near=True), plain @ (exact[2] < _HALF)
    added = np.asarray([bool(_NEW.search(lead_of(view, z))) for z in found], np.float32)
    asked_total = bool(_TOTAL.search(question.standalone))
    asked_added = bool(_NEW.search(question.standalone)) or question.change != "level"
    unsaid, unsaid_known, sentences, clauses, torn, torn_share, kinds_unsaid = _wording(question, view, found).T
    near = matches.best(zones[2], near=True)
    return [
        unsaid,
        unsaid_known,
        lacking,
        lacking / total,
        plain @ (near < _NEAR),
        plain @ (near_own < _HALF) / total,
        np.log1p(matches.aliens(zones[0])),
        *(rows.max(axis=0) for rows in contrary),
        exact[0][-1],
        near_own[-1],
        contrary[0][-1],
        sentences,
        clauses,
        torn,
        torn_share,
        kinds_unsaid,
        exclusions.part_unsaid(question, view, found),
        exclusions.states_per_head(question, view, found),
        added * (asked_total and not asked_added),
        (1 - added) * asked_added,
        *_beside(matches, own, found),
        *_of_whole(matches, own, found),
        *np.asarray([_exchanged(question, z) for z in found], np.float32).reshape(len(found), 2).T,
        exclusions.money_unasked(question, found),
        exclusions.of_another_time(question, view, found),
        exclusions.of_another_dimension(question, view, found),
        exclusions.place_unsaid(question, view, found),
    ]


def _of_whole(matches: Matches, own: list[list[Range]], found: Sequence[FigureZones]) -> list[Floats]:
    """Of a figure that states a part of another: how much of the question the words of both hold, by words and by meaning,
    that it is one, and the share of the question that the whole lacks and the part has; without a whole its own, 0 and 0."""
    both = [[*ranges, *z.whole] for ranges, z in zip(own, found, strict=True)]
    part = np.asarray([bool(z.whole) for z in found], np.float32)
    gained = np.maximum(matches.best(own, near=True) - matches.best([[*z.whole] for z in found], near=True), 0)
    return [
        matches.coverage(both),
        matches.coverage(both, near=True),
        part,
        part * (matches.weights @ gained),
    ]


def _exchanged(question: Question, zones: FigureZones) -> tuple[float, float]:
    """How many words of the question stand in a figure's subject behind another word than in the question, and how many behind
    none: asked of 蓝莓综合产值, 「咖啡综合产值」 and 「综合产值」."""
    subject, asked = words.fold(zones.figure.subject), words.fold(question.standalone)
    exchanged = bare = 0
    for (one, _), (other, _) in pairwise(question.content):
        at = subject.find(other)
        if at < 0 or one + other not in asked or any(is_said(term, subject) for term in question.said_as(one)):
            continue
        exchanged += at > 0
        bare += at == 0
    return exchanged, bare


def _beside(matches: Matches, own: list[list[Range]], found: Sequence[FigureZones]) -> tuple[Floats, Floats]:
    """Each figure beside those of its sentence that are measured alike: the share of the question that one of them has in its
    own words and this one lacks, and that this one has and all of them lack (0 where it stands alone).

    「限额以上通讯器材、家用电器零售额分别增长40.9%、27.1%」: asked of 家用电器, the second is ahead of the first.
    """
    held = matches.best([[*ranges, z.subject, *z.whole] for ranges, z in zip(own, found, strict=True)], near=True)
    ahead, behind = np.zeros(len(found), np.float32), np.zeros(len(found), np.float32)
    groups: dict[tuple[int, str, str], list[int]] = {}
    for place, z in enumerate(found):
        groups.setdefault((z.sentence, z.figure.kind, z.figure.unit), []).append(place)
    for group in groups.values():
        if len(group) < 2:
            continue
        # gap[i, j]: what figure j has and figure i lacks
        inside = held[:, group]
        gap = np.einsum("w,wij->ij", matches.weights, np.maximum(inside[:, None, :] - inside[:, :, None], 0))
        ahead[group] = gap.max(axis=1)
        others = gap.T + np.diag(np.full(len(group), np.inf, np.float32))
        behind[group] = others.min(axis=1)
    return ahead, behind


def _wording(question: Question, view: ReportView, found: Sequence[FigureZones]) -> Floats:
    """How far a question's wording stands as it is around each figure; shape (figures, 7).

    The share of its words that neither the sentence nor a heading above it says, and how many of these the report says elsewhere;
    the share of its pairs of neighbouring words that stand in the sentence and in the clause; how many pairs are torn, the one
    word said and the other not (「农村居民人均收入」 asked, 「居民人均收入」 said), and their share; how many unsaid words tell kinds
    of one thing apart (农村, 出口). Figures of one clause share a row.
    """
    asked = words.fold(question.standalone)
    content = [word for word, _ in question.content]
    plain = [word for word in content if len(word) > 1]
    said_as = {word: question.said_as(word) for word in plain}
    known = {word for word in plain if any(term in view.folded for term in said_as[word])}
    pairs = [(one, other) for one, other in pairwise(content) if one + other in asked]

    @cache
    def of_clause(sentence: int, clause: int) -> tuple[float, ...]:
        place = view.sentences[sentence]
        text = view.folded[place.span.start : place.span.end]
        inside = view.folded[place.clauses[clause].start : place.clauses[clause].end]
        said = text + words.fold("".join(place.section))
        missing = [word for word in plain if not any(is_said(term, said) for term in said_as[word])]
        torn = sum((one in said) != (other in said) for one, other in pairs)
        return (
            len(missing) / max(len(plain), 1),
            sum(word in known for word in missing),
            sum(one + other in text for one, other in pairs) / max(len(pairs), 1),
            sum(one + other in inside for one, other in pairs) / max(len(pairs), 1),
            torn,
            torn / max(len(pairs), 1),
            sum(bool(excluded(word)) for word in missing),
        )

    return np.asarray([of_clause(z.sentence, z.clause) for z in found], np.float32)


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
    return [
        *(float(year.years == name) for name in ("same", "narrower", "wider")),
        float(year.years == "wider" and not _LEVEL.search(before)),
        *(float(year.years == name) for name in ("other", "unasked")),
        float(year.status == "same"),
        float(year.status == "other"),
        float(not question.asked.first and not question.asked.status and figure.period.status == "planned"),
        float(year.plan),
        *(float(unit == name) for name in ("same", "kin", "other", "unasked")),
        float(question.kind == "percent" and figure.unit in ("%", "成", "个百分点")),
        float(question.kind == "figure" and figure.kind == "quantity"),
        *(float(change == name) for name in ("same", "other", "level", "unchanged")),
        *(float(figure.kind == name) for name in ("date", "rank", "percent", "quantity")),
        float(figure.kind in ANSWERS.get(question.kind, ())),
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


def is_difference(view: ReportView, zones: FigureZones) -> bool:
    """Whether a figure is one by which something is more or less than something else: 「比上年增加143人」."""
    figure = zones.figure
    return bool(figure.change or _DIFFERENCE.search(view.text[max(0, figure.start - 10) : figure.start]))


def is_level(view: ReportView, zones: FigureZones) -> bool:
    """Whether an amount is one there is, not one by which something grew, fell or was added to."""
    figure = zones.figure
    before = view.text[max(0, figure.start - 10) : figure.start]
    return (
        figure.kind == "quantity"
        and not figure.change
        and not _DIFFERENCE.search(before)
        and bool(_REACHED.search(before) or not _ADDED.search(before))
    )


def _change(question: Question, zones: FigureZones, view: ReportView) -> str:
    figure = zones.figure
    near = view.text[max(0, figure.start - 10) : figure.start]
    if question.change == "level":
        added = bool(_NEW.search(question.standalone) and _NEW.search(near))  # 「新增和改建公路23公里」 is no rise
        return "level" if figure.change and not added else "same"
    if figure.change == question.change or (not figure.change and _ADDED.search(near) and question.change == "up"):
        return "same"
    return "other" if figure.change else "unchanged"
