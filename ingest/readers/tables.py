"""Tables in words: every row becomes a sentence that repeats its column headers, so that it can be found and quoted alone.

「路线：X009淄安路；里程12.3公里；投资3500万元。」 A figure stands right behind its header, as it would in prose, and carries the
unit that the header (「里程（公里）」) or the note over the table (「单位：万元」) names; any other cell follows a colon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.quantities import UNIT_PATTERN

#: the cells of a row; None where the cell to the left goes on, merged over columns
Cells = tuple[str | None, ...]

_SCALE = r"(?:万亿|千万|百万|十万|亿|万|千|百)?"
_UNIT = rf"(?:{_SCALE}(?:{UNIT_PATTERN})(?:[/每]{_SCALE}(?:{UNIT_PATTERN}))?|{_SCALE}[%‰])"
_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_BARE = re.compile(rf"约?{_NUMBER}(?:[-—–~～至]{_NUMBER})?")
_FIGURE = re.compile(
    rf"(?:约|近|超|超过|不少于|不低于)?{_NUMBER}(?:[-—–~～至]{_NUMBER})?(?:{_SCALE}[余多]?{_UNIT}|亿|万)(?:左右|以上|以下|以内)?"
    r"|(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:底|初|末)?(?:前)?"
)
_NUMERIC = re.compile(r"[\d,.%+\-—/ ]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: 「里程（公里）」, 「投资（单位：万元）」, 「投资/万元」
_NAMED_UNIT = re.compile(
    rf"\s*(?:[（(\[［]\s*(?:单位\s*[:：])?\s*(?P<unit>{_UNIT})\s*[）)\]］]"
    r"|[/／,，]\s*(?P<tail>(?:万|亿)?(?:元|亩|吨|人次?)|公里|千米|平方米|立方米|[%‰]))$"
)
_NOTE = re.compile(rf"单位\s*[:：]\s*(?P<units>{_UNIT}(?:\s*[、，,/和 ]\s*{_UNIT})*)(?=$|[^\w])")
#: what a unit in a note over the table can measure: 「单位：公里、万元」 says nothing of a column 「序号」
_MEASURES = tuple(
    (re.compile(rf"{_SCALE}(?:{units})"), re.compile(names))
    for units, names in (
        ("元|美元", r"投资|资金|金额|经费|收入|支出|预算|决算|产值|增加值|总额|余额|价|费|款|税|补助|补贴|贷|债"),
        ("公里|千米|米", r"里程|长度|全长|总长|路程"),
        ("亩|公顷|平方米|平方公里", r"面积|占地"),
        ("吨|公斤|千克", r"产量|重量|运量|货运|吞吐量"),
        ("人|人次", r"人数|人口|客运|旅客"),
        ("%", r"率$|比重|占比|比例|增速|增幅|增长|下降|同比"),
    )
)
#: 「排查隐患数 46」 can be said as 「排查隐患数为46」, 「序号 46」 cannot
_COUNT = re.compile(r".*(?:数|量|额|值|合计|总计|小计)")
_UNIT_COLUMN = re.compile(r"(?:计量)?单\s*位")
#: columns whose figures are of no row's unit
_NO_MEASURE = re.compile(
    r"增长|增速|增幅|增减|同比|环比|占比|比重|比例|率|[±%]|排名|名次|位次|序号|编号|代码|电话|年份|备注|日期|时间"
)
#: a cell that says itself what it is, and one that is a name for the cell beside it
_LABELLED = re.compile(r"[^：:，。；\d]{2,10}[：:].")
_NAME = re.compile(r"[^：:]{1,20}[：:]")
_TORN = re.compile(r"(?<=[\u3400-\u9fff（）]) (?=[\u3400-\u9fff（）])")


@dataclass(frozen=True)
class Told:
    """A table in words: for each row its line, None for those of the header; and its cells, one header row first.

    Lines over the header (a title, a note) and under the table (who filled it in) are lines, but no rows of ``rows``. Without a header all rows are there.
    """

    lines: tuple[str | None, ...]
    rows: tuple[tuple[str, ...], ...]


def tell(rows: Sequence[Cells], note: str = "") -> Told:
    """A table in words.

    :param rows: at least one row, no row empty, each cell clean; cells merged over rows stand in each of them.
    :param note: what stands right before the table, where its unit may be named: 「单位：万元」.
    """
    rows = _without_empty_columns(rows)
    at = 0
    while at < len(rows) - 1 and _is_caption(rows, at):
        at += 1
    captions = [" ".join(filter(None, row)) for row in rows[:at]]
    end = len(rows)
    while end > at + 2 and _says_itself(rows[end - 1]):
        end -= 1
    below = tuple("；".join(filter(None, row)) for row in rows[end:])
    rows = rows[at:end]
    if _is_form(rows) or _is_labelled(rows):
        return Told((*captions, *map(_pairs, rows), *below), _plain(rows))
    if not _can_be_header(rows):
        return Told((*captions, *("；".join(filter(None, row)) for row in rows), *below), _plain(rows))
    depth = 1
    while depth < len(rows) - 1 and _goes_on(rows[depth - 1], rows[depth]):
        depth += 1
    header, body = _one_header(rows[:depth]), rows[depth:]
    notes = _units(" ".join((note, *captions)))
    columns = [_column(name, notes) for name in header]
    lines = (*captions, *(None,) * depth, *(_sentence(columns, row) for row in body), *below)
    return Told(lines, (header, *_plain(body)))


def apart(rows: Sequence[Cells]) -> list[tuple[Cells, ...]]:
    """The tables on a sheet, which empty rows part: a new one begins where a title or a header follows.

    Rows of records after an empty row belong to the table before, whose header they need.
    """
    parts: list[list[Cells]] = []
    after_empty = True
    for place, row in enumerate(rows):
        if not any(row):
            after_empty = True
            continue
        if not parts or (after_empty and _begins(rows[place : place + 3])):
            parts.append([])
        parts[-1].append(row)
        after_empty = False
    return [tuple(part) for part in parts]


def _begins(rows: Sequence[Cells]) -> bool:
    """Whether a table may begin with these rows: a title alone, or names over a row with a number."""
    first, *others = rows
    if sum(map(bool, first)) == 1:
        return True
    if any(cell and (_NUMERIC.fullmatch(cell) or _FIGURE.fullmatch(cell)) for cell in first):
        return False
    return any(cell and (_NUMERIC.fullmatch(cell) or _FIGURE.fullmatch(cell)) for row in others for cell in row)


def _plain(rows: Sequence[Cells]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell or "" for cell in row) for row in rows)


def _without_empty_columns(rows: Sequence[Cells]) -> list[Cells]:
    width = max(map(len, rows))
    full = [row + ("",) * (width - len(row)) for row in rows]
    kept = [column for column in range(width) if any(row[column] for row in full)]
    return [_kept(row, kept) for row in full]


def _kept(row: Cells, columns: Sequence[int]) -> Cells:
    """The cells of some columns; None stays only where what it continues stands to its left."""
    return tuple(row[column] if row[column] is not None or place else "" for place, column in enumerate(columns))


def _is_caption(rows: Sequence[Cells], at: int) -> bool:
    """Whether a row over the header is no part of the table: its title, who filled it in, its unit."""
    row = rows[at]
    filled = [cell for cell in row if cell]
    if len(filled) == 1 and (row[0] or _NOTE.search(filled[0])):
        return len(row) > 1
    below = sum(1 for cell in rows[at + 1] if cell)
    sparse = len(row) > 3 and sum(cell != "" for cell in row) <= len(row) / 2 < below
    return sparse or (len(filled) < below and any(_NOTE.search(cell) for cell in filled))


def _can_be_header(rows: Sequence[Cells]) -> bool:
    first = rows[0]
    if len(first) < 2 or len(rows) < 2 or _says_itself(first):
        return False
    named = not first[0] or not _NUMERIC.fullmatch(first[0])  # 「指标 | 2021 | 2022」
    return not any(cell and _NUMERIC.fullmatch(cell) and not (named and _YEAR.fullmatch(cell)) for cell in first)


def _is_form(rows: Sequence[Cells]) -> bool:
    """Whether two columns are names and their values: 「项目名称 | 临临高速」, 「总投资 | 36亿元」, 「工期 | 三年」."""
    if len(rows) < 2 or any(len(row) != 2 for row in rows):
        return False
    figures = [bool(_FIGURE.fullmatch(value) or _NUMERIC.fullmatch(value)) for _, value in rows if value]
    labels = all(name and not _NUMERIC.fullmatch(name) for name, _ in rows)
    return labels and not all(figures[1:]) and any(figures[1:])


def _says_itself(row: Cells) -> bool:
    """Whether each cell says itself what it is, and belongs to no column: 「填表人：王某 | 审核人：李某」."""
    filled = [cell for cell in row if cell]
    return bool(filled) and all(_LABELLED.match(cell) for cell in filled)


def _is_labelled(rows: Sequence[Cells]) -> bool:
    """Whether every second cell is a name with its value to the right: 「索引号： | 11370-1 | 主题分类： | 工作总结」."""
    names = [cell for row in rows for cell in row[::2] if cell]
    values = [cell for row in rows for cell in row[1::2] if cell]
    return bool(values) and all(_NAME.fullmatch(name) for name in names) and not any(map(_NAME.fullmatch, values))


def _goes_on(upper: Cells, lower: Cells) -> bool:
    """Whether a second row belongs to the header: it parts what is merged over columns, and all else is merged down."""
    if any(cell and _NUMERIC.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in lower):
        return False
    parted = [cell is None or following is None for cell, following in zip(upper, (*upper[1:], ""), strict=True)]
    if any(parted) and any(below and below == above for above, below in zip(upper, lower, strict=True)):
        return True  # what is merged down names both rows: 「2023年」 may stand over a lone 「全年」
    return any(parted) and all(
        apart or below in ("", None) or below == above for apart, above, below in zip(parted, upper, lower, strict=True)
    )


def _one_header(rows: Sequence[Cells]) -> tuple[str, ...]:
    """Headers of several rows as one: 「建设规模（公里）」 over 「新建」 is 「建设规模新建（公里）」."""
    names: list[list[str]] = [[] for _ in rows[0]]
    units: list[str] = ["" for _ in rows[0]]
    for depth, row in enumerate(rows):
        spread = ""
        for column, cell in enumerate(row):
            spread = spread if cell is None and depth < len(rows) - 1 else cell or ""
            name, unit = _parted(_TORN.sub("", spread))
            units[column] = unit or units[column]
            if name and name not in names[column]:
                names[column].append(name)
    return tuple("".join(parts) + (f"（{unit}）" if unit else "") for parts, unit in zip(names, units, strict=True))


def _parted(name: str) -> tuple[str, str]:
    """A header and the unit it names, "" where it names none."""
    match = _NAMED_UNIT.search(name)
    if not match or not match.start():
        return name, ""
    return name[: match.start()], match.group("unit") or match.group("tail")


def _units(text: str) -> tuple[str, ...]:
    note = _NOTE.search(text)
    return tuple(re.findall(_UNIT, note.group("units"))) if note else ()


def _column(header: str, notes: Sequence[str]) -> tuple[str, str, str]:
    """A column's header as it stands, the name that goes before a figure, and the unit that goes behind it."""
    name, unit = _parted(header)
    if unit:
        return header, name, unit
    fitting = [note for note in notes for units, names in _MEASURES if units.fullmatch(note) and names.search(header)]
    return header, name, fitting[0] if len(set(fitting)) == 1 else ""


def _sentence(columns: Sequence[tuple[str, str, str]], row: Cells) -> str:
    """A row in words; one whose first cell alone is filled is a caption amid the table."""
    if not any(row[1:]):
        return row[0] or ""
    own, since = _own_unit(columns, row)
    said = []
    for place, ((header, name, unit), cell) in enumerate(zip(columns, row, strict=True)):
        if cell:
            lent = own if place > since and not _NO_MEASURE.search(header) else ""
            said.append(_said(header, name, unit or lent, cell))
    return "；".join(said) + "。"


def _own_unit(columns: Sequence[tuple[str, str, str]], row: Cells) -> tuple[str, int]:
    """The unit of all figures of a row and the column after which they stand, where the row names one itself:
    「公路总里程 | 公里 | 2630 | 2688」 under 「单位」, 「客运量（万人） | 356 | 401」; "" where it does not."""
    for place, ((header, _, _), cell) in enumerate(zip(columns, row, strict=True)):
        if _UNIT_COLUMN.fullmatch(header) and cell and re.fullmatch(_UNIT, cell):
            return cell, place
    named = next((place for place, cell in enumerate(row) if cell and not _NUMERIC.fullmatch(cell)), 0)
    return _parted(row[named] or "")[1], named


def _said(header: str, name: str, unit: str, cell: str) -> str:
    cell = cell.rstrip("。；;")
    header, name = header.rstrip("：:"), name.rstrip("：:")
    if not header:
        return cell
    if name[-1:].isdecimal():
        if not _YEAR.fullmatch(name):
            return f"{name}：{cell}{unit}" if unit and _BARE.fullmatch(cell) else f"{header}：{cell}"
        name = header = f"{name}年"
    if unit and _BARE.fullmatch(cell):
        return f"{name}{cell}{unit}"
    if _FIGURE.fullmatch(cell):
        return f"{name}{cell}"
    if _COUNT.fullmatch(name) and _BARE.fullmatch(cell):
        return f"{name}为{cell}"
    return f"{header}：{cell}"


def _pairs(row: Cells) -> str:
    """A row of names, each with its value to the right of it."""
    pairs = [(name or "", value or "") for name, value in zip(row[::2], (*row[1::2], ""), strict=False)]
    said = [_said(*_column(name, ()), value) for name, value in pairs if value]
    return "；".join(said) + "。" if said else "；".join(name for name, _ in pairs if name)
