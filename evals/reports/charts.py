"""Charts as inline SVG. Colours come from the page's style by class, and all text is escaped by ElementTree."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.metrics.calibration import Bin
from evals.metrics.intervals import Interval
from evals.runs.run import Item
from evals.runs.summary import ALL, grouped
from evals.sets.questions import label

#: the outcomes of a question in the order in which they are drawn, and what they are called
OUTCOMES = {"correct": "正确", "refused": "该答未答", "wrong": "答错"}

#: of a chart in user units; a page scales it
_WIDTH = 460
_ROW, _BAR, _NAMES, _NUMBERS = 30, 16, 88, 124
#: the room for an interval beside a number
_INTERVAL = 24
_SIDE, _MARGIN = 260, 40


@dataclass(frozen=True)
class _Frame:
    """A square in which x and y are shares; y grows upwards, from ``bottom`` to ``top``."""

    top: float = 1.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        return round(_MARGIN + x * _SIDE, 1), round(10 + _SIDE * (1 - y / self.top), 1)


def outcomes(items: Sequence[Item]) -> str:
    """How questions of each type fared, as stacked bars."""
    groups = grouped(items)
    rows = [(ALL, groups[ALL]), *((kind, group) for kind, group in groups.items() if kind != ALL)]
    chart = _svg(_WIDTH, _ROW * len(rows), "各题型的结果")
    room = _WIDTH - _NAMES - _NUMBERS
    for number, (kind, group) in enumerate(rows):
        y = number * _ROW
        _text(chart, _NAMES - 10, y + 19, "全部" if kind == ALL else label(kind), "name", "end")
        counts = [sum(item.outcome == outcome for item in group) for outcome in OUTCOMES]
        x = float(_NAMES)
        for (outcome, name), count in zip(OUTCOMES.items(), counts, strict=True):
            width = room * count / len(group)
            bar = _add(chart, "rect", x=x, y=y + 7, width=width, height=_BAR, **{"class": f"fill-{outcome}"})
            _add(bar, "title").text = f"{label(kind) if kind != ALL else '全部'} {name} {count} 题"
            x += width
        _text(chart, _WIDTH - _NUMBERS + 8, y + 19, f"{counts[0] / len(group):.1%}", "value")
        _text(chart, _WIDTH, y + 19, f"{len(group)} 题", "note", "end")
    return _told(chart)


def bars(values: Mapping[str, Interval], title: str) -> str:
    """Shares as bars with whiskers for their intervals; one without a value is left out."""
    rows = [(name, value) for name, value in values.items() if value.known]
    chart = _svg(_WIDTH, _ROW * len(rows), title)
    room = _WIDTH - _NAMES - _NUMBERS - _INTERVAL
    for number, (name, one) in enumerate(rows):
        y = number * _ROW
        _text(chart, _NAMES - 10, y + 19, name, "name", "end")
        _add(chart, "rect", x=_NAMES, y=y + 7, width=room, height=_BAR, **{"class": "track"})
        _add(chart, "rect", x=_NAMES, y=y + 7, width=room * one.value, height=_BAR, **{"class": "fill"})
        if one.high > one.low:
            start, end = _NAMES + room * one.low, _NAMES + room * one.high
            _add(
                chart,
                "path",
                d=f"M{start:.1f} {y + 15}H{end:.1f}M{start:.1f} {y + 11}v8M{end:.1f} {y + 11}v8",
                **{"class": "whisker"},
            )
        _text(chart, _NAMES + room + 10, y + 19, f"{one.value:.1%}", "value")
        _text(chart, _WIDTH, y + 19, f"{one.low:.0%}–{one.high:.0%}", "note", "end")
    return _told(chart)


def reliability(bins: Sequence[Bin]) -> str:
    """The reliability diagram: confidence against accuracy, a point a bin, as large as it holds answers."""
    frame = _Frame()
    chart = _axes(frame, "可信度与正确率", "可信度", "正确率")
    _line(chart, [frame.at(0, 0), frame.at(1, 1)], "diagonal")
    _line(chart, [frame.at(one.confidence, one.accuracy) for one in bins], "curve")
    most = max((one.count for one in bins), default=1)
    for one in bins:
        x, y = frame.at(one.confidence, one.accuracy)
        dot = _add(chart, "circle", cx=x, cy=y, r=3 + 6 * (one.count / most) ** 0.5, **{"class": "dot"})
        _add(dot, "title").text = f"可信度 {one.confidence:.2f}，正确率 {one.accuracy:.1%}，{one.count} 个回答"
    return _told(chart)


def risk_coverage(curve: Sequence[tuple[float, float]]) -> str:
    """The risk-coverage curve: answering only what is surest, how much is answered and how much of it is wrong."""
    highest = max((risk for _, risk in curve), default=0.0)
    frame = _Frame(top=next(top for top in (0.05, 0.1, 0.2, 0.5, 1.0) if highest <= top))
    chart = _axes(frame, "覆盖率与风险", "回答的题占全部题", "其中答错的")
    _line(chart, [frame.at(*point) for point in curve], "curve")
    return _told(chart)


def _axes(frame: _Frame, title: str, across: str, upward: str) -> ET.Element:
    chart = _svg(_MARGIN + _SIDE + 20, _SIDE + 54, title)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        _line(chart, [frame.at(share, 0), frame.at(share, frame.top)], "grid")
        _line(chart, [frame.at(0, share * frame.top), frame.at(1, share * frame.top)], "grid")
        x, y = frame.at(share, 0)
        _text(chart, x, y + 16, f"{share:.0%}", "note", "middle")
        _text(chart, _MARGIN - 6, frame.at(0, share * frame.top)[1] + 4, _percent(share * frame.top), "note", "end")
    _text(chart, _MARGIN + _SIDE / 2, _SIDE + 46, f"横轴：{across}　纵轴：{upward}", "note", "middle")
    return chart


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _svg(width: float, height: float, title: str) -> ET.Element:
    return ET.Element(
        "svg", {"viewBox": f"0 0 {width:g} {height:g}", "class": "graph", "role": "img", "aria-label": title}
    )


def _add(parent: ET.Element, tag: str, **attributes: object) -> ET.Element:
    told = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in attributes.items()}
    return ET.SubElement(parent, tag, told)


def _text(parent: ET.Element, x: float, y: float, text: str, style: str, anchor: str = "start") -> None:
    _add(parent, "text", x=x, y=y, **{"class": style, "text-anchor": anchor}).text = text


def _line(parent: ET.Element, points: Sequence[tuple[float, float]], style: str) -> None:
    _add(parent, "polyline", points=" ".join(f"{x:g},{y:g}" for x, y in points), **{"class": style})


def _told(chart: ET.Element) -> str:
    return ET.tostring(chart, encoding="unicode")
