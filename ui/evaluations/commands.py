"""``wenbao eval`` asks a question set and measures the answers; ``wenbao questions`` checks, imports and collects sets."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.errors import WenbaoError
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.chain import Assistant
    from evals.runs.run import Item, Run
    from evals.sets.questions import Gold

#: opens the assistant over the library of the settings
OpenAssistant = Callable[[Settings], AbstractContextManager["Assistant"]]

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用")]
SetFile = Annotated[Path, typer.Argument(metavar="题集", help="JSONL 文件，格式见 evals/questions/README.md")]

questions = typer.Typer(help="题集：检查，从公开数据集导入，从用户评价里收集。")


class UsageError(WenbaoError):
    """The command was given what it cannot use."""


def register(app: typer.Typer, open_assistant: OpenAssistant) -> None:
    """Add the commands to the program's."""
    app.add_typer(questions, name="questions")

    @app.command("eval", help="用题集评测：准确率、答错率、出处、检索、用时；或比较两次评测。")
    def evaluate(
        question_set: Annotated[
            Path | None, typer.Argument(metavar="题集", help="JSONL 文件，格式见 evals/questions/README.md")
        ] = None,
        reports: Annotated[
            Path | None, typer.Option("--reports", metavar="文件夹", help="只问这个文件夹里的报告；不给则问资料库")
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option("--out", metavar="文件夹", help="把结果写到这里：run.json、report.md 和 report.html"),
        ] = None,
        compare: Annotated[
            tuple[Path, Path] | None,
            typer.Option("--compare", metavar="前 后", help="比较两次评测的结果（--out 的文件夹）"),
        ] = None,
        judge: Annotated[
            bool | None,
            typer.Option(
                "--judge/--no-judge", help="请语言模型评忠实度和切题度；不写：设置了语言模型就评", show_default=False
            ),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        if compare is not None:
            if question_set or reports or out:
                raise UsageError("--compare 比较已有的两次评测，不能再给题集、--reports 或 --out。")
            _compare(*compare, as_json)
            return
        if question_set is None:
            raise UsageError("缺少「题集」；要比较两次评测，用 --compare 前 后。")
        from evals.sets.questions import load

        golds = load(question_set)
        with _asked(reports, open_assistant) as assistant:
            run = _run(question_set.stem, golds, assistant, judge)
        _tell(run, out, as_json)


@contextmanager
def _asked(reports: Path | None, open_assistant: OpenAssistant) -> Iterator[Assistant]:
    """The assistant over a folder's reports, or over the library's."""
    settings = load_settings()
    if reports is None:
        with open_assistant(settings) as assistant:
            yield assistant
        return
    from bot.chain import Assistant
    from evals.runs.running import library_of

    with library_of([reports], settings) as library:
        assistant = Assistant(library, settings)
        if assistant.writer:
            assistant.writer.ready()
        yield assistant


def _run(name: str, golds: list[Gold], assistant: Assistant, judge: bool | None) -> Run:
    """A set asked; ``judge``: whether the answers are scored by a language model, None where there is one."""
    from evals.metrics.judged import judge_of
    from evals.runs.running import ask_all, finished

    scored_by = None if judge is False else judge_of(assistant)
    if judge and not scored_by:
        raise UsageError("--judge 要有语言模型：请设置 WENBAO_LLM_MODEL（和 WENBAO_LLM_BASE_URL）。")
    began = time.time()
    return finished(name, _followed(ask_all(golds, assistant, scored_by), len(golds)), began, assistant.library)


def _followed(items: Iterable[Item], total: int) -> list[Item]:
    """Items as they come, under a progress bar on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ui.console import err

    columns = (
        TextColumn("评测"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    counted: Counter[str] = Counter()
    taken: list[Item] = []
    with Progress(*columns, console=err(), transient=True) as progress:
        task = progress.add_task("", total=total)
        for item in items:
            taken.append(item)
            counted[item.outcome] += 1
            said = f"正确 {counted['correct']}　答错 {counted['wrong']}　该答未答 {counted['refused']}"
            progress.update(task, advance=1, description=said)
    return taken


def _tell(run: Run, out: Path | None, as_json: bool) -> None:
    from evals.runs.summary import ALL, BY_KEY, summarise
    from evals.scoring import score
    from ui.console import out as console
    from ui.console import show_score

    summary = summarise(run)
    scored = score([item.gold for item in run.items], {item.gold.id: item.answer for item in run.items})
    if out is not None:
        from evals.reports.writing import write

        write(run, summary, out)
    if as_json:
        print(json.dumps(scored.to_dict() | {"summary": summary.to_dict()}, ensure_ascii=False))
        return
    show_score(scored)
    whole = summary.rows[ALL]
    told = (
        *("accuracy", "wrong_rate", "refusal_precision", "refusal_recall", "citation_precision", "hit@5", "mrr"),
        *("ndcg@10", "exact_match", "f1", "faithfulness", "relevancy"),
    )
    for key in told:
        if whole[key].known:
            one = whole[key]
            console().print(f"{BY_KEY[key].name} {one.value:.1%}（95% 区间 {one.low:.1%} – {one.high:.1%}）")
    latency = "　".join(f"p{at} {value:.0f} 毫秒" for at, value in summary.latency.items())
    console().print(f"ECE {summary.calibration.ece:.4f}　AURC {summary.calibration.aurc:.4f}　用时 {latency}")
    if out is not None:
        console().print(f"结果在 {out}：用浏览器打开 {out / 'report.html'}", markup=False)


def _compare(before: Path, after: Path, as_json: bool) -> None:
    from evals.reports.markdown import CHANGES
    from evals.runs.comparing import compare, overall
    from evals.runs.run import load
    from evals.runs.summary import BY_KEY

    found = compare(load(before), load(after))
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    from rich.markup import escape
    from rich.table import Table

    from ui.console import out

    console = out()
    table = Table()
    for heading in ("指标", "前", "后", "相差", "95% 区间", "p"):
        table.add_column(heading, justify="left" if heading == "指标" else "right")
    for key, one in overall(found).items():
        interval = f"{one.low * 100:+.1f} – {one.high * 100:+.1f}"
        cells = (f"{one.before:.1%}", f"{one.after:.1%}", f"{one.value * 100:+.1f}", interval, f"{one.p:.3f}")
        table.add_row(BY_KEY[key].name, *cells, style="bold" if one.beyond_noise else "")
    console.print(table)
    console.print(
        f"共同的题 {len(found.pairs)} 道；相差以百分点计，粗体的超出了偶然。McNemar 检验 p = {found.mcnemar:.3f}。"
    )
    for change, title in CHANGES.items():
        for pair in found.of(change):
            told = (str(item.answer.get("short") or "拒答") for item in (pair.before, pair.after))
            console.print(escape(f"{title}　{pair.after.gold.question}　{' → '.join(told)}"))


@questions.command("check", help="检查题集的每一行；有问题的行逐行列出。")
def _check(question_set: SetFile) -> None:
    from evals.sets.questions import label, load

    golds = load(question_set)
    counted = Counter(gold.type for gold in golds)
    print(f"{question_set}：{len(golds)} 题，没有问题。" + "、".join(f"{label(k)} {n}" for k, n in counted.items()))


@questions.command("import", help="从 SQuAD、CMRC、DRCD 的 .json 或 RGB 的 zh*.json 导入题目和原文。")
def _import(
    file: Annotated[Path, typer.Argument(metavar="文件", help="公开数据集的文件")],
    out: Annotated[Path, typer.Option("--out", metavar="题集", help="题目写到哪个 .jsonl 文件")],
    reports: Annotated[
        Path, typer.Option("--reports", metavar="文件夹", help="原文写到哪个文件夹，评测时用 --reports 给出")
    ],
    noise: Annotated[bool, typer.Option("--noise", help="RGB：只留不含答案的段落，检验该拒答时是否拒答")] = False,
) -> None:
    from evals.sets import importing
    from evals.sets.questions import write

    found = importing.read(file, noise)
    documents = found.write_documents(reports)
    print(f"已导入 {write(found.questions, out)} 题到 {out}，{documents} 份原文到 {reports}。")
    print(f"评测：wenbao eval {out} --reports {reports}", file=sys.stderr)


@questions.command("export", help="把用户对回答的评价导出成题集；还不知道正确答案的不导出。")
def _export(out: Annotated[Path, typer.Argument(metavar="题集", help="写到哪个 .jsonl 文件")]) -> None:
    from evals.sets.questions import write
    from ui.accounts.store import Database
    from ui.feedback import Feedback

    database = Database(load_settings().home)
    try:
        found = Feedback(database).questions()
    finally:
        database.close()
    if not found.questions:
        raise UsageError("还没有可以导出的评价：点过👍的，或点👎并写了正确答案的，才能成为题目。")
    print(f"已导出 {write(found.questions, out)} 题到 {out}。")
    if found.waiting:
        print(f"另有 {len(found.waiting)} 条👎没有写正确答案，没有导出。", file=sys.stderr)
