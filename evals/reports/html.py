"""A run as one HTML file that needs nothing else: it opens from a disk without a network, and its own policy lets it fetch nothing.

Report text is data: the template escapes whatever it is given, and charts escape their own.
"""

from __future__ import annotations

import base64
import hashlib
import math
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.reports import charts
from evals.runs.run import Item, Run
from evals.runs.summary import ALL, BY_KEY, QUANTITIES, Summary
from evals.sets.questions import label

if TYPE_CHECKING:
    from jinja2 import Environment

FILE = "report.html"
_HERE = Path(__file__).parent
#: the figures that stand first, and those of each type
_HEAD = ("accuracy", "wrong_rate", "refusal_precision", "refusal_recall", "cited")
_BY_TYPE = ("accuracy", "wrong_rate", "refusal_rate", "cited", "f1", "hit@1", "hit@5", "mrr")
_FOUND = ("hit@1", "hit@5", "hit@10", "mrr", "ndcg@10")


def render(run: Run, summary: Summary) -> str:
    """The page of a run."""
    style, script = (
        (_HERE / "report.css").read_text(encoding="utf-8"),
        (_HERE / "report.js").read_text(encoding="utf-8"),
    )
    whole = summary.rows[ALL]
    counts = {name: sum(item.outcome == name for item in run.items) for name in charts.OUTCOMES}
    return _environment().get_template("report.html.jinja").render(
        run=run,
        began=datetime.fromisoformat(run.began).astimezone(),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'",
        head=[(BY_KEY[key], whole[key]) for key in _HEAD if whole[key].known],
        whole=[(quantity, whole[quantity.key]) for quantity in QUANTITIES if whole[quantity.key].known],
        columns=[BY_KEY[key] for key in _BY_TYPE if whole[key].known],
        kinds=[(kind, summary.counts[kind], row) for kind, row in summary.rows.items() if kind != ALL],
        summary=summary,
        graphs=graphs(run, summary),
        outcomes=charts.OUTCOMES,
        counts=counts,
        items=[_shown(item) for item in run.items],
        label=label,
    )  # fmt: skip


def graphs(run: Run, summary: Summary) -> dict[str, str]:
    """The charts of a run by name, as SVG."""
    found = {BY_KEY[key].name: summary.rows[ALL][key] for key in _FOUND}
    return {
        "outcomes": charts.outcomes(run.items),
        "retrieval": charts.bars(found, "检索") if any(one.known for one in found.values()) else "",
        "reliability": charts.reliability(summary.calibration.bins),
        "risk": charts.risk_coverage(summary.calibration.curve),
    }


def _shown(item: Item) -> dict[str, Any]:
    """What the template shows of a question."""
    return {
        "item": item,
        "gold": item.gold,
        "outcome": item.outcome,
        "short": item.answer.get("short") or "",
        "standalone": item.answer.get("standalone") or item.gold.question,
        "citations": item.answer.get("citations") or [],
        "elapsed": item.verdict.elapsed_ms,
        "text": " ".join(
            (item.gold.id, item.gold.question, str(item.answer.get("short") or ""), *item.gold.answers)
        ).lower(),
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["percent"] = lambda value: "—" if math.isnan(value) else f"{value:.1%}"
    made.filters["section"] = " › ".join
    return made
