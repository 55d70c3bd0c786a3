"""Follow-ups made whole: 「那2023年呢？」 after 「2022年农村公路新改建完成了多少公里」 asks of 2023's农村公路新改建.

An earlier question is a place, a period, a topic and what is asked of it. A follow-up changes some of these and leaves the others
to the conversation; what it names takes the place of its like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.understanding.period import asked_period
from bot.understanding.question import STOP_WORDS, understand, worded_kind
from ingest import lexicon, words
from ingest.embedding import shipped_vectors

_LEADING = re.compile(
    r"^(?:那么?(?![里儿边])|哦|好的?|嗯|还有|还(?=因|有|要|能|打算)|另外|同样|然后|再问|接着|具体)[，,]?"
)
#: 「那里的高速公路有多长」, 「它排第几」: whose it is stands in the conversation
_PRONOUN = re.compile(r"^(?:那[里儿边]|这[里儿边]|当地|[该这][个一]?[省市县区州局项]|它们?|其)的?(?!中)")
_POINTING = re.compile(
    r"^(?:那|还|再|又|也|它|他|她|这|其中|同样|此外|另外|然后|分别|力争|打算|计划|具体|当地|一共|总共|累计)|呢[？?]?$|因此|其(?!他)|该"
)
_ELLIPSIS = re.compile(r"^(?:那么?|换成|还有|再看|至于)?(?P<what>[^？?，,]{1,20}?)(?:呢[？?]?|[？?])$")
#: 「养老方面怎么样？」 asks of another topic what was asked before; 「养老方面做了哪些工作？」 asks something of its own
_HOW_IT_IS = re.compile(r"(?:怎么?样|如何)了?[？?]?$")
#: 「两个差多少」, 「哪个更高」 after two questions
_OF_BOTH = re.compile(
    r"(?:(?:[这它他]?[俩两二][个者地省市县家]|它们|二者|[俩两]?者|分别)?(?:之间|一共|总共)?(?P<rest>(?:相?差(?:了|距)?(?:多少|几)|加起来|加在一起|合起来|合计).*"
    r"|(?:哪|谁)(?:一?[个省市县家边里])?的?(?:更|最)?(?:高|低|多|少|大|小|长|短|快|慢|早|晚)?.{0,4}))$"
)
_YEAR = re.compile(
    r"(?:19|20)\d{2}年?|(?<!\d)\d{2}年|去年|今年|明年|[“\"]?十[一二三四五六]五[”\"]?(?:时期|期间|以来|末)?"
)
_ASKING_TAIL = re.compile(
    r"(?:一共|总共|分别|大约|大概)?(?:是|有|为|达到?|到|了|在|完成了?|做了?|搞了?|能|要|计划|打算)*(?:多少|几|什么时候|何时|什么|哪些|哪[里儿个几]?|谁|啥时候|啥|怎么样|如何|多[大长高]).*$|[？?。！!]+$"
)
_HOW_MUCH = re.compile(r"了?(?P<ask>(?:百分之)?(?:多少|几)(?:万亿|[万亿千百])?)(?P<rest>[^？?，。]*)")
_BARE_AMOUNT = re.compile(r"(?<!百分之)(多少|几)(?=[？?。]?$)")
#: what stands between a topic and what is asked of it
_LOOSE_VERB = re.compile(
    r"(?:一共|总共|分别|大约|大概|各|现在|目前|是|有|为|达到?|到|完成|实现|做|搞|能|要|计划|打算)*了?[？?]?$"
)
_CHANGING = re.compile(r"增长|下降|增加|减少|提高|提升|上升|降低|涨|跌|占|比重|第几|排")
_ADDING = re.compile(r"新增|新建|新开|新改建|净增")
_TOTALLING = re.compile(r"累计|总量|总共达|达到|一共有|总数")
_STATUS = re.compile(r"^(?:的|是|定的)?(?:目标|计划|预期|打算|实际|完成)(?:数|值)?$")
#: a respect of what was asked about, no topic of its own
_OF_A_TOPIC = re.compile(
    r"^(?:同比|增长的?|其?中?的?)?(?:(?:目标|计划|预期|实际|完成)(?:数|值)?|增速|增幅|涨幅|降幅|增长率?|占比|比重|比例|排名|名次|位次|总量|总数|总额)$"
)
_EVERYWHERE = re.compile(r"各[省市地县区]|哪些[省市地县区]|所有[省市地县区]|每个[省市县]|哪一?个?(?:省|地方|地区)")
_WHICH = re.compile(r"^(?:哪一?个?|各个?|所有|每个)(?:省份?|市|县|区|地区?|地方)的?")
#: words for a respect of whatever was asked about: alone they make no topic
_RESPECT = re.compile(
    r"同比|增速|增幅|涨幅|降幅|增长率?|占比|比重|比例|排名|名次|位次|[总金数]额|总[量数]|数量|人数|次数|规模|目标|预期|任务"
    r"|(?:总|完成)?投资额?|资金|面积|[总全]?长度?|里程|宽度|高度|产值|价格|价值|标准|时间|工期|期限|地点|名称|名字|结果|原因"
    r"|全[国省市县区]|[国省市县区镇乡]级|世界|[人户亩]均|[上下]半年|.*[度季月]"
)
_BUILT = frozenset("路 线 高速 铁路 高铁 大桥 隧道 机场 水库".split())
_ADMINISTRATIVE = "省市县区乡镇村城"
_NOUN_TAGS = ("n", "vn", "an", "l", "j", "i", "eng")
#: what is named alike by its last character
_KIND_OF_NAME = re.compile(r"[路线桥站港县市省区镇乡村级局]$")
_FEW_WORDS = 3
#: cosine of the shipped vectors from which on two words are alike: 深圳 and 广州, 水利 and 交通
_ALIKE = 0.5
_REMEMBERED = 8


@dataclass(frozen=True)
class Whole:
    """A question that stands by itself; ``faded`` are its words that come from earlier questions."""

    text: str
    faded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A question's parts: ``lead`` is its place and period, ``topic`` what it is about, ``ask`` how much or when of it."""

    place: str
    period: str
    topic: str
    ask: str


def make_whole(
    question: str, history: Sequence[str], known_places: Sequence[str] = (), known_names: Collection[str] = ()
) -> Whole:
    """A question with what it leaves to the conversation put back.

    :param history: the conversation's earlier questions, oldest first; of a long one the last eight count.
    :param known_places: names that choose reports, longest first; a question that names none is of the place last named.
    :param known_names: roads and projects of the library; one is where it is, whatever place was talked of.
    """
    earlier: list[str] = []
    for asked in history[-_REMEMBERED:]:
        earlier.append(_made(asked.strip(), earlier, known_places, known_names).text)
    return _made(question.strip(), earlier, known_places, known_names)


def _made(question: str, earlier: Sequence[str], places: Sequence[str], known: Collection[str]) -> Whole:
    """A question made whole from earlier ones that are whole."""
    if not earlier or not question:
        return Whole(question)
    before = earlier[-1]
    both = _OF_BOTH.fullmatch(_LEADING.sub("", question))
    if both and len(earlier) > 1 and not _places_in(question, places):
        return Whole(_of_both(earlier[-2], before, both.group("rest"), places))
    ellipsis = _ELLIPSIS.match(question)
    if ellipsis and (not worded_kind(ellipsis.group("what")) or _HOW_IT_IS.search(question)):
        return _substituted(ellipsis.group("what"), before, places)
    if not _stands(question, before, places) and _leans(question, places):
        return _joined(question, before, places)
    place = _place_of(before, places)
    if (
        place
        and not _places_in(question, places)
        and not _names_a_road(question, known)
        and not _EVERYWHERE.search(question)
    ):
        return Whole(f"{place}{question}")
    return Whole(question)


def _stands(question: str, before: str, places: Sequence[str]) -> bool:
    """Whether a question has a topic of its own, 「罚没款多少」: then it takes at most its place from the conversation.

    「刑事案件下降了多少」 after 「治安案件…」 names the like of the earlier topic and goes on with its year.
    """
    topic = _own_topic(question, places)
    return bool(topic) and not _like_in(topic, _frame(before, places).topic, least=1.0)


def _own_topic(question: str, places: Sequence[str]) -> str:
    """What a question names before it asks, where that is a thing and no respect (目标, 占比) of one talked of."""
    measured = worded_kind(question) in ("figure", "percent", "rank") or _WHICH.search(question)
    if not measured or _POINTING.search(question) or _PRONOUN.search(question):
        return ""  # 「负责人是谁」, 「什么时候完工」 are asked of what was talked of
    place = _place_of(question, places)
    bare = _WHICH.sub("", _YEAR.sub("", question.replace(place, "", 1) if place else question).lstrip("的，、"))
    asking = _HOW_MUCH.search(bare) or _ASKING_TAIL.search(bare)
    topic = _CHANGING.split(_LOOSE_VERB.sub("", bare[: asking.start()] if asking else bare))[0]
    return topic if any(_is_thing(word) for word in words.cut(topic)) and not topic.endswith("的") else ""


def _names_a_road(question: str, known: Collection[str]) -> bool:
    """Whether a road or the like is named: by a coined or known name, or by characters that no word joins (临临高速)."""
    if words.names(question) or words.names_in(question, known):
        return True
    cut = words.cut(_YEAR.sub(" ", question))
    return any(
        kind in _BUILT
        and all(len(word) == 1 and word not in STOP_WORDS and word not in _ADMINISTRATIVE for word in own)
        for kind, own in zip(cut[2:], pairwise(cut), strict=False)
    )


def _is_thing(word: str) -> bool:
    """Whether a word names something: a noun to the dictionary, or longer than verbs are (罚没款)."""
    if len(word) < 2 or word in STOP_WORDS or _RESPECT.fullmatch(word):
        return False
    tag = lexicon.load().tag(word)
    return len(word) > 2 or (tag.startswith(_NOUN_TAGS) and tag != "ns")  # 新建 is a place to jieba


def _leans(question: str, places: Sequence[str]) -> bool:
    if _EVERYWHERE.search(question) or _places_in(question, places):
        return bool(_LEADING.match(question)) and not _EVERYWHERE.search(question)
    if _POINTING.search(question):
        return True
    said = [word for word, _ in understand(question).content if len(word) > 1]
    if said and worded_kind(question) == "open" and not _HOW_IT_IS.search(question):
        return False  # 「养老方面做了哪些工作？」 says its topic
    enough = (
        _FEW_WORDS - 1 if asked_period(question).first else _FEW_WORDS
    )  # its own year is one thing it need not borrow
    return not words.names(question) and len(said) < enough


def _places_in(text: str, places: Sequence[str]) -> list[str]:
    """The places a text names, in its order, none inside another."""
    found = []
    for place in sorted(places, key=len, reverse=True):
        if place in text:
            found.append((text.index(place), place))
            text = text.replace(place, "\0" * len(place))
    return [place for _, place in sorted(found)]


def _place_of(text: str, places: Sequence[str]) -> str:
    return next(iter(_places_in(text, places)), "")


def _frame(question: str, places: Sequence[str]) -> Frame:
    """A question taken apart; 「新增了多少张养老床位」 is about 新增养老床位 and asks 多少张."""
    place = _place_of(question, places)
    bare = question.replace(place, "", 1) if place else question
    period = "".join(match.group() for match in _YEAR.finditer(bare))
    bare = re.sub(r"^[的，、]+", "", _YEAR.sub("", bare))
    amount = _HOW_MUCH.search(bare)
    if amount:
        unit = understand(question).unit
        counted = amount.group("rest")
        unit, counted = (unit, counted[len(unit) :]) if unit and counted.startswith(unit) else ("", counted)
        topic = _LOOSE_VERB.sub("", bare[: amount.start()]) + counted
        return Frame(place, period, topic.strip("的，, "), amount.group("ask") + unit)
    tail = _ASKING_TAIL.search(bare)
    topic, ask = (bare[: tail.start()], tail.group()) if tail else (bare, "")
    return Frame(place, period, _LOOSE_VERB.sub("", topic).strip("的，, "), ask)


def _substituted(what: str, before: str, places: Sequence[str]) -> Whole:
    """「X呢」: the earlier question with X in the place of what is like it, a year, a place, a name or a part of the topic."""
    text, rest = before, what
    for place in _places_in(rest, places):
        old = _place_of(text, places)
        text = text.replace(old, place, 1) if old else f"{place}{text}"
        rest = rest.replace(place, "", 1)
    year = _YEAR.search(rest)
    if year:
        rest = _YEAR.sub("", rest)
        text = _undone(
            _YEAR.sub(lambda _: year.group(), text, count=1) if _YEAR.search(text) else f"{year.group()}{text}"
        )
    rest = rest.strip("的，、 ")
    if not rest or rest in text:
        return Whole(text)
    return _of_topic(rest, text, places) if _OF_A_TOPIC.match(rest) else _in_topic(rest, text, places)


def _undone(text: str) -> str:
    """A year was put in: whether it is done or planned is the year's business now."""
    return re.sub(r"完成了(?=多少|几)|(?<=[\u4e00-\u9fff])了(?=多少|几)", "", text)


def _of_topic(respect: str, before: str, places: Sequence[str]) -> Whole:
    """「目标呢」, 「增速呢」: another respect of the same topic, which a goal shares the unit of and a rate does not."""
    frame = _frame(before, places)
    unit = frame.ask if _STATUS.match(respect) and re.search("多少|几", frame.ask) else "多少"
    return Whole(f"{frame.place}{frame.period}{_undone(frame.topic)}{respect}是{unit}？")


def _in_topic(new: str, before: str, places: Sequence[str]) -> Whole:
    """A name or a measure in the place of its like; where the topic holds none, in the place of the topic."""
    frame = _frame(before, places)
    old = _like_in(new, frame.topic)
    topic = frame.topic.replace(old, new, 1) if old else new
    measured = re.search("多少|几", frame.ask) and (not old or frame.topic.endswith(old))
    ask = "是多少" if measured else frame.ask  # another measure is counted in another unit
    return Whole(f"{frame.place}{frame.period}{topic}{ask.rstrip('？?')}？")


def _like_in(new: str, topic: str, least: float = 0.0) -> str:
    """The part of a topic that a new name or measure can stand for: as many words, of one ending or of like meaning.

    :param least: the least likeness; from 1 on only one ending counts.
    """
    old_names = [name for name in words.names(topic) if name in topic]
    if words.names(new) and old_names:
        return max(old_names, key=len)
    cut = words.cut(topic)
    size = len(words.cut(new))
    best, found = 0.0, ""
    for start in range(len(cut)):
        for end in range(start + 1, min(len(cut), start + size) + 1):
            part = "".join(cut[start:end])
            like = _likeness(new, part) if any(words.is_word(word) for word in cut[start:end]) else 0.0
            if like >= least and (like > best or (like == best and like and len(part) > len(found))):
                best, found = like, part
    return found


@lru_cache(maxsize=1 << 10)
def _likeness(new: str, old: str) -> float:
    """How well one part of a question stands for another; 0 where it does not."""
    if new == old:
        return 0.0
    ending = next((n for n in range(min(len(new), len(old)) - 1, 0, -1) if new[-n:] == old[-n:]), 0)
    if ending >= 2 or (ending and _KIND_OF_NAME.search(new)):
        return 1.0 + ending / max(len(new), len(old))
    one, other = shipped_vectors().embed_words([words.cut(new), words.cut(old)])
    cosine = float(one @ other)
    return cosine if cosine >= _ALIKE else 0.0


def _joined(question: str, before: str, places: Sequence[str]) -> Whole:
    """The earlier question's place, period and topic, then the question; what it names itself wins."""
    own = _PRONOUN.sub("", _LEADING.sub("", question))
    frame = _frame(before, places)
    asked = asked_period(own)
    period = "" if asked.first or asked.relative else frame.period
    place = "" if _places_in(own, places) else frame.place
    topic = _undone(frame.topic)
    if _TOTALLING.search(own):
        topic = _ADDING.sub("", topic)
    said = [word for word in words.cut(_frame(own, places).topic) if len(word) > 1 and word not in STOP_WORDS]
    counted = any(lexicon.load().tag(word).startswith(_NOUN_TAGS) for word in said)  # 「投资多少」 is not counted in 座
    if _BARE_AMOUNT.search(own) and not counted and not _CHANGING.search(own) and re.search("多少|几", frame.ask):
        own = _BARE_AMOUNT.sub(frame.ask, own)
    content = [word for word, _ in understand(own).content if not _CHANGING.fullmatch(word)]
    for named in (_CHANGING.split(_frame(own, places).topic)[0], *(word for word in content if len(word) > 1)):
        old = _like_in(named, topic, least=1.0) if named not in topic else ""
        topic = topic.replace(old, "", 1) if old else topic
    topic = _CHANGING.sub("", topic) if content and _CHANGING.search(own) else topic
    owner = topic.rpartition("的")[0]
    if owner and content:
        topic = owner  # 「三九路的前期手续…」, then 「什么时候开工」: the road goes on, the formalities do not
    topic = topic.strip("的，, ")
    faded = tuple(word for word, _ in understand(topic).content) if content else ()
    comma = "，" if topic and content else ""
    return Whole(f"{place}{period}{topic}{comma}{own}", faded)


def _of_both(one: str, other: str, asked: str, places: Sequence[str]) -> str:
    """A question of two earlier ones together: they differ in their place or in their topic."""
    first, second = _frame(one, places), _frame(other, places)
    if not re.search("多少|几|哪|谁", asked):
        asked = f"{asked.rstrip('呢？?')}是{second.ask or '多少'}？"
    if first.place != second.place and first.place and second.place:
        return f"{first.place}和{second.place}{second.period}{second.topic}{asked}"
    if first.topic == second.topic and first.period != second.period:
        return f"{second.place}{first.period}{first.topic}和{second.period}{second.topic}{asked}"
    return f"{second.place}{second.period}{first.topic}和{second.topic}{asked}"
