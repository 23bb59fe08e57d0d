"""The composition root: the only place where a Config becomes objects.

`Assistant` is the whole of Footnote behind one object, for the command line, the chat and
LangChain alike. Parts are made when they are first needed, so that looking at an article
loads no embedder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from rag.config import DEFAULT_EMBEDDER, Config
from rag.errors import RagError
from rag.provider_keys import kept_key
from rag.records import (
    Answer,
    Article,
    BuildReport,
    Changes,
    Progress,
    Query,
    Question,
    Retrieval,
    Sentence,
)
from rag.steps import Steps, despite_damage

if TYPE_CHECKING:
    from langchain_core.prompts import ChatPromptTemplate

    from rag.answering.answerer import Answerer
    from rag.answering.extractive import ExtractiveAnswerer
    from rag.answering.kinds.suggestions import Suggestions
    from rag.answering.llm.chat_model import AnswerModel
    from rag.answering.notes import Notes
    from rag.encoders.embedder import Embedder
    from rag.encoders.reader import Reader
    from rag.explanation import Explanation
    from rag.index.snapshot import Snapshot, SnapshotHolder
    from rag.index.store import Store
    from rag.retrieval.retriever import Retriever

WARMING = "ready?"
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


class Assistant:
    """Answers questions from the index that a Config names; safe to share between threads.

    `without` names what answering leaves out (`meanings.SWITCHES`), to measure what it earns. With
    `shares`, the embedder, the reader and the index are those of another assistant, loaded once
    for both. `key` is for the answer model, in place of the one that is kept for it.
    """

    def __init__(
        self,
        config: Config,
        *,
        without: Collection[str] = (),
        shares: Assistant | None = None,
        key: str = "",
    ) -> None:
        self.config = config
        self._shares = shares
        self.making: dict[str | None, threading.RLock] = {}  # by part: two may be made at once
        self._without = without
        self._key = key
        self._prompts = _load_prompts(config) if config.answer_model else {}

    def ask(self, question: Question) -> Answer:
        """Return the whole Answer. Raises RagError for what a person can fix."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)  # what every Answerer yields last
        return answer

    def ask_once(self, question: Question) -> Answer:
        """Return what `ask` answers, for a process that starts cold: LangChain is not imported."""
        self.snapshot()  # where there is none, nothing is loaded
        threading.Thread(target=self._load_reader).start()
        *_, answer = despite_damage(lambda: self.steps(question).straight())
        assert isinstance(answer, Answer)  # what every Answerer yields last
        return answer

    def stream(
        self,
        question: Question,
        *,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each checked sentence as it comes, then the whole Answer with its timings.

        One question uses one generation from retrieval to the last quote. Setting `stop`
        ends the answer early with the sentences that are checked by then. `notes` are filled
        for `explanation_of`.
        """
        from rag.chain import run_chain  # noqa: PLC0415 - heavy: LangChain

        yield from despite_damage(lambda: run_chain(self.steps(question, stop=stop, notes=notes)))

    def explain(self, question: Question) -> tuple[Answer, Explanation]:
        """Return what `ask_once` answers, and why. Raises RagError as asking does."""
        from rag.answering.explaining import explanation_of  # noqa: PLC0415 - asking needs none
        from rag.answering.notes import Notes  # noqa: PLC0415 - likewise

        notes = Notes()
        *_, answer = self.steps(question, notes=notes).straight()
        assert isinstance(answer, Answer)
        explanation = explanation_of(answer, notes)
        assert explanation is not None  # the question was searched
        return answer, explanation

    def examine(
        self, question: Question, *, snapshot: Snapshot, depth: int
    ) -> tuple[Answer, Retrieval]:
        """Return what `stream` answers from `snapshot`, and its ranking down to `depth`."""
        from rag.chain import run_chain  # noqa: PLC0415 - heavy: LangChain

        steps = self.steps(question, snapshot=snapshot, depth=depth)
        *_, answer = run_chain(steps)
        assert steps.ranking is not None  # the question was searched
        assert isinstance(answer, Answer)
        return answer, steps.ranking

    def steps(
        self,
        question: Question,
        *,
        snapshot: Snapshot | None = None,
        depth: int = 0,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Steps:
        """Return the steps of one question through one generation, the current one if none."""
        return Steps(
            question=question,
            snapshot=snapshot or self._asked_snapshot(),
            retriever=self._retriever,
            answerer=self._answerer,
            rewrite=self._rewritten,
            suggest=self._suggested,
            hits=self.config.hits,
            depth=depth,
            stop=stop,
            notes=notes,
        )

    def warm(self) -> None:
        """Load what the first question needs, ahead of it. Raises RagError as asking would."""
        self.search(Question(WARMING), k=1)
        if self.answer_model is not None:
            self.answer_model.load()
        self._answerer  # noqa: B018 - makes it
        import rag.chain  # noqa: F401, PLC0415 - heavy: LangChain, which `stream` needs

    def search(self, question: Question, *, k: int, snapshot: Snapshot | None = None) -> Retrieval:
        """Return the best `k` passages of `snapshot` (the current one), without answering."""

        def found() -> Iterator[Retrieval]:
            yield self._retriever.retrieve(question, snapshot or self._asked_snapshot(), k=k)

        return next(despite_damage(found))

    def build(
        self, on_progress: Callable[[Progress], None] | None = None, *, on: str = ""
    ) -> BuildReport:
        """Bring the index up to date with the corpus; questions go on meanwhile.

        `on` says whose processors read and embed: these, or those of "ray" or "ray://HOST:PORT".
        """
        from rag.index.build import build_index  # noqa: PLC0415 - asking needs no builder

        report = build_index(self.config, self.embedder, on_progress=on_progress, on=on)
        self._holder.refresh()
        return report

    def changes(self, snapshot: Snapshot | None = None) -> Changes:
        """Return what a build would change in `snapshot` (the current one). Embeds nothing."""
        from rag.index.build import plan_build  # noqa: PLC0415 - asking needs no builder

        return plan_build(self.config, snapshot=snapshot)

    def snapshot(self) -> Snapshot:
        """Return the current generation, opened and checked. Raises IndexingError."""
        return self._holder.get()

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        """Return an article as indexed now; with `sha256`, only if it is that version."""
        article = self.snapshot().article(article_id)
        if article is None or sha256 not in {None, article.sha256}:
            return None
        return article

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

    def _load_reader(self) -> None:
        """Load the reader beside the embedder; what goes wrong is met again by who needs it."""
        with suppress(RagError):
            self.reader  # noqa: B018 - makes it

    def _suggested(self, answer: Answer, snapshot: Snapshot) -> tuple[str, ...]:
        return self.suggestions.after(answer, snapshot)

    def _asked_snapshot(self) -> Snapshot:
        """Return the current generation if the embedder fits it. Raises IndexingError."""
        snapshot = self.snapshot()
        snapshot.require_embedder(self.embedder)
        return snapshot

    def _rewritten(self, question: Question, stop: threading.Event | None) -> Query | None:
        """Return the follow-up as the answer model puts it; None leaves it to the rules.

        A question about Footnote ("thanks") is no follow-up, and worth no call.
        """
        if self.answer_model is None or not question.history or self._extractive.is_about(question):
            return None
        from rag.answering.llm.query_rewriting import rewrite_question  # noqa: PLC0415 - with an LLM only

        prompt = self._prompts["rewrite"]
        text = rewrite_question(question, self.answer_model, prompt, stop=stop)
        return (
            Query(text, leans_on_history=True, follows=question.history[-1].question)
            if text
            else None
        )

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
