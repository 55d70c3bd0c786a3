"""Whatever kills a process, and whoever else is writing: no report is half there, and none that was in is lost."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library
from ingest.library.store import FILE
from tests.ingest.standins import HashEmbedder, numbered
from tests.ingest.writer import EARLIER, LATER, NEW, STAYS

ROOT = Path(__file__).parents[2]
EMBEDDER = HashEmbedder()

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers fork")

OLD_STATE = {STAYS.report.id, EARLIER.report.id}
NEW_STATE = {STAYS.report.id, LATER.report.id, NEW.report.id}


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("种子")
    with Library.open(home, EMBEDDER) as library:
        library.add_many([(STAYS, "/不变.txt"), (EARLIER, "/会变.txt")])
    return home


@pytest.fixture
def home(seed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed, tmp_path / "资料库"))


class Writer:
    """A process whose children write libraries, one after the other; see writer.py."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, "-m", "tests.ingest.writer"], subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )

    def start(self, home: Path, *args: str) -> int:
        """Start a child on a deed; its process id."""
        self.say(json.dumps([str(home), *args]))
        return int(self.hear())

    def run(self, home: Path, *args: str) -> int:
        """Have a child do a deed; its exit code."""
        self.start(home, *args)
        return self.finish()[1]

    def finish(self) -> tuple[list[str], int]:
        """What the child says until its end, and its exit code."""
        said = []
        while not (line := self.hear()).startswith("end "):
            said.append(line)
        return said, int(line.split()[1])

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the writer is gone"
        return line.rstrip("\n")

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def writers() -> Iterator[tuple[Writer, Writer]]:
    pair = Writer(), Writer()
    yield pair
    for writer in pair:
        writer.close()


@pytest.fixture
def writer(writers: tuple[Writer, Writer]) -> Writer:
    return writers[0]


def assert_sound(library: Library) -> None:
    """Every visible report is whole in both stores, and there is nothing else."""
    assert library.check() == []
    for report in library.reports():
        passages = library.passages(report.id)
        text = library.report(report.id).text
        assert passages
        assert all(passage.text == text[passage.start : passage.end] for passage in passages)
        hit = library.search_vectors(EMBEDDER.embed_words([[report.title, *passages[-1].words]])[0], [report.id], 1)
        assert hit
        assert {hit.ordinal for hit in library.search_text(["投资", "公里", "桥梁"], [report.id], 99)} >= {0}


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("before rows", OLD_STATE),
        ("amid rows", OLD_STATE),
        ("after rows", NEW_STATE),
        ("amid vectors", NEW_STATE),
        ("after vectors", NEW_STATE),
        ("before ready", NEW_STATE),
        ("amid ready", NEW_STATE),
        ("after ready", NEW_STATE),
        ("amid deletion", NEW_STATE),
        ("before forgetting", NEW_STATE),
        ("after forgetting", NEW_STATE),
    ],
)
def test_a_kill_while_taking_in_leaves_all_or_nothing(home: Path, writer: Writer, step: str, state: set[str]) -> None:
    assert writer.run(home, "replace", step) == -signal.SIGKILL
    with Library.open(home, EMBEDDER) as library:
        assert {report.id for report in library.reports()} == state
        assert_sound(library)
        library.add_many([(LATER, "/会变.txt"), (NEW, "/新.txt")])
        assert {report.id for report in library.reports()} == NEW_STATE
        assert_sound(library)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("before leaving", OLD_STATE),
        ("after leaving", {STAYS.report.id}),
        ("amid deletion", {STAYS.report.id}),
        ("before forgetting", {STAYS.report.id}),
    ],
)
def test_a_kill_while_removing_leaves_all_or_nothing(home: Path, writer: Writer, step: str, state: set[str]) -> None:
    assert writer.run(home, "remove", step) == -signal.SIGKILL
    with Library.open(home, EMBEDDER) as library:
        assert {report.id for report in library.reports()} == state
        assert_sound(library)


def test_what_a_living_process_is_taking_in_is_left_alone(home: Path, writer: Writer) -> None:
    writer.start(home, "replace", "after rows", "wait")
    assert writer.hear() == "waiting"
    with Library.open(home, EMBEDDER) as library:
        assert {report.id for report in library.reports()} == OLD_STATE
        assert len(library.store.unfinished()) == 2
        with pytest.raises(LibraryError, match="另一个进程"), library.keeper.exclusive(patience=0):
            pass
        writer.say("go on")
        assert writer.finish() == ([], 0)
        assert {report.id for report in library.reports()} == NEW_STATE
        assert_sound(library)


def test_a_killed_process_blocks_nobody(home: Path, writer: Writer) -> None:
    child = writer.start(home, "replace", "after rows", "wait")
    assert writer.hear() == "waiting"
    os.kill(child, signal.SIGKILL)
    assert writer.finish() == ([], -signal.SIGKILL)
    with Library.open(home, EMBEDDER) as library, library.keeper.exclusive(patience=0):
        assert {report.id for report in library.reports()} == NEW_STATE


def test_two_processes_may_take_in_the_same_files_at_once(tmp_path: Path, writers: tuple[Writer, Writer]) -> None:
    for writer, deed in zip(writers, ["add_by_two", "add_by_three"], strict=True):
        writer.start(tmp_path, deed)
    assert [writer.finish() for writer in writers] == [([], 0), ([], 0)]
    with Library.open(tmp_path, EMBEDDER) as library:
        assert {report.id for report in library.reports()} == {numbered(n).report.id for n in range(12)}
        assert_sound(library)


def test_an_open_library_finds_what_another_process_takes_in(
    home: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also through Chroma, whose embedded form does not see another process's writes."""
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    vector = EMBEDDER.embed_words([LATER.passages[2].words])[0]
    with Library.open(home, EMBEDDER) as library:
        assert {hit.report for hit in library.search_vectors(vector, None, 50)} == OLD_STATE
        assert writer.run(home, "replace") == 0
        hits = library.search_vectors(vector, None, 50)
        assert (hits[0].report, hits[0].ordinal) == (LATER.report.id, 2)
        assert {hit.report for hit in hits} == NEW_STATE
        library.add(numbered(77))
        hits = library.search_vectors(vector, None, 50)
        assert {hit.report for hit in hits} == NEW_STATE | {numbered(77).report.id}
        assert_sound(library)


def test_a_library_made_anew_by_another_process_is_the_one_that_is_read_from_then_on(
    home: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing remembered of the old file is shown for the new one, in which keys and vectors are others."""
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    vector = EMBEDDER.embed_words([STAYS.passages[2].words])[0]
    with Library.open(home, EMBEDDER) as library:
        assert {library.report(report.id).text for report in library.reports()} == {
            STAYS.report.text,
            EARLIER.report.text,
        }
        assert {hit.report for hit in library.search_vectors(vector, None, 50)} == OLD_STATE
        with sqlite3.connect(home / FILE) as db:
            db.execute("UPDATE contents SET text = '' WHERE report = (SELECT min(key) FROM reports)")
        lost = min(library.catalogue().entries, key=lambda entry: entry.key).report.id
        assert writer.run(home, "repair") == 0
        (kept,) = library.reports()
        assert kept.id in OLD_STATE - {lost}
        assert library.report(kept.id).text in (STAYS.report.text, EARLIER.report.text)
        assert {hit.report for hit in library.search_vectors(vector, None, 50)} == {kept.id}
        assert {hit.report for hit in library.search_text(["投资"], None, 50)} == {kept.id}
        assert library.add(NEW, "/新.txt") == "added"
        assert_sound(library)


def test_a_vector_index_rebuilt_by_another_process_is_opened_anew(
    home: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.library.search.EXACT_PASSAGES", 0)
    vector = EMBEDDER.embed_words([STAYS.passages[2].words])[0]
    with Library.open(home, EMBEDDER) as library:
        assert library.search_vectors(vector, None, 50)
        assert writer.run(home, "rebuild") == 0
        assert not library.index.is_open
        assert {hit.report for hit in library.search_vectors(vector, None, 50)} == OLD_STATE
        assert library.add(NEW, "/新.txt") == "added"
        assert_sound(library)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    disk = tmp_path / "小盘"
    disk.mkdir()
    if (
        not (mount and umount)
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("needs the right to mount")
    yield disk
    subprocess.run([umount, str(disk)], check=True)


def test_a_full_disk_is_told_and_what_was_in_stays(small_disk: Path) -> None:
    home = small_disk / "资料库"
    taken_in: set[str] = set()
    with Library.open(home, EMBEDDER) as library, pytest.raises(LibraryError, match="磁盘"):  # noqa: PT012
        for number in itertools.count():
            library.add(numbered(number, 300), f"/{number}")
            taken_in.add(numbered(number, 300).report.id)
    assert taken_in
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    with Library.open(home, EMBEDDER) as library:
        library.repair()
        assert library.check() == []
        assert {report.id for report in library.reports()} >= taken_in
        assert library.add(numbered(999), "/999") == "added"
        assert_sound(library)


@pytest.mark.slow
def test_kills_of_whole_ingestions_lose_nothing_that_was_reported(tmp_path: Path) -> None:
    """Processes with their workers, each killed at a moment of its own; the last one is left to finish."""
    folder = tmp_path / "报告"
    folder.mkdir()
    for number in range(400):
        text = f"{number}县2024年工作总结\n一、工程建设\n" + f"第{number}号公路完成投资{number}亿元。\n" * 20
        (folder / f"{number}.txt").write_text(text, "utf-8")
    home, moments = tmp_path / "资料库", random.Random(7)
    program = (
        "import sys; from pathlib import Path; from ingest import pipeline; from ingest.library import Library\n"
        "from ingest.settings import Settings; from tests.ingest.standins import HashEmbedder\n"
        "pipeline.BATCH_PASSAGES = 200\n"
        "with Library.open(Path(sys.argv[1]), HashEmbedder()) as library:\n"
        "    for event in pipeline.ingest([Path(sys.argv[2])], library, Settings()):\n"
        "        if isinstance(event, pipeline.Finished): print(event.report, event.outcome, flush=True)\n"
    )
    command = [sys.executable, "-c", program, str(home), str(folder)]
    taken_in: set[str] = set()
    for turn in range(9):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if turn < 8:
            threading.Timer(moments.uniform(1.5, 6), process.kill).start()
        said, _ = process.communicate()
        taken_in |= {line.split()[0] for line in said.splitlines() if line.count(" ") == 1}
        with Library.open(home, EMBEDDER) as library:
            assert taken_in <= {report.id for report in library.reports()}
            assert library.check() == []
    assert len(taken_in) == 400


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_at_any_moment_lose_nothing(tmp_path: Path, writer: Writer) -> None:
    """200 processes, twenty a library, each killed at a moment of its own while taking in, replacing or writing out
    the graph."""
    moments = random.Random(20220101)
    for home in (tmp_path / str(number) for number in range(10)):
        taken_in: dict[str, int] = {}
        for _ in range(20):
            child = writer.start(home, "add_on")
            said = [writer.hear() for _ in range(moments.randint(0, 3))]
            threading.Timer(moments.uniform(0, 0.5), os.kill, (child, signal.SIGKILL)).start()
            more, code = writer.finish()
            assert code == -signal.SIGKILL
            for line in said + more:
                number, report_id = line.split()
                taken_in[report_id] = int(number)
            with Library.open(home, EMBEDDER) as library:
                lost = taken_in.keys() - {report.id for report in library.reports()}
                assert all(taken_in[report_id] % 3 == 0 for report_id in lost), "only what was replaced may be gone"
                assert_sound(library)
