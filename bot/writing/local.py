"""A causal language model in a folder, run in this process by transformers, as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

from ingest.errors import SettingsError
from ingest.offline import stay_offline

_ROLES = {"human": "user", "ai": "assistant"}


class LocalChat(BaseChatModel):
    """A chat model of transformers; greedy, so that the same prompt gives the same text."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: Any
    tokenizer: Any
    most_tokens: int = 600

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.message.text) for chunk in self._stream(messages, stop, run_manager, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteria, TextIteratorStreamer

        inputs = self._encoded(messages)
        left: list[bool] = []

        class Left(StoppingCriteria):
            """Ends the work when nobody reads any more."""

            def __call__(self, input_ids: Any, scores: Any, **others: Any) -> bool:
                return bool(left)

        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        made: list[Any] = []
        faults: list[Exception] = []

        def work() -> None:
            try:
                limits = {"max_new_tokens": self.most_tokens, "do_sample": False, "stopping_criteria": [Left()]}
                made.append(self.model.generate(**inputs, **limits, streamer=streamer))
            except Exception as fault:  # told to the reader of the stream, who waits in another thread
                faults.append(fault)
                streamer.end()

        thread = Thread(target=work, daemon=True)
        thread.start()
        try:
            for piece in streamer:
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            left.append(True)
        thread.join()
        if faults:
            raise faults[0]
        read = int(inputs["input_ids"].shape[1])
        written = int(made[0].shape[1]) - read
        usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
        reason = "length" if written >= self.most_tokens else "stop"
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": reason})
        )

    def _encoded(self, messages: list[BaseMessage]) -> Any:
        said = [{"role": _ROLES.get(m.type, m.type), "content": str(m.text)} for m in messages]
        if self.tokenizer.chat_template:
            return self.tokenizer.apply_chat_template(
                said, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
        return self.tokenizer("\n\n".join(one["content"] for one in said), return_tensors="pt")


def load(folder: str, most_tokens: int) -> LocalChat:
    """The model in a folder.

    :raises SettingsError: naming the folder whose model cannot be loaded.
    """
    stay_offline()
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder).eval()
    except (OSError, ValueError, ImportError, KeyError) as fault:
        raise SettingsError(f"设置 WENBAO_LLM_MODEL 的文件夹「{folder}」里的模型读不出来：{fault}。") from fault
    return LocalChat(model=model, tokenizer=tokenizer, most_tokens=most_tokens)
