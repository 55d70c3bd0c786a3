"""What every face of the program shows: an answer and the evidence it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

#: said after a figure that is planned, where nobody asked for a plan
PLANNED = "（计划数）"


@dataclass(frozen=True)
class Citation:
    """A verbatim quote: ``quote == text[start:end]`` of the report named; ``page`` where the file has pages.

    ``ocr_confidence`` is how sure character recognition was of a page that is a picture, in [0, 1]; None elsewhere.
    """

    n: int
    report: str
    file: str
    section: tuple[str, ...]
    quote: str
    start: int
    end: int
    page: int | None = None
    report_id: str = ""
    #: range in the text to light up inside the quote (the figure or name itself); the whole quote where unset
    mark: tuple[int, int] | None = None
    ocr_confidence: float | None = None


@dataclass(frozen=True)
class Usage:
    """What a language model cost for one answer: calls, tokens (as the model counts them, else estimated), seconds.

    ``outcome`` is "written" where its text is the answer, "silent" where it found nothing to write, "cached" where an
    earlier text of it served, else the kind of fault for which the reader's answer stands in.
    """

    model: str
    outcome: str = ""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    #: sentences that the guard let pass, and that it kept back
    passed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Answer:
    """The answer to one question.

    ``short`` is the bare answer a person would say aloud, empty when refused; ``answer`` what the chat shows, with marks
    [1]; ``citations`` the evidence, or the nearest passages when refused; ``confidence`` a probability in [0, 1].
    """

    question: str
    standalone: str
    status: Literal["answered", "refused"]
    short: str
    answer: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    elapsed_ms: float = 0.0
    #: what a language model cost; None where none was asked
    usage: Usage | None = None

    def to_dict(self) -> dict[str, Any]:
        """The object that ``wenbao ask --json`` prints."""
        row = asdict(self)
        if self.usage is None:
            del row["usage"]
        row["citations"] = [
            {key: c[key] for key in ("n", "report", "file", "section", "quote", "start", "end", "page")}
            | ({} if c["ocr_confidence"] is None else {"ocr_confidence": c["ocr_confidence"]})
            for c in row["citations"]
        ]
        return row
