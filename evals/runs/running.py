"""Ask every question of a set, one after another."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from bot.understanding.chosen import ANYTHING, Chosen
from evals.metrics.ranking import hits, normal, ranks
from evals.runs.cost import cost
from evals.runs.run import Item, Retrieved, Run
from evals.sets.questions import Gold

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library import Library
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings

#: passages of a question that are kept to be read; its ranks are among all that are found
SHOWN = 10


class Judge(Protocol):
    """What scores an answer besides the gold one: the scores by name, each in [0, 1]."""

    def __call__(self, question: str, answer: str, contexts: list[str]) -> Mapping[str, float]: ...


Within = Callable[[Gold], Chosen]


def anywhere(_: Gold) -> Chosen:
    """A question is asked of the whole library, as somebody types it."""
    return ANYTHING


def own_report(library: Library) -> Within:
    """A question is asked of the reports that its set names, as by somebody who has picked their own unit's report."""
    ids = {report.file: report.id for report in library.reports()}
    return lambda gold: Chosen(tuple(ids[file] for file in gold.files if file in ids))


def ask_all(
    questions: Iterable[Gold], assistant: Assistant, judge: Judge | None = None, within: Within = anywhere
) -> Iterator[Item]:
    """Each question answered, in order; whoever stops taking them stops the asking.

    The passages are found once more after the answer, outside the time that it took.
    """
    for gold in questions:
        answer = assistant.ask(gold.question, list(gold.history), within(gold))
        retrieved, found = _retrieved(gold, assistant, within(gold))
        judged: Mapping[str, float] = {}
        if judge and answer.status == "answered":
            judged = judge(answer.standalone, answer.answer, [citation.quote for citation in answer.citations])
        yield Item(gold, answer.to_dict(), retrieved, found, judged)


def _retrieved(
    gold: Gold, assistant: Assistant, within: Chosen
) -> tuple[tuple[Retrieved, ...], tuple[int | None, ...]]:
    turn = assistant.understand((gold.question, gold.history), within)
    library = assistant.library
    passages, texts = [], []
    said = [normal(answer) for answer in gold.answers]
    for number, one in enumerate(assistant.search.find(turn.question, turn.scope)):
        report, passage = library.report(one.report), library.passages(one.report)[one.ordinal]
        text = normal(passage.text) if not gold.files or report.file in gold.files else ""
        texts.append(text)
        if number < SHOWN:
            held = tuple(n for n, evidence in enumerate(gold.sought) if hits(text, evidence, said))
            passages.append(
                Retrieved(
                    report.title, report.file, tuple(passage.section), passage.text, round(float(one.score), 4), held
                )
            )
    return tuple(passages), ranks(texts, gold.sought, gold.answers)


def finished(name: str, items: Iterable[Item], began: float, library: AnyLibrary) -> Run:
    """The run that items make.

    :param began: seconds since 1970.
    """
    at = datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")
    asked = tuple(items)
    spent = cost(item.answer for item in asked)
    return Run(name, at, time.time() - began, about(library) | spent, asked)


def about(library: AnyLibrary) -> dict[str, str | int]:
    """What is being measured, by the names under which it is shown."""
    status = library.status()
    try:
        number = version("wenbao")
    except PackageNotFoundError:
        number = "未安装"
    return {
        "问报版本": number,
        "向量模型": library.embedder.name or "自带模型",
        "报告": len(status["reports"]),
        "段落": int(status["passages"]),
        "Python": platform.python_version(),
        "系统": f"{platform.system()} {platform.machine()}",
    }


@contextmanager
def library_of(folders: Iterable[Path], settings: Settings) -> Iterator[Library]:
    """A library of the reports in some folders, for as long as they are asked about.

    :raises IngestError: if a folder does not exist, holds no reports, or one of them cannot be read.
    """
    from ingest.embedding import load_embedder
    from ingest.errors import IngestError
    from ingest.events import Finished
    from ingest.library import Library
    from ingest.pipeline import ingest

    paths = list(folders)
    for path in paths:
        if not path.exists():
            raise IngestError(f"{path}：没有这个文件夹。请检查 --reports。")
    with TemporaryDirectory() as home, Library.open(Path(home), load_embedder(settings.embedding)) as library:
        done = [event for event in ingest(paths, library, settings) if isinstance(event, Finished)]
        failed = next((event for event in done if event.outcome == "failed"), None)
        if failed:
            raise IngestError(failed.reason)
        if not done:
            raise IngestError(f"{'、'.join(map(str, paths))}：没有可以收入的报告。请检查 --reports。")
        yield library
