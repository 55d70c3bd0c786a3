"""The program's search beside what people would use instead: hits, times and memory over the same reports and questions.

    python -m evals.baselines --reports FOLDER... --questions SET.jsonl [--out docs/benchmarks.md]

The rules, the same for all:

- Each is measured in a process of its own, one after the other. Its libraries, jieba's dictionary and the vectors are loaded
  before the clock starts.
- Ingest is from the files to the moment at which questions can be asked, an index in memory included.
- Each question is asked once and alone, without the conversation before it. The first is asked once more beforehand, unmeasured. A
  query is from the question to the texts of 20 passages.
- CPU time is that of the process and of those it started; unlike wall time it hardly depends on what else the machine does.
- Memory is the most resident memory of the process and of those it started.

A hit is what evals/metrics/ranking.py says it is. What is not installed (``pip install "wenbao[baselines]"``) is left out. On POSIX systems.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from evals.baselines.common import Finder, Found
from evals.metrics.intervals import differences
from evals.metrics.ranking import hit_at, normal, ranks
from evals.retrieval import CUTS, read_questions
from evals.scoring import percentile
from evals.throughput import alone
from ingest.errors import WenbaoError

_SUFFIXES = (".txt", ".docx")


class Opener(Protocol):
    """A way to search: takes files in, writing to a folder of its own, and finds while the context lasts."""

    def __call__(self, files: Sequence[Path], home: Path) -> AbstractContextManager[Finder]: ...


@dataclass(frozen=True)
class Way:
    """How a way to search is called, its module under evals.baselines and function there, and the packages it stands on."""

    name: str
    module: str
    function: str
    packages: tuple[str, ...] = ()

    @property
    def opener(self) -> Opener:
        """The function, its libraries imported."""
        opener: Opener = getattr(importlib.import_module(f"evals.baselines.{self.module}"), self.function)
        return opener

    @property
    def versions(self) -> str:
        """The packages with their versions.

        :raises PackageNotFoundError: naming one that is not installed.
        """
        return "、".join(f"{package} {version(package)}" for package in self.packages)

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(package for package in self.packages if not _installed(package))


_PLAIN = ("langchain-chroma", "langchain-text-splitters")
OURS, EVERYWHERE = "ours", "everywhere"
WAYS = {
    OURS: Way("问报", "own", "search"),
    EVERYWHERE: Way("问报，不认题目问的是哪几份报告", "own", "everywhere"),
    "a": Way("(a) LangChain：RecursiveCharacterTextSplitter + Chroma", "langchain", "vectors", _PLAIN),
    "b": Way(
        "(b) 同 (a)，加 BM25Retriever，用 EnsembleRetriever 合并",
        "langchain",
        "ensemble",
        (*_PLAIN, "langchain-classic", "langchain-community", "rank-bm25"),
    ),
    "c": Way("(c) haystack：DocumentSplitter + InMemoryBM25Retriever", "haystack", "words", ("haystack-ai",)),
    "d": Way(
        "(d) LlamaIndex：SentenceSplitter + BM25Retriever",
        "llama_index",
        "words",
        ("llama-index-core", "llama-index-retrievers-bm25"),
    ),
}


@dataclass(frozen=True)
class Result:
    """What one way came to.

    :param hits: a row a question, a column a cut of CUTS.
    :param ingest: seconds, wall and CPU; ``queries`` milliseconds a question, likewise.
    :param memory: bytes at the most.
    """

    hits: tuple[tuple[bool, ...], ...]
    ingest: tuple[float, float]
    queries: tuple[tuple[float, ...], tuple[float, ...]]
    memory: int = 0

    @property
    def rates(self) -> tuple[float, ...]:
        """hit@k for the CUTS."""
        return tuple(np.mean(self.hits, axis=0).tolist())


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def reports_in(folders: Iterable[Path]) -> list[Path]:
    """The reports in some folders, by name.

    :raises WenbaoError: if there are none.
    """
    files = sorted(file for folder in folders for file in folder.glob("*") if file.suffix in _SUFFIXES)
    if not files:
        raise WenbaoError("这些文件夹里没有 .txt 或 .docx 报告。请检查 --reports。")
    return files


def measured(way: Way, files: Sequence[Path], questions: Sequence[Mapping[str, Any]]) -> Result:
    """One way in this process; its memory is for whoever watches the process.

    :param questions: as ``evals.retrieval.read_questions`` gives them.
    """
    import jieba

    from ingest.embedding import load_embedder

    opener = way.opener
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    load_embedder().embed_documents(["预热"])
    hits, took = [], []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        began = _clocks()
        with opener(files, Path(home)) as find:
            ingest = _since(began)
            find(questions[0]["question"])
            for row in questions:
                began = _clocks()
                found = find(row["question"])
                took.append(_since(began))
                hits.append(_hits(row, found))
    wall, cpu = zip(*took, strict=True)
    return Result(tuple(hits), ingest, (_milliseconds(wall), _milliseconds(cpu)))


def _clocks() -> tuple[float, float]:
    """Wall and CPU time in seconds; the latter with that of the processes that have ended. POSIX counts it all in ticks of
    10 ms, so that this process's own comes from a finer clock."""
    ended = os.times()
    return time.perf_counter(), time.process_time() + ended.children_user + ended.children_system


def _since(began: tuple[float, float]) -> tuple[float, float]:
    wall, cpu = _clocks()
    return wall - began[0], cpu - began[1]


def _milliseconds(seconds: Iterable[float]) -> tuple[float, ...]:
    return tuple(1000 * each for each in seconds)


def _hits(row: Mapping[str, Any], found: Iterable[Found]) -> tuple[bool, ...]:
    files = row.get("files") or [row["file"]]
    passages = [normal(passage.text) if passage.file in files else "" for passage in found]
    at = ranks(passages, row.get("evidences") or [row["evidence"]], row["answers"])
    return tuple(hit_at(at, k) for k in CUTS)


def watched(key: str, folders: Sequence[Path], questions: Path) -> Result:
    """One way in a process of its own, with its memory."""
    own = ["--reports", *map(str, folders), "--questions", str(questions), "--run", key]
    told, memory = alone([sys.executable, "-m", "evals.baselines", *own])
    return Result(
        tuple(tuple(row) for row in told["hits"]),
        tuple(told["ingest"]),
        (tuple(told["queries"][0]), tuple(told["queries"][1])),
        memory,
    )


def table(results: Mapping[str, Result]) -> str:
    """A row a way, as Markdown; the names of ways in WAYS."""
    cuts = " | ".join(f"hit@{k}" for k in CUTS)
    lines = [
        f"| 检索 | {cuts} | 收入 秒 | 收入 CPU 秒 | 查询 p50 / p95 毫秒 | 查询 CPU p50 / p95 毫秒 | 内存最多 MB |",
        "| --- |" + " ---: |" * (len(CUTS) + 5),
    ]
    for key, result in results.items():
        rates = [f"{rate:.3f}" for rate in result.rates]
        times = [f"{seconds:.1f}" for seconds in result.ingest]
        spans = [f"{percentile(q, 0.5):.1f} / {percentile(q, 0.95):.1f}" for q in map(sorted, result.queries)]
        cells = [WAYS[key].name, *rates, *times, *spans, f"{result.memory / 1e6:,.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def beside_the_best(results: Mapping[str, Result], cut: int = 5) -> str:
    """How far the program's hit@k lies from that of the best other way, with its 95% interval; "" with nothing to compare."""
    at = CUTS.index(cut)
    others = [key for key in results if key not in (OURS, EVERYWHERE)]
    if OURS not in results or not others:
        return ""
    best = max(others, key=lambda key: results[key].rates[at])
    before, after = (
        (np.asarray([[row[at] for row in results[key].hits]], float), np.ones((1, len(results[key].hits))))
        for key in (best, OURS)
    )
    change = differences(before, after)[0]
    points = [f"{100 * value:+.1f}" for value in (change.value, change.low, change.high)]
    return f"hit@{cut} 与其中最好的 {WAYS[best].name.split()[0]} 相差 {points[0]} 个百分点（成对自助法 95% 区间 {points[1]} 到 {points[2]}）。"


def page(results: Mapping[str, Result], reports: int, questions: str, busy: float) -> str:
    """docs/benchmarks.md.

    :param questions: the name of the question set; ``reports`` how many were searched.
    :param busy: the machine's mean load (processes that want to run) when the measurement began.
    """
    asked = len(next(iter(results.values())).hits)
    used = "\n".join(f"- {WAYS[key].name}：{WAYS[key].versions}" for key in results if WAYS[key].packages)
    skipped = [f"- {skip_line(way)}" for key, way in WAYS.items() if key not in results]
    left_out = "\n没有测的：\n\n" + "\n".join(skipped) + "\n" if skipped else ""
    return f"""# 与常用检索方案的比较

由这条命令写成（先 `pip install -e ".[baselines]"`）：

    python -m evals.baselines --reports 报告文件夹 corpus --questions {questions} --out docs/benchmarks.md

{reports} 份报告，题集 {questions} 里有原文依据的 {asked} 题。

{table(results)}

{beside_the_best(results)}

## 怎样比

- 每种方案在自己的进程里测，一个接一个；程序库、jieba 词典和词向量在计时之前已经载入。
- 收入：从文件到可以提问，包括建在内存里的索引。问报在这段时间里还要读出数据、时期、小标题，存进 SQLite；(c)、(d) 的索引只在内存里，(b) 的一半也是，重启后要重建。
- 查询：每题单独问一次，取 20 个段落的原文；第一题事先多问一次，不计时。问报的查询包括理解问题。
- 段落：(a)、(b)、(d) 最多 500 字、重叠 50 字；(c) 最多 250 个词、重叠 25 个（报告里一个词平均约两个字）。问报用自己切的段落，比这短。
- 词：(b)、(c)、(d) 都用 jieba 分的词，去掉标点；(a)、(b) 的向量用问报自带的模型。此外用各程序库的默认值。对照方案在全部报告里找，不认题目里的地名；问报认，先找到问的是哪几份报告是它检索的一步；去掉这一步（地名也不算检索的词）的结果也在表里。
- 权重：问报随附的权重学习时用过 `evals/questions` 里的题。只用别的题学来的权重的结果在 `docs/ablation.md`，“complete”那一行。
- 命中：段落出自题目所指的文件，并且含有原文依据的大部分（规则在 `evals/metrics/ranking.py`）；有几处依据的题，每处都要命中。
- 内存：进程和它的子进程同时占用的物理内存最多时的合计。

开始测量时，这台机器（{os.cpu_count()} 个处理器核）的平均负载是 {busy:.1f}。同时运行的别的程序（如测试）使钟表时间偏长，比较时以 CPU 时间为准。

## 版本

{used}
{left_out}"""


def skip_line(way: Way) -> str:
    """Why a way is left out."""
    return f'{way.name}：没有安装 {"、".join(way.missing)}，跳过（pip install "wenbao[baselines]"）'


def main() -> None:
    """Print the table; with ``--out``, write the page."""
    parser = argparse.ArgumentParser(description="the program's search beside LangChain, haystack and LlamaIndex")
    parser.add_argument("--reports", type=Path, nargs="+", required=True, help="folders of reports (.txt, .docx)")
    parser.add_argument("--questions", type=Path, required=True, help="a .jsonl question set with evidence")
    parser.add_argument("--out", type=Path, help="the Markdown file to write")
    parser.add_argument("--run", choices=sorted(WAYS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    try:
        files, questions = reports_in(args.reports), read_questions(args.questions)
        if not questions:
            raise WenbaoError(f"{args.questions}：没有带原文依据（evidence）的题，无从比较。")
        if args.run:
            result = measured(WAYS[args.run], files, questions)
            print(json.dumps({"hits": result.hits, "ingest": result.ingest, "queries": result.queries}))
            return
    except WenbaoError as fault:
        raise SystemExit(str(fault)) from fault
    busy = os.getloadavg()[0]
    results = {}
    for key, way in WAYS.items():
        if way.missing:
            print(skip_line(way), file=sys.stderr)
            continue
        print(f"{way.name} …", file=sys.stderr)
        results[key] = watched(key, args.reports, args.questions)
    print(f"{table(results)}\n\n{beside_the_best(results)}")
    if args.out:
        args.out.write_text(page(results, len(files), args.questions.name, busy), encoding="utf-8")
