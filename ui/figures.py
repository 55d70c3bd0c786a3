"""What is looked up, as HTML: a table of figures, done beside planned, and bars to compare by. All text is escaped.

Whatever shows a figure carries its report's id and its place (``data-report``, ``data-start``), so that a click opens its
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bot.indicators import UNNAMED
from bot.lookup import Comparison, Found, Group, Line, compare
from ingest.document import Figure

#: lines shown before 显示其余, and rows of a chart or comparison before 其余
SHOWN_LINES = 100
SHOWN_ROWS = 8
#: rows of a chart or comparison at most
MOST_ROWS = 60
#: indicators offered as buttons
SHOWN_GROUPS = 12

STATUSES = {"done": "完成", "planned": "计划", "": "—"}

_SCALE = "万亿|千亿|百亿|亿|千万|百万|十万|万"


def parted(figure: Figure) -> tuple[str, str]:
    """A figure's text as number and unit: 「约36亿元」 -> 约36, 亿元; 「4.5%左右」 -> 4.5左右, %; ranks and ratios stay whole."""
    if not figure.unit or figure.kind in ("rank", "ratio", "date"):
        return figure.text, ""
    found = re.search(rf"(?:{_SCALE})?{re.escape(figure.unit)}", figure.text)
    if not found:
        return figure.text, ""
    number = figure.text.replace(found.group(), "")
    return (number, found.group()) if re.search(r"[\d一二三四五六七八九十百千两半]", number) else (figure.text, "")


def opening() -> str:
    """What stands before anything was looked up."""
    return '<div class="empty"><h2>快速查数</h2><p>输入指标，或选定报告，列出其中的数据；点任何一行，看它在原文里的那句话。</p></div>'


def nothing(text: str) -> str:
    """What stands where nothing was found."""
    what = f"「{escape(text.strip())}」" if text.strip() else "所选报告"
    return f'<div class="empty"><h2>没有查到{what}的数据</h2><p>换个说法、减少字数，或放宽报告、年份和「完成/计划」的范围再试。</p></div>'


def result(found: Found, groups: Sequence[Group], chosen: int | None, seconds: float, more: bool = False) -> str:
    """Everything that was found: indicators to choose from, the chart and comparison of one, the table.

    :param chosen: the index of the group picked; None shows all in the table and the first in the chart.
    """
    picked = groups if chosen is None else [groups[chosen]]
    shown = groups[chosen or 0]
    return (
        _summary(found, seconds)
        + _choices(groups, chosen)
        + f'<div class="views">{bars(shown)}{comparison(shown)}</div>'
        + table(picked, None if more else SHOWN_LINES)
    )


def _summary(found: Found, seconds: float) -> str:
    reports = len({line.report.id for line in found.lines})
    scope = f"（{escape('、'.join(found.scope))}）" if found.scope else ""
    cut = f"，列出前 {len(found.lines):,} 条" if len(found.lines) < found.total else ""
    return (
        f'<p class="summary" role="status">查到 <b>{found.total:,}</b> 条数据{cut}，来自 {reports:,} 份报告{scope}'
        f'<span class="elapsed">用时 {max(1, round(seconds * 1000))} 毫秒</span></p>'
    )


def _choices(groups: Sequence[Group], chosen: int | None) -> str:
    if len(groups) < 2:
        return ""

    def button(index: int | None, name: str, count: int) -> str:
        pressed = "true" if index == chosen else "false"
        value = "" if index is None else str(index)
        return (
            f'<li><button type="button" class="choice" data-group="{value}" aria-pressed="{pressed}" '
            f'title="{escape(name, quote=True)}"><span>{escape(name)}</span><small>{count}</small></button></li>'
        )

    total = sum(len(group.lines) for group in groups)
    offered = list(range(min(len(groups), SHOWN_GROUPS)))
    if chosen is not None and chosen not in offered:
        offered.append(chosen)
    named = [button(index, label(groups[index]), len(groups[index].lines)) for index in offered]
    return f'<ul class="choices" aria-label="指标">{button(None, "全部", total)}{"".join(named)}</ul>'


def label(group: Group) -> str:
    """An indicator's name and unit, and whether it is of several years."""
    unit = group.indicator.unit
    told = ["多年"] * group.indicator.several_years + [unit] * bool(unit and unit not in group.name)
    return f"{group.name}（{'，'.join(told)}）" if told else group.name


def bars(group: Group) -> str:
    """The figures of one indicator as bars, by organisation where there are several, else by year; as long as they are
    large. Nothing where there are fewer than two to compare, or they are ranks."""
    lines = [line for line in _distinct(group.lines) if group.indicator.kind not in ("rank", "ratio")]
    if len(lines) < 2:
        return ""
    largest = max(abs(line.figure.value) for line in lines)
    if not largest:
        return ""
    whose = list(dict.fromkeys(line.whose for line in lines))
    if len(whose) > 1:
        by = {
            name: sorted((line for line in lines if line.whose == name), key=lambda line: line.years) for name in whose
        }
        order = sorted(by, key=lambda name: -max(line.figure.value for line in by[name]))
    else:
        years = sorted({line.years for line in lines})
        by = {year: [line for line in lines if line.years == year] for year in years}
        order = years
    rows = [
        f'<div class="bar-row"><span class="bar-name">{escape(name) or "未写明年份"}</span><div class="bar-set">'
        + "".join(_bar(line, float(abs(line.figure.value) / largest), len(whose) > 1) for line in by[name][:4])
        + "</div></div>"
        for name in order[:MOST_ROWS]
    ]
    return (
        f'<figure class="chart" aria-label="{escape(label(group), quote=True)} 对比图"><figcaption>{escape(label(group))}'
        '<span class="key"><i class="done"></i>完成<i class="planned"></i>计划</span></figcaption>'
        f"{''.join(rows[:SHOWN_ROWS])}{_folded(''.join(rows[SHOWN_ROWS:]), len(order) - SHOWN_ROWS)}</figure>"
    )


def _folded(html: str, count: int) -> str:
    """The rows after the first ones, to be opened."""
    return f"<details><summary>其余 {count} 个</summary>{html}</details>" if html else ""


def _bar(line: Line, share: float, with_year: bool) -> str:
    status = line.figure.period.status or "unknown"
    year = f'<span class="bar-year">{line.years}</span>' if with_year and line.years else ""
    said = f"{line.whose} {line.years} {STATUSES[line.figure.period.status]} {line.figure.text}，查看原文"
    return (
        f'<button type="button" class="bar" {_place(line)} aria-label="{escape(said, quote=True)}">'
        f'<span class="bar-track"><span class="bar-fill {status}" style="width:{max(share * 100, 0.5):.1f}%"></span></span>'
        f'<span class="bar-value">{escape(line.figure.text)}</span>{year}</button>'
    )


def comparison(group: Group) -> str:
    """Done beside planned, an organisation a row; nothing where no organisation has both."""
    rows = [row for row in compare(group.lines) if row.done and row.planned]
    if not rows:
        return ""
    body = [
        f'<tr><th scope="row">{escape(row.whose)}</th><td>{_side(row, "done")}</td><td>{_side(row, "planned")}</td></tr>'
        for row in rows[:MOST_ROWS]
    ]
    heads = '<thead><tr><th scope="col">单位或地区</th><th scope="col">完成</th><th scope="col">计划</th></tr></thead>'
    left = "".join(body[SHOWN_ROWS:])
    return (
        f'<div class="versus"><table><caption>{escape(label(group))}：完成与计划对照</caption>'
        f"{heads}<tbody>{''.join(body[:SHOWN_ROWS])}</tbody></table>"
        + _folded(left and f"<table>{heads}<tbody>{left}</tbody></table>", len(rows) - SHOWN_ROWS)
        + "</div>"
    )


def _side(row: Comparison, side: str) -> str:
    return "".join(
        f'<button type="button" class="cell" {_place(line)}>'
        f"<b>{escape(line.figure.text)}</b><small>{escape(line.years)}</small></button>"
        for line in getattr(row, side)[:4]
    )


def table(groups: Sequence[Group], limit: int | None) -> str:
    """The lines as a table; every row opens its sentence."""
    lines = [line for group in groups for line in group.lines]
    body = "".join(_row(line) for line in lines[:limit])
    left = len(lines) - (limit or len(lines))
    more = f'<button type="button" class="more" data-more>显示其余 {left:,} 条</button>' if left > 0 else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("指标", "数值", "单位", "年份", "完成/计划", "出处"))
    return (
        '<table class="figures"><caption class="spoken">查到的数据，点任一行查看原文</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"
    )


def _row(line: Line) -> str:
    figure = line.figure
    number, unit = parted(figure)
    measure = f' <span class="measure">{escape(figure.measure)}</span>' if figure.measure else ""
    status = figure.period.status
    return (
        f'<tr {_place(line)}><td class="subject" data-head="指标">{escape(line.subject) or UNNAMED}{measure}</td>'
        f'<td class="value" data-head="数值"><button type="button" aria-label="{escape(figure.text, quote=True)}，查看原文">'
        f'{escape(number)}<span class="with-unit">{escape(unit)}</span></button></td>'
        f'<td class="unit" data-head="单位">{escape(unit)}</td><td class="year" data-head="年份">{escape(line.years) or "—"}</td>'
        f'<td class="status" data-head="完成/计划"><span class="{status or "unknown"}">{STATUSES[status]}</span></td>'
        f'<td class="where" data-head="出处">{escape(line.report.title)}</td></tr>'
    )


def _place(line: Line) -> str:
    return f'data-report="{escape(line.report.id, quote=True)}" data-start="{line.figure.start}"'


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """Without what one organisation says twice."""
    found: dict[tuple[str, str, str, str], Line] = {}
    for line in lines:
        found.setdefault((line.whose, line.years, line.figure.period.status, line.figure.text), line)
    return list(found.values())
