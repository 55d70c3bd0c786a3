"""Packages: what a zip-based file may cost, and what is never taken from one."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ingest.errors import IngestError
from ingest.limits import MB, Limits
from ingest.readers.package import OLE, checked, open_package

_BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10)).replace("&lol0;", "&lol;")
    + "]><lolz>&lol9;</lolz>"
)


def _packed(folder: Path, members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "报告.docx"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(IngestError) as caught:
        checked(path, limits or Limits())
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_members_are_read_and_parsed(tmp_path: Path) -> None:
    path = _packed(tmp_path, {"a/内容.xml": "<r>完成投资36亿元</r>", "图.png": b"\x89PNG", "空/": ""})
    package = open_package(path, Limits())
    assert package.names == ("a/内容.xml", "图.png")
    assert "图.png" in package
    assert package.read("图.png") == b"\x89PNG"
    assert package.xml("a/内容.xml").text == "完成投资36亿元"
    assert checked(path, Limits()).read() == path.read_bytes()


def test_names_of_windows_are_names_with_slashes(tmp_path: Path) -> None:
    package = open_package(_packed(tmp_path, {"Doc_0\\Document.xml": "<r/>"}), Limits())
    assert package.names == ("Doc_0/Document.xml",)


@pytest.mark.parametrize("name", ["../外面.xml", "a/../../b.xml", "a\\..\\..\\b.xml"])
def test_a_name_that_leads_out_is_refused(name: str, tmp_path: Path) -> None:
    assert "指向外面" in _refusal(_packed(tmp_path, {name: "<r/>"}))


def test_too_many_members_are_refused_with_the_setting_named(tmp_path: Path) -> None:
    path = _packed(tmp_path, {f"{n}.xml": "<r/>" for n in range(12)})
    assert "WENBAO_MAX_MEMBERS" in _refusal(path, Limits(members=11))
    checked(path, Limits(members=12))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_refused_with_the_setting_named(method: int, tmp_path: Path) -> None:
    path = _packed(tmp_path, {"bomb.xml": bytes(3 * MB)}, method)
    assert path.stat().st_size < MB
    assert "WENBAO_MAX_EXPANDED_MB" in _refusal(path, Limits(expanded_bytes=2 * MB))


def test_many_members_together_are_a_bomb_too(tmp_path: Path) -> None:
    path = _packed(tmp_path, {f"{n}.xml": bytes(MB) for n in range(4)})
    assert "WENBAO_MAX_EXPANDED_MB" in _refusal(path, Limits(expanded_bytes=3 * MB))


def test_a_member_read_again_and_again_counts_each_time(tmp_path: Path) -> None:
    package = open_package(_packed(tmp_path, {"a.bin": bytes(MB)}), Limits(expanded_bytes=2 * MB))
    package.read("a.bin")
    package.read("a.bin")
    with pytest.raises(IngestError, match="WENBAO_MAX_EXPANDED_MB"):
        package.read("a.bin")


def test_a_bomb_whose_headers_lie_about_its_size_is_refused(tmp_path: Path) -> None:
    path = _packed(tmp_path, {"bomb.xml": bytes(3 * MB)})
    true, false = (3 * MB).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, false))
    assert _refusal(path, Limits(expanded_bytes=2 * MB))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        _BILLION_LAUGHS,
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>',
        "<!-- " + "x" * 200_000 + ' --><!DOCTYPE r [<!ENTITY f "g">]><r/>',
    ],
)
def test_xml_with_a_document_type_is_refused(text: str, encoding: str, tmp_path: Path) -> None:
    text = text.replace('<?xml version="1.0"?>', "")
    path = _packed(
        tmp_path, {"word/document.xml": f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)}
    )
    assert "文档类型或实体" in _refusal(path)
    with pytest.raises(IngestError) as caught:
        open_package(path, Limits()).xml("word/document.xml")
    assert str(path) in str(caught.value)


def test_xml_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = _packed(tmp_path, {"a.xml": "<a>" * 100_000 + "</a>" * 100_000})
    with pytest.raises(IngestError, match="已损坏"):
        open_package(path, Limits()).xml("a.xml")


def test_a_missing_member_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="已损坏"):
        open_package(_packed(tmp_path, {"a.xml": "<r/>"}), Limits()).xml("b.xml")


def test_a_zip_with_a_password_is_named_so(tmp_path: Path) -> None:
    path = _packed(tmp_path, {"a.xml": "<r/>"})
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    path.write_bytes(data)
    assert "密码" in _refusal(path)


def test_an_office_file_with_a_password_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "报告.xlsx"
    path.write_bytes(OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    assert "密码" in _refusal(path)


def test_a_file_of_old_office_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(OLE + bytes(512))
    assert "旧版 Office" in _refusal(path)


def test_a_package_damaged_anywhere_is_checked_or_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["路线", "里程"])  # type: ignore[union-attr]
    book.save(stream)
    whole = stream.getvalue()
    path = tmp_path / "报告.xlsx"
    dice = random.Random(11)
    refused = 0
    for _ in range(200):
        data = bytearray(whole[: dice.randrange(1, len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            checked(path, Limits())
        except IngestError as fault:
            refused += 1
            assert str(path) in str(fault)
    assert refused > 100
