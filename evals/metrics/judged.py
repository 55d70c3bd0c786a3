"""Scores that a language model gives: faithfulness and answer relevancy, as ragas defines them (Es et al. 2023, "RAGAS: Automated
Evaluation of Retrieval Augmented Generation").

The model is any LangChain chat model. What it replies is read leniently; a reply that cannot be read gives no score.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bot.writing.model import ChatModel

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bot.chain import Assistant

log = logging.getLogger(__name__)

PROMPTS = Path(__file__).parent / "prompts"
#: questions asked back from an answer; ragas' own number
QUESTIONS = 3
_ARRAY = re.compile(r"\[.*\]", re.DOTALL)
_MARK = re.compile(r"\[\d+\]")

Embed = Callable[[str], NDArray[Any]]


@dataclass(frozen=True)
class ModelJudge:
    """Scores answers by a language model; fit for :func:`evals.runs.running.ask_all`.

    :param model: a LangChain chat model, best at temperature 0.
    :param embed: a text's vector, of any length but 0, to compare questions by.
    """

    model: BaseChatModel
    embed: Embed

    def __call__(self, question: str, answer: str, contexts: Sequence[str]) -> Mapping[str, float]:
        """The scores of one answer that could be had, by name: ``faithfulness`` and ``relevancy``, each in [0, 1]."""
        scores = {
            "faithfulness": faithfulness(self.model, question, answer, contexts),
            "relevancy": relevancy(self.model, self.embed, question, answer),
        }
        return {name: score for name, score in scores.items() if score is not None}


def judge_of(assistant: Assistant) -> ModelJudge | None:
    """A judge by the language model that an assistant writes with; None where it has none.

    The judge waits longer than somebody who asks: as long for each reply as the settings allow a whole answer.
    """
    if not assistant.writer:
        return None
    model, settings = assistant.writer.model, assistant.settings
    if model.place:
        model = ChatModel(settings.model_copy(update={"llm_patience": settings.llm_total_seconds}))
    return ModelJudge(model.chat, assistant.library.embedder.embed_question)


def faithfulness(model: BaseChatModel, question: str, answer: str, contexts: Sequence[str]) -> float | None:
    """Which share of an answer's statements can be inferred from the contexts; None where the model did not say.

    The answer is first taken apart into statements, then the model says of each 1 (follows from the contexts) or 0.
    """
    statements = _asked(model, "statements", question=question, answer=_MARK.sub("", answer))
    statements = [text for text in statements or [] if isinstance(text, str) and text.strip()]
    if not statements:
        return None
    numbered = "\n".join(f"{n}. {text}" for n, text in enumerate(statements, start=1))
    verdicts = _asked(model, "verdicts", context="\n".join(contexts), statements=numbered)
    if verdicts is None or len(verdicts) != len(statements) or not all(v in (0, 1) for v in verdicts):
        return None
    return sum(map(int, verdicts)) / len(verdicts)


def relevancy(model: BaseChatModel, embed: Embed, question: str, answer: str) -> float | None:
    """How like the question are those that the answer would answer: their mean cosine similarity, negative ones counted
    as 0; None where the model gave none."""
    asked = _asked(model, "questions", answer=_MARK.sub("", answer), count=QUESTIONS)
    texts = [text for text in asked or [] if isinstance(text, str) and text.strip()][:QUESTIONS]
    if not texts:
        return None
    wanted = _unit(embed(question))
    return float(np.mean([max(0.0, float(wanted @ _unit(embed(text)))) for text in texts]))


def _unit(vector: NDArray[Any]) -> NDArray[Any]:
    vector = np.asarray(vector, float).ravel()
    return vector / (float(np.linalg.norm(vector)) or 1.0)


def _asked(model: BaseChatModel, prompt: str, **values: object) -> list[Any] | None:
    """The JSON array in the model's reply to a prompt; None where there is none or the model failed."""
    text = (PROMPTS / f"{prompt}.txt").read_text(encoding="utf-8").format(**values)
    try:
        found = _ARRAY.search("".join(str(piece.text) for piece in model.stream(text)))
        array = json.loads(found.group()) if found else None
    except Exception as fault:  # whatever a model's client raises: an evaluation goes on without this score
        log.warning("the judging model gave no score: %s", fault)
        return None
    return array if isinstance(array, list) else None
