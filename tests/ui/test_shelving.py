"""What the tab 文档 does, step by step, without a browser."""

from __future__ import annotations

from pathlib import Path

from ingest.library import Library
from tests.ingest.standins import HashEmbedder, numbered
from ui.shelving import View, listing


def test_a_library_of_another_model_says_so_over_the_list_until_it_is_repaired(tmp_path: Path) -> None:
    with Library.open(tmp_path, HashEmbedder("甲模型")) as library:
        library.add(numbered(1))
    with Library.open_with_any_model(tmp_path, HashEmbedder("乙模型")) as library:
        html, _, view = listing(library, View())
        assert "甲模型" in html
        assert "修复并重建索引" in html
        assert "第1号报告" in html
        library.repair()
        html, _, _ = listing(library, view)
        assert "修复并重建索引" not in html
        assert "第1号报告" in html
