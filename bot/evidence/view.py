"""A report laid out for reading: its words as numbers in arrays, so that a question is matched against all of it at once.

Every zone of a figure (the words before it, after it, its clause, its sentence, its headings) is a range of one long array of
word numbers. A question's words are compared with the report's vocabulary once; what each zone holds of them is then a
maximum over a range, for hundreds of figures in a few milliseconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.evidence.ranges import Floats, Places, Range
from ingest import words
from ingest.document import Figure, Passage, Report
from ingest.embedding import StaticEmbedder
from ingest.figures import zones
from ingest.sentences import clauses, sentences


@dataclass(frozen=True)
class Unit:
    """A stretch of the text and the range of its words in :attr:`ReportView.tokens`."""

    start: int
    end: int
    words: Range


@dataclass(frozen=True)
class Sentence:
    """A sentence, its clauses, its passage's number and the words of the headings above it."""

    span: Unit
    clauses: tuple[Unit, ...]
    passage: int
    heading: Range
    section: tuple[str, ...]


@dataclass(frozen=True)
class FigureZones:
    """One figure and where its words are: ``subject`` are those of the subject found at ingestion, ``whole`` those of the figure
    that this one states a part of: 「电力装机容量1.28亿千瓦，其中水电7640万千瓦、新能源2935万千瓦」."""

    figure: Figure
    sentence: int
    clause: int
    before: Range
    after: Range
    subject: Range
    aligned: bool
    whole: tuple[Range, ...] = ()


class _Numbers(dict[str, int | None]):
    """The number of each word as it stands in a text, given when it is first met; None for punctuation.

    :param ids: the numbers of the folded words, which grow with it.
    """

    def __init__(self, ids: dict[str, int]) -> None:
        super().__init__()
        self._ids = ids

    def __missing__(self, word: str) -> int | None:
        known = words.is_word(word)
        number = self[word] = self._ids.setdefault(words.fold(word), len(self._ids)) if known else None
        return number


class ReportView:
    """A report as arrays. Built once for a report and kept while it is asked about.

    :param embedder: the shipped word vectors; they say how near two words are, whatever model made the library's vectors.
    :param whole: all passages of the report where only some of them are laid out; they say which years it is about.
    """

    def __init__(
        self,
        report: Report,
        passages: Sequence[Passage],
        figures: Sequence[Figure],
        embedder: StaticEmbedder,
        whole: Sequence[Passage] = (),
    ) -> None:
        self.report = report
        self.roads = frozenset(words.roads(report.text))
        self.periods = [passage.period for passage in whole or passages]
        self._embedder = embedder
        self._sentence_vectors: Floats | None = None
        self._figure_vectors: Floats | None = None
        self.text = report.text
        self.folded = words.fold(report.text)
        self._ids: dict[str, int] = {}
        self._flat: list[int] = []
        self.sentences: list[Sentence] = []
        self.figures: list[FigureZones] = []
        self._places: list[Range] = []
        self._numbers = _Numbers(self._ids)
        self._headings: dict[tuple[str, ...], Range] = {}
        by_passage: dict[int, list[Figure]] = {}
        for figure in figures:
            by_passage.setdefault(figure.passage, []).append(figure)
        for passage in passages:
            self._add_passage(passage, by_passage.get(passage.ordinal, []))
        self._by_sentence: dict[int, list[FigureZones]] = {}
        for found in self.figures:
            self._by_sentence.setdefault(found.sentence, []).append(found)
        years = [(period.first, period.last, period.status) for period in self.periods]
        done = [first for first, last, status in years if status == "done" and first and first == last]
        planned = [first for first, last, status in years if status == "planned" and first and first == last]
        #: the years the report accounts for and plans for: those that most of its passages speak of
        self.results_year = Counter(done).most_common(1)[0][0] if done else None
        self.plans_year = Counter(planned).most_common(1)[0][0] if planned else None
        self.titled_year = report.year
        self.vocabulary = list(self._ids)
        #: the numbers of the words of one character
        self.characters = np.asarray([len(word) == 1 for word in self.vocabulary], bool)
        self.tokens = np.asarray(self._flat or [0], np.intp)
        self.vectors: Floats = embedder.embed_words([[word] for word in self.vocabulary] or [[]])
        self._sharing: dict[str, list[int]] = {}
        for number, word in enumerate(self.vocabulary):
            for character in set(word):
                self._sharing.setdefault(character, []).append(number)
        self._numbers.clear()
        self._count(len(self.sentences))

    def _count(self, total: int) -> None:
        """The idf of BM25 (Robertson and Zaragoza 2009), over the report's sentences; of a word it does not hold: the last value."""
        counts = np.zeros(len(self.vectors))
        for sentence in self.sentences:
            counts[list(set(self._flat[slice(*sentence.span.words)]))] += 1
        self.idf = np.asarray([math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in counts.tolist()], np.float32)
        self.unknown_idf = float(math.log(1 + (total + 0.5) / 0.5))

    def number(self, word: str) -> int | None:
        """The number of a word in this report's vocabulary."""
        return self._ids.get(word)

    def sentence_vectors(self) -> Floats:
        """A unit vector of each sentence by the shipped word vectors; shape (sentences, dimensions)."""
        if self._sentence_vectors is None:
            self._sentence_vectors = self._embedded([[sentence.span.words] for sentence in self.sentences])
        return self._sentence_vectors

    def figure_vectors(self) -> Floats:
        """A unit vector of the words around each figure; shape (figures, dimensions)."""
        if self._figure_vectors is None:
            self._figure_vectors = self._embedded([[z.before, z.after, z.subject] for z in self.figures])
        return self._figure_vectors

    def _embedded(self, places: Sequence[Sequence[Range]]) -> Floats:
        return self._embedder.embed_words(
            [[self.vocabulary[i] for a, b in place for i in self.tokens[a:b]] for place in places]
        )

    @cached_property
    def spoken(self) -> Places:
        """The words of each sentence."""
        return Places.of([[sentence.span.words] for sentence in self.sentences])

    @cached_property
    def headed(self) -> Places:
        """The words of each sentence and of the headings above it."""
        return Places.of([[sentence.span.words, sentence.heading] for sentence in self.sentences])

    def place(self, token: int) -> Range:
        """Where token number ``token`` stands in the text."""
        return self._places[token]

    def figures_of(self, sentence: int) -> list[FigureZones]:
        """The figures of one sentence in order."""
        return self._by_sentence.get(sentence, [])

    def runs_of(self, numbers: Sequence[int]) -> list[int]:
        """The tokens at which words stand one after the other, given as their numbers."""
        length = len(self.tokens) - len(numbers) + 1
        together = np.ones(max(length, 0), bool)
        for place, number in enumerate(numbers):
            together &= self.tokens[place : place + length] == number
        return [int(start) for start in np.flatnonzero(together)]

    def sharing(self, word: str) -> set[int]:
        """The numbers of the words that share a character with ``word``."""
        return {number for character in set(word) for number in self._sharing.get(character, ())}

    def _words(self, cut: Sequence[str]) -> Range:
        """Words that stand elsewhere, added to the array behind those of the passage at hand."""
        start = len(self._flat)
        self._flat.extend(number for word in cut if (number := self._numbers[word]) is not None)
        self._places.extend([(0, 0)] * (len(self._flat) - start))
        return start, len(self._flat)

    def _heading(self, path: tuple[str, ...]) -> Range:
        if path not in self._headings:
            self._headings[path] = self._words([word for title in path for word in words.cut(title)])
        return self._headings[path]

    def _add_passage(self, passage: Passage, figures: Sequence[Figure]) -> None:
        offsets: list[int] = []
        at, first, numbers = passage.start, len(self._flat), self._numbers
        for word in words.merged(passage.words, self.roads):
            number = numbers[word]
            if number is not None:
                offsets.append(at)
                self._places.append((at, at + len(word)))
                self._flat.append(number)
            at += len(word)

        def span(start: int, end: int) -> Range:
            return first + bisect_left(offsets, start), first + bisect_left(offsets, end)

        heading = self._heading(passage.section)
        for start, end in sentences(self.text, passage.start, passage.end):
            parts = tuple(Unit(a, b, span(a, b)) for a, b in clauses(self.text, start, end))
            whole = Unit(start, end, span(start, end))
            inside = [figure for figure in figures if start <= figure.start < end]
            around = zones(self.text, start, end, [(f.start, f.end) for f in inside]) if inside else ()
            of: FigureZones | None = None
            of_sentence: list[FigureZones] = []
            for figure, zone in zip(inside, around, strict=True):
                of = self._whole_of(figure, of_sentence, of)
                clause = next((i for i, part in enumerate(parts) if part.start <= figure.start < part.end), 0)
                # what is to be done by a date may be a list: 「2023年底前完成X009淄安路、X015草齐路改建工程」
                after_end = parts[clause].end if figure.kind == "date" and parts else zone.after_end
                aligned = "分别" in self.text[parts[clause].start : figure.start] if parts else False
                before, after = span(zone.before_start, figure.start), span(figure.end, after_end)
                subject = self._words(words.merged(words.cut(figure.subject), self.roads))
                of_whole = (of.before, of.subject) if of else ()
                of_sentence.append(
                    FigureZones(figure, len(self.sentences), clause, before, after, subject, aligned, of_whole)
                )
            self.figures.extend(of_sentence)
            self.sentences.append(Sentence(whole, parts, passage.ordinal, heading, passage.section))

    def _whole_of(
        self, figure: Figure, ahead: Sequence[FigureZones], current: FigureZones | None
    ) -> FigureZones | None:
        """The figure of its sentence that a figure states a part of.

        :param ahead: those before it, in order.
        :param current: the one that the last of them states a part of.
        """
        counted = [zones for zones in ahead if zones.figure.kind != "date"]
        if figure.kind == "date" or not counted:
            return current
        gap = self.text[counted[-1].figure.end : figure.start]
        if "；" in gap:
            return None
        if "其中" not in gap:
            return current
        alike = (z for z in reversed(counted) if (z.figure.kind, z.figure.unit) == (figure.kind, figure.unit))
        return next(alike, None)
