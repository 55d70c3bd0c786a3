"""What a library's rows hold comes back as it went in, also from libraries made before a field was there."""

from __future__ import annotations

from ingest.document import Page
from ingest.library.rows import report_from, to_json

_ROW = ("0123", "报告.pdf", "0" * 64, "工作总结", "交通局", 2022)


def test_pages_keep_how_sure_recognition_was_of_them() -> None:
    pages = (Page(1, 0, 10), Page(2, 10, 20, 0.93))
    assert report_from(_ROW, "字" * 20, to_json(pages)).pages == pages


def test_pages_of_older_libraries_are_read() -> None:
    assert report_from(_ROW, "字" * 20, "[[1,0,10],[2,10,20]]").pages == (Page(1, 0, 10), Page(2, 10, 20))
