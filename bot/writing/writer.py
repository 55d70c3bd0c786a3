"""Answers written by a language model, sentence by sentence, each shown only once it has passed the check.

What does not pass is asked for once more with the reason; what then does not pass is left out.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.answer import Usage
from bot.understanding.question import Question
from bot.writing import prompting
from bot.writing.cache import WrittenCache, key_of
from bot.writing.checking import faults
from bot.writing.claims import MARK, bare, take_apart
from bot.writing.evidence import Evidence
from bot.writing.model import ChatModel, ModelError
from bot.writing.patience import Clock
from ingest.settings import Settings

#: a sentence with its marks, which may follow its full stop, or a line
_SENTENCE = re.compile(rf"[^。！？\n]*(?:[。！？]+[”」』）]*(?:{MARK.pattern})*|\n)")
_SILENT = re.compile(r"资料(?:中|里)?(?:并?没有|未)(?:说明|提到|提及|写明|给出)")
#: nothing that ends there is a sentence yet: a mark may follow
_MAY_GO_ON = re.compile(r"\s*(?:[\[【［][^\]】］]*)?")
#: a model that says the same so many times will not stop
_REPEATS = 3


@dataclass(frozen=True)
class Draft:
    """A written answer as far as it has passed: its sentences with their marks, in order.

    ``whole`` is true of the last draft, if the model came to its end; ``fault`` says why it did not.
    """

    sentences: tuple[str, ...] = ()
    usage: Usage | None = None
    whole: bool = False
    fault: ModelError | None = None

    @property
    def marks(self) -> tuple[int, ...]:
        """The numbers of the evidence cited, in order of first appearance."""
        return tuple(dict.fromkeys(n for sentence in self.sentences for n in take_apart(sentence).marks))


@dataclass(frozen=True)
class Task:
    """What is to be written, and held against what."""

    question: Question
    evidence: tuple[Evidence, ...]
    known: frozenset[str] = frozenset()

    @property
    def by_number(self) -> dict[int, Evidence]:
        return {one.n: one for one in self.evidence}


class Writer:
    """Writes answers with the model of the settings.

    .. code-block:: python

        *_, last = Writer(settings).write(Task(question, evidence))
    """

    def __init__(self, settings: Settings, model: ChatModel | None = None) -> None:
        self.settings = settings
        self.model = model or ChatModel(settings)
        self._cache = WrittenCache(settings.home, settings.llm_cache)
        #: seconds that an answer may wait for the model to be loaded, which do not count as its own
        self.loading_patience = 0.0
        self._loading: threading.Thread | None = None
        self._starting = threading.Lock()

    def _prepare(self) -> None:
        try:
            self.model.prepare()
        except Exception:  # the first question meets the same fault and says so
            return

    def warm(self) -> threading.Thread:
        """Begin to load the model, if nobody has; the thread that does."""
        with self._starting:
            if self._loading is None:
                self._loading = threading.Thread(target=self._prepare, daemon=True)
                self._loading.start()
            return self._loading

    def ready(self) -> None:
        """Wait until the model is loaded: what a program that asks many questions does first."""
        self.warm().join()

    def clock(self) -> Clock:
        """The time for one question."""
        return Clock(self.settings.llm_patience, self.settings.llm_total_seconds)

    def write(self, task: Task, clock: Clock | None = None) -> Iterator[Draft]:
        """The answer as it grows; the last draft is whole, or carries the fault that ended it."""
        clock = clock or self.clock()
        names = (self.model.name, self.model.place, prompting.fingerprint())
        key = key_of(task.question.standalone, task.evidence, *names)
        kept = self._cache.get(key)
        if kept and not any(self.wrong(sentence, task, lead) for sentence, lead in _led(kept)):
            usage = Usage(self.model.name, "cached", seconds=clock.elapsed(), passed=len(kept))
            yield Draft(tuple(kept), usage, whole=True)
            return
        sheet = _Sheet()
        try:
            self._load(clock)
            yield from self._first(task, clock, sheet)
            if sheet.wrong and not sheet.silent:
                yield from self._mended(task, clock, sheet)
        except ModelError as fault:
            yield Draft(sheet.passed, self._usage(fault.kind, clock, sheet), fault=fault)
            return
        passed = sheet.finished()
        outcome = "written" if passed else "silent" if sheet.silent else "unsupported"
        end = None if passed or sheet.silent else ModelError(outcome, "写的内容与原文对不上")
        if passed and not sheet.removed:
            self._cache.put(key, passed)
        yield Draft(passed, self._usage(outcome, clock, sheet), whole=True, fault=end)

    def _load(self, clock: Clock) -> None:
        """Wait for the model to be loaded; not at all where nobody would answer it."""
        if self._loading is None:
            self.model.reach(clock.left())
        loading = self.warm()
        clock.stop(lambda: loading.join(self.loading_patience))
        loading.join(clock.left())
        if loading.is_alive():
            raise ModelError("loading", "还没有载入完")

    def wrong(self, sentence: str, task: Task, lead: str = "") -> str:
        """Why a sentence may not be shown, "" where it may.

        :param lead: the sentence that announces it, if any.
        """
        secrets = (prompting.text_of("answer"), prompting.text_of("again"))
        found = faults(sentence, task.by_number, task.known, secrets, task.question.asked, lead)
        return "；".join(dict.fromkeys(fault.text for fault in found))

    def _first(self, task: Task, clock: Clock, sheet: _Sheet) -> Iterator[Draft]:
        messages = prompting.to_answer(task.question.standalone, task.evidence)
        for sentence, lead in _led(_sentences(self.model.stream(messages, clock))):
            if _SILENT.search(sentence) and not take_apart(sentence).claims:
                sheet.silent = not sheet.passed
                continue
            why = self.wrong(sentence, task, lead)
            sheet.add(sentence, why)
            if not why:
                clock.shown()
                yield Draft(sheet.passed)

    def _mended(self, task: Task, clock: Clock, sheet: _Sheet) -> Iterator[Draft]:
        """Asks once more for what did not pass. A fault of the model now costs only these sentences, if others passed."""
        before = prompting.to_answer(task.question.standalone, task.evidence)
        messages = prompting.to_mend(before, sheet.said, sheet.wrong)
        try:
            for sentence in _sentences(self.model.stream(messages, clock)):
                if not self.wrong(sentence, task) and sheet.mend(sentence):
                    clock.shown()
                    yield Draft(sheet.passed)
        except ModelError:
            if not sheet.passed:
                raise

    def usage(self, outcome: str, clock: Clock, passed: int = 0, removed: int = 0) -> Usage:
        """What a question has cost so far."""
        spent, seconds = clock.spent, round(clock.elapsed(), 3)
        return Usage(
            self.model.name,
            outcome,
            spent.calls,
            spent.prompt_tokens,
            spent.completion_tokens,
            seconds,
            passed,
            removed,
        )

    def _usage(self, outcome: str, clock: Clock, sheet: _Sheet) -> Usage:
        return self.usage(outcome, clock, len(sheet.passed), sheet.removed)


class _Sheet:
    """The sentences of one answer in order, with room where one has not passed yet."""

    def __init__(self) -> None:
        self._places: list[str | None] = []
        self._wrong: dict[int, tuple[str, str]] = {}
        self._seen: dict[str, int] = {}
        self.silent = False

    @property
    def passed(self) -> tuple[str, ...]:
        return tuple(sentence for sentence in self._places if sentence)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """What has not passed, each with the reason."""
        return [self._wrong[place] for place in sorted(self._wrong)]

    @property
    def removed(self) -> int:
        return len(self._wrong)

    @property
    def said(self) -> str:
        """All that was written at first."""
        return "\n".join(self._wrong[n][0] if n in self._wrong else s or "" for n, s in enumerate(self._places))

    def add(self, sentence: str, why: str) -> None:
        """One more sentence; ``why`` it may not be shown.

        :raises ModelError: where the model only repeats itself.
        """
        times = self._seen[sentence] = self._seen.get(sentence, 0) + 1
        if times > _REPEATS:
            raise ModelError("endless", "写得没完没了")
        if times > 1:
            return
        if why:
            self._wrong[len(self._places)] = (sentence, why)
        self._places.append(None if why else sentence)

    def mend(self, sentence: str) -> bool:
        """Put a sentence written anew in the place of the first that has not passed; False where none waits."""
        if sentence in self._places:
            return False
        place = min(self._wrong, default=None)
        if place is None:
            return False
        del self._wrong[place]
        self._places[place] = sentence
        return True

    def finished(self) -> tuple[str, ...]:
        """What has passed without leads that lead nowhere; nothing at all where no sentence has a mark."""
        kept: list[str] = []
        for sentence in reversed(self.passed):
            if take_apart(sentence).marks or kept:
                kept.append(sentence)
        kept.reverse()
        return tuple(s for n, s in enumerate(kept) if take_apart(s).marks or take_apart(kept[n + 1]).marks)


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """The sentences of a text that comes in pieces, each as soon as no mark can follow it any more."""
    rest = ""
    for piece in pieces:
        rest += piece
        while True:
            match = _SENTENCE.match(rest)
            if not match or (not match.group().endswith("\n") and _MAY_GO_ON.fullmatch(rest, match.end())):
                break
            rest = rest[match.end() :]
            yield from _worded(match.group())
    while match := _SENTENCE.match(rest):
        rest = rest[match.end() :]
        yield from _worded(match.group())
    yield from _worded(rest)


def _led(sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each sentence with the last one before it that only announces what follows: 「2023年计划：」."""
    lead = ""
    for sentence in sentences:
        yield sentence, lead
        if bare(sentence).endswith(("：", ":")):
            lead = sentence


def _worded(sentence: str) -> Iterator[str]:
    """A sentence, unless it is white space or marks alone."""
    if re.search(r"\w", bare(sentence)):
        yield sentence.strip()


def tidy(sentence: str, numbers: dict[int, int]) -> str:
    """A sentence as it is shown: plain, its marks before the full stop and under the numbers of the answer's citations."""

    def renumbered(match: re.Match[str]) -> str:
        given = [int(n) for n in re.findall(r"\d+", match.group(1))]
        return "".join(f"[{numbers[n]}]" for n in given if n in numbers)

    plain = re.sub(r"\*\*|__|`|^\s*#{1,6}\s+", "", sentence)
    plain = re.sub(rf"([。！？])((?:{MARK.pattern})+)$", lambda m: m.group(2).strip() + m.group(1), plain)
    return MARK.sub(renumbered, plain).strip()
