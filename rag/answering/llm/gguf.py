"""Any GGUF file as a LangChain chat model, run in this process by openvino-genai: no server.

Nothing is downloaded: weights, tokenizer and chat template are all in the file. Decoding is
greedy, so that the same question gets the same reply. openvino-genai is an extra
(`requirements-gguf.txt`), imported when the first question needs it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.errors import AnswerModelError

REPLY_TOKENS = 768
"""Five sentences with their quotes take some 500."""
DEFAULT_CONTEXT = 2048
"""Tokens that a model reads whose file does not say how many."""

CONTEXT_KEY = ".context_length"
"""Ends the key, after the name of the architecture, under which a file says it."""

_MAGIC = b"GGUF"
_ROLES = {"human": "user", "ai": "assistant"}


class GGUFChatModel(BaseChatModel):
    """Streams the replies of one model, one at a time; closing the stream ends the reply."""

    context_tokens: int
    pipeline: Any
    _one_at_a_time: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "gguf"

    def has_room_for(self, messages: list[BaseMessage]) -> bool:
        """Return whether these messages and a reply fit into the model's context."""
        tokens = self.pipeline.get_tokenizer().encode(self._prompt(messages)).input_ids
        return bool(tokens.shape[-1] + REPLY_TOKENS <= self.context_tokens)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        del run_manager, kwargs  # LangChain calls back for each chunk itself
        arrived: queue.SimpleQueue[str | ChatGenerationChunk | Exception] = queue.SimpleQueue()
        abandoned = threading.Event()
        prompt = self._prompt(messages)
        # No daemon: a process that ends waits for the token that is being made.
        threading.Thread(
            target=self._produce, args=(prompt, stop or [], arrived, abandoned)
        ).start()
        try:
            while True:
                piece = arrived.get()
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, ChatGenerationChunk):
                    yield piece
                    return
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            abandoned.set()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _prompt(self, messages: list[BaseMessage]) -> str:
        """Return the messages in the model's chat template; one after the other without one."""
        turns = [{"role": _ROLES.get(m.type, m.type), "content": str(m.text)} for m in messages]
        tokenizer = self.pipeline.get_tokenizer()
        if not tokenizer.chat_template:
            return "\n\n".join(turn["content"] for turn in turns)
        return str(tokenizer.apply_chat_template(turns, add_generation_prompt=True))

    def _produce(
        self,
        prompt: str,
        stop: list[str],
        arrived: queue.SimpleQueue[str | ChatGenerationChunk | Exception],
        abandoned: threading.Event,
    ) -> None:
        """Run the model in a thread of its own, since it calls back and cannot be iterated."""
        import openvino_genai as genai  # noqa: PLC0415 - heavy, and an extra

        def take(text: str) -> Any:
            arrived.put(text)
            status = genai.StreamingStatus
            return status.CANCEL if abandoned.is_set() else status.RUNNING

        options = genai.GenerationConfig(max_new_tokens=REPLY_TOKENS, do_sample=False)
        options.apply_chat_template = False
        options.stop_strings = set(stop)
        try:
            with self._one_at_a_time:
                if abandoned.is_set():
                    return
                result = self.pipeline.generate([prompt], options, take)
        except Exception as error:  # noqa: BLE001 - raised again where the reply is read
            arrived.put(error)
            return
        is_cut = result.finish_reasons[0] == genai.GenerationFinishReason.LENGTH
        end = {"finish_reason": "length" if is_cut else "stop"}
        last = AIMessageChunk(content="", response_metadata=end, chunk_position="last")
        arrived.put(ChatGenerationChunk(message=last))


def load_gguf(path: Path) -> GGUFChatModel:
    """Return the model of a file. Raises AnswerModelError E-LLM-010 or E-LLM-015."""
    _check_magic(path)
    try:
        import openvino_genai as genai  # noqa: PLC0415 - heavy, and an extra
        from gguf import GGUFReader  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise AnswerModelError(
            "E-LLM-010",
            f'The answer model "{path.name}" needs {error.name}. Install it with: '
            "pip install -r requirements-gguf.txt",
        ) from error
    try:
        # openvino-genai reads past the end of a file that was cut, and the process with it.
        fields = GGUFReader(path).fields
    except Exception as error:  # whatever the library trips over in a file that is not whole
        raise AnswerModelError(
            "E-LLM-015", f'"{path}" is damaged or cut short. Download it again.'
        ) from error
    try:
        pipeline = genai.LLMPipeline(str(path), "CPU")
    except Exception as error:  # whatever the library does not know
        raise AnswerModelError(
            "E-LLM-015",
            f'openvino-genai cannot run "{path}": it does not know this kind of model or of '
            "quantisation. Choose another file.",
        ) from error
    context = next((f.contents() for key, f in fields.items() if key.endswith(CONTEXT_KEY)), 0)
    return GGUFChatModel(context_tokens=int(context) or DEFAULT_CONTEXT, pipeline=pipeline)


def _check_magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise AnswerModelError(
            "E-LLM-015",
            f'The file "{path}" cannot be read ({error.strerror}). Check its path in answer_model.',
        ) from error
    if magic != _MAGIC:
        raise AnswerModelError(
            "E-LLM-015", f'"{path}" is not a GGUF file. Check its path in answer_model.'
        )
