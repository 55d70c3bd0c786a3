"""The REST interface under /api. Which role each address takes stands in accounts/gate.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, File, HTTPException, Query, Request, Response, UploadFile

from bot.lookup import MOST_LINES, Line, Wanted, cite_figure, look_up
from ingest.errors import IngestError, LibraryError
from ui import uploads
from ui.accounts.audit import Audit
from ui.accounts.pages import address_of
from ui.api.schemas import (
    AnswerOut,
    AskBody,
    AuditOut,
    FeedbackBody,
    FigureOut,
    FiguresOut,
    OpinionsOut,
    PersonOut,
    Problem,
    ReportOut,
    ReportsOut,
    ReportText,
    UploadOut,
)
from ui.feedback import Feedback, Opinion
from ui.limits import objection

if TYPE_CHECKING:
    from bot.chain import Assistant
    from ingest.library.protocol import AnyLibrary
    from ingest.settings import Settings
    from ui.accounts.store import Database

Page = Annotated[int, Query(ge=1, le=1_000_000, description="第几页，从 1 数起")]
Size = Annotated[int, Query(ge=1, le=100, description="每页多少条")]
Words = Annotated[str, Query(max_length=200)]

_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "没有登录，令牌也不对"},
    403: {"model": Problem, "description": "没有权限"},
}


def router(assistant: Assistant, library: AnyLibrary, settings: Settings, database: Database) -> APIRouter:
    """The addresses under /api."""
    routes = APIRouter(prefix="/api", responses=_REFUSALS)
    _answers(routes, assistant)
    _reports(routes, library, settings, Audit(database))
    _figures(routes, library)
    _people(routes, database)
    return routes


def _answers(routes: APIRouter, assistant: Assistant) -> None:
    @routes.post(
        "/ask", summary="问一个问题", response_model=AnswerOut, response_model_exclude_unset=True, tags=["问答"]
    )
    def ask(body: AskBody) -> Any:
        complaint = objection(body.question)
        if complaint:
            raise HTTPException(422, complaint)
        return assistant.ask(body.question, body.history).to_dict()


def _reports(routes: APIRouter, library: AnyLibrary, settings: Settings, audit: Audit) -> None:
    def listed(report_id: str) -> dict[str, Any]:
        entry = library.catalogue().by_id.get(report_id)
        if entry is None:
            raise HTTPException(404, f"资料库里没有编号为 {report_id} 的报告。")
        return _report(entry)

    @routes.get("/reports", summary="列出报告", tags=["报告"])
    def reports(
        words: Annotated[Words, Query(description="标题、文件名或单位里的字")] = "",
        year: int | None = None,
        page: Page = 1,
        size: Size = 20,
    ) -> ReportsOut:
        found = [
            entry
            for entry in library.catalogue().entries
            if words.lower() in f"{entry.report.title}\n{entry.report.file}\n{entry.report.organisation}".lower()
            and year in (None, entry.report.year)
        ]
        chosen = found[(page - 1) * size : page * size]
        return ReportsOut(total=len(found), items=[ReportOut(**_report(entry)) for entry in chosen])

    @routes.get(
        "/reports/{report_id}",
        summary="一份报告的正文和提纲",
        response_model=ReportText,
        responses={404: {"model": Problem}},
        tags=["报告"],
    )
    def report(report_id: str) -> Any:
        about, found = listed(report_id), library.report(report_id)
        return about | {"text": found.text, "sections": [vars(section) for section in found.sections]}

    @routes.post(
        "/reports",
        summary="上传一份报告或一个压缩包（编辑）",
        status_code=201,
        response_model=UploadOut,
        responses={200: {"model": UploadOut, "description": "内容没有变化"}, 422: {"description": "文件不能收入"}},
        tags=["报告"],
    )
    def upload(request: Request, response: Response, file: Annotated[UploadFile, File()]) -> Any:
        name = file.filename or ""
        try:
            finished = uploads.take_in(name, file.file, library, settings)
        except IngestError as fault:
            raise HTTPException(422, str(fault)) from fault
        audit.note("上传", request.user.name, address_of(request), name)
        outcomes = {event.outcome for event in finished}
        response.status_code = 422 if outcomes <= {"failed"} else 200 if outcomes <= {"unchanged", "failed"} else 201
        return {
            "files": [
                vars(event) | {"file": event.path.name, "id": event.report, "notes": list(event.notes)}
                for event in finished
            ]
        }

    @routes.delete(
        "/reports/{report_id}",
        summary="移除一份报告（编辑）",
        status_code=204,
        responses={404: {"model": Problem}},
        tags=["报告"],
    )
    def remove(request: Request, report_id: str) -> None:
        entry = library.catalogue().by_id.get(report_id)
        try:
            removed = library.remove(report_id)
        except LibraryError:
            listed(report_id)  # where it is not known, that is said; any other fault is one
            raise
        if entry:
            uploads.discard(entry.path, settings)
        audit.note("移除", request.user.name, address_of(request), f"{removed.file} {removed.id}")


def _figures(routes: APIRouter, library: AnyLibrary) -> None:
    @routes.get("/figures", summary="查数据", tags=["数据"])
    def figures(
        words: Annotated[Words, Query(description="指标，例如 农村公路、GDP增速；不给则列出全部")] = "",
        report: Annotated[list[str] | None, Query(max_length=100, description="报告编号，可给多个")] = None,
        year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
        status: Annotated[Literal["done", "planned", ""], Query(description="done 完成，planned 计划")] = "",
        page: Page = 1,
        size: Size = 20,
    ) -> FiguresOut:
        known = library.catalogue().by_id
        chosen = tuple(report or ())
        unknown = next((one for one in chosen if one not in known), None)
        if unknown is not None:
            raise HTTPException(404, f"资料库里没有编号为 {unknown} 的报告。")
        everywhere = () if words.strip() else tuple(known)
        wanted = Wanted(words, chosen or everywhere, year, status)
        found = look_up(library, wanted, min(page * size, MOST_LINES))
        lines = found.lines[(page - 1) * size : page * size]
        return FiguresOut(total=found.total, items=[_figure(library, line) for line in lines])


def _people(routes: APIRouter, database: Database) -> None:
    feedback, log = Feedback(database), Audit(database)

    @routes.post("/feedback", summary="评价一个回答", status_code=201, tags=["评价"])
    def opine(request: Request, body: FeedbackBody) -> Any:
        feedback.note(Opinion(who=request.user.name, **body.model_dump()))
        return {}

    @routes.get("/feedback", summary="列出评价（编辑）", response_model=OpinionsOut, tags=["评价"])
    def opinions(page: Page = 1, size: Size = 20) -> Any:
        found = feedback.opinions(size, (page - 1) * size)
        return {"total": feedback.count(), "items": [opinion.to_dict() for opinion in found]}

    @routes.get("/audit", summary="操作记录，最新的在前（管理员）", response_model=list[AuditOut], tags=["账号"])
    def audit(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Any:
        return [entry.to_dict() for entry in log.entries(limit)]

    @routes.get("/me", summary="我是谁", tags=["账号"])
    def me(request: Request) -> PersonOut:
        return PersonOut(name=request.user.name, role=request.user.role)


def _report(entry: Any) -> dict[str, Any]:
    report = entry.report
    about = {"id": report.id, "file": report.file, "title": report.title, "organisation": report.organisation}
    return about | {"year": report.year, "passages": entry.passages, "added_at": entry.added_at}


def _figure(library: AnyLibrary, line: Line) -> FigureOut:
    """A figure with its sentence."""
    report, figure = line.report, line.figure
    citation = cite_figure(library, report.id, figure.start)
    return FigureOut(
        report=report.title,
        report_id=report.id,
        file=report.file,
        organisation=report.organisation,
        subject=figure.subject,
        measure=figure.measure,
        text=figure.text,
        value=format(figure.value, "f"),
        upper=None if figure.upper is None else format(figure.upper, "f"),
        unit=figure.unit,
        change=figure.change,
        first_year=figure.period.first,
        last_year=figure.period.last,
        status=figure.period.status,
        start=figure.start,
        end=figure.end,
        section=list(citation.section),
        quote=citation.quote,
        page=citation.page,
    )
