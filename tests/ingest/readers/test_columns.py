"""The order in which the things on a page are read."""

from __future__ import annotations

from ingest.readers.columns import in_order
from ingest.readers.sheets import Fragment


def _box(text: str, left: float, top: float, width: float) -> Fragment:
    return Fragment(text, left, top, left + width, top + 12, 12)


def _read(items: list[Fragment], known: float | None = None) -> str:
    return "".join(placed.item.text for placed in in_order(items, known)[0])


def _columns(rows: int, shift: float = 0) -> list[Fragment]:
    left = [_box("左", 72, 100 + 20 * row, 200) for row in range(rows)]
    return left + [_box("右", 300, 100 + shift + 20 * row, 200) for row in range(rows)]


def test_columns_are_read_one_after_the_other_also_where_their_lines_are_not_level() -> None:
    for shift in (0, 7):
        assert _read(_columns(5, shift)) == "左" * 5 + "右" * 5


def test_what_crosses_the_columns_parts_them() -> None:
    title, between = _box("题", 100, 60, 350), _box("表", 72, 220, 428)
    below = [_box(box.text, box.x0, box.top + 140, 200) for box in _columns(5)]
    items = [*_columns(5), *below, title, between]
    assert _read(items) == "题" + "左" * 5 + "右" * 5 + "表" + "左" * 5 + "右" * 5


def test_names_and_numbers_side_by_side_are_no_columns() -> None:
    names = [_box("名", 72, 100 + 20 * row, 200 if row == 0 else 40) for row in range(8)]
    numbers = [_box("数", 460, 100 + 20 * row, 40 if row == 0 else 12) for row in range(8)]
    assert _read(names + numbers) == "名数" * 8


def test_a_few_lines_are_columns_only_under_the_gutter_of_the_page_before() -> None:
    assert _read(_columns(2)) == "左右" * 2
    assert _read(_columns(2), known=285) == "左" * 2 + "右" * 2


def test_one_column_has_no_gutter() -> None:
    items = [_box(str(row), 72, 100 + 20 * row, 430) for row in range(9)]
    assert in_order(items)[1] is None
    assert _read(items) == "012345678"
    assert in_order([]) == ([], None)


def test_the_second_of_two_equal_columns_may_end_soon() -> None:
    left = [_box("左", 72, 100 + 20 * row, 200) for row in range(14)]
    last = [_box("右", 300, 100, 196), _box("完", 300, 120, 60)]
    assert _read(left + last) == "左" * 14 + "右完"
    assert _read([*left, _box("注", 400, 100, 60)]) == "左注" + "左" * 13
