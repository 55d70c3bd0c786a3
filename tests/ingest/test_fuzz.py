"""Damaged files of every format: each ends in text or in one clear message, in time, and nothing is left behind."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from ingest import archive
from ingest.errors import IngestError
from ingest.limits import MB, Limits
from ingest.readers import SUFFIXES, read
from ingest.sources import ARCHIVES
from ingest.worker import Failed, Returned
from ingest.workers import Worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

MUTANTS = 2_000
#: a page whose text is damaged beyond reading goes to character recognition, which takes its time
LIMITS = Limits(file_bytes=20 * MB, expanded_bytes=50 * MB, pages=200, characters=2_000_000, seconds=120)
#: read by LibreOffice or by character recognition: seconds each, so fewer of them
SLOW = {".doc", ".wps", ".rtf", ".odt", ".xls", ".et", ".ods", ".ppt", ".dps", ".odp"}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}
TEXT = "沂源县交通运输局2022年工作总结\n一、工程建设\n临临高速完成投资36亿元，增长12.5%。\n二、农村公路\n新建农村公路23公里。\n"
ROWS = [["路线", "里程（公里）"], ["X009淄安路", "12.5"], ["X019鲁沟路", "8"]]
CHINESE = ["STSong-Light"]


def _docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("工作总结", 1)
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(3, 2)
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))


def _xlsx(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)


def _pptx(path: Path) -> None:
    pptx = pytest.importorskip("pptx")
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "工作总结", TEXT
    show.save(str(path))


def _pdf(path: Path) -> None:
    pytest.importorskip("reportlab")
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(*CHINESE))
    canvas = Canvas(str(path))
    for _ in range(2):
        canvas.setFont(*CHINESE, 12)
        for n, line in enumerate(TEXT.splitlines()):
            canvas.drawString(72, 720 - 20 * n, line)
        canvas.showPage()
    canvas.save()


def _picture(path: Path) -> None:
    pytest.importorskip("PIL.Image").new("RGB", (64, 48), "white").save(path)


def _ofd(path: Path) -> None:
    """GB/T 33190: an entry, a document, a page with text objects."""
    head, ns = '<?xml version="1.0" encoding="UTF-8"?>', 'xmlns:ofd="http://www.ofdspec.org/2016"'
    box = "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
    texts = "".join(
        f'<ofd:TextObject ID="{10 + n}" Boundary="20 {20 + 9 * n} 170 7" Font="3" Size="5">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {len(line)} 5">{line}</ofd:TextCode></ofd:TextObject>'
        for n, line in enumerate(TEXT.splitlines())
    )
    members = {
        "OFD.xml": f'{head}<ofd:OFD {ns} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{head}<ofd:Document {ns}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>"
        f'{box}</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        "Doc_0/Pages/Page_0/Content.xml": f'{head}<ofd:Page {ns}><ofd:Content><ofd:Layer ID="2">{texts}</ofd:Layer>'
        "</ofd:Content></ofd:Page>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)


def _office(path: Path) -> None:
    """By LibreOffice, from a Word file."""
    program = shutil.which("soffice") or pytest.skip("no LibreOffice")
    kind = {".wps": "doc", ".et": "xls", ".dps": "ppt"}.get(path.suffix, path.suffix[1:])
    maker, suffix = {"s": (_xlsx, ".xlsx"), "p": (_pptx, ".pptx")}.get(
        "s" if kind in ("xls", "ods") else "p" if kind in ("ppt", "odp") else "", (_docx, ".docx")
    )
    source = path.with_name(f"源{suffix}")
    maker(source)
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(path.parent), str(source)]
    subprocess.run(command, check=False, capture_output=True, timeout=120)
    made = source.with_suffix(f".{kind}")
    if made.exists():
        made.rename(path)


def _html(path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    path.write_text(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>总结</title></head><body><h1>总结</h1>{paragraphs}"
        f"<table>{rows}</table></body></html>",
        "utf-8",
    )


def _mht(path: Path) -> None:
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    page = path.with_name("页.html")
    _html(page)
    whole = MIMEMultipart("related")
    whole.attach(MIMEText(page.read_text("utf-8"), "html", "utf-8"))
    path.write_bytes(bytes(whole))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("总结.txt", TEXT)
        package.writestr("表.csv", "\n".join(map(",".join, ROWS)))


MAKERS: dict[str, Callable[[Path], None]] = {
    **dict.fromkeys((".docx", ".docm"), _docx),
    **dict.fromkeys((".xlsx", ".xlsm"), _xlsx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), _pptx),
    **dict.fromkeys((".html", ".htm"), _html),
    **dict.fromkeys((".mht", ".mhtml"), _mht),
    **dict.fromkeys(SLOW, _office),
    **dict.fromkeys(PICTURES, _picture),
    ".pdf": _pdf,
    ".ofd": _ofd,
    ".zip": _zip,
}


def seed(suffix: str, folder: Path) -> bytes:
    """A sound file of a format."""
    path = folder / f"种子{suffix}"
    maker = MAKERS.get(suffix)
    if maker is None:
        path.write_text("\n".join(map(",".join, ROWS)) if suffix in (".csv", ".tsv") else TEXT, "utf-8")
    else:
        maker(path)
    return path.read_bytes() if path.exists() else b""


# Damage.


def flip(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 1, 4, 32])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def splice(data: bytes, chance: random.Random) -> bytes:
    """A piece is moved, doubled or overwritten."""
    start, at = chance.randrange(len(data)), chance.randrange(len(data))
    piece = data[start : start + chance.randrange(1, 200)]
    filler = chance.choice([piece, bytes(len(piece)), b"\xff" * len(piece), chance.randbytes(len(piece))])
    return data[:at] + filler + data[at + chance.choice([0, len(filler)]) :]


def tangle(data: bytes, chance: random.Random) -> bytes:
    """What markup can do wrong: a tag is dropped or doubled, a number grows, an attribute is emptied."""
    text = data.decode("latin-1")
    tags = list(re.finditer(r"<[^>]*>", text))
    if not tags:
        return splice(data, chance)
    tag = chance.choice(tags)
    changed = chance.choice(
        [
            "",
            tag.group() * 500,
            re.sub(r"\d+", lambda _: str(chance.choice([-1, 0, 2**31, 2**63, 10**12])), tag.group()),
            re.sub(r'"[^"]*"', '""', tag.group()),
            "<!DOCTYPE x [<!ENTITY a 'ha'>]>" + tag.group(),
            "&#0;&nothing;",
        ]
    )
    return (text[: tag.start()] + changed + text[tag.end() :]).encode("latin-1")


def remember(data: bytes, chance: random.Random) -> bytes:
    """A package whose members are damaged, missing, doubled or emptied, and which is otherwise sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [(info.filename, package.read(info)) for info in package.infolist()]
    except zipfile.BadZipFile:
        return tangle(data, chance)
    at = chance.randrange(len(members))
    name, content = members[at]
    deed = chance.randrange(5)
    if deed == 0:
        del members[at]
    elif deed == 1:
        members[at] = (name, b"")
    elif deed == 2:
        members[at] = (chance.choice(["../" + name, name.upper(), "\x01", name + "/x"]), content)
    else:
        members[at] = (name, chance.choice([tangle, tangle, flip, cut, splice])(content or b"x", chance))
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")  # a name may come twice
        for name, content in members:
            package.writestr(name, content)
    return file.getvalue()


DAMAGES = (flip, cut, splice, remember, remember)


# Reading, in a worker process.


def look_at(path: Path, target: Path) -> str:
    """What a file ends in; whatever is neither text nor one message is a fault that the worker tells."""
    try:
        if path.suffix in ARCHIVES:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            members = archive.unpack(path, path, target, LIMITS)
            assert all(member.file or member.reason for member in members)
            return "text"
        document = read(path, LIMITS)
    except IngestError as fault:
        assert path.name in str(fault), f"the message does not name the file: {fault}"
        return "message"
    assert document.text
    assert all(0 <= page.start <= page.end <= len(document.text) for page in document.pages)
    assert all(0 <= part.start <= part.end <= len(document.text) for part in (*document.headings, *document.tables))
    return "text"


def test_every_damaged_file_ends_in_text_or_in_one_message(tmp_path: Path) -> None:
    chance = random.Random(20230101)
    seeds = {suffix: data for suffix in sorted(SUFFIXES | ARCHIVES) if (data := seed(suffix, tmp_path))}
    quick = [suffix for suffix in seeds if suffix not in SLOW | PICTURES]
    jobs: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
    count = 0
    for suffix, data in seeds.items():
        for _ in range(MUTANTS // len(quick) + 1 if suffix in quick else 3):
            jobs.put((suffix, chance.choice(DAMAGES)(data, chance)))
            count += 1
    ends: list[tuple[str, str]] = []
    bad: list[str] = []

    def work(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        with Worker(LIMITS.seconds, LIMITS.memory_bytes) as worker:
            while (job := jobs.get()) is not None:
                path = folder / f"坏{job[0]}"
                path.write_bytes(job[1])
                answer: Returned | Failed = worker.call(look_at, path, folder / "解开")
                if isinstance(answer, Returned):
                    ends.append((job[0], answer.value))
                    continue
                kept = tmp_path / f"bad-{len(bad)}{job[0]}"
                kept.write_bytes(job[1])
                bad.append(f"{kept}: {answer.kind} {answer.text} {answer.trace[-600:]}")
            left = {path.name for path in folder.iterdir()} - {"解开"} - {f"坏{suffix}" for suffix in seeds}
            bad.extend(f"left behind: {name}" for name in left)

    threads = [Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        jobs.put(None)
        thread.start()
    for thread in threads:
        thread.join()
    assert not bad, "\n".join(bad)
    assert len(ends) == count >= MUTANTS
    outcomes = Counter(ends)
    assert all(outcomes[suffix, "message"] for suffix in quick if suffix not in {".txt", ".md", ".markdown", ".csv"})
