"""The REST interface: asking, reports in and out, figures, opinions; what each takes and refuses."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.ui.conftest import Office

QUESTION = "2024年新建光伏电站多少座"


def _upload(client: TestClient, name: str, content: bytes | str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/api/reports", files={"file": (name, data)})


def _report(sentence: str) -> str:
    return f"青山县2023年工作总结\n一、工作回顾\n{sentence}\n"


def _remove_all_but_the_first(office: Office) -> None:
    for report in office.library.reports():
        if report.file != "某镇2024年工作总结.txt":
            office.library.remove(report.id)
    office.library.failures.forget(office.library.failures.paths())


@pytest.fixture
def editor(office: Office) -> Any:
    yield office.client("editor")
    _remove_all_but_the_first(office)


# Asking.


def test_a_question_gets_the_contracts_object(office: Office) -> None:
    answer = office.client("reader").post("/api/ask", json={"question": QUESTION}).json()
    assert list(answer) == [
        *("question", "standalone", "status", "short", "answer", "confidence", "citations", "elapsed_ms"),
    ]
    assert (answer["status"], answer["short"]) == ("answered", "7座")
    (citation,) = answer["citations"]
    assert set(citation) == {"n", "report", "file", "section", "quote", "start", "end", "page"}
    assert "新建光伏电站7座" in citation["quote"]


def test_a_follow_up_is_understood_by_its_history(office: Office) -> None:
    body = {"question": "那2025年计划建多少座？", "history": [QUESTION]}
    assert office.client("reader").post("/api/ask", json=body).json()["short"] == "9座"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": ""},
        {"question": "  "},
        {"question": "问" * 2001},
        {"question": ["投资"]},
        {"question": "投资", "history": "不是列表"},
        {"question": "投资", "history": ["问"] * 51},
        [],
    ],
)
def test_what_is_no_question_is_refused(office: Office, body: Any) -> None:
    reply = office.client("reader").post("/api/ask", json=body)
    assert reply.status_code == 422
    assert reply.json()["detail"]


def test_hostile_text_comes_back_as_data(office: Office) -> None:
    reply = office.client("reader").post("/api/ask", json={"question": "<script>alert(1)</script>投资"})
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-content-type-options"] == "nosniff"


# Reports.


def test_reports_are_listed_filtered_and_paged(office: Office, editor: TestClient) -> None:
    for year in (2021, 2022):
        assert (
            _upload(editor, f"{year}.txt", f"某市{year}年工作总结\n一、回顾\n新建公园{year}处。\n").status_code == 201
        )
    client = office.client("reader")
    assert client.get("/api/reports").json()["total"] == 3
    page = client.get("/api/reports?page=2&size=2").json()
    assert (page["total"], len(page["items"])) == (3, 1)
    assert [r["file"] for r in client.get("/api/reports?words=2021").json()["items"]] == ["2021.txt"]
    assert [r["file"] for r in client.get("/api/reports?year=2022").json()["items"]] == ["2022.txt"]
    assert client.get("/api/reports?size=101").status_code == 422


def test_a_report_is_read_with_its_outline(office: Office) -> None:
    client = office.client("reader")
    (listed,) = client.get("/api/reports").json()["items"]
    report = client.get(f"/api/reports/{listed['id']}").json()
    assert "新建光伏电站7座" in report["text"]
    assert "工作回顾" in [section["title"] for section in report["sections"]]
    assert client.get("/api/reports/absent").status_code == 404


def test_an_upload_is_asked_about_replaced_and_removed(office: Office, editor: TestClient) -> None:
    def answered() -> str:
        return str(editor.post("/api/ask", json={"question": "青山县2023年新建口袋公园多少处"}).json()["short"])

    first = _upload(editor, "某县总结.txt", _report("全县新建口袋公园31处。"))
    assert (first.status_code, first.json()["files"][0]["outcome"]) == (201, "added")
    assert answered() == "31处"
    assert _upload(editor, "某县总结.txt", _report("全县新建口袋公园31处。")).status_code == 200
    second = _upload(editor, "某县总结.txt", _report("全县新建口袋公园32处。"))
    assert (second.status_code, second.json()["files"][0]["outcome"]) == (201, "replaced")
    assert answered() == "32处"
    number = second.json()["files"][0]["id"]
    assert (office.settings.home / "uploads" / "某县总结.txt").exists()
    assert editor.delete(f"/api/reports/{number}").status_code == 204
    assert not (office.settings.home / "uploads" / "某县总结.txt").exists()
    assert editor.delete(f"/api/reports/{number}").status_code == 404
    assert answered() == ""
    assert _upload(editor, "某县总结.txt", _report("全县新建口袋公园32处。")).status_code == 201


def test_uploads_and_removals_are_in_the_audit_log(office: Office, editor: TestClient) -> None:
    number = _upload(editor, "记录.txt", _report("全县新建口袋公园33处。")).json()["files"][0]["id"]
    editor.delete(f"/api/reports/{number}")
    removed, uploaded = office.client("admin").get("/api/audit?limit=2").json()
    assert (uploaded["who"], uploaded["action"], uploaded["about"]) == ("editor", "上传", "记录.txt")
    assert (removed["who"], removed["action"]) == ("editor", "移除")
    assert removed["about"].startswith("记录.txt")


def test_an_archive_is_taken_in_report_by_report(editor: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("甲.txt", _report("全县新建口袋公园41处。"))
        archive.writestr("乙.txt", "")
    reply = _upload(editor, "报告.zip", packed.getvalue())
    assert reply.status_code == 201
    assert {file["file"]: file["outcome"] for file in reply.json()["files"]} == {"甲.txt": "added", "乙.txt": "failed"}


@pytest.mark.parametrize(
    "name",
    ["../甲.txt", "..\\甲.txt", "/etc/甲.txt", "C:甲.txt", ".甲.txt", "..", "CON.txt", "甲\n.txt", "长" * 100 + ".txt"],
)
def test_a_file_name_leads_nowhere_else(office: Office, editor: TestClient, name: str) -> None:
    from ingest.errors import IngestError
    from ui import uploads

    with pytest.raises(IngestError, match="文件名不能用"):
        uploads.take_in(name, io.BytesIO(_report("全县新建口袋公园51处。").encode()), office.library, office.settings)
    _upload(editor, name, _report("全县新建口袋公园51处。"))  # a client may cut the name itself
    uploaded = (office.settings.home / "uploads").resolve()
    for file in office.settings.home.resolve().parent.rglob("*甲*"):
        assert file.parent == uploaded


@pytest.mark.parametrize(
    ("name", "content"), [("坏.docx", b"PK\x03\x04 not a zip"), ("空.txt", b""), ("程序.exe", b"MZ")]
)
def test_what_cannot_be_read_is_told_and_not_kept(
    office: Office, editor: TestClient, name: str, content: bytes
) -> None:
    reply = _upload(editor, name, content)
    assert reply.status_code == 422
    assert "Traceback" not in reply.text
    assert not (office.settings.home / "uploads" / name).exists()
    assert office.library.failures.paths() == set()


def test_a_bad_version_leaves_the_good_one(office: Office, editor: TestClient) -> None:
    _upload(editor, "版本.txt", _report("全县新建口袋公园61处。"))
    assert _upload(editor, "版本.txt", b"").status_code == 422
    assert "61处" in (office.settings.home / "uploads" / "版本.txt").read_text(encoding="utf-8")
    assert "版本.txt" in {report.file for report in office.library.reports()}


def test_an_upload_has_a_size(editor: TestClient) -> None:
    reply = _upload(editor, "大.txt", b"x" * (2 * 1024 * 1024))
    assert reply.status_code == 413
    almost = _upload(editor, "大.txt", b"x" * (1024 * 1024 + 10))
    assert almost.status_code == 422
    assert "WENBAO_MAX_FILE_MB" in almost.json()["detail"]


def test_a_reader_changes_no_report(office: Office) -> None:
    client = office.client("reader")
    (report,) = office.library.reports()
    assert _upload(client, "甲.txt", _report("全县新建口袋公园71处。")).status_code == 403
    assert client.delete(f"/api/reports/{report.id}").status_code == 403
    assert [found.id for found in office.library.reports()] == [report.id]


# Figures.


def test_figures_are_found_by_words_year_and_status(office: Office) -> None:
    client = office.client("reader")
    found = client.get("/api/figures", params={"words": "光伏电站"}).json()
    assert {figure["text"] for figure in found["items"]} >= {"7座", "9座"}
    planned = client.get("/api/figures", params={"words": "光伏电站", "status": "planned"}).json()
    assert [(f["value"], f["unit"], f["first_year"]) for f in planned["items"]] == [("9", "座", 2025)]
    assert planned["items"][0]["quote"].startswith("2025年，计划新建光伏电站9座")
    done = client.get("/api/figures", params={"words": "农村公路", "year": 2024}).json()
    assert [f["text"] for f in done["items"]] == ["12公里"]


def test_every_figure_stands_where_it_says(office: Office) -> None:
    (report,) = office.library.reports()
    text = office.library.report(report.id).text
    found = office.client("reader").get("/api/figures", params={"report": report.id}).json()
    assert found["total"] == len(found["items"]) >= 5
    for figure in found["items"]:
        assert text[figure["start"] : figure["end"]] == figure["text"]
        assert figure["text"] in figure["quote"]


def test_figures_come_in_pages(office: Office) -> None:
    client = office.client("reader")
    pages = [client.get("/api/figures", params={"page": page, "size": 2}).json() for page in (1, 2, 3, 99)]
    texts = [figure["text"] for page in pages for figure in page["items"]]
    assert len(texts) == pages[0]["total"]
    assert pages[-1]["items"] == []


@pytest.mark.parametrize("query", ["report=absent", "year=abc", "status=x", "page=0", "size=0", f"words={'字' * 201}"])
def test_what_figures_cannot_be_asked_for_is_told(office: Office, query: str) -> None:
    assert office.client("reader").get(f"/api/figures?{query}").status_code in (404, 422)


# Opinions.


def test_an_opinion_is_kept_under_the_name_of_who_gives_it(office: Office) -> None:
    body = {"question": QUESTION, "answer": "7座", "verdict": "down", "expected": "8座", "who": "admin"}
    assert office.client("reader").post("/api/feedback", json=body).status_code == 201
    newest = office.client("editor").get("/api/feedback").json()["items"][0]
    assert (newest["who"], newest["verdict"], newest["expected"]) == ("reader", "down", "8座")
    assert office.client("reader").post("/api/feedback", json=body | {"verdict": "x"}).status_code == 422
