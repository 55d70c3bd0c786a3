"""/evaluations/...: a run's report and a question set as files, for editors (see accounts/gate.py)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from evals.reports.html import FILE
from ingest.errors import WenbaoError

if TYPE_CHECKING:
    from ui.evaluations.keeping import Evaluations


def router(evaluations: Evaluations) -> APIRouter:
    """The addresses of the files."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/evaluations/runs/{run}.html")
    def report(run: str) -> Response:
        try:
            page = (evaluations.folder(run) / FILE).read_bytes()
        except (WenbaoError, OSError) as fault:
            raise HTTPException(404, "没有这次评测的报告。") from fault
        return _file(page, "text/html; charset=utf-8", f"问报评测-{run}.html")

    @routes.get("/evaluations/sets/{whose}/{name}.jsonl")
    def question_set(whose: str, name: str) -> Response:
        try:
            golds = evaluations.questions(f"{whose}/{name}")
        except WenbaoError as fault:
            raise HTTPException(404, "没有这个题集。") from fault
        lines = (json.dumps(gold.to_dict(), ensure_ascii=False) + "\n" for gold in golds)
        return _file("".join(lines).encode(), "application/jsonl; charset=utf-8", f"{name}.jsonl")

    return routes


def _file(content: bytes, kind: str, name: str) -> Response:
    """A file to be saved, never opened in the page's own place."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )
