"""The list of reports and what becomes of files on their way in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Passage, Period, Report, Section
from ingest.events import Finished, Skipped, Started
from ingest.library.failures import Failure
from ingest.library.store import Entry
from ui import shelf
from ui.preview import preview

HOSTILE = '"><img src=x onerror=alert(1)>'


def entry(key: int, title: str, organisation: str = "", year: int | None = 2024) -> Entry:
    report = Report(f"r{key}", f"{title}.txt", "0" * 64, title, organisation, year)
    return Entry(key, report, 5, f"/{title}.txt", f"2026-01-0{key}T00:00:00+00:00")


ENTRIES = [entry(1, "甲县总结", "甲县", 2023), entry(2, "乙县总结", "乙县"), entry(3, "丙县计划", "", None)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [3, 2, 1]),
        ({"text": "总结 甲"}, [1]),
        ({"organisation": "乙县"}, [2]),
        ({"year": 2023}, [1]),
        ({"order": "年份（新到旧）"}, [2, 1, 3]),
        ({"order": "单位"}, [2, 1, 3]),
    ],
)
def test_reports_are_searched_filtered_and_sorted(filters: dict[str, object], expected: list[int]) -> None:
    assert [found.key for found in shelf.chosen(ENTRIES, **filters)] == expected  # type: ignore[arg-type]


def test_only_who_may_change_the_library_is_offered_to() -> None:
    assert 'data-act="remove"' in shelf.shelf(ENTRIES, 3, may_edit=True)
    assert 'data-act="remove"' not in shelf.shelf(ENTRIES, 3, may_edit=False)


def test_a_file_is_followed_from_stage_to_outcome_with_its_reason() -> None:
    path = Path("/库/uploads/包.zip/总结.docx")
    tasks = shelf.advanced({}, Started(path, "读取"))
    assert "读取……" in shelf.progress(tasks.values())
    tasks = shelf.advanced(tasks, Finished(path, "failed", reason="文件已损坏。"))
    tasks = shelf.advanced(tasks, Skipped(Path("/库/说明.md"), "说明文件"))
    html = shelf.progress(tasks.values())
    for said in ("包.zip › 总结.docx", "失败", "文件已损坏。", "2 / 2 个文件已处理，1 个失败", "跳过"):
        assert said in html


def test_text_of_reports_and_files_is_never_taken_for_html() -> None:
    hostile = entry(1, HOSTILE, HOSTILE)
    task = shelf.Task(HOSTILE, outcome="failed", detail=HOSTILE)
    html = (
        shelf.shelf([hostile], 1, True) + shelf.progress([task]) + shelf.failures([Failure(HOSTILE, HOSTILE, "")], True)
    )
    text = f"一、{HOSTILE}\n{HOSTILE}。\n"
    section = Section(f"一、{HOSTILE}", 1, 0, text.index("\n"), len(text))
    passage = Passage(0, text.index("\n") + 1, len(text), HOSTILE, (), Period(2024, 2024, "done"))
    report = Report(HOSTILE, HOSTILE, "0" * 64, HOSTILE, HOSTILE, 2024, text, (), (section,))
    assert "<img" not in html + preview(report, [passage])


def test_a_long_report_is_shown_from_the_section_asked_for() -> None:
    line = "完成了这项工作的全部内容。\n"
    text = line * 12_000
    passages = [Passage(n, n * len(line), (n + 1) * len(line), line, ()) for n in range(12_000)]
    last = 11_990 * len(line)
    report = Report(
        "r1", "a.txt", "0" * 64, "总结", text=text, sections=(Section("尾声", 1, last, last + 3, len(text)),)
    )
    assert f'id="at-{last}"' not in preview(report, passages)
    html = preview(report, passages, last)
    assert f'id="at-{last}"' in html
    assert len(html) < 300_000
