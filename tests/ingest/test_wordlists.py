"""Word lists kept as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import wordlists


def test_lines_become_groups_and_comments_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# 说明\n进口、出口\n\n老人家、 上了年纪的人 = 老年人  # 常见\n", encoding="utf-8")
    assert list(wordlists.groups(path)) == [(("进口", "出口"),), (("老人家", "上了年纪的人"), ("老年人",))]


def test_a_line_with_an_empty_side_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("进口、出口\n老人家 =\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"words\.txt, line 2"):
        list(wordlists.groups(path))
