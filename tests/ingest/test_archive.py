"""Archives: every member ends in a file, or in one clear reason, and none outside the folder given."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.archive import Member, unpack
from ingest.errors import IngestError
from ingest.limits import MB, Limits

LIMITS = Limits()
PLACE = Path("/报告/2022.zip")
Content = bytes | str


def packed(*members: tuple[str | zipfile.ZipInfo, Content]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def named(raw: bytes, content: str) -> bytes:
    """An archive with one member whose name is written in some encoding, without a word on which."""
    stand_in = "x" * len(raw)
    return packed((stand_in, content)).replace(stand_in.encode(), raw)


def run(data: bytes, folder: Path, limits: Limits = LIMITS, only: Sequence[Path] = ()) -> dict[str, Member]:
    folder.mkdir(exist_ok=True)
    target = folder / "解开"
    target.mkdir()
    path = folder / "2022.zip"
    path.write_bytes(data)
    members = unpack(path, PLACE, target, limits, only)
    assert {file.parent for member in members if (file := member.file)} <= {target}
    assert sorted(target.iterdir()) == sorted(file for member in members if (file := member.file))
    return {member.place.relative_to(PLACE).as_posix(): member for member in members}


def test_members_keep_their_place_and_their_bytes(tmp_path: Path) -> None:
    members = run(packed(("一季度/总结.txt", "甲"), ("二季度/总结.TXT", "乙"), ("空/", "")), tmp_path)
    assert [member.place for member in members.values()] == [PLACE / "一季度/总结.txt", PLACE / "二季度/总结.TXT"]
    assert [file.read_text("utf-8") for member in members.values() if (file := member.file)] == ["甲", "乙"]


def test_archives_in_archives_are_unpacked(tmp_path: Path) -> None:
    inner = packed(("总结.txt", "里"))
    members = run(packed(("一.zip", inner), ("外.txt", "外")), tmp_path)
    assert set(members) == {"一.zip/总结.txt", "外.txt"}
    for _ in range(2):
        inner = packed(("再.zip", inner))
    fault = run(packed(("一.zip", inner)), tmp_path / "深")["一.zip/再.zip/再.zip"]
    assert "WENBAO_MAX_NESTING" in fault.reason


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_name_in_an_unnamed_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    members = run(named("乡镇工作总结.txt".encode(encoding), "甲"), tmp_path)
    assert list(members) == ["乡镇工作总结.txt"]


@pytest.mark.parametrize("name", ["../跑.txt", "/etc/跑.txt", "C:\\跑.txt", "甲/../../跑.txt", "..\\跑.txt"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    members = run(packed((name, "跑"), ("好.txt", "好")), tmp_path)
    reasons = [member.reason for member in members.values() if not member.file]
    assert len(reasons) == 1
    assert "之外" in reasons[0]
    assert members["好.txt"].file
    assert not list(tmp_path.rglob("跑.txt"))


def test_links_locked_members_and_second_ones_of_a_name_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("链.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed((link, "/etc/passwd"), ("同.txt", "先"), ("同.txt", "后"))
    locked = bytearray(packed(("锁.txt", "锁")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    folder = tmp_path / "解"
    folder.mkdir()
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    first, good, second = unpack(path, PLACE, folder, LIMITS)
    assert "链接" in first.reason
    assert good.file is not None
    assert good.file.read_text("utf-8") == "先"
    assert "同名" in second.reason
    assert "密码" in run(bytes(locked), tmp_path / "锁")["锁.txt"].reason


def test_what_is_no_report_is_passed_over(tmp_path: Path) -> None:
    data = packed(
        ("说明.mp3", "x"), ("README.txt", "x"), ("__MACOSX/._甲.txt", "x"), (".git/甲.txt", "x"), ("甲.txt", "甲")
    )
    members = run(data, tmp_path)
    assert {name for name, member in members.items() if member.skipped} == set(members) - {"甲.txt"}


def test_a_bomb_is_stopped_at_the_limit(tmp_path: Path) -> None:
    limits = Limits(file_bytes=3 * MB, expanded_bytes=5 * MB)
    zeros = bytes(4 * MB)
    assert "WENBAO_MAX_FILE_MB" in run(packed(("弹.txt", zeros)), tmp_path / "一", limits)["弹.txt"].reason
    parts = packed(*((f"{n}.txt", bytes(2 * MB)) for n in range(4)))
    members = run(parts, tmp_path / "二", limits)
    assert [bool(member.file) for member in members.values()] == [True, True, False, False]
    assert "WENBAO_MAX_EXPANDED_MB" in members["2.txt"].reason


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="WENBAO_MAX_MEMBERS"):
        run(packed(*((f"{n}.txt", "x") for n in range(4))), tmp_path, Limits(members=3))


def test_damage_costs_the_member_it_is_in(tmp_path: Path) -> None:
    data = bytearray(packed(("坏.txt", "坏" * 999), ("好.txt", "好")))
    at = data.index("坏.txt".encode()) + len("坏.txt".encode())
    data[at + 2] ^= 0xFF
    members = run(bytes(data), tmp_path)
    assert "损坏" in members["坏.txt"].reason
    assert members["好.txt"].file
    with pytest.raises(IngestError, match=r"2022\.zip.*损坏"):
        run(packed(("甲.txt", "甲"))[:40], tmp_path / "断")


def test_single_members_may_be_asked_for(tmp_path: Path) -> None:
    data = packed(("甲.txt", "甲"), ("里.zip", packed(("乙.txt", "乙"), ("丙.txt", "丙"))), ("坏.docx", "x"))
    assert list(run(data, tmp_path, only=[PLACE / "里.zip/丙.txt"])) == ["里.zip/丙.txt"]
