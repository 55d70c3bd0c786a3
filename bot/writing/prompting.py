"""The prompts, kept as text in prompts/, and what is put into them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from string import Template

from bot.quoting.instructions import is_instruction
from bot.writing.evidence import Evidence, tokens_of
from bot.writing.model import Message

_FOLDER = Path(__file__).resolve().parent / "prompts"
#: tokens that a chat template and the marks around each passage take
_AROUND = 40


@lru_cache(maxsize=8)
def text_of(name: str) -> str:
    """The prompt of this name."""
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Changes when a prompt does."""
    return hashlib.sha256("\0".join(text_of(path.stem) for path in sorted(_FOLDER.glob("*.md"))).encode()).hexdigest()


def fixed_tokens(question: str) -> int:
    """The tokens of a first prompt without its evidence."""
    return tokens_of(text_of("answer")) + tokens_of(text_of("question")) + tokens_of(question) + _AROUND


def to_answer(question: str, evidence: Sequence[Evidence]) -> list[Message]:
    """The messages that ask for an answer."""
    told = "\n".join(_shown(one) for one in evidence)
    return [
        ("system", text_of("answer")),
        ("human", Template(text_of("question")).substitute(evidence=told, question=_plain(question))),
    ]


def to_mend(before: Sequence[Message], said: str, wrong: Sequence[tuple[str, str]]) -> list[Message]:
    """The messages that ask once more, with the sentences that did not pass and the reason of each."""
    listed = "\n".join(f"{n}. {sentence}\n   原因：{why}" for n, (sentence, why) in enumerate(wrong, start=1))
    return [*before, ("ai", said), ("human", Template(text_of("again")).substitute(faults=listed))]


def _shown(one: Evidence) -> str:
    """A passage between its marks, which nothing inside it can close."""
    titles = (one.citation.report, *one.citation.section)
    where = " › ".join(title for title in titles if not is_instruction(title))
    return f'<资料 编号="{one.n}" 出处="{_plain(where)}">\n{_plain(one.told)}\n</资料>'


def _plain(text: str) -> str:
    return text.replace("<", "＜").replace(">", "＞").replace('"', "”")
