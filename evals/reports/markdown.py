"""A run, and two runs compared, as Markdown. Whatever comes from a set or a report is inert in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from evals.metrics.intervals import Interval
from evals.runs.comparing import Comparison, Pair, overall
from evals.runs.run import Item, Run
from evals.runs.summary import ALL, BY_KEY, QUANTITIES, Summary
from evals.sets.questions import label

FILE = "report.md"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&-])")
_COLUMNS = ("accuracy", "wrong_rate", "refusal_rate", "cited", "f1", "hit@1", "hit@5", "mrr")
#: what changed questions are called
CHANGES = {"gained": "由错变对", "lost": "由对变错", "changed": "答案变了，仍然不对"}


def render(run: Run, summary: Summary) -> str:
    """The page of a run: all metrics, those of each type, and what was not answered right."""
    whole = summary.rows[ALL]
    began = datetime.fromisoformat(run.began).astimezone()
    kinds = [(kind, row) for kind, row in summary.rows.items() if kind != ALL]
    columns = [key for key in _COLUMNS if whole[key].known]
    lines = [
        f"# 评测：{inert(run.name)}",
        "",
        f"{began:%Y-%m-%d %H:%M}，{len(run.items)} 题，用时 {run.seconds:.1f} 秒。"
        + "，".join(f"{inert(name)} {inert(str(value))}" for name, value in run.about.items())
        + "。",
        "",
        *_table(
            ["指标", "数值", "95% 区间"],
            ([q.name, *_cells(whole[q.key])] for q in QUANTITIES if whole[q.key].known),
        ),
        "",
        f"可信度：ECE {summary.calibration.ece:.4f}，AURC {summary.calibration.aurc:.4f}。用时："
        + "，".join(f"p{at} {value:.1f} 毫秒" for at, value in summary.latency.items())
        + "。",
        "",
        "## 各题型",
        "",
        *_table(
            ["题型", "题数", *(BY_KEY[key].name for key in columns)],
            (
                [inert(label(kind)), str(summary.counts[kind]), *(_percent(row[key].value) for key in columns)]
                for kind, row in kinds
            ),
        ),
    ]
    for outcome, title in (("wrong", "答错的题"), ("refused", "该答未答的题")):
        found = [item for item in run.items if item.outcome == outcome]
        if found:
            lines += ["", f"## {title}", "", *map(_line, found)]
    return "\n".join(lines) + "\n"


def render_comparison(comparison: Comparison) -> str:
    """Two runs compared: the metrics side by side, and the questions that fared differently."""
    before, after = comparison.before, comparison.after
    rows = (
        [BY_KEY[key].name, _percent(d.before), _percent(d.after), f"{d.value * 100:+.1f}", f"{d.low * 100:+.1f} – {d.high * 100:+.1f}", f"{d.p:.3f}"]
        for key, d in overall(comparison).items()
    )  # fmt: skip
    lines = [
        f"# 评测对比：{inert(after.name)}",
        "",
        f"前：{before.began}，后：{after.began}。共同的题 {len(comparison.pairs)} 道，"
        f"由错变对 {len(comparison.of('gained'))} 道，由对变错 {len(comparison.of('lost'))} 道（McNemar 检验 p = {comparison.mcnemar:.3f}）。",
        "",
        *_table(["指标", "前", "后", "相差（百分点）", "95% 区间", "p"], rows),
    ]
    for change, title in CHANGES.items():
        pairs = comparison.of(change)
        if pairs:
            lines += ["", f"## {title}", "", *map(_changed, pairs)]
    return "\n".join(lines) + "\n"


def inert(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _line(item: Item) -> str:
    golds = "、".join(item.gold.answers) or "（不可答）"
    return f"- {inert(item.gold.question)}　应答：{inert(golds)}　实答：{inert(_short(item))}　`{inert(item.gold.id)}`"


def _changed(pair: Pair) -> str:
    return f"- {inert(pair.after.gold.question)}　{inert(_short(pair.before))} → {inert(_short(pair.after))}"


def _short(item: Item) -> str:
    return str(item.answer.get("short") or "") or "拒答"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    marks = " | ".join("---" if number == 0 else "---:" for number in range(len(head)))
    return [f"| {' | '.join(head)} |", f"| {marks} |", *(f"| {' | '.join(row)} |" for row in rows)]


def _cells(interval: Interval) -> list[str]:
    return [_percent(interval.value), f"{_percent(interval.low)} – {_percent(interval.high)}"]


def _percent(value: float) -> str:
    return f"{value:.1%}" if not math.isnan(value) else "—"
