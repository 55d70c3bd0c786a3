"""Which reports a question is about: the places, organisations and titles in it that the library knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.understanding.question import Question
from ingest.document import Report

_NATIONS = "壮族|回族|维吾尔|藏族|蒙古族|苗族|彝族|土家族|布依族|侗族|瑶族|白族|哈尼族|傣族|黎族|傈僳族|佤族|畲族|羌族|满族|朝鲜族|哈萨克|柯尔克孜"
_ADMINISTRATIVE = re.compile(
    rf"(?:(?:{_NATIONS})*(?:自治区|自治州|自治县|自治旗)|特别行政区|省|市|地区|盟|州|县|区|旗|镇|乡)$"
)
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,10}?(?:省|自治区|特别行政区|自治州|市|地区|盟|自治县|县|区|旗|镇|乡)")
_BODY_SHORT = (
    ("交通运输局", "交通局"),
    ("人力资源和社会保障局", "人社局"),
    ("发展和改革委员会", "发改委"),
    ("教育体育局", "教体局"),
    ("卫生健康委员会", "卫健委"),
)


@dataclass(frozen=True)
class Scope:
    """The reports asked about, by what named them; ``reports`` empty where the question names none the library knows."""

    reports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    #: the reports by the place or organisation named, in the order of the question
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()


def names_of(report: Report) -> list[str]:
    """The names a report goes by, longest first: 「广西壮族自治区」 also 「广西」, 「沂源县交通运输局」 also 「沂源县」 and 「沂源」."""
    found: dict[str, None] = {}
    organisation = report.organisation
    for name in filter(None, (report.title, organisation)):
        found[name] = None
    place = _PLACE.match(organisation)
    for name in filter(None, (place and place.group(), organisation if not place else "")):
        found[name] = None
        short = _ADMINISTRATIVE.sub("", name)
        if len(short) >= 2:
            found[short] = None
    if place and place.end() < len(organisation):
        body = organisation[place.end() :]
        found[body] = None
        found.update({body.replace(long, short): None for long, short in _BODY_SHORT if long in body})
    return sorted(found, key=len, reverse=True)


def find_scope(text: str, reports: Sequence[Report]) -> Scope:
    """The reports whose names stand in a question; a name inside a longer one that was found does not count again."""
    by_name: dict[str, list[str]] = {}
    for report in reports:
        for name in names_of(report):
            by_name.setdefault(name, []).append(report.id)
    taken: list[tuple[int, int, str]] = []
    for name in sorted(by_name, key=len, reverse=True):
        if name not in text:
            continue
        for match in re.finditer(re.escape(name), text):
            if not any(start < match.end() and match.start() < end for start, end, _ in taken):
                taken.append((match.start(), match.end(), name))
    ordered = list(dict.fromkeys(name for _, _, name in sorted(taken)))
    if not ordered:
        return Scope()
    groups = _joined(ordered, by_name)
    return Scope(tuple(dict.fromkeys(r for _, ids in groups for r in ids)), tuple(ordered), tuple(groups))


def _joined(names: Iterable[str], by_name: dict[str, list[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """One group a name; 「沂源县」 and 「交通运输局」 that share reports are one."""
    groups: list[tuple[str, tuple[str, ...]]] = []
    for name in names:
        ids = by_name[name]
        for index, (other, held) in enumerate(groups):
            common = tuple(i for i in held if i in ids)
            if common:
                groups[index] = (other, common)
                break
        else:
            groups.append((name, tuple(ids)))
    return groups


#: the names of China's provincial-level regions (GB/T 2260), and the shape of names of smaller places
_PROVINCES = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_COUNTY = re.compile(
    r"[\u4e00-\u9fff]{1,2}[^\W\d_全各本我该外邻每几个多市省区州乡]县(?!域|级|乡|城(?!镇)|区|市|道|里|委|政(?!务))"
)


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
    found = [match.group() for pattern in (_PROVINCES, _COUNTY) for match in pattern.finditer(text)]
    held = "".join(scope.names)
    return [place for place in dict.fromkeys(found) if not _stands(place, held) and not _stands(place, evidence)]


def _stands(place: str, text: str) -> bool:
    """Whether a place stands in a text; one found as 「在云台县」 does where 云台县 stands."""
    return any(place[cut:] in text for cut in range(max(1, len(place) - 2)))
