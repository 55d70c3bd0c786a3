"""The outline of a report: numbered and run-on headings become a tree of sections with true offsets.

Chinese reports mark their structure by numbering, not by fonts, and rarely by one family alone: 一、 （一） 1. （1）
一是. A text that starts with （一） or 1. works as well: only the order of the families is fixed, not which there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Document, Section

_HAN = "一二三四五六七八九十百"
#: families that open a line; a period after digits must not be a decimal point: 「1.8亿」 is no heading
_LINE_FAMILIES = {
    "chapter": re.compile(rf"(?:第[{_HAN}\d]{{1,3}}(?:部分|[章节部篇])|[上中下]篇)[\s、，：:]*"),
    "han": re.compile(rf"([{_HAN}]{{1,3}})[、.．]\s*"),
    "han-bracket": re.compile(rf"[（(]\s*([{_HAN}]{{1,3}})\s*[）)][、.．]?\s*"),
    "digit": re.compile(r"(\d{1,2})(?:[、．]|\.(?!\d))\s*"),
    "digit-bracket": re.compile(r"[（(]\s*(\d{1,2})\s*[）)][、.．]?\s*|[①-⑳]\s*"),
    "note": re.compile(r"[［\[]\s*(\d{1,3})\s*[］\]]\s*"),
    "dash": re.compile(r"[—―–-]{2}(?=\D)\s*"),
}
#: points inside a paragraph: 「一是…；二是…」「一要…。二要…」「第一，…」; a sentence or the line must end before them
_POINT = re.compile(rf"(?:(?<=[。；;：:！？，,、\n \]])|\A)\s*(?:[{_HAN}]{{1,2}}(?:是|要)|第[{_HAN}]{{1,2}}[，,])")
_NUMBER_VALUE = {character: value for value, character in enumerate("一二三四五六七八九十", start=1)}

#: families that live inside one paragraph and end with it
_INLINE = {"lead", "point"}
_TITLE_END = re.compile(r"[。：:；;！？!?]")
_POINT_TITLE_END = re.compile(r"[，,。：:；;！？!?]")
_LONGEST_TITLE = 60
#: 「三、功崇惟志：2026年工作安排」: a chapter's line of two halves is its title whole
_LONGEST_LINE = 45
_SECOND_HALF = re.compile(r"[:：][^。；;！？!?\d]*(?:\d{4}年?[^。；;！？!?\d]*)?")
_LONGEST_LEAD = 30
_UNNUMBERED = re.compile(r"[^。，；：！？!?…,;:]{4,40}")
#: a sentence on a line of its own that announces the paragraph below it: 「这一年，我们敢闯敢试，改革开放步伐加快。」
_LEAD_LINE = re.compile(r"[^。；：！？\d]{8,40}[。：]")
_FRONT_LINE = re.compile(r"各位代表|来源|时间|分享|字体|记者|您的位置|^首页|^[\d\s年月日:：-]+$")


@dataclass
class _Open:
    """A section whose end is not known yet."""

    family: str
    number: int
    title: str
    start: int
    body: int


def _number(text: str) -> int:
    """The value of a heading's number; 0 where it has none."""
    digits = re.search(r"\d+", text)
    if digits:
        return int(digits.group())
    han = "".join(character for character in text if character in _HAN)
    if not han:
        return 0
    if "十" in han:
        tens, _, ones = han.partition("十")
        return _NUMBER_VALUE.get(tens, 1) * 10 + _NUMBER_VALUE.get(ones, 0)
    return _NUMBER_VALUE.get(han, 0)


def lines(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of every line that holds anything, white space at both ends left out."""
    start = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            at = start + line.index(stripped)
            yield at, at + len(stripped)
        start += len(line) + 1


def outline(document: Document, title: str = "") -> tuple[Section, ...]:
    """The sections of a document in order of their starts; a text without headings gives none.

    :param title: the report's; where a heading over all others says the same, it is none.
    :returns: sections that nest: each lies wholly inside the one whose path is its own less the last title.
    """
    text = document.text
    marked = {heading.start: heading for heading in document.headings}
    found: list[_Open] = []
    body_begun = False
    spans = list(lines(text))
    for position, (start, end) in enumerate(spans):
        heading = marked.get(start)
        if heading:
            found.append(
                _Open(f"style{heading.level}", 0, text[heading.start : heading.end].strip(), start, heading.end)
            )
            continue
        following = spans[position + 1] if position + 1 < len(spans) else None
        found.extend(_line_sections(text, start, end, following, body_begun))
        body_begun = body_begun or end - start > _LONGEST_TITLE
    return tuple(_close(text, found[1:] if _is_title(found, title) else found))


def _is_title(found: Sequence[_Open], title: str) -> bool:
    """Whether the first heading is the report's title, as the file marks it: over all others, and said beside every
    passage anyway."""
    if len(found) < 2 or not found[0].family.startswith("style"):
        return False
    over_all = all(_rank(other.family) > _rank(found[0].family) for other in found[1:])
    return over_all and re.sub(r"\s", "", found[0].title) in re.sub(r"\s", "", title)


def _line_sections(text: str, start: int, end: int, following: tuple[int, int] | None, body: bool) -> Iterator[_Open]:
    """The sections that begin in one line: its own heading, then the points inside it."""
    heading = _numbered(text, start, end)
    if heading is None and body and following:
        heading = _announcement(text, start, end, following)
    heading = heading or _lead(text, start, end)
    if heading is None:
        yield from _points(text, start, end)
        return
    yield heading
    if heading.body < end:
        yield from _points(text, heading.body, end)


def _numbered(text: str, start: int, end: int) -> _Open | None:
    """A line's own heading by its numbering."""
    for family, pattern in _LINE_FAMILIES.items():
        match = pattern.match(text, start, end)
        if match:
            title_end = _title_end(text, match.end(), end)
            if (
                family in ("chapter", "han")
                and end - start <= _LONGEST_LINE
                and _SECOND_HALF.fullmatch(text, title_end, end)
            ):
                title_end = end
            title = text[match.end() : title_end].strip()
            return _Open(family, _number(match.group()), title, start, _skip(text, title_end, end))
    return None


def _announcement(text: str, start: int, end: int, following: tuple[int, int]) -> _Open | None:
    """A line that is nothing but a heading, or one sentence that announces the long paragraph below it."""
    alone = _UNNUMBERED.fullmatch(text, start, end)
    if alone and not _FRONT_LINE.search(alone.group()) and not text[end - 1].isdigit():
        return _Open("unnumbered", 0, alone.group(), start, end)
    if following[1] - following[0] > _LONGEST_TITLE and _LEAD_LINE.fullmatch(text, start, end):
        return _Open("lead-line", 0, text[start : end - 1], start, end)
    return None


def _lead(text: str, start: int, end: int) -> _Open | None:
    """A short first sentence that names what its paragraph is about: 「产业结构持续优化。2025年四大主导产业…」."""
    stop = _TITLE_END.search(text, start, min(end, start + _LONGEST_LEAD))
    if stop is None or text[stop.start()] != "。" or end - stop.end() <= _LONGEST_LEAD or _POINT.match(text, start):
        return None
    title = text[start : stop.start()]
    return None if re.search(r"\d", title) else _Open("lead", 0, title, start, stop.end())


def _points(text: str, start: int, end: int) -> Iterator[_Open]:
    """「一是…；二是…」 inside a paragraph. A lone 「一是」 is prose; the count must begin at one and go on."""
    matches = list(_POINT.finditer(text, start, end))
    numbers = [_number(m.group()) for m in matches]
    expected = 1
    for index, (match, number) in enumerate(zip(matches, numbers, strict=True)):
        goes_on = number + 1 in numbers[index + 1 :] or number > 1
        if number not in (1, expected) or not goes_on:
            continue
        expected = number + 1
        begin = match.start() + len(match.group()) - len(match.group().lstrip())
        cut = _POINT_TITLE_END.search(text, match.end(), end)
        title_end = cut.start() if cut else end
        yield _Open("point", number, text[match.end() : title_end].strip(), begin, begin)


def _title_end(text: str, start: int, end: int) -> int:
    """Where a heading ends: at its line's end, or, run on into its paragraph, at the first full stop or colon."""
    stop = _TITLE_END.search(text, start, end)
    if stop and stop.start() - start <= _LONGEST_TITLE:
        return stop.start()
    if end - start <= _LONGEST_TITLE:
        return end
    comma = re.compile("[，,]").search(text, start, min(end, start + _LONGEST_TITLE))
    return comma.start() if comma else min(end, start + _LONGEST_TITLE)


def _skip(text: str, at: int, end: int) -> int:
    """Past the mark that ends a run-on heading."""
    return at + 1 if at < end and _TITLE_END.match(text[at]) else at


def _rank(family: str) -> int:
    """How deep a family stands before anything is known: styles by their level, leads and points innermost."""
    if family.startswith("style"):
        return int(family[5:])
    order = (
        "unnumbered",
        "chapter",
        "han",
        "han-bracket",
        "digit",
        "digit-bracket",
        "note",
        "dash",
        "lead-line",
        "lead",
        "point",
    )
    return 20 + order.index(family)


def _close(text: str, found: list[_Open]) -> list[Section]:
    """Nest the headings by family and give each its end and path."""
    closed: list[Section] = []
    stack: list[tuple[_Open, int]] = []  # with its index in `closed`

    def pop(end: int) -> None:
        _, index = stack.pop()
        section = closed[index]
        closed[index] = Section(section.title, section.level, section.start, section.body, end, section.path)

    for item in found:
        while stack and stack[-1][0].family in _INLINE and (line_end := _line_end(text, stack[-1][0])) <= item.start:
            pop(line_end)
        while stack and not _holds(text, stack[-1][0], item):
            next_sibling = stack[-1][0].family == item.family and item.number == stack[-1][0].number + 1 > 1
            pop(item.start)
            if next_sibling:
                break
        path = (*(entry.title for entry, _ in stack), item.title)
        stack.append((item, len(closed)))
        closed.append(Section(item.title, len(path), item.start, item.body, len(text), path))
    while stack:
        pop(_line_end(text, stack[-1][0]) if stack[-1][0].family in _INLINE else len(text))
    return closed


def _line_end(text: str, item: _Open) -> int:
    """The end of the line that an inline section begins in; its reach."""
    end = text.find("\n", item.start)
    return len(text) if end < 0 else end


def _holds(text: str, outer: _Open, inner: _Open) -> bool:
    """Whether ``inner`` stands inside ``outer``.

    「三、下一步工作要求」 directly followed by 「一、提效争先要“快”起来」: the same family restarts inside itself.
    """
    if outer.family == inner.family:
        restarts = inner.number == 1 and outer.number > 1
        return restarts and inner.family == "han" and not text[outer.body : inner.start].strip()
    return _rank(outer.family) < _rank(inner.family)
