"""Runs as HTML: the list, one run, two compared, and how far the one at hand is. All text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from urllib.parse import quote

from evals.metrics.intervals import Interval
from evals.reports.charts import OUTCOMES
from evals.reports.html import graphs
from evals.reports.markdown import CHANGES
from evals.runs.comparing import Comparison, Pair, overall
from evals.runs.run import Item, Run
from evals.runs.summary import ALL, BY_KEY, QUANTITIES, Summary
from evals.sets.questions import label
from ui.evaluations.keeping import Head, Progress

_HEAD = ("accuracy", "wrong_rate", "refusal_precision", "refusal_recall", "cited")
#: questions listed at once in the page; the report that can be downloaded has them all
MOST_LISTED = 200
KEY = "".join(f'<span><i class="{key}"></i>{name}</span>' for key, name in OUTCOMES.items())
_STATES = {"stopping": "正在停止……", "stopped": "已停止，没有保存。", "failed": "没有做完。", "finished": "做完了。"}


def progress(at: Progress | None) -> str:
    """The run at hand, or what became of the last one."""
    if at is None:
        return ""
    running = at.state in ("running", "stopping")
    share = at.done / max(1, at.total)
    counted = "　".join(f"{name} {at.outcomes.get(key, 0)}" for key, name in OUTCOMES.items())
    left = at.seconds / at.done * (at.total - at.done) if at.done else 0
    more = f"，约剩 {left:.0f} 秒" if running and left >= 1 else ""
    said = _STATES.get(at.state) or escape(at.question)
    return (
        f'<section class="running-box{" running" if running else ""} {at.state}" aria-label="评测进度">'
        f'<p class="running-head"><b>{escape(at.name)}</b><span>{at.done} / {at.total} 题{more}</span></p>'
        f'<progress max="1" value="{share:.4f}" aria-label="评测进度">{share:.0%}</progress>'
        f'<p class="running-counts">{counted}</p>'
        f'<p class="running-now"{"" if running else " role=status"}>{said}{escape(at.message)}</p></section>'
    )


def listing(heads: Sequence[Head]) -> str:
    """The runs there are, to be looked at, compared, downloaded or deleted."""
    if not heads:
        return '<div class="empty"><h2>还没有评测</h2><p>选一个题集，点「开始评测」；做完以后，结果列在这里。</p></div>'
    rows = "".join(
        f'<tr><td class="pick"><input type="checkbox" data-pick="{escape(head.id, quote=True)}" aria-label="选中「{escape(head.title, quote=True)}」来比较"></td>'
        f'<td class="title"><button type="button" data-act="view" data-run="{escape(head.id, quote=True)}">{escape(head.name)}</button></td>'
        f'<td class="when">{datetime.fromisoformat(head.began).astimezone():%Y-%m-%d %H:%M}</td>'
        f'<td class="count">{head.questions} 题</td><td class="right"><b>{head.accuracy:.1%}</b></td>'
        f'<td class="wrong{" bad" if head.wrong_rate else ""}">{head.wrong_rate:.1%}</td>'
        f'<td class="actions"><a class="act" href="{_report(head.id)}" download>下载报告</a>'
        f'<button type="button" class="act" data-act="forget" data-run="{escape(head.id, quote=True)}">删除</button></td></tr>'
        for head in heads
    )
    names = "".join(
        f'<th scope="col">{name}</th>' for name in ("选中", "题集", "时间", "题数", "正确率", "答错率", "操作")
    )
    return (
        f"<table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"
        '<p class="compare-bar"><button type="button" class="plain" data-compare disabled>比较选中的两次</button>'
        "<span>先选中两次同一题集的评测</span></p>"
    )


def _report(name: str) -> str:
    return f"/evaluations/runs/{quote(name)}.html"


def view(name: str, run: Run, summary: Summary) -> str:
    """One run: its head figures, its charts and the questions that were not answered right.

    :param name: the run's id.
    """
    whole = summary.rows[ALL]
    drawn = graphs(run, summary)
    boxes = "".join(_box(key, whole[key]) for key in _HEAD if whole[key].known)
    boxes += f'<div class="box"><p>用时 p95</p><b>{summary.latency[95]:.0f}<small>毫秒</small></b><p>p50 {summary.latency[50]:.0f}</p></div>'
    charts = "".join(
        f'<figure class="chart"><figcaption>{title}</figcaption>{extra}{drawn[key]}</figure>'
        for key, title, extra in (
            ("outcomes", "各题型的结果", f'<p class="key">{KEY}</p>'),
            ("retrieval", "检索", ""),
            ("reliability", f"可信度与正确率（ECE {summary.calibration.ece:.3f}）", ""),
            ("risk", f"只答最有把握的题时的风险（AURC {summary.calibration.aurc:.4f}）", ""),
        )
        if drawn[key]
    )
    return (
        f'<section class="run-view" aria-label="评测结果">{_bar(run.name, run.began, name)}<div class="boxes">{boxes}</div>'
        f'<div class="charts">{charts}</div>{_metrics(whole)}{_questions(run.items)}</section>'
    )


def _bar(title: str, began: str, name: str) -> str:
    at = f"{datetime.fromisoformat(began).astimezone():%Y-%m-%d %H:%M}"
    return (
        f'<div class="view-bar"><h2>{escape(title)}<small>{at}</small></h2>'
        f'<a class="plain" href="{_report(name)}" download>下载报告</a>'
        '<button type="button" class="plain" data-act="close">关闭</button></div>'
    )


def _box(key: str, one: Interval) -> str:
    bad = " bad" if key == "wrong_rate" and one.value else ""
    return f'<div class="box{bad}"><p>{BY_KEY[key].name}</p><b>{one.value:.1%}</b><p title="95% 区间">{one.low:.1%} – {one.high:.1%}</p></div>'


def _metrics(whole: Mapping[str, Interval]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{q.name}</th><td>{whole[q.key].value:.1%}</td>'
        f"<td>{whole[q.key].low:.1%} – {whole[q.key].high:.1%}</td><td>{q.meaning}</td></tr>"
        for q in QUANTITIES
        if whole[q.key].known
    )
    head = '<tr><th scope="col">指标</th><th scope="col">数值</th><th scope="col">95% 区间</th><th scope="col">含义</th></tr>'
    return f'<details><summary>全部指标</summary><div class="wide-table" tabindex="0" role="region" aria-label="全部指标"><table class="metrics"><thead>{head}</thead><tbody>{rows}</tbody></table></div></details>'


def _questions(items: Sequence[Item]) -> str:
    """The questions, the wrong ones first."""
    order = {"wrong": 0, "refused": 1, "correct": 2}
    ordered = sorted(items, key=lambda item: order[item.outcome])
    rows = "".join(_question(item) for item in ordered[:MOST_LISTED])
    left = len(ordered) - MOST_LISTED
    more = f'<p class="left">其余 {left} 题见下载的报告。</p>' if left > 0 else ""
    return f'<h3>逐题</h3><ol class="asked">{rows}</ol>{more}'


def _question(item: Item) -> str:
    return (
        f'<li><details><summary><span class="outcome {item.outcome}">{OUTCOMES[item.outcome]}</span>'
        f'<span class="question">{escape(item.gold.question)}</span><span class="said">{escape(_short(item))}</span></summary>'
        f"<dl>{_gold(item)}<dt>回答</dt><dd>{escape(str(item.answer.get('answer') or ''))}</dd>"
        f"<dt>可信度</dt><dd>{item.confidence:.3f}　用时 {item.verdict.elapsed_ms:.0f} 毫秒</dd>{_evidence(item)}</dl></details></li>"
    )


def _gold(item: Item) -> str:
    joined = (" / " if item.gold.match == "any" else "、").join(item.gold.answers)
    history = f"<dt>之前问过</dt><dd>{escape('；'.join(item.gold.history))}</dd>" if item.gold.history else ""
    return f"<dt>题型</dt><dd>{escape(label(item.gold.type))}</dd>{history}<dt>标准答案</dt><dd>{escape(joined) or '报告里没有，应当拒答'}</dd>"


def _evidence(item: Item) -> str:
    ranks = (*item.ranks, *[None] * len(item.gold.sought))
    return "".join(
        f"<dt>依据</dt><dd><q>{escape(text)}</q> {f'检索第 {rank} 位' if rank else '没有检索到'}</dd>"
        for text, rank in zip(item.gold.sought, ranks, strict=False)
    )


def _short(item: Item) -> str:
    return str(item.answer.get("short") or "") or "拒答"


def comparison(found: Comparison, heads: tuple[Head, Head]) -> str:
    """Two runs side by side, metric by metric and question by question."""
    before, after = heads
    rows = "".join(
        f'<tr class="{"beyond" if d.beyond_noise else ""}"><th scope="row">{BY_KEY[key].name}</th><td>{d.before:.1%}</td><td>{d.after:.1%}</td>'
        f"<td>{d.value * 100:+.1f}</td><td>{d.low * 100:+.1f} – {d.high * 100:+.1f}</td></tr>"
        for key, d in overall(found).items()
    )
    head = "".join(
        f'<th scope="col">{escape(name)}</th>' for name in ("指标", before.title, after.title, "相差", "95% 区间")
    )
    groups = "".join(_changes(title, found.of(change)) for change, title in CHANGES.items())
    same = "" if groups else '<p class="left">每一题的答案都一样。</p>'
    return (
        f'<section class="run-view" aria-label="两次评测的比较"><div class="view-bar"><h2>两次评测的比较<small>共同的题 {len(found.pairs)} 道</small></h2>'
        '<button type="button" class="plain" data-act="close">关闭</button></div>'
        f'<p class="verdict-line">由错变对 <b>{len(found.of("gained"))}</b> 题，由对变错 <b>{len(found.of("lost"))}</b> 题，'
        f"McNemar 检验 p = {found.mcnemar:.3f}。相差以百分点计；加粗的指标，变化超出了偶然。</p>"
        f'<div class="wide-table" tabindex="0" role="region" aria-label="指标对比"><table class="metrics"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{groups}{same}</section>'
    )


def _changes(title: str, pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    rows = "".join(
        f'<li><details><summary><span class="outcome {pair.after.outcome}">{OUTCOMES[pair.after.outcome]}</span>'
        f'<span class="question">{escape(pair.after.gold.question)}</span>'
        f'<span class="said">{escape(_short(pair.before))} → {escape(_short(pair.after))}</span></summary>'
        f"<dl>{_gold(pair.after)}<dt>前一次</dt><dd>{escape(str(pair.before.answer.get('answer') or ''))}</dd>"
        f"<dt>后一次</dt><dd>{escape(str(pair.after.answer.get('answer') or ''))}</dd>{_evidence(pair.after)}</dl></details></li>"
        for pair in pairs[:MOST_LISTED]
    )
    return f'<h3>{title}（{len(pairs)}）</h3><ol class="asked">{rows}</ol>'
