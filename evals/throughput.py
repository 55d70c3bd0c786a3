"""How fast files become a library, beside the plain LangChain way, on this machine.

    python -m evals.throughput --reports FOLDER --articles news.txt.xz [--count 20000] [--plain]

Takes in the reports of a folder (.txt) as they are and as .docx, and the first articles of a file with one a line as
separate files. For each prints files a minute, megabytes of text (UTF-8) a second, passages, the rate over the first and
the last quarter of the run, and the peak resident memory of all processes together (POSIX systems). ``--plain`` takes in
the same files with RecursiveCharacterTextSplitter (500/50), langchain-chroma with the same embedding and, as LangChain's
BM25Retriever does, rank_bm25 (pip install rank-bm25) over jieba's words, written out by pickle. Every run is a process
of its own.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

_ROW = "{:<24}{:>7}{:>10}{:>11}{:>8}{:>10}{:>10}{:>10}{:>10}"
_HEADINGS = ("run", "files", "seconds", "files/min", "MB/s", "passages", "first 1/4", "last 1/4", "peak MB")


def ours(files: Sequence[Path], home: Path) -> Iterator[tuple[float, int]]:
    """The moment at which each file was in the library, in seconds, and its passages."""
    from ingest.embedding import load_embedder
    from ingest.library import Library
    from ingest.pipeline import Finished, ingest
    from ingest.settings import Settings

    with Library.open(home, load_embedder()) as library:
        for event in ingest(files, library, Settings()):
            if isinstance(event, Finished):
                if event.outcome == "failed":
                    raise SystemExit(event.reason)
                yield time.monotonic(), event.passages


def plain(files: Sequence[Path], home: Path) -> Iterator[tuple[float, int]]:
    """The same the plain way; the BM25 index comes last, so the files are done together at its end."""
    import jieba
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from rank_bm25 import BM25Okapi

    from ingest.embedding import load_embedder

    splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=50)
    store = Chroma("plain", load_embedder(), str(home / "chroma"))  # type: ignore[arg-type]
    chunks: list[Document] = []
    for start in range(0, len(files), 500):
        texts = [Document(text_of(file), metadata={"source": str(file)}) for file in files[start : start + 500]]
        batch = splitter.split_documents(texts)
        for at in range(0, len(batch), 2000):
            store.add_documents(batch[at : at + 2000])
        chunks += batch
    index = BM25Okapi([jieba.lcut(chunk.page_content) for chunk in chunks])  # what LangChain's BM25Retriever does
    (home / "bm25.pickle").write_bytes(pickle.dumps(index))
    per_file = len(chunks) // len(files)
    yield from ((time.monotonic(), per_file) for _ in files)


def text_of(file: Path) -> str:
    """The text of a file: .txt in UTF-8, or the paragraphs of a .docx."""
    if file.suffix == ".docx":
        import docx

        return "\n\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)
    return file.read_text(encoding="utf-8")


def measured(way: str, folder: Path) -> dict[str, Any]:
    """One run over a folder of files in this process: its moments and passages."""
    files = sorted(folder.iterdir())
    with tempfile.TemporaryDirectory() as home:
        began = time.monotonic()
        done = list({"ours": ours, "plain": plain}[way](files, Path(home)))
        seconds = time.monotonic() - began
    moments = [moment - began for moment, _ in done]
    return {"seconds": seconds, "moments": moments, "passages": sum(passages for _, passages in done)}


def watched(way: str, folder: Path) -> tuple[dict[str, Any], int]:
    """One run in a fresh process, and the most memory that it and its children held at once, in bytes."""
    return alone([sys.executable, "-m", "evals.throughput", "--run", way, "--folder", str(folder)])


def alone(command: Sequence[str]) -> tuple[dict[str, Any], int]:
    """What a program prints last, as JSON, and the most resident memory that it and its children held at once, in bytes.

    :raises SystemExit: if it fails; what it printed of its errors has been seen.
    """
    peak, ended = 0, threading.Event()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def look() -> None:
        nonlocal peak
        while not ended.wait(0.2):
            peak = max(peak, _resident(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    printed, _ = process.communicate()
    ended.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return json.loads(printed.splitlines()[-1]), peak


def _resident(root: int) -> int:
    """The resident bytes of a process and its descendants; 0 where there is no /proc."""
    parents, sizes = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        sizes[int(stat.parent.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total = 0
    for process in parents:
        at = process
        while at not in (root, 0) and at in parents:
            at = parents[at]
        total += sizes[process] if at == root else 0
    return total


def show(name: str, way: str, folder: Path) -> None:
    """Measure and print one row."""
    files = list(folder.iterdir())
    run, peak = watched(way, folder)
    characters = sum(len(text_of(file).encode()) for file in files)
    moments = [0.0, *sorted(run["moments"])]
    quarter = max(1, len(files) // 4)
    first = quarter / max(moments[quarter], 1e-9)
    last = quarter / max(moments[-1] - moments[-1 - quarter], 1e-9)
    rates = (f"{first:.1f}/s", f"{last:.1f}/s") if way == "ours" and len(files) >= 1000 else ("", "")
    seconds = run["seconds"]
    figures = (len(files), f"{seconds:.1f}", f"{len(files) / seconds * 60:.0f}", f"{characters / seconds / 1e6:.2f}")
    print(_ROW.format(f"{name}, {way}", *figures, run["passages"], *rates, f"{peak / 1e6:.0f}"), flush=True)


def write_articles(source: Path, count: int, folder: Path) -> None:
    """The first lines of a file, each as a file of its own."""
    opened = lzma.open if source.suffix == ".xz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, count)):
            (folder / f"{number:06d}.txt").write_text(line, encoding="utf-8")


def write_documents(source: Path, folder: Path) -> None:
    """Text files as Word files, a paragraph a line."""
    import docx

    for file in sorted(source.glob("*.txt")):
        document = docx.Document()
        for line in file.read_text(encoding="utf-8").splitlines():
            document.add_paragraph(line)
        document.save(str(folder / f"{file.stem}.docx"))


def main() -> None:
    parser = argparse.ArgumentParser(description="measure how fast files become a library")
    parser.add_argument("--reports", type=Path, help="a folder of reports as .txt")
    parser.add_argument("--articles", type=Path, help="a file with one article a line; .xz is unpacked")
    parser.add_argument("--count", type=int, default=20_000, help="how many articles")
    parser.add_argument("--plain", action="store_true", help="measure the plain LangChain way too")
    parser.add_argument("--run", choices=["ours", "plain"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        print(json.dumps(measured(arguments.run, arguments.folder)))
        return
    ways = ("ours", "plain") if arguments.plain else ("ours",)
    print(_ROW.format(*_HEADINGS))
    with tempfile.TemporaryDirectory() as base:
        folders = {name: Path(base, name) for name in ("txt", "docx", "articles")}
        for folder in folders.values():
            folder.mkdir()
        if arguments.reports:
            for file in arguments.reports.glob("*.txt"):
                (folders["txt"] / file.name).write_bytes(file.read_bytes())
            write_documents(arguments.reports, folders["docx"])
        if arguments.articles:
            write_articles(arguments.articles, arguments.count, folders["articles"])
        for name, folder in folders.items():
            for way in ways if any(folder.iterdir()) else ():
                show(name, way, folder)


if __name__ == "__main__":
    main()
