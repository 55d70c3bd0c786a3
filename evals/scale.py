"""Speed, memory, disk and accuracy as the library grows, on this machine.

    python -m evals.scale [--count 16 1000 10000 70000] [--articles news.txt.xz] [--home FOLDER] [--out FILE] [--plain]

One library is grown to each count in turn: a tenth synthetic reports with planted facts (:mod:`evals.synthetic`; at
least 8 of them), the rest articles, one a line of the file; without articles all are synthetic. Documents are files
that come in by the program's own pipeline. At every size the same questions on the first reports are asked in a fresh
process. With ``--home`` the library stays, and a run that was broken off goes on where it was; the files are in
``documents`` beside it. Prints a Markdown table:

- cold: seconds from the start of a process to its first answer, the files in the disk's cache
- search p50: milliseconds until the passages are found, understanding the question included
- p50, p95, p99: milliseconds of the answers after that, each question asked once, after two rounds over other reports
  have warmed the process; cpu p95: the same in seconds of processor time, which other programs do not lengthen
- memory: the peak resident bytes of that process; disk: bytes of the library, and of it for one document
- documents a second: over the last piece taken in
- right, wrong: shares of the questions on planted facts, in percent (:mod:`evals.scoring`)

``--plain`` asks LangChain's BM25Retriever (``pip install "wenbao[baselines]"``) the first of the same questions over the same
documents, and prints a second table: start is from a fresh process to the first passages found, which for BM25Retriever
means reading and segmenting everything anew.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from evals import synthetic
from evals.scoring import Gold, judge, percentile

#: planted reports asked about; the three hundred questions on sixty reports make a point of accuracy three questions
ASKED_REPORTS = 60
#: and so many of them BM25Retriever is asked about
PLAIN_REPORTS = 12
#: so many files are handed to the pipeline at a time, and lie in one folder
PIECE = 1_000
LEAST_PLANTED = 8
_WARMING = 20


@dataclass(frozen=True)
class Measured:
    """One size: counts, times in milliseconds unless said otherwise, sizes in bytes, shares in [0, 1]."""

    documents: int
    passages: int
    cold_s: float
    p50: float
    p95: float
    p99: float
    cpu_p95: float
    memory: int
    disk: int
    per_second: float
    right: float
    wrong: float
    search_p50: float = 0.0
    plain: Plain | None = None


@dataclass(frozen=True)
class Plain:
    """BM25Retriever over the same documents: pieces of text, seconds from the start of a process to the first passages found,
    milliseconds of the questions after it, and the peak resident bytes."""

    pieces: int
    start_s: float
    p50: float
    p95: float
    memory: int


def planted_among(count: int, articles: bool) -> int:
    """How many of so many documents are planted reports."""
    return min(count, max(LEAST_PLANTED, count // 10)) if articles else count


def write_documents(folder: Path, count: int, articles: Path | None) -> None:
    """Write the first documents of a library as files, a thousand a folder; those that are there stay as they are.

    :raises ValueError: if there are not so many articles.
    """
    planted = planted_among(count, articles is not None)
    for number in range(planted):
        made = synthetic.report(number)
        _write(_place(folder / "planted", number) / made.file, made.text)
    if articles is None:
        return
    written = 0
    for number, line in enumerate(islice(_lines(articles), count - planted)):
        _write(_place(folder / "articles", number) / f"新闻{number:06d}.txt", line)
        written += 1
    if written < count - planted:
        raise ValueError(f"{articles} holds {written} articles, not {count - planted}")


def documents(folder: Path, count: int, articles: bool) -> list[Path]:
    """The files of the first documents, as :func:`write_documents` has written them."""
    planted = planted_among(count, articles)
    return [
        file
        for kind, most in (("planted", planted), ("articles", count - planted))
        for file in islice(
            (file for piece in sorted(folder.glob(f"{kind}/*")) for file in sorted(piece.iterdir())), most
        )
    ]


def _place(folder: Path, number: int) -> Path:
    return folder / f"{number // PIECE:03d}"


def _lines(file: Path) -> Iterator[str]:
    with (lzma.open if file.suffix == ".xz" else open)(file, "rt", encoding="utf-8") as lines:
        yield from lines


def _write(file: Path, text: str) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def questions(planted: int, reports: int = ASKED_REPORTS) -> list[Gold]:
    """What is asked of a library that holds so many planted reports: five questions on each of the first reports."""
    return [gold for number in range(min(planted, reports)) for gold in synthetic.report(number).questions]


def grow(home: Path, folder: Path) -> float:
    """Take in the files of a folder that are not in the library, in pieces; how many a second in the last new piece."""
    from ingest.embedding import load_embedder
    from ingest.library import Library
    from ingest.pipeline import Finished, ingest
    from ingest.settings import Settings

    rate = 0.0
    with Library.open(home, load_embedder()) as library:
        held = {entry.path for entry in library.catalogue().entries}
        for piece in sorted(folder.glob("*/*")):
            files = [file for file in sorted(piece.iterdir()) if str(file.absolute()) not in held]
            if not files:
                continue
            began = time.monotonic()
            done = [event for event in ingest(files, library, Settings()) if isinstance(event, Finished)]
            for event in done:
                if event.outcome == "failed":
                    print(event.reason, file=sys.stderr)
            added = sum(event.outcome == "added" for event in done)
            rate = added / (time.monotonic() - began) if added else rate
            print(
                f"{piece.parent.name}/{piece.name}: {len(files)} files, {rate:.1f} a second",
                file=sys.stderr,
                flush=True,
            )
    return rate


def asked(home: Path, planted: int) -> dict[str, Any]:
    """The questions asked in this process: seconds to the first answer, and each one's answer and times."""
    began = time.monotonic()
    from bot.chain import Assistant
    from ingest.embedding import load_embedder
    from ingest.library import Library
    from ingest.settings import Settings

    rows = []
    with Library.open(home, load_embedder()) as library:
        assistant = Assistant(library, Settings())
        golds = questions(planted)
        assistant.ask(golds[0].question)
        cold = time.monotonic() - began
        for number in range(planted - 1, max(len(golds) // 5, planted - 1 - _WARMING), -1):
            assistant.ask(synthetic.report(number).questions[number % 4].question)
        for gold in golds:
            cpu, wall = time.process_time(), time.perf_counter()
            steps = assistant.steps(gold.question)
            next(steps)  # understood
            next(steps)  # found
            found = (time.perf_counter() - wall) * 1000
            *_, last = steps
            used = (time.process_time() - cpu) * 1000
            assert last.answer is not None
            rows.append({"id": gold.id, "cpu_ms": used, "search_ms": found, **asdict(last.answer)})
        passages = library.store.passages_ready()
    return {"cold": cold, "answers": rows, "memory": _peak(), "passages": passages}


def asked_plainly(folder: Path, count: int) -> dict[str, Any]:
    """The first questions asked of BM25Retriever in this process: what :class:`Plain` holds."""
    began = time.monotonic()
    from evals.baselines import langchain

    articles = (folder / "articles").is_dir()
    pieces = langchain.pieces_of(documents(folder, count, articles))
    find, golds = langchain.by_words(pieces), questions(planted_among(count, articles), PLAIN_REPORTS)
    find(golds[0].question)
    start, took = time.monotonic() - began, []
    for gold in golds:
        wall = time.perf_counter()
        find(gold.question)
        took.append((time.perf_counter() - wall) * 1000)
    took.sort()
    return asdict(Plain(len(pieces), start, percentile(took, 0.5), percentile(took, 0.95), _peak()))


def _peak() -> int:
    """The most resident bytes that this process has held."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(home: Path, count: int, planted: int, per_second: float) -> tuple[Measured, list[dict[str, Any]]]:
    """Ask in a fresh process what the library holds; the measures, and the answers one by one."""
    run = _told("--ask", str(planted), "--home", str(home))
    answers: Mapping[str, Any] = {row["id"]: row for row in run["answers"]}
    verdicts = [judge(gold, answers.get(gold.id)) for gold in questions(planted)]
    times = sorted(row["elapsed_ms"] for row in run["answers"])
    used = sorted(row["cpu_ms"] for row in run["answers"])
    measured = Measured(
        documents=count,
        passages=run["passages"],
        cold_s=run["cold"],
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        p99=percentile(times, 0.99),
        cpu_p95=percentile(used, 0.95),
        memory=run["memory"],
        disk=sum(file.stat().st_size for file in home.rglob("*") if file.is_file()),
        per_second=per_second,
        right=sum(verdict.correct for verdict in verdicts) / len(verdicts),
        wrong=sum(verdict.wrong for verdict in verdicts) / len(verdicts),
        search_p50=percentile(sorted(row["search_ms"] for row in run["answers"]), 0.5),
    )
    judged = [
        {**answers[v.gold.id], "type": v.gold.type, "gold": v.gold.answers, "correct": v.correct} for v in verdicts
    ]
    return measured, judged


def as_markdown(rows: Sequence[Measured]) -> str:
    """The measures as a table, and the power of the size with which the median time has grown from the second size on."""
    lines = [
        "| documents | passages | cold s | search p50 ms | p50 ms | p95 ms | p99 ms | cpu p95 ms | memory MB | disk MB | KB each"
        " | documents/s | right % | wrong % |",
        "| ---: " * 14 + "|",
    ]
    for row in rows:
        cells = (
            f"{row.documents:,}",
            f"{row.passages:,}",
            f"{row.cold_s:.2f}",
            *(f"{value:.1f}" for value in (row.search_p50, row.p50, row.p95, row.p99, row.cpu_p95)),
            f"{row.memory / 1e6:.0f}",
            f"{row.disk / 1e6:.0f}",
            f"{row.disk / 1e3 / row.documents:.0f}",
            f"{row.per_second:.1f}" if row.per_second else "",
            f"{100 * row.right:.1f}",
            f"{100 * row.wrong:.1f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    if len(rows) > 1 and rows[-1].documents > rows[-2].documents:
        first, last = rows[min(1, len(rows) - 2)], rows[-1]
        power = math.log(last.p50 / first.p50) / math.log(last.documents / first.documents)
        lines += ["", f"p50 ∝ N^{power:.2f} ({first.documents:,} → {last.documents:,} documents)"]
    return "\n".join([*lines, *_beside(rows)])


def _beside(rows: Sequence[Measured]) -> list[str]:
    """The table beside BM25Retriever; empty where it was not asked."""
    lines = [
        f"| {row.documents:,} | {row.plain.pieces:,} | {row.plain.start_s:.1f} | {row.cold_s:.2f} | {row.plain.start_s / row.cold_s:.0f}"
        f" | {row.plain.p50:.1f} / {row.plain.p95:.1f} | {row.search_p50:.1f} | {row.plain.p50 / row.search_p50:.1f}"
        f" | {row.plain.memory / 1e6:.0f} | {row.memory / 1e6:.0f} |"
        for row in rows
        if row.plain
    ]
    heading = (
        "| documents | BM25Retriever: pieces | start s | ours s | times | query p50 / p95 ms | ours p50 ms | times"
        " | memory MB | ours MB |"
    )
    return ["", heading, "| ---: " * 10 + "|", *lines] if lines else []


def run(
    counts: Sequence[int], articles: Path | None, base: Path, out: Path | None, plain: bool = False
) -> list[Measured]:
    """Grow a library to each count, measure it, and print the table so far."""
    rows = []
    for count in sorted(counts):
        write_documents(base / "documents", count, articles)
        per_second = _grown(base)
        measured, judged = measure(base / "library", count, planted_among(count, articles is not None), per_second)
        if plain:
            told = _told("--ask-plainly", str(count), "--home", str(base))
            measured = replace(measured, plain=Plain(**told))
        rows.append(measured)
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
            answers = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in judged)
            out.with_name(f"{out.stem}-{count}.jsonl").write_text(answers, encoding="utf-8")
        print(as_markdown(rows), flush=True)
    return rows


def _grown(base: Path) -> float:
    """Grow the library in a process of its own, whose memory is gone when questions are asked."""
    return float(_told("--grow", str(base / "documents"), "--home", str(base / "library")))


def _told(*arguments: str) -> Any:
    """What this program prints last in a process of its own, read as JSON."""
    command = [sys.executable, "-m", "evals.scale", *arguments]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description="measure speed, memory and accuracy as the library grows")
    parser.add_argument(
        "--count", type=int, nargs="+", default=[16, 1000], help="how many documents, one or more sizes"
    )
    parser.add_argument("--articles", type=Path, help="a file with one article a line; .xz is unpacked")
    parser.add_argument("--home", type=Path, help="a folder to keep documents and library in; else a temporary one")
    parser.add_argument("--out", type=Path, help="a JSON file for the measures; the answers go beside it")
    parser.add_argument(
        "--plain", action="store_true", help="also ask LangChain's BM25Retriever over the same documents"
    )
    parser.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ask-plainly", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--grow", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask is not None:
        print(json.dumps(asked(arguments.home, arguments.ask), ensure_ascii=False))
    elif arguments.ask_plainly is not None:
        print(json.dumps(asked_plainly(arguments.home / "documents", arguments.ask_plainly)))
    elif arguments.grow:
        print(grow(arguments.home, arguments.grow))
    elif arguments.home:
        run(arguments.count, arguments.articles, arguments.home.absolute(), arguments.out, arguments.plain)
    else:
        with tempfile.TemporaryDirectory() as base:
            run(arguments.count, arguments.articles, Path(base), arguments.out, arguments.plain)


if __name__ == "__main__":
    main()
