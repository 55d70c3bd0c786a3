"""A report taken out of a library can be put back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import LibraryError
from ingest.library import Library, undo
from tests.ingest.standins import HashEmbedder, numbered


def test_a_report_put_back_is_as_it_was(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add(numbered(1), "a.txt")
        (report,) = library.reports()
        before = library.report(report.id), library.passages(report.id), library.search_text(["投资"], None, 9)
        taken = undo.take_out(library, report.id)
        assert library.reports() == ()
        assert undo.put_back(library, taken) == "added"
        after = library.report(report.id), library.passages(report.id), library.search_text(["投资"], None, 9)
        assert after == before
        assert library.check() == []


def test_a_report_is_put_back_under_another_model_too(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library:
        library.add_many([(numbered(1), "a.txt"), (numbered(2), "b.txt")])
        taken = undo.take_out(library, library.reports()[0].id)
    other = HashEmbedder("other", 32)
    with Library.open_for_repair(tmp_path, other) as library:
        library.repair()
        undo.put_back(library, taken)
        assert len(library.reports()) == 2
        assert library.check() == []


def test_what_is_not_there_cannot_be_taken_out(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder()) as library, pytest.raises(LibraryError, match="absent"):
        undo.take_out(library, "absent")
