"""The command line: a thin layer over the library and the assistant. Results on stdout, messages on stderr.

Exit codes: 0 answered or refused, 1 a fault, 2 bad usage or bad input. What takes long to import is imported where it
is used, so that ``wenbao ask`` is quick from cold.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.errors import EmbeddingError, LibraryError, WenbaoError
from ingest.settings import Settings, load_settings
from ui.accounts.audit import note_command
from ui.accounts.commands import register
from ui.evaluations.commands import register as register_evaluations
from ui.usage import explain, speak_chinese

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library.protocol import AnyLibrary
    from ingest.pipeline import Stages

FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130
LOG = "wenbao.log"

#: seconds that a single question may wait for a language model to be loaded, once it turns out that one is to write
_LOADING = 10.0

log = logging.getLogger(__name__)

app = typer.Typer(
    name="wenbao",
    help="问报：问工作报告，得到准确的数字和原文出处。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

register(app)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用")]


class UsageError(WenbaoError):
    """A command was given what it cannot use."""


def main() -> None:
    """The entry point of ``wenbao``: whatever goes wrong ends in a message in Chinese and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    speak_chinese(sys.argv[1:])
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code.

    :param arguments: the words after ``wenbao``; those of this process if None.
    """
    try:
        return app(args=arguments, prog_name="wenbao", standalone_mode=False) or 0
    except typer.Abort:
        return _complain("已停止。", INTERRUPTED)
    except WenbaoError as fault:
        return _complain(str(fault), FAULT if isinstance(fault, LibraryError | EmbeddingError) else BAD_INPUT)
    except BrokenPipeError:  # the reader of our output has gone: `wenbao status | head`
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except Exception as fault:
        usage = explain(fault)
        if usage:
            return _complain(usage, BAD_INPUT)
        log.exception("unexpected fault")
        if log.isEnabledFor(logging.DEBUG):
            raise
        name = type(fault).__name__
        return _complain(f"程序出错（{name}）。详情在资料库文件夹的 {LOG} 里；用 wenbao --debug 可直接看到。", FAULT)


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


@app.callback()
def _every_command(debug: Annotated[bool, typer.Option("--debug", help="出错时显示详细信息")] = False) -> None:
    """问报：问工作报告，得到准确的数字和原文出处。"""
    handler = RotatingFileHandler(
        load_settings().home / LOG, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
    )
    logging.basicConfig(
        handlers=[handler], level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a log that cannot be written must not stop an answer
    log.setLevel(logging.DEBUG if debug else logging.WARNING)


@app.command(help="收入文件、压缩包和文件夹；重复收入同样的内容不会改变什么。")
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="路径...", help="报告文件、压缩包（.zip），或放报告的文件夹")
    ] = None,
    as_json: AsJson = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="只重试以前收入失败或没有读全的文件")] = False,
    ray: Annotated[
        str, typer.Option("--ray", metavar="地址", help="由 Ray 集群里的机器一起读，例如 10.0.0.5:6379")
    ] = "",
) -> None:
    from ingest import pipeline
    from ui.console import follow, show_summary

    if bool(paths) == retry_failed:
        raise UsageError("缺少「路径」；路径和 --retry-failed 要给一个，也只能给一个。")
    if ray and retry_failed:
        raise UsageError("--ray 和 --retry-failed 只能给一个。")
    settings = load_settings()
    with _library(settings) as library, _stages(ray) as stages:
        if retry_failed:
            summary = follow(pipeline.retry(library, settings))
        else:
            summary = follow(pipeline.ingest(paths or [], library, settings, stages=stages))
    changed = Counter(event.outcome for event in summary.finished if event.outcome in ("added", "replaced"))
    if changed:
        what = "、".join(str(path.absolute()) for path in paths or ()) or "以前失败的文件"
        note_command(settings.home, "上传", f"{what}（新收入 {changed['added']} 份，更新 {changed['replaced']} 份）")
    if as_json:
        _print_json(summary.to_dict())
    else:
        show_summary(summary)
    if retry_failed and not summary.finished:
        print("没有收入失败或没有读全的文件。", file=sys.stderr)
    elif not summary.finished:
        raise UsageError("没有找到可以收入的文件。请检查路径和文件类型。")
    if summary.failed:
        raise typer.Exit(BAD_INPUT)


@app.command(help="守着一个文件夹：先收入里面的报告，以后新来的、改动过的自动收入，按 Ctrl-C 结束。")
def watch(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="放报告的文件夹")],
    settle: Annotated[
        float, typer.Option(metavar="秒", min=0, help="文件多少秒没有变化才收入，免得收进还没写完的")
    ] = 2.0,
) -> None:
    from ingest.events import Finished
    from ingest.watch import watch as watching
    from ui.console import show_event

    settings = load_settings()
    with _library(settings) as library:
        print(f"正在守着 {folder}，按 Ctrl-C 结束。", file=sys.stderr)
        with suppress(KeyboardInterrupt):
            for event in watching(folder, library, settings, settle):
                show_event(event)
                if isinstance(event, Finished) and event.outcome in ("added", "replaced"):
                    note_command(settings.home, "上传", str(event.path))


@app.command(help="把资料库导出成一个文件，可以拿到别的机器上导入。")
def export(
    file: Annotated[Path, typer.Argument(metavar="文件", help="导出成哪个文件，例如 资料库.wenbao.zip")],
) -> None:
    from ingest.library import transfer

    with _library(load_settings()) as library:
        manifest = transfer.export(library, file)
    print(f"已导出 {manifest.reports} 份报告到 {file}（{file.stat().st_size / 1_000_000:.1f} MB）。")


@app.command("import", help="导入 wenbao export 导出的资料库；已有的报告不变，同一文件的两个版本保留较新的。")
def import_library(file: Annotated[Path, typer.Argument(metavar="文件", help="wenbao export 导出的文件")]) -> None:
    from ingest.library import transfer

    settings = load_settings()
    with _library(settings) as library:
        outcomes = transfer.take_over(library, file)
    counted = Counter(outcomes)
    if counted["added"] or counted["replaced"]:
        about = f"{file.absolute()}（新收入 {counted['added']} 份，更新 {counted['replaced']} 份）"
        note_command(settings.home, "上传", about)
    print(f"新收入 {counted['added']}　已更新 {counted['replaced']}　未变化 {counted['unchanged']}")


@app.command(help="显示资料库里有哪些报告。")
def status(as_json: AsJson = False) -> None:
    with _library(load_settings()) as library:
        found = library.status()
    if as_json:
        _print_json(found)
    else:
        from ui.console import show_status

        show_status(found)


@app.command(help="从资料库移除报告（不动原来的文件）。")
def remove(
    reports: Annotated[list[str], typer.Argument(metavar="报告...", help="文件名、编号或标题，见 wenbao status")],
) -> None:
    settings = load_settings()
    with _library(settings) as library:
        chosen = {report.id: report for name in reports for report in (_one(library, name),)}
        for report in chosen.values():
            library.remove(report.id)
            note_command(settings.home, "移除", f"{report.file} {report.id}")
            print(f"已移除 {report.file}")


@app.command(help="检查资料库是否完好；加 --repair 修复。")
def doctor(repair: Annotated[bool, typer.Option("--repair", help="修复能够修复的问题")] = False) -> None:
    from ingest import pipeline
    from ingest.embedding import load_embedder
    from ingest.library import salvage
    from ingest.library.homes import open_for_repair
    from ui.console import follow, show_summary

    settings = load_settings()
    embedder = load_embedder(settings.embedding)
    damage = salvage.is_damaged(settings.home)
    if damage and not repair:
        print(damage, file=sys.stderr)
        print("请运行 wenbao doctor --repair 修复。", file=sys.stderr)
        raise typer.Exit(FAULT)
    for done in salvage.mend(settings.home, embedder) if repair else ():
        print(done)
    with open_for_repair(settings, embedder) as library:
        if repair:
            for done in library.repair():
                print(done)
            waiting = library.failures.waiting()
            if waiting:
                show_summary(follow(pipeline.retry(library, settings, waiting)))
        problems = library.check()
    for problem in problems:
        print(f"{problem.part}：{problem.text}", file=sys.stderr)
    if problems:
        print("仍有问题没有修好。" if repair else "请运行 wenbao doctor --repair 修复。", file=sys.stderr)
        raise typer.Exit(FAULT)
    print("资料库完好。")


@app.command(help="问一个问题，或用 --batch 成批地问。")
def ask(
    question: Annotated[str, typer.Argument(metavar="问题", help="例如：临临高速完成多少投资")] = "",
    as_json: AsJson = False,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="文件", help='成批的问题，每行一个 JSON：{"id", "question", "history"?}'),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="文件", help="成批回答写到哪个文件；不给则输出到屏幕")
    ] = None,
) -> None:
    from ui import batches
    from ui.limits import objection

    if batch is not None:
        if question:
            raise UsageError("问题和 --batch 只能给一个。")
        items = batches.read(batch)
        with _assistant(load_settings()) as assistant:
            if assistant.writer:
                assistant.writer.ready()
            batches.write((item.answered_by(assistant) for item in items), out)
        return
    if out is not None:
        raise UsageError("--out 要和 --batch 一起用。")
    complaint = objection(question)
    if complaint:
        raise UsageError(complaint)
    with _assistant(load_settings()) as assistant:
        answer = assistant.ask(question, [])
    if as_json:
        _print_json(answer.to_dict())
    else:
        from ui.console import show_answer

        show_answer(answer)


@app.command(help="启动网页问答（先收入自带的报告，如果资料库是空的）。")
def serve(
    host: Annotated[str | None, typer.Option(metavar="地址", help="监听的地址，默认 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(metavar="端口", help="监听的端口，默认 7860", min=0, max=65535)] = None,
) -> None:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings().model_copy(update=given)
    with _library_of_any_model(settings) as library:
        objection = library.objection()
        if objection:
            print(
                f"{objection}现在只按字词查找，不能收入报告。也可以在网页的「文档」里点「修复并重建索引」。",
                file=sys.stderr,
            )
        _fill_if_empty(library, settings, transient=False)
        from bot.chain import Assistant
        from ui import web

        web.serve(Assistant(library, settings), library, settings)


@contextmanager
def _stages(ray: str) -> Iterator[Stages | None]:
    """The stages of taking in on a Ray cluster; None where no address is given."""
    if not ray:
        yield None
        return
    from ingest.cluster import cluster

    with cluster(ray) as stages:
        yield stages


@contextmanager
def _library(settings: Settings) -> Iterator[AnyLibrary]:
    """The library of the settings, open."""
    from ingest.embedding import load_embedder
    from ingest.library.homes import open_library

    with open_library(settings, load_embedder(settings.embedding)) as library:
        yield library


@contextmanager
def _library_of_any_model(settings: Settings) -> Iterator[AnyLibrary]:
    """The library of the settings, open also where another model made its vectors."""
    from ingest.embedding import load_embedder
    from ingest.library.homes import open_with_any_model

    with open_with_any_model(settings, load_embedder(settings.embedding)) as library:
        yield library


@contextmanager
def _assistant(settings: Settings) -> Iterator[Assistant]:
    """The assistant over the library of the settings, into which the shipped reports are taken if it is empty."""
    from bot.chain import Assistant

    with _library(settings) as library:
        _fill_if_empty(library, settings, transient=True)
        assistant = Assistant(library, settings)
        if assistant.writer:
            assistant.writer.loading_patience = _LOADING
        yield assistant


def _fill_if_empty(library: AnyLibrary, settings: Settings, transient: bool) -> None:
    if library.reports():
        return
    if not os.path.isdir(settings.corpus):
        if "corpus" in settings.model_fields_set:
            print(
                f"设置 WENBAO_CORPUS 的文件夹 {settings.corpus} 不存在或打不开，没有收入报告。请改正或去掉这个设置。",
                file=sys.stderr,
            )
        return
    from ingest import pipeline
    from ui.console import follow

    summary = follow(pipeline.ingest([settings.corpus], library, settings), transient)
    for failed in summary.failed:
        print(failed.reason, file=sys.stderr)


def _one(library: AnyLibrary, name: str) -> Any:
    """The one report of this name."""
    found = library.find(name)
    if not found:
        raise UsageError(f"资料库里没有「{name}」。用 wenbao status 查看有哪些报告。")
    if len(found) > 1:
        choices = "；".join(f"{report.id} {report.file}" for report in found)
        raise UsageError(f"「{name}」对应不止一份报告，请用编号指明：{choices}")
    return found[0]


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


register_evaluations(app, _assistant)


if __name__ == "__main__":
    main()
