"""Views are made once and kept while a report is asked about."""

from __future__ import annotations

import pytest

from bot.chain import Assistant
from bot.evidence.views import Views
from ingest.errors import LibraryError


def test_a_report_is_laid_out_once(provinces: Assistant) -> None:
    views = Views(provinces.library)
    report = provinces.library.reports()[0].id
    assert views(report) is views(report)
    assert views(report).report.id == report


def test_a_report_that_is_not_there_is_named(provinces: Assistant) -> None:
    with pytest.raises(LibraryError, match="没有这份报告"):
        Views(provinces.library)("没有这份报告")


def test_views_are_kept_up_to_a_weight(provinces: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.evidence.views._KEPT_BYTES", 1)
    views = Views(provinces.library)
    report = provinces.library.reports()[0].id
    assert views(report) is not views(report)
