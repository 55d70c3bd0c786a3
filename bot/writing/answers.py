"""From drafts to answers: what is shown while a model writes, and what stands in where it could not."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer
from bot.writing.claims import bare
from bot.writing.evidence import renumbered
from bot.writing.writer import Draft, Task, tidy


def written(read: Answer, draft: Draft, task: Task) -> Answer:
    """A draft as an answer: its sentences, and as citations the passages that they cite, numbered as they come up.

    :param read: the reader's own answer; its confidence stays, for a model has none that is calibrated.
    """
    numbers = {given: shown for shown, given in enumerate(draft.marks, start=1)}
    sentences = [tidy(sentence, numbers) for sentence in draft.sentences]
    text = "\n".join(sentences) if any(s.startswith(("-", "•", "1.")) for s in sentences) else "".join(sentences)
    removed = draft.usage.removed if draft.usage else 0
    if draft.whole and removed:
        text += f"\n\n（语言模型写的有 {removed} 句与原文不符，已经删去。）"
    short = bare(sentences[0]).rstrip("。！？：") if sentences else ""
    given = task.by_number
    citations = tuple(renumbered(given[number], shown) for number, shown in numbers.items())
    return replace(read, status="answered", short=short, answer=text, citations=citations, usage=draft.usage)


def read_out(read: Answer, draft: Draft) -> Answer:
    """The reader's answer where a model did not write one, with a line that says why."""
    if draft.fault is None:
        return replace(read, usage=draft.usage)
    stead = "这是直接从原文读出的回答" if read.status == "answered" else "以上由程序直接从原文查找"
    return replace(read, answer=f"{read.answer}\n\n（语言模型{draft.fault.why}，{stead}。）", usage=draft.usage)
