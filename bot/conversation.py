"""Follow-ups made whole: 「那2023年呢？」 after 「2022年农村公路新改建完成了多少公里」 asks of 2023's农村公路新改建."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.question import asked_period, kind_of, understand
from ingest import words

_LEADING = re.compile(r"^(?:那么?|哦|好的?|嗯|还有|另外|同样|然后|再问|接着)[，,]?")
_POINTING = re.compile(
    r"^(?:那|还|再|又|也|它|他|她|这|其中|同样|此外|另外|然后|分别|力争|打算|计划|具体)|呢[？?]?$|因此|其|该"
)
_ELLIPSIS = re.compile(r"^(?:那么?)?(?P<what>[^？?，,]{1,20}?)呢[？?]?$")
_YEAR = re.compile(r"(?:19|20)\d{2}年?|(?<!\d)\d{2}年|去年|今年|明年|[“\"]?十[一二三四五六]五[”\"]?(?:时期|期间|以来)?")
_ASKING_TAIL = re.compile(
    r"(?:一共|总共|分别|大约|大概)?(?:是|有|为|达到?|到|了|在|完成了?|做了?|搞了?|能|要|计划|打算)*(?:多少|几|什么时候|何时|什么|哪些|哪[里儿个几]?|谁|啥时候|啥|怎么样|如何|多[大长高]).*$|[？?。！!]+$"
)
_BARE_AMOUNT = re.compile(r"(多少|几)(?=[？?。]?$)")
_AMOUNT = re.compile(r"(?:多少|几)[\u4e00-\u9fff%]{1,4}(?=[？?。]?$)")
_FEW_WORDS = 3


@dataclass(frozen=True)
class Whole:
    """A question that stands by itself; ``faded`` are its words that come from earlier questions."""

    text: str
    faded: tuple[str, ...] = ()


def make_whole(question: str, history: Sequence[str], known_places: Sequence[str] = ()) -> Whole:
    """A question with what it leaves to the conversation put back.

    :param history: the conversation's earlier questions, oldest first.
    :param known_places: names that choose reports; a question that names one of them is not taken for a follow-up by its brevity.
    """
    question = question.strip()
    if not history or not _leans(question, known_places):
        return Whole(question)
    before = make_whole(history[-1], history[:-1], known_places).text
    ellipsis = _ELLIPSIS.match(question)
    if ellipsis and kind_of(ellipsis.group("what")) == "open":
        return _substituted(ellipsis.group("what"), before, known_places)
    return _joined(question, before)


def _leans(question: str, known_places: Sequence[str]) -> bool:
    if _POINTING.search(question):
        return True
    named = any(place in question for place in known_places) or words.names(question)
    return not named and len(understand(question).content) < _FEW_WORDS


def _substituted(what: str, before: str, known_places: Sequence[str]) -> Whole:
    """「X呢」: the earlier question with X in the place of what is like it, a year, a place or a name."""
    faded = tuple(word for word, _ in understand(before).content)
    if _YEAR.search(what):
        rest = _YEAR.sub("", what).strip("的 ")
        year = _YEAR.search(what)
        text = _YEAR.sub(year.group(), before, count=1) if _YEAR.search(before) else f"{year.group()}{before}"  # type: ignore[union-attr]
        text = _undone(text)
        return Whole(f"{rest}{text}" if rest else text, () if not rest else faded)
    if what in known_places:
        old = next((place for place in known_places if place in before), "")
        return Whole(before.replace(old, what) if old else f"{what}{before}")
    old_names = [name for name in words.names(before) if name in before]
    if old_names:
        return Whole(before.replace(max(old_names, key=len), what))
    topic, asking = _topic(before)
    return Whole(f"{what}{before[len(topic) :] or asking}", tuple(word for word in faded if word not in what))


def _undone(text: str) -> str:
    """A year was put in: whether it is done or planned is the year's business now."""
    return re.sub(r"完成了(?=多少|几)|(?<=[\u4e00-\u9fff])了(?=多少|几)", "", text)


def _topic(question: str) -> tuple[str, str]:
    """A question's topic and its asking tail."""
    match = _ASKING_TAIL.search(question)
    return (question[: match.start()], match.group()) if match else (question, "")


def _joined(question: str, before: str) -> Whole:
    """The earlier question's topic, then the question; its own years and units win."""
    own = _LEADING.sub("", question)
    topic, _ = _topic(before)
    asked = asked_period(own)
    if asked.first or asked.relative:
        topic = _YEAR.sub("", topic)
    unit = _AMOUNT.search(before)
    if unit and _BARE_AMOUNT.search(own):
        own = _BARE_AMOUNT.sub(unit.group(), own)
    owner = topic.rpartition("的")[0]
    if owner and understand(own).content:
        topic = owner  # 「三九路的前期手续…」, then 「什么时候开工」: the road goes on, the formalities do not
    faded = tuple(word for word, _ in understand(topic).content)
    return Whole(f"{topic.rstrip('的，, ')}，{own}", faded)
