"""What a language model cost over a run, as it stands in the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def cost(answers: Iterable[Mapping[str, Any]]) -> dict[str, str | int]:
    """Calls, tokens and seconds by the names under which they are shown; {} where no model was asked.

    :param answers: in the form of ``wenbao ask --json``.
    """
    usages = [answer["usage"] for answer in answers if answer.get("usage")]
    if not usages:
        return {}
    seconds = sum(float(usage["seconds"]) for usage in usages)
    return {
        "语言模型": str(usages[-1]["model"]),
        "模型调用": sum(int(usage["calls"]) for usage in usages),
        "输入词元": sum(int(usage["prompt_tokens"]) for usage in usages),
        "输出词元": sum(int(usage["completion_tokens"]) for usage in usages),
        "模型平均用时": f"{seconds / len(usages):.2f} 秒",
    }
