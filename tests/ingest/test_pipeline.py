"""Files into the library: which are taken in, what becomes of each, and what stops the whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from ingest.errors import IngestError, LibraryError
from ingest.library import Library
from ingest.limits import Limits
from ingest.pipeline import Event, Finished, Found, Skipped, Started, ingest, retry
from ingest.settings import Settings
from ingest.workers import Worker
from tests.ingest import hostile
from tests.ingest.standins import HashEmbedder

TEXT = "县交通局{year}年工作总结\n一、工程建设\n临临高速完成投资{amount}亿元。新建农村公路{amount}公里。\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "资料库", HashEmbedder()) as library:
        yield library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, one of them in a subfolder, and what is passed over."""
    folder = tmp_path / "报告"
    (folder / "往年").mkdir(parents=True)
    (folder / "往年" / "2021.txt").write_text(TEXT.format(year=2021, amount=21), "utf-8")
    (folder / "2022.txt").write_text(TEXT.format(year=2022, amount=36), "utf-8")
    (folder / "README.md").write_text("# 说明", "utf-8")
    (folder / "录音.mp3").write_bytes(b"ID3")
    (folder / ".隐藏.txt").write_text("隐藏", "utf-8")
    (folder / "~$2022.docx").write_bytes(b"lock")
    return folder


def run(paths: list[Path], library: Library) -> list[Event]:
    return list(ingest(paths, library, Settings()))


def outcomes(events: list[Event]) -> dict[str, str]:
    return {event.path.name: event.outcome for event in events if isinstance(event, Finished)}


def test_a_folder_is_taken_in_with_its_subfolders(folder: Path, library: Library) -> None:
    assert outcomes(run([folder], library)) == {"2022.txt": "added", "2021.txt": "added"}
    assert [report.file for report in library.reports()] == ["2021.txt", "2022.txt"]


def test_what_is_not_a_report_is_passed_over_and_told(folder: Path, library: Library) -> None:
    skipped = {event.path.name for event in run([folder], library) if isinstance(event, Skipped)}
    assert skipped == {"README.md", "录音.mp3", ".隐藏.txt", "~$2022.docx"}


def test_events_come_in_order(folder: Path, library: Library) -> None:
    """First what was passed over, then how many files there are, then each file's stages before its end."""
    events = run([folder], library)
    kinds = [type(event) for event in events]
    assert kinds.index(Found) == max(n for n, kind in enumerate(kinds) if kind is Skipped) + 1
    assert [event.files for event in events if isinstance(event, Found)] == [2]
    for path in (folder / "2022.txt", folder / "往年" / "2021.txt"):
        of_file = [event for event in events if isinstance(event, (Started, Finished)) and event.path == path]
        assert [event.stage for event in of_file[:-1] if isinstance(event, Started)] == ["读取", "入库"]
        end = of_file[-1]
        assert isinstance(end, Finished)
        assert end.report in {report.id for report in library.reports()}
        assert end.passages == len(library.passages(end.report)) > 0


def test_a_second_run_changes_and_reads_nothing(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([folder], library)
    monkeypatch.setattr("ingest.preparing.read", lambda path, limits: pytest.fail("read again"))
    events = run([folder], library)
    assert outcomes(events) == {"2022.txt": "unchanged", "2021.txt": "unchanged"}
    assert len(library.reports()) == 2


def test_a_changed_file_replaces_its_report(folder: Path, library: Library) -> None:
    run([folder], library)
    (folder / "2022.txt").write_text(TEXT.format(year=2022, amount=38), "utf-8")
    assert outcomes(run([folder], library)) == {"2022.txt": "replaced", "2021.txt": "unchanged"}
    texts = [library.report(report.id).text for report in library.reports()]
    assert len(texts) == 2
    assert not any("36亿元" in text for text in texts)


def test_a_path_may_be_given_in_any_form(folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    run([folder / "2022.txt"], library)
    monkeypatch.chdir(folder)
    (folder / "2022.txt").write_text(TEXT.format(year=2022, amount=38), "utf-8")
    assert outcomes(run([Path("2022.txt"), folder / "2022.txt"], library)) == {"2022.txt": "replaced"}
    assert len(library.reports()) == 1


def test_one_bad_file_does_not_stop_the_others(folder: Path, library: Library) -> None:
    (folder / "空.txt").write_text("", "utf-8")
    (folder / "假.docx").write_bytes(b"\x00\x01 not a zip")
    events = run([folder], library)
    assert outcomes(events) == {"2022.txt": "added", "2021.txt": "added", "空.txt": "failed", "假.docx": "failed"}
    reasons = {event.path.name: event.reason for event in events if isinstance(event, Finished) and event.reason}
    assert all(name in reason for name, reason in reasons.items())
    assert reasons.keys() == {"空.txt", "假.docx"}


def test_a_readers_fault_is_one_files_failure(folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest import preparing

    real = preparing.read

    def read(path: Path, limits: Limits) -> object:
        if path.name == "2021.txt":
            raise ZeroDivisionError
        return real(path, limits)

    monkeypatch.setattr(preparing, "read", read)
    events = run([folder], library)
    assert outcomes(events) == {"2022.txt": "added", "2021.txt": "failed"}
    assert "ZeroDivisionError" in next(e.reason for e in events if isinstance(e, Finished) and e.reason)


def test_a_missing_path_is_named_before_anything_is_read(folder: Path, library: Library) -> None:
    with pytest.raises(IngestError, match=r"没有这个\.txt"):
        run([folder, folder / "没有这个.txt"], library)
    assert library.reports() == ()


def test_a_file_of_an_unknown_kind_is_an_error_if_it_is_named(folder: Path, library: Library) -> None:
    with pytest.raises(IngestError, match=r"录音\.mp3.*\.docx"):
        run([folder / "录音.mp3"], library)


def test_an_unreadable_folder_is_named_and_the_others_are_taken_in(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read every folder, so the refusal is the operating system's stand-in."""
    import os

    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("往年"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    events = run([folder], library)
    assert "added" in outcomes(events).values()
    (failed,) = (event for event in events if isinstance(event, Finished) and event.outcome == "failed")
    assert failed.path.name == "往年"
    assert "没有权限" in failed.reason
    assert not library.failures.paths(), "no file that could be retried"
    with pytest.raises(IngestError, match="往年"):
        run([failed.path], library)


def test_a_library_that_cannot_be_written_stops_the_run(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("磁盘已满")

    monkeypatch.setattr(library.store, "insert", full)
    with pytest.raises(LibraryError, match="磁盘已满"):
        run([folder], library)


def test_batches_are_written_as_they_fill(folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is broken off has taken in what it said it had."""
    monkeypatch.setattr("ingest.pipeline.BATCH_PASSAGES", 1)
    events = ingest([folder], library, Settings())
    first = next(event for event in events if isinstance(event, Finished))
    assert [report.id for report in library.reports()] == [first.report]
    events.close()  # type: ignore[attr-defined]
    assert outcomes(run([folder], library)) == {"2022.txt": "unchanged", "2021.txt": "added"}


# In worker processes, from archives, and again.


def packed(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".txt", content)
    return path


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even little text is read in worker processes."""
    monkeypatch.setattr("ingest.preparing._QUICK_BYTES", -1)


def test_worker_processes_come_to_the_same(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "空.txt").write_text("", "utf-8")
    here = outcomes(run([folder], library))
    with Library.open(tmp_path / "另一个", HashEmbedder()) as other:
        monkeypatch.setattr("ingest.preparing._QUICK_BYTES", -1)
        assert outcomes(run([folder], other)) == here
        assert [other.report(r.id) for r in other.reports()] == [library.report(r.id) for r in library.reports()]
        assert [other.passages(r.id) for r in other.reports()] == [library.passages(r.id) for r in library.reports()]
        assert set(outcomes(run([folder], other)).values()) == {"unchanged", "failed"}


def test_a_file_over_its_time_is_named_with_the_setting(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch, apart: None
) -> None:
    """The others come in; the slow one is a function of ours that hangs in the worker."""
    from ingest import preparing

    real = preparing.Worker.call

    def call(self: object, function: object, source: object, *rest: object) -> object:
        hangs = getattr(source, "place", Path()).name == "2021.txt"
        return real(self, hostile.hang) if hangs else real(self, function, source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing.Worker, "call", call)
    events = list(ingest([folder], library, Settings(max_seconds=3)))
    assert outcomes(events) == {"2022.txt": "added", "2021.txt": "failed"}
    (reason,) = [event.reason for event in events if isinstance(event, Finished) and event.reason]
    assert "2021.txt" in reason
    assert "WENBAO_MAX_SECONDS" in reason


def test_a_run_that_is_given_up_leaves_no_process_and_no_file(
    folder: Path, library: Library, apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packed(folder / "包.zip", **{str(n): TEXT.format(year=2000 + n, amount=n) for n in range(20)})
    started = []
    real = Worker._start

    def start(self: Worker) -> object:
        started.append(real(self))
        return started[-1]

    monkeypatch.setattr(Worker, "_start", start)
    events = ingest([folder], library, Settings())
    next(event for event in events if isinstance(event, Started) and ".zip" in str(event.path.parent))
    events.close()  # type: ignore[attr-defined]
    assert started
    assert all(process.poll() is not None for process in started)
    assert list(tmp_path.glob("wenbao-*")) == []


def test_the_members_of_an_archive_are_reports_with_its_path(folder: Path, library: Library) -> None:
    inner = packed(folder.parent / "里.zip", 总结=TEXT.format(year=2019, amount=19))
    path = packed(folder / "往年.zip", 甲__2020=TEXT.format(year=2020, amount=20), 空="")
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(inner, "里.zip")
    events = run([path], library)
    assert outcomes(events) == {"2020.txt": "added", "空.txt": "failed", "总结.txt": "added"}
    assert [event.files for event in events if isinstance(event, Found)] == [1, 3]
    paths = {entry.path for entry in library.catalogue().entries}
    assert paths == {f"{path}/甲/2020.txt", f"{path}/里.zip/总结.txt"}
    (reason,) = [event.reason for event in events if isinstance(event, Finished) and event.reason]
    assert reason.startswith(f"{path}/空.txt")
    assert set(outcomes(run([path], library)).values()) == {"unchanged", "failed"}
    packed(path, 甲__2020=TEXT.format(year=2020, amount=99))
    assert outcomes(run([path], library)) == {"2020.txt": "replaced"}


def test_what_failed_is_remembered_and_retried_alone(folder: Path, library: Library) -> None:
    bad, gone = folder / "坏.txt", folder / "去.txt"
    for path in (bad, gone):
        path.write_text("", "utf-8")
    archive = packed(folder / "包.zip", 好=TEXT.format(year=2018, amount=18), 内坏="")
    assert list(outcomes(run([folder], library)).values()).count("failed") == 3
    assert library.failures.paths() == {str(bad), str(gone), f"{archive}/内坏.txt"}
    assert all(failure.reason for failure in library.failures.all())
    bad.write_text(TEXT.format(year=2017, amount=17), "utf-8")
    gone.unlink()
    events = list(retry(library, Settings()))
    ends = {str(event.path): event.outcome for event in events if isinstance(event, Finished)}
    assert ends == {str(bad): "added", f"{archive}/内坏.txt": "failed"}
    assert [event.path for event in events if isinstance(event, Skipped)] == [gone]
    assert library.failures.paths() == {f"{archive}/内坏.txt"}


@pytest.fixture
def in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook whose formulas can only be had from LibreOffice, which is not there; read in this process."""
    book = openpyxl.Workbook()
    for row in (["路线", "里程（公里）"], ["临临高速", 36], ["合计", "=B2*2"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "附表.xlsx")
    monkeypatch.setattr("ingest.preparing._QUICK_SUFFIXES", {".xlsx"})
    monkeypatch.setattr("ingest.readers.office.find_program", lambda: None)
    return tmp_path / "附表.xlsx"


def test_what_was_read_in_part_is_remembered_and_read_again_once_what_was_missing_is_there(
    in_part: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outcomes(run([in_part], library)) == {"附表.xlsx": "added"}
    assert outcomes(run([in_part], library)) == {"附表.xlsx": "unchanged"}
    (remembered,) = library.failures.all()
    assert (remembered.path, "没有读全" in remembered.reason) == (str(in_part), True)
    assert outcomes(list(retry(library, Settings()))) == {"附表.xlsx": "unchanged"}
    assert library.failures.all() == (remembered,)

    worked_out = in_part.with_name("算过.xlsx")
    sheet = openpyxl.load_workbook(in_part)
    sheet.worksheets[0]["B3"] = 72
    sheet.save(worked_out)
    monkeypatch.setattr("ingest.readers.office.calculated", lambda *_: worked_out.read_bytes())
    assert outcomes(list(retry(library, Settings()))) == {"附表.xlsx": "replaced"}
    (report,) = library.reports()
    assert "72公里" in library.report(report.id).text
    assert library.failures.all() == ()
    assert library.check() == []
    assert outcomes(list(retry(library, Settings()))) == {}


def test_what_was_read_in_part_and_removed_is_not_brought_back(in_part: Path, library: Library) -> None:
    run([in_part], library)
    library.remove(library.reports()[0].id)
    assert library.failures.all() == ()
    assert outcomes(list(retry(library, Settings()))) == {}


def test_a_report_that_is_lost_while_it_is_read_again_is_retried(
    in_part: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([in_part], library)
    monkeypatch.setattr("ingest.library.Library.report", lambda *_: library.reports()[0])  # the text is another

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ingest.library.Library.add", killed)
        with pytest.raises(KeyboardInterrupt):
            list(retry(library, Settings()))
    assert library.reports() == ()
    assert outcomes(list(retry(library, Settings()))) == {"附表.xlsx": "added"}


def test_a_failed_archive_is_retried_whole_beside_a_failed_member_of_another(folder: Path, library: Library) -> None:
    for name in ("甲.zip", "乙.zip"):
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("好.txt", TEXT.format(year=2020, amount=name))
            archive.writestr("空.txt", "")
    whole = (folder / "甲.zip").read_bytes()
    (folder / "甲.zip").write_bytes(whole[:50])
    run([folder / "甲.zip", folder / "乙.zip"], library)
    (folder / "甲.zip").write_bytes(whole)
    events = [event for event in retry(library, Settings()) if isinstance(event, Finished)]
    assert sorted((str(event.path.relative_to(folder)), event.outcome) for event in events) == [
        ("乙.zip/空.txt", "failed"),
        ("甲.zip/好.txt", "added"),
        ("甲.zip/空.txt", "failed"),
    ]
