"""The composition root: the only place where a Config becomes objects.

Parts are made when they are first needed, so that looking at an article loads no embedder.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from rag.config import DEFAULT_EMBEDDER, Config
from rag.provider_keys import kept_key

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.answerer import Answerer
    from rag.answering.extractive import ExtractiveAnswerer
    from rag.answering.kinds.suggestions import Suggestions
    from rag.answering.llm.chat_model import AnswerModel
    from rag.encoders.embedder import Embedder
    from rag.encoders.reader import Reader
    from rag.index.snapshot import SnapshotHolder
    from rag.index.store import Store
    from rag.retrieval.retriever import Retriever

T = TypeVar("T")


class _part(cached_property[T]):  # noqa: N801 - used as a decorator
    """A part that is made once, however many threads ask for it first."""

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Self | T:
        if instance is None:
            return self
        with instance.making.setdefault(self.attrname, threading.RLock()):
            made: T = super().__get__(instance, owner)
            return made


class Parts:
    """What answers questions, made of a Config; safe to share between threads.

    `without` names what answering leaves out (`meanings.SWITCHES`), to measure what it earns. With
    `shares`, the embedder, the reader and the index are those of other parts, loaded once for
    both. `key` is for the answer model, in place of the one that is kept for it.
    """

    def __init__(
        self,
        config: Config,
        *,
        without: Collection[str] = (),
        shares: Parts | None = None,
        key: str = "",
    ) -> None:
        self.config = config
        self._shares = shares
        self.making: dict[str | None, threading.RLock] = {}  # by part: two may be made at once
        self._without = without
        self._key = key
        self._prompts = _load_prompts(config) if config.answer_model else {}

    @_part
    def embedder(self) -> Embedder:
        """Return the embedder of the settings, loaded once. Raises EmbedderError."""
        from rag.encoders.embedder import load_embedder  # noqa: PLC0415 - heavy

        return self._shares.embedder if self._shares else load_embedder(self.config)

    @_part
    def reader(self) -> Reader | None:
        """Return the reader of the settings, loaded once. Raises EmbedderError."""
        from rag.encoders.reader import load_reader  # noqa: PLC0415 - heavy

        return self._shares.reader if self._shares else load_reader(self.config)

    @_part
    def suggestions(self) -> Suggestions:
        """Return what draws questions from the articles: to start with, and to ask next."""
        from rag.answering.kinds.suggestions import Suggestions  # noqa: PLC0415 - heavy

        return Suggestions(self.embedder)

    @_part
    def _holder(self) -> SnapshotHolder:
        from rag.index.snapshot import SnapshotHolder  # noqa: PLC0415 - heavy

        shares = self._shares
        if shares:
            return shares._holder  # noqa: SLF001 - one class
        return SnapshotHolder(self.config.index_folder, store=self.store)

    @_part
    def store(self) -> Store:
        """Return the store of the settings. Raises ConfigError."""
        from rag.index.store import store_of  # noqa: PLC0415 - heavy

        return store_of(self.config)

    @_part
    def _retriever(self) -> Retriever:
        from rag.retrieval.retriever import Retriever  # noqa: PLC0415 - heavy

        return Retriever(self.embedder, mode=self.config.retrieval)

    @_part
    def answer_model(self) -> AnswerModel | None:
        """Return the answer model of the settings; None where they name none.

        Raises ConfigError E-CFG-004 where its key cannot be read.
        """
        if not self.config.answer_model:
            return None
        from rag.answering.llm.chat_model import AnswerModel  # noqa: PLC0415 - with an LLM only

        return AnswerModel(
            self.config.answer_model,
            url=self.config.answer_model_url,
            timeout_s=self.config.answer_model_timeout_s,
            key=self._key or kept_key(self.config),
        )

    @_part
    def _extractive(self) -> ExtractiveAnswerer:
        from rag.answering.extractive import ExtractiveAnswerer  # noqa: PLC0415 - heavy

        return ExtractiveAnswerer(
            self.embedder,
            self.reader,
            caution=self.config.caution,
            excerpts=self.config.excerpts,
            without=self._without,
            index=self.config.index_folder,
        )

    @_part
    def _answerer(self) -> Answerer:
        if self.answer_model is None:
            return self._extractive
        from rag.answering.generative import GenerativeAnswerer  # noqa: PLC0415 - with an LLM
        from rag.answering.verification.entailment import load_entailment  # noqa: PLC0415 - likewise
        from rag.answering.verification.verify import Verifier  # noqa: PLC0415 - likewise

        return GenerativeAnswerer(
            self.answer_model,
            self._prompts["answer"],
            fallback=self._extractive,
            verifier=Verifier(
                load_entailment(self.reader),
                self.embedder if self.config.embedder == DEFAULT_EMBEDDER else None,
            ),
        )


def _load_prompts(config: Config) -> dict[str, ChatPromptTemplate]:
    """Return every prompt, checked, so that a wrong one is known before the first question."""
    from rag.answering.llm.prompts import load_prompt  # noqa: PLC0415 - with an LLM only

    return {name: load_prompt(config.prompts, name) for name in ("answer", "rewrite")}
