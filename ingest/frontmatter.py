"""What a report is: its title, organisation and years, read from its first lines and its file name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from ingest.document import Document
from ingest.outline import lines

_YEAR = re.compile(r"((?:19|20)\d{2})\s*年?(?!\d)")
_TITLE = re.compile(r"工作报告|总结|计划|要点|汇报|述职|打算|报告|安排|方案|规划|公报|通报")
_PLACE = r"[\u4e00-\u9fff]{2,8}?(?:省|自治区|特别行政区|市|自治州|州|盟|地区|县|自治县|旗|区|镇|乡|街道)"
_BODY = (
    r"[\u4e00-\u9fff]{2,14}?(?:人民政府|政府|局|委员会|办公室|厅|中心|集团(?:(?:股份|有限|责任)*公司)?|公司|学校|大学|医院|支队|大队|总队|"
    r"法院|检察院|科|处|部|院|所|站)"
)
_ORGANISATION = re.compile(rf"({_PLACE})?({_BODY})")
_PLACE_ONLY = re.compile(rf"({_PLACE})")
_CONGRESS = re.compile(rf"在({_PLACE})第[\d一二三四五六七八九十]+届")
_NOISE = re.compile(r"^[_\-—\s（）()【】]+|[_\-—\s（）()【】]+$")
#: a heading over a year's plans: 「二、2024年工作安排」
_PLANS_OF = re.compile(
    r"^[\s一二三四五六七八九十、（）()\d.．]{0,6}((?:19|20)\d{2})年[^，。；\n]{0,12}(?:安排|计划|打算|重点工作|主要任务|思路|目标任务)[^，。；\n]{0,8}$",
    re.M,
)
_FRONT_LINES = 14
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class FrontMatter:
    """A report's title and organisation, the year it gives account of and the year it plans for; "", None if unknown.

    ``year`` is the year in its title: 「2026年山东省政府工作报告」 is of 2026, gives account of 2025 and plans 2026.
    """

    title: str
    organisation: str = ""
    year: int | None = None
    results_year: int | None = None
    plans_year: int | None = None


def describe(document: Document, file: str) -> FrontMatter:
    """The front matter of a document that was read from ``file`` (a name or a path)."""
    stem = _NOISE.sub("", PurePath(file).stem).replace("_", " ")
    front = [document.text[start:end] for start, end in lines(document.text)][:_FRONT_LINES]
    head = [line for line in front if len(line) <= _LONGEST_TITLE]
    titles = [_NOISE.sub("", line) for line in head if _TITLE.search(line) and not re.search(r"[，。；]", line)]
    own = max(titles, key=_title_merit, default="")
    known = own if _title_merit(own) >= _title_merit(stem) or not _TITLE.search(stem) else stem
    organisation = _organisation([known, stem, *head], "\n".join(front))
    years = _years(known) or _years(stem) or _years(" ".join(head))
    year = years[0] if years else None
    results, plans = _account(known, years, document.text)
    return FrontMatter(_full_title(own or stem, organisation, year), organisation, year, results, plans)


def _full_title(title: str, organisation: str, year: int | None) -> str:
    """The title with what it leaves out: 「政府工作报告」 of 广东省 for 2026 is 「广东省2026年政府工作报告」."""
    if year and not _YEAR.search(title):
        title = f"{year}年{title}"
    return title if organisation in title else organisation + title


def _title_merit(title: str) -> int:
    """How much a title tells: its kind, its year, who speaks; 「政府工作报告」 tells less than a good file name."""
    if not title:
        return -1
    return (
        2 * bool(_TITLE.search(title))
        + 2 * bool(_YEAR.search(title))
        + 2 * bool(_ORGANISATION.search(title) or _PLACE_ONLY.search(title))
        - (len(title) > 40)
    )


def _years(text: str) -> list[int]:
    return [int(year) for year in dict.fromkeys(_YEAR.findall(text))]


def _organisation(titles: list[str], front: str) -> str:
    """The organisation named in the title or file name; for a government's report the place whose congress heard it."""
    congress = _CONGRESS.search(re.sub(r"\s", "", front))
    for title in titles[:2]:
        bare = re.sub(r"^\s*\d{4}\s*年?\s*|\s|\d{4}年度?", "", title.split("关于")[0])  # who speaks stands before 关于
        match = _ORGANISATION.search(bare)
        if match and match.group(1):
            return match.group(1) if match.group(2) in ("政府", "人民政府") else match.group()
        place = _PLACE_ONLY.search(bare)
        if place:
            return place.group(1)
        if match and match.group(2) not in ("政府", "人民政府"):
            return match.group()
    if congress:
        return congress.group(1)
    for line in titles[2:]:
        match = _ORGANISATION.search(line)
        if match and match.group(1):
            return match.group(1) if match.group(2) in ("政府", "人民政府") else match.group()
    return ""


def _account(title: str, years: list[int], text: str) -> tuple[int | None, int | None]:
    """The year accounted for and the year planned for.

    A government's work report of a year is given in its first weeks: it accounts for the year before, unless a heading of it plans
    for the year after. 「2022年工作总结和2023年工作计划」 says both itself; a plan alone follows the year it accounts for, a summary
    alone precedes its plans.
    """
    if not years:
        return None, None
    if len(years) >= 2:
        return min(years), max(years)
    year = years[0]
    summary, plan = (
        re.search(r"总结|汇报|述职|公报|情况(?=的?报告|[和及暨与]|以及)", title),
        re.search(r"计划|要点|打算|安排|方案|规划", title),
    )
    if summary and plan:
        return year, year
    plans_next = any(int(found) == year + 1 for found in _PLANS_OF.findall(text))
    if summary or (plans_next and not plan):
        return year, year + 1
    return year - 1, year
