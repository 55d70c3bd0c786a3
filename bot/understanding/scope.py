"""Which reports a question is about: the places, organisations and titles in it that the library knows."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.question import STOP_WORDS, Question
from ingest import words
from ingest.document import Report

_NATIONS = "壮族|回族|维吾尔|藏族|蒙古族|苗族|彝族|土家族|布依族|侗族|瑶族|白族|哈尼族|傣族|黎族|傈僳族|佤族|畲族|羌族|满族|朝鲜族|哈萨克|柯尔克孜"
_ADMINISTRATIVE = re.compile(
    rf"(?:(?:{_NATIONS})*(?:自治区|自治州|自治县|自治旗)|特别行政区|省|市|地区|盟|州|县|区|旗|镇|乡)$"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,10}?(?:省|自治区|特别行政区|自治州|市|地区|盟|自治县|县|区|旗|镇|乡)")
#: what names of offices and firms end with, also short ones: 文旅局, 卫健委, 公交集团, 交警支队
_BODY_END = frozenset("局委办会心司团队府院处站厅所社部")
_SHORTEST_BODY, _LONGEST_BODY = 3, 16
#: where more kinds of offices are known than this, short names are taken only right after a place
_MOST_BODIES = 300
#: names are looked for by so many first characters; none is shorter
_HEAD = 2


@dataclass(frozen=True)
class Scope:
    """The reports asked about, by what named them; ``reports`` empty where the question names none the library knows."""

    reports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    #: the reports by the place or organisation named, in the order of the question
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()


def names_of(report: Report) -> tuple[str, ...]:
    """The names a report goes by, longest first: 「广西壮族自治区」 also 「广西」, 「沂源县交通运输局」 also 「沂源县」 and 「沂源」."""
    return _names(report.title, report.organisation)


def _names(title: str, organisation: str) -> tuple[str, ...]:
    own = (title,) if len(title) >= _HEAD and title not in _names_of_organisation(organisation) else ()
    return tuple(sorted((*own, *_names_of_organisation(organisation)), key=len, reverse=True))


@lru_cache(maxsize=1 << 15)
def _names_of_organisation(organisation: str) -> tuple[str, ...]:
    found: dict[str, None] = {organisation: None}
    place = _PLACE.match(organisation)
    for name in filter(None, (place and place.group(), organisation if not place else "")):
        found[name] = None
        short = _ADMINISTRATIVE.sub("", name)
        if len(short) >= 2:
            found[short] = None
    if place and place.end() < len(organisation):
        body = organisation[place.end() :]
        found[body] = None
    return tuple(name for name in found if len(name) >= _HEAD)


class Names:
    """The names of some reports, to be found in a text: costs the text's length, however many names there are.

    .. code-block:: python

        Names(reports).standing_in("江苏和山东谁的粮食产量高")  # [(0, "江苏"), (3, "山东")]
    """

    def __init__(self, reports: Iterable[Report]) -> None:
        self._reports: dict[str, list[str]] = {}
        self._bodies: dict[str, list[str]] = {}
        lengths: dict[str, set[int]] = {}
        for report in reports:
            for name in _names(report.title, report.organisation):
                self._reports.setdefault(name, []).append(report.id)
            if body := _body_of(report.organisation):
                self._bodies.setdefault(body, []).append(report.id)
        for name in self._reports:
            lengths.setdefault(name[:_HEAD], set()).add(len(name))
        #: how long the names are that begin with these characters, longest first
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def reports_of(self, name: str) -> Sequence[str]:
        """The ids of the reports that go by a name; none for a name that is not known."""
        return self._reports.get(name, ())

    def standing_in(self, text: str) -> list[tuple[int, str]]:
        """Every name that stands in a text, with its place; also those inside others."""
        return [
            (start, text[start : start + length])
            for start in range(len(text) - _HEAD + 1)
            for length in self._lengths.get(text[start : start + _HEAD], ())
            if text[start : start + length] in self._reports
        ]

    def bodies_in(self, text: str, places: Iterable[tuple[int, str]]) -> list[tuple[int, str, tuple[str, ...]]]:
        """The short names of offices and firms in a text, each with its place and the ids of their reports.

        A short name leaves characters out and keeps their order: 「卫健局」 is 卫生健康局, 「公交集团」 公共交通集团有限公司.

        :param places: the places that stand in the text; an office right after one must be of it.
        """
        after = {start + len(name): frozenset(self.reports_of(name)) for start, name in places}
        anywhere = len(self._bodies) <= _MOST_BODIES
        found: list[tuple[int, str, tuple[str, ...]]] = []
        free = len(text)
        for end in range(len(text), 1, -1):
            if end > free or text[end - 1] not in _BODY_END:
                continue
            for start in range(max(0, end - _LONGEST_BODY), end - 1):
                ids = self._reports_of_body(text[start:end], after.get(start), anywhere)
                if ids:
                    found.append((start, text[start:end], ids))
                    free = start
                    break
        return found

    def _reports_of_body(self, short: str, among: frozenset[str] | None, anywhere: bool) -> tuple[str, ...]:
        if among is not None:
            ids = (i for body, held in self._bodies.items() if _is_short_for(short, body) for i in held if i in among)
        elif anywhere and len(short) >= _SHORTEST_BODY:
            named = (body for body in self._bodies if body[0] == short[0] and _is_short_for(short, body))
            ids = (i for body in named for i in self._bodies[body])
        else:
            return ()
        return tuple(dict.fromkeys(ids))


@lru_cache(maxsize=1 << 15)
def _body_of(organisation: str) -> str:
    """The office without its place: 「沂源县交通运输局」 -> 交通运输局."""
    place = _PLACE.match(organisation)
    return organisation[place.end() :] if place else organisation


@lru_cache(maxsize=1 << 15)
def _is_short_for(short: str, name: str) -> bool:
    """Whether a name is another one's with characters left out."""
    rest = iter(name)
    return all(character in rest for character in short)


#: the names of the reports asked about last: the very same sequence is not read again
_LATEST: deque[tuple[Sequence[Report], Names]] = deque(maxlen=2)


def names_among(reports: Sequence[Report]) -> Names:
    """The names of reports; those of the sequence asked about last are kept, so hand over the same one, not a copy."""
    for held, names in tuple(_LATEST):
        if held is reports and isinstance(held, tuple):  # a list may have changed
            return names
    names = Names(reports)
    _LATEST.append((reports, names))
    return names


def find_scope(text: str, reports: Sequence[Report]) -> Scope:
    """The reports whose names stand in a question; a name inside a longer one that was found does not count again."""
    names = names_among(reports)
    taken: list[tuple[int, int, str]] = []
    for start, name in sorted(names.standing_in(text), key=lambda found: -len(found[1])):
        if not any(begun < start + len(name) and start < end for begun, end, _ in taken):
            taken.append((start, start + len(name), name))
    found = {name: (start, tuple(names.reports_of(name))) for start, _, name in sorted(taken, reverse=True)}
    for start, name, ids in names.bodies_in(text, [(start, name) for start, _, name in taken]):
        if not any(begun < start + len(name) and start < end for begun, end, _ in taken):
            found.setdefault(name, (start, ids))
    if not found:
        return Scope()
    ordered = sorted(found, key=lambda name: found[name][0])
    groups = _joined([(name, found[name][1]) for name in ordered])
    return Scope(tuple(dict.fromkeys(r for _, ids in groups for r in ids)), tuple(ordered), tuple(groups))


def _joined(named: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """One group a name; 「沂源县」 and 「交通运输局」 that share reports are one."""
    groups: list[tuple[str, tuple[str, ...]]] = []
    for name, ids in named:
        own = set(ids)
        for index, (other, held) in enumerate(groups):
            common = tuple(i for i in held if i in own)
            if common:
                groups[index] = (other, common)
                break
        else:
            groups.append((name, ids))
    return groups


#: the names of China's provincial-level regions (GB/T 2260), and the shape of names of smaller places
_PROVINCES = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_COUNTY = re.compile(
    r"[\u4e00-\u9fff]{1,2}[^\W\d_全各本我该外邻每几个多市省区州乡局委院把做将]县(?!域|级|乡|城(?!镇)|区|市|道|里|委|政(?!务))"
)


#: the name of a city or town, as it begins a question: 「2025年栖霖市的…」
_LEADING_PLACE = re.compile(
    r"^[^\u4e00-\u9fff]*(?:请问|那么?|[去今前明上]年|(?<=\d)年(?:度|末|底|上半年|下半年)?|[，,\s“”])*(?P<name>[\u4e00-\u9fff]{2,4}?(?:自治州|市|镇|乡))(?![场民级面内外容里政属长本区委直管亲下村间镇])"
)
_NO_NAME = re.compile(
    r"[全各本我咱该外每几多个哪谁这那城县省年超股夜的]|^[从对往到在把帮给向为去来要拉种发建修办让被由跟和]|建制|特色|小城|乡镇|城镇"
)
#: counties without a name: 「跟兄弟县比」
_ANY_COUNTY = re.compile(r"兄弟|周边|邻近|相邻|其他|别的|先进")
#: what jieba's dictionary takes for places and is none
_ANY_PLACE = frozenset({"大城市", "小城镇", "中心城市"})


def kind_of_place(report: Report) -> str:
    """The rank of the place whose report it is: 省 for a provincial-level region, 市, 县, or "" where its name does not say."""
    name = report.organisation
    if _PROVINCES.match(name):
        return "省"
    place = _PLACE.match(name)
    end = place.group()[-1] if place else ""
    return {"市": "市", "盟": "市", "州": "市", "县": "县", "区": "县", "旗": "县"}.get(end, "")


def unknown_places(question: Question, scope: Scope, evidence: str = "") -> list[str]:
    """The places a question is about that neither name a report in its scope nor stand in the evidence."""
    text = question.standalone
    found = [match.group() for match in _PROVINCES.finditer(text)]
    found += [place for match in _COUNTY.finditer(text) if (place := _name_in(match.group()))]
    found += [
        word
        for word in words.cut(text)
        if len(word) > 2
        and _ADMINISTRATIVE.search(word)
        and words.is_place(word)
        and not _PROVINCES.match(word)
        and word not in _ANY_PLACE
    ]
    bare = text
    for name in scope.names:
        bare = bare.replace(name, "")
    leading = _LEADING_PLACE.match(bare)
    name = _name_in(leading["name"]) if leading else ""
    if name and not _NO_NAME.search(name) and not words.is_known(name):
        found.append(name)
    held = "".join(scope.names)
    return [place for place in dict.fromkeys(found) if not _stands(place, held) and not _stands(place, evidence)]


def _name_in(match: str) -> str:
    """The place's name without the words before it: 「年要把县」 holds none, 「来咱县」 and 「跟兄弟县」 neither."""
    if _ANY_COUNTY.search(match):
        return ""
    cut = words.cut(match)
    last = max((place for place, word in enumerate(cut) if word in STOP_WORDS), default=-1)
    name = "".join(cut[last + 1 :])
    return name if len(name) > 1 else ""


def _stands(place: str, text: str) -> bool:
    """Whether a place stands in a text; one found as 「在云台县」 does where 云台县 stands, 青岛市 also where 青岛 does."""
    short = _ADMINISTRATIVE.sub("", place)
    return (words.is_place(place) and short in text) or any(
        place[cut:] in text for cut in range(max(1, len(place) - 2))
    )
