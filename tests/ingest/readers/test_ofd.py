"""OFD files: what is printed on their pages is read as it was written."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import read
from tests.ingest.readers.damage import read_or_refused
from tests.ingest.readers.ofd_writer import LEFT, TOP, Page, advance, flowed, text, write

_PARAGRAPHS = [
    "交通运输局2022年工作总结",
    "一、工程建设情况",
    "2022年累计完成投资36亿元，同比增长12.5%，新增和改建农村公路23公里，路面状况改善133公里，" * 3 + "成效明显。",
    "二、下一步打算",
    "力争完成投资40亿元。" * 9,
]


def test_lines_become_the_paragraphs_that_were_printed(tmp_path: Path) -> None:
    document = read(write(tmp_path / "报告.ofd", flowed(_PARAGRAPHS)))
    assert document.text.split("\n") == _PARAGRAPHS


def test_pages_keep_their_numbers_and_a_paragraph_goes_on_over_their_edge(tmp_path: Path) -> None:
    document = read(write(tmp_path / "报告.ofd", flowed(_PARAGRAPHS, lines_per_page=4)))
    assert document.text.split("\n") == _PARAGRAPHS
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.text[document.pages[1].start - 1] not in "。\n"


def test_running_headers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    pages = flowed(_PARAGRAPHS, lines_per_page=4)
    for number, page in enumerate(pages, start=1):
        page.objects += [text("某某局工作总结", 80, 12), text(f"— {number} —", 95, 285)]
    assert read(write(tmp_path / "报告.ofd", pages)).text.split("\n") == _PARAGRAPHS


def test_what_a_template_prints_is_read_once(tmp_path: Path) -> None:
    pages = flowed(_PARAGRAPHS, lines_per_page=4)
    for page in pages:
        page.template = True
    document = read(write(tmp_path / "报告.ofd", pages, template=[text("沂源县交通运输局文件", 60, 22, size=8)]))
    assert document.text.split("\n") == ["沂源县交通运输局文件", *_PARAGRAPHS]


@pytest.mark.parametrize(
    "code",
    [
        'X="0" Y="4.5" DeltaX="4.5 4.5 4.5 4.5 4.5 4.5"',
        'X="0" Y="4.5" DeltaX="g 6 4.5"',
        'X="0" Y="4.5" DeltaX="4.5 g 4 4.5 4.5"',
        'X="0" Y="4.5" DeltaX="4.5"',
        'X="0" Y="4.5"',
    ],
)
def test_the_distances_between_characters_in_each_notation(code: str, tmp_path: Path) -> None:
    page = Page([text("完成投资3亿元", LEFT, TOP, code=code), text("未完", LEFT + 80, TOP)])
    assert read(write(tmp_path / "报告.ofd", [page])).text == "完成投资3亿元 未完"


def test_objects_in_any_order_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    pages = flowed(_PARAGRAPHS)
    random.Random(1).shuffle(pages[0].objects)
    assert read(write(tmp_path / "报告.ofd", pages)).text.split("\n") == _PARAGRAPHS


def test_each_character_in_an_object_of_its_own_with_a_matrix(tmp_path: Path) -> None:
    matrix = 'CTM="0.3528 0 0 0.3528 0 0"'
    objects, x = [], LEFT
    for character in "完成投资36亿元":
        objects.append(text(character, x, TOP, size=12.755, attributes=matrix, code='X="0" Y="12.755"'))
        x += 4.5 * advance(character)
    objects = [found.replace(f"{TOP - 12.755} ", f"{TOP - 4.5} ") for found in objects]
    assert read(write(tmp_path / "报告.ofd", [Page(objects)])).text == "完成投资36亿元"


def test_watermarks_and_what_is_not_shown_are_left_out(tmp_path: Path) -> None:
    hidden = [
        text("内部资料", 60, 100, attributes='CTM="0.7 0.7 -0.7 0.7 0 0"'),
        text("看不见", LEFT, 120, attributes='Visible="false"'),
        text("透明", LEFT, 130, attributes='Alpha="0"'),
    ]
    assert read(write(tmp_path / "报告.ofd", [Page([text("完成36亿元。", LEFT, TOP), *hidden])])).text == "完成36亿元。"


def test_bold_by_printing_twice_is_read_once(tmp_path: Path) -> None:
    page = Page([text("完成36亿元", LEFT, TOP), text("完成36亿元", LEFT + 0.2, TOP)])
    assert read(write(tmp_path / "报告.ofd", [page])).text == "完成36亿元"


@pytest.mark.parametrize("root", ["/Doc_0/Document.xml", "./Doc_0/Document.xml", "Doc_0\\Document.xml"])
def test_locations_of_every_kind_are_found(root: str, tmp_path: Path) -> None:
    path = write(tmp_path / "报告.ofd", flowed(_PARAGRAPHS))
    changed = tmp_path / "改.ofd"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode().replace("<ofd:DocRoot>Doc_0/Document.xml", f"<ofd:DocRoot>{root}")
            new.writestr(name, data.replace('BaseLoc="Pages', 'BaseLoc="/Doc_0/Pages'))
    assert read(changed).text.split("\n") == _PARAGRAPHS


def test_another_namespace_is_the_same_format(tmp_path: Path) -> None:
    path = write(tmp_path / "报告.ofd", flowed(_PARAGRAPHS), namespace="http://www.ofdspec.org")
    assert read(path).text.split("\n") == _PARAGRAPHS


def test_characters_without_a_meaning_are_told_of(tmp_path: Path) -> None:
    page = Page([text("完成36亿元", LEFT, TOP), text("¤¤¤", LEFT, TOP + 20)])
    document = read(write(tmp_path / "报告.ofd", [page]))
    assert document.text == "完成36亿元"
    assert "第 1 页" in document.notes[0]


def test_encrypted_scanned_and_long_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "报告.ofd"
    with pytest.raises(IngestError, match="密码"):
        read(write(path, flowed(_PARAGRAPHS), **{"Encryptions.xml": "<a/>"}))
    with pytest.raises(IngestError, match="扫描"):
        read(write(path, [Page()]))
    with pytest.raises(IngestError, match="WENBAO_MAX_PAGES"):
        read(write(path, flowed(_PARAGRAPHS, lines_per_page=1)), Limits(pages=3))
    with pytest.raises(IngestError, match="WENBAO_MAX_CHARACTERS"):
        read(write(path, flowed(_PARAGRAPHS)), Limits(characters=50))


def test_a_file_damaged_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "报告.ofd", flowed(_PARAGRAPHS))
    read_or_refused(read, path, times=100)


def _ruled(kind: str) -> list[str]:
    """A table of three rows and two columns, 30 by 10 millimetres a cell, its lines drawn in one way or another."""
    level = [(LEFT, TOP + 10 * n, LEFT + 60, TOP + 10 * n) for n in range(4)]
    upright = [(LEFT + 30 * n, TOP, LEFT + 30 * n, TOP + 30) for n in range(3)]
    objects = []
    for x0, y0, x1, y1 in level + upright:
        path, more = f"M 0 0 L {x1 - x0} {y1 - y0}", ""
        if kind == "boxes":
            w, h = max(x1 - x0, 0.3), max(y1 - y0, 0.3)
            path, more = f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C", 'Fill="true" Stroke="false"'
        box = f"{x0} {y0} {x1 - x0 + 1} {y1 - y0 + 1}"
        objects.append(
            f'<ofd:PathObject ID="8" Boundary="{box}" {more}><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'
        )
    return objects


@pytest.mark.parametrize("kind", ["lines", "boxes"])
def test_ruled_tables_are_sentences(kind: str, tmp_path: Path) -> None:
    cells = [["路线", "里程"], ["X009", "12公里"], ["X019鲁", "8公里"]]
    words = [
        text(cell, LEFT + 2 + 30 * c, TOP + 6 + 10 * r) for r, row in enumerate(cells) for c, cell in enumerate(row)
    ]
    page = Page(
        [text("完成情况如下表。", LEFT + 9, TOP - 6), *_ruled(kind), *words, text("特此报告。", LEFT + 9, TOP + 40)]
    )
    document = read(write(tmp_path / "报告.ofd", [page]))
    assert document.text.split("\n") == [
        "完成情况如下表。",
        "路线：X009；里程12公里。",
        "路线：X019鲁；里程8公里。",
        "特此报告。",
    ]
    assert document.tables[0].rows[0] == ("路线", "里程")


@pytest.mark.parametrize("path", ["M 0", "L", "M 0 0 L 5 5 X", "C", "A 1 2 3 4 5 6 7 M 0 0", "M nan inf L 1e99 0", ""])
def test_paths_that_make_no_sense_draw_nothing(path: str, tmp_path: Path) -> None:
    drawn = (
        f'<ofd:PathObject ID="8" Boundary="0 0 9 9"><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'
    )
    page = Page([text("完成36亿元。", LEFT, TOP), *[drawn] * 5])
    assert read(write(tmp_path / "报告.ofd", [page])).text == "完成36亿元。"
