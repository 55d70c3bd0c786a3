"""What the REST interface takes and gives, as its OpenAPI page shows it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ui.limits import LONGEST_QUESTION

#: earlier questions that a program may send with one
MOST_HISTORY = 50

QuestionText = Annotated[str, Field(max_length=LONGEST_QUESTION)]


class AskBody(BaseModel):
    """A question, and the conversation's earlier questions, oldest first."""

    question: QuestionText = Field(description="问题", examples=["临临高速完成多少投资"])
    history: list[QuestionText] = Field(default=[], max_length=MOST_HISTORY, description="同一段对话里先前的问题")


class CitationOut(BaseModel):
    """A verbatim quote: the characters start to end of the report's text."""

    n: int
    report: str
    file: str
    section: list[str]
    quote: str
    start: int
    end: int
    page: int | None
    ocr_confidence: float | None = None


class AnswerOut(BaseModel):
    """An answer with its evidence; ``short`` is empty where it was refused."""

    question: str
    standalone: str
    status: Literal["answered", "refused"]
    short: str
    answer: str
    confidence: float
    citations: list[CitationOut]
    elapsed_ms: float


class ReportOut(BaseModel):
    """A report in the library."""

    id: str
    file: str
    title: str
    organisation: str
    year: int | None
    passages: int
    added_at: str


class SectionOut(BaseModel):
    """A heading with the range of the text that it governs."""

    title: str
    level: int
    start: int
    end: int


class ReportText(ReportOut):
    """A report with its text and outline."""

    text: str
    sections: list[SectionOut]


class ReportsOut(BaseModel):
    """One page of reports, of ``total``."""

    total: int
    items: list[ReportOut]


class FileOut(BaseModel):
    """What became of an uploaded file, or of one in an uploaded archive."""

    file: str
    outcome: Literal["added", "replaced", "unchanged", "failed"]
    id: str
    passages: int
    figures: int
    reason: str
    notes: list[str]


class UploadOut(BaseModel):
    """What became of an upload."""

    files: list[FileOut]


class FigureOut(BaseModel):
    """A figure with the sentence that states it; ``value`` is an exact decimal in units of ``unit``."""

    report: str
    report_id: str
    file: str
    organisation: str
    subject: str
    measure: str
    text: str
    value: str
    upper: str | None
    unit: str
    change: str
    first_year: int | None
    last_year: int | None
    status: Literal["done", "planned", ""]
    start: int
    end: int
    section: list[str]
    quote: str
    page: int | None


class FiguresOut(BaseModel):
    """One page of figures, of ``total``."""

    total: int
    items: list[FigureOut]


class FeedbackBody(BaseModel):
    """An opinion of an answer; who gives it is known from the session or token."""

    question: QuestionText
    answer: str = Field(default="", max_length=10_000, description="当时的回答")
    verdict: Literal["up", "down"] = Field(description="up 有用，down 有误")
    comment: str = Field(default="", max_length=2_000, description="说明")
    expected: str = Field(default="", max_length=2_000, description="应当怎样回答")


class OpinionOut(FeedbackBody):
    """An opinion with who gave it and when."""

    who: str
    at: str | None


class OpinionsOut(BaseModel):
    """One page of opinions, of ``total``."""

    total: int
    items: list[OpinionOut]


class AuditOut(BaseModel):
    """A line of the audit log."""

    at: str
    who: str
    address: str
    action: str
    about: str


class Problem(BaseModel):
    """Why a request was refused, in Chinese."""

    detail: str | list[Any]


class PersonOut(BaseModel):
    """Who the request comes from."""

    name: str
    role: Literal["reader", "editor", "admin"]
