"""What a face accepts as a question."""

from __future__ import annotations

#: characters
LONGEST_QUESTION = 2_000


def objection(question: str) -> str:
    """What is wrong with a question, in words for the asker; empty when nothing is."""
    if not question.strip():
        return "请先输入问题，例如「临临高速完成多少投资」。"
    if len(question) > LONGEST_QUESTION:
        return f"问题太长（{len(question):,} 字），最多 {LONGEST_QUESTION:,} 字。请缩短后再问。"
    return ""
