"""The answer model: any chat model of LangChain, or a GGUF file, as a stream of text with an end.

LangChain and the provider's package are imported when the first question needs them. What goes
wrong comes out as AnswerModelError with a sentence of ours: a server's own words are foreign
text. Nothing is traced, whatever LANGSMITH_… says, and a URL of this machine is called without
a proxy. Where no key is given, the provider's package reads it from its usual variable.
"""

from __future__ import annotations

import contextlib
import contextvars
import ipaddress
import os
import queue
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

from rag.answering.llm.failures import failure_of
from rag.errors import AnswerModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.prompt_values import PromptValue
    from langchain_core.runnables import Runnable

RETRY_WAIT_S = 0.5
"""Before the one retry of a busy or failing server, unless it names another time."""
LONGEST_RETRY_WAIT_S = 2.0
"""A server that wants more time than a person has is called busy instead."""
LONGEST_REPLY = 16_000
"""Characters read of one reply; five sentences with their quotes take 4,000."""
POLL_S = 0.05
"""How soon a stop is noticed."""
NO_KEY = "none"
"""What a server of one's own is told when no key is set; most ignore it."""

GGUF = "gguf:"
"""Before the path of a file that is run in this process."""

_DROPPED_VARIABLES = ("LANGSMITH_GATEWAY", "LANGSMITH_GATEWAY_API_KEY", "LANGCHAIN_TRACING")
"""The first two send questions to a host that the person did not name here; with the third, a
tracer of former times, LangChain refuses to work."""
_END_KEYS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
_REFUSALS = frozenset({"content_filter", "refusal", "safety", "prohibited_content", "blocklist"})
_CUTS = frozenset({"length", "max_tokens", "model_length"})


@runtime_checkable
class CountsTokens(Protocol):
    """A model of LangChain that knows, without asking anyone, how much it can read."""

    def has_room_for(self, messages: list[BaseMessage]) -> bool:
        """Return whether these messages and a reply fit into what the model reads."""


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a stream: the reason that the provider gave, "" for none."""

    reason: str


class AnswerModel:
    """A chat model by its setting: "provider:model", "gguf:PATH", or a name and a server's URL.

    Made once and shared between threads. `name` is what an answer says who wrote it.
    """

    def __init__(self, setting: str, *, url: str = "", timeout_s: float, key: str = "") -> None:
        is_file = setting.startswith(GGUF)
        self.name = Path(setting.removeprefix(GGUF)).name if is_file else setting
        self.url = "" if is_file else url
        self._setting = setting
        self._key = key
        self.timeout_s = timeout_s
        self._model: BaseChatModel | None = None
        self._making = threading.Lock()

    def load(self) -> None:
        """Import and make what the first reply needs. Raises AnswerModelError."""
        self._made()

    def has_room_for(self, messages: Sequence[BaseMessage]) -> bool:
        """Return whether a model that can count takes these messages; others are not asked.

        Raises AnswerModelError for a model that cannot be had.
        """
        model = self._made()
        return not isinstance(model, CountsTokens) or model.has_room_for(list(messages))

    def stream(
        self, messages: Sequence[BaseMessage], *, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """Yield the pieces of one reply. One call, no tools, `timeout_s` for all of it.

        Ends silently once `stop` is set. Raises AnswerModelError for a reply that does not come,
        or does not come to its proper end; what was yielded before is then incomplete.
        """
        model = self._made()
        deadline = time.monotonic() + self.timeout_s
        arrived: queue.SimpleQueue[str | _End | Exception] = queue.SimpleQueue()
        abandoned = threading.Event()
        # The context has the callbacks of the chain that this call is a step of.
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run,
            args=(_produce, model, list(messages), arrived, abandoned),
            daemon=True,
        ).start()
        characters = 0
        try:
            while not (stop is not None and stop.is_set()):
                try:
                    piece = arrived.get(timeout=POLL_S)
                except queue.Empty:
                    piece = ""
                if isinstance(piece, Exception):
                    raise failure_of(piece, name=self.name, url=self.url) from piece
                if isinstance(piece, _End):
                    self._check_end(piece.reason)
                    return
                if time.monotonic() > deadline:
                    raise self._timed_out()
                characters += len(piece)
                if characters > LONGEST_REPLY:
                    raise self._endless()
                if piece:
                    yield piece
        finally:
            abandoned.set()

    def _made(self) -> BaseChatModel:
        with self._making:
            if self._model is None:
                try:
                    self._model = _make_model(
                        self._setting, url=self.url, timeout_s=self.timeout_s, key=self._key
                    )
                except Exception as error:
                    raise failure_of(error, name=self.name, url=self.url) from error
            return self._model

    def _check_end(self, reason: str) -> None:
        if reason.lower() in _REFUSALS:
            raise AnswerModelError(
                "E-LLM-013",
                f'The answer model "{self.name}" refused to answer. Ask in other words, or choose '
                "another model.",
            )
        if not reason or reason.lower() in _CUTS:
            raise AnswerModelError(
                "E-LLM-012",
                f'The reply of the answer model "{self.name}" broke off before its end. Ask again.',
            )

    def _endless(self) -> AnswerModelError:
        return AnswerModelError(
            "E-LLM-012",
            f'The answer model "{self.name}" did not come to an end within {LONGEST_REPLY:,} '
            "characters and was stopped. Choose another model.",
        )

    def _timed_out(self) -> AnswerModelError:
        return AnswerModelError(
            "E-LLM-003",
            f'The answer model "{self.name}" took longer than {self.timeout_s:g} s. Ask again, or '
            "raise answer_model_timeout_s.",
        )


def replying(
    model: AnswerModel, *, stop: threading.Event | None = None
) -> Runnable[PromptValue, str]:
    """Return the model as a step of a chain: a prompt in, the pieces of one reply out."""
    from langchain_core.runnables import RunnableGenerator  # noqa: PLC0415 - heavy

    def reply(prompts: Iterator[PromptValue]) -> Iterator[str]:
        for prompt in prompts:
            yield from model.stream(prompt.to_messages(), stop=stop)

    return RunnableGenerator(reply, name="model")


def is_on_this_machine(url: str) -> bool:
    """Return whether the host of a URL is this machine by its very name."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _make_model(name: str, *, url: str, timeout_s: float, key: str) -> BaseChatModel:
    if name.startswith(GGUF):
        from rag.answering.llm.gguf import load_gguf  # noqa: PLC0415 - heavy

        return load_gguf(Path(name.removeprefix(GGUF)))
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - heavy

    options: dict[str, Any] = {"timeout": timeout_s, "max_retries": 0}
    if key:
        options["api_key"] = key
    if not name.startswith("langsmith:"):
        for variable in _DROPPED_VARIABLES:
            os.environ.pop(variable, None)
    if not url:
        model: BaseChatModel = init_chat_model(name, **options)
        return model
    from openai import DefaultHttpxClient, OpenAIError  # noqa: PLC0415 - heavy

    options |= {
        "model_provider": "openai",
        "base_url": url,
        # A redirect would carry the question elsewhere; a proxy has no business with loopback.
        "http_client": DefaultHttpxClient(
            follow_redirects=False, trust_env=not is_on_this_machine(url), timeout=timeout_s
        ),
    }
    try:
        model = init_chat_model(name.removeprefix("openai:"), **options)
    except OpenAIError:  # no key in the environment
        model = init_chat_model(name.removeprefix("openai:"), **options, api_key=NO_KEY)
    return model


def _produce(
    model: BaseChatModel,
    messages: list[BaseMessage],
    arrived: queue.SimpleQueue[str | _End | Exception],
    abandoned: threading.Event,
) -> None:
    """Run the call in a thread of its own, since a read cannot be interrupted."""
    from langsmith import tracing_context  # noqa: PLC0415 - heavy

    reason = ""
    try:
        with (
            tracing_context(enabled=False),
            contextlib.closing(_chunks(model, messages, abandoned)) as chunks,
        ):
            for chunk in chunks:
                if abandoned.is_set():
                    return
                reason = _end_reason(chunk) or reason
                arrived.put(str(chunk.text))
    except Exception as error:  # noqa: BLE001 - every failure becomes a sentence and a fallback
        arrived.put(error)
    else:
        arrived.put(_End(reason or ("" if _must_say_end(model) else "stop")))


def _chunks(
    model: BaseChatModel, messages: list[BaseMessage], abandoned: threading.Event
) -> Generator[Any, None, None]:
    """Yield the chunks of one call; a busy or failing server is asked once more, in time."""
    from langchain_core.exceptions import ModelAPIError, ModelRateLimitError  # noqa: PLC0415

    chunks = model.stream(messages)
    try:
        first = next(chunks, None)
    except (ModelAPIError, ModelRateLimitError) as error:
        wait = _retry_wait(error)
        if wait > LONGEST_RETRY_WAIT_S or abandoned.wait(wait):
            raise
        chunks = model.stream(messages)
        first = next(chunks, None)
    if first is not None:
        yield first
        yield from chunks


def _retry_wait(error: Exception) -> float:
    """Return the seconds that the server asks for (RFC 9110, 10.2.3), or our own guess."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", RETRY_WAIT_S)))
    except ValueError:  # a date
        return LONGEST_RETRY_WAIT_S + 1


def _end_reason(chunk: Any) -> str:
    """Return why the stream ended, if this chunk says so; each provider has a word for it."""
    told = getattr(chunk, "response_metadata", {})
    return next((str(told[key]) for key in _END_KEYS if told.get(key)), "")


def _must_say_end(model: BaseChatModel) -> bool:
    """Return whether a stream of this provider that names no end was cut: OpenAI's protocol."""
    return "openai" in type(model).__module__
