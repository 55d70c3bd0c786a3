"""Written answers that are kept."""

from __future__ import annotations

from pathlib import Path

from bot.writing.cache import FILE, WrittenCache


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = WrittenCache(tmp_path, 2)
    cache.put("one", ["甲[1]。"])
    cache.put("two", ["乙[1]。"])
    assert cache.get("one") == ["甲[1]。"]
    cache.put("three", ["丙[1]。"])
    assert (cache.get("one"), cache.get("two"), cache.get("three")) == (["甲[1]。"], [], ["丙[1]。"])


def test_it_outlives_the_program_and_damage(tmp_path: Path) -> None:
    WrittenCache(tmp_path, 2).put("one", ["甲[1]。"])
    assert WrittenCache(tmp_path, 2).get("one") == ["甲[1]。"]
    for file in tmp_path.glob(f"{FILE}*"):
        file.write_bytes(b"no database at all, whatever its name says" * 9)
    assert WrittenCache(tmp_path, 2).get("one") == []


def test_a_limit_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    cache = WrittenCache(tmp_path, 0)
    cache.put("one", ["甲[1]。"])
    assert cache.get("one") == []
    assert not (tmp_path / FILE).exists()
