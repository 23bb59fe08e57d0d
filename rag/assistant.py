"""The whole of Footnote behind one object, for the command line, the chat and LangChain alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.parts import Parts
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
    from rag.answering.notes import Notes
    from rag.explanation import Explanation
    from rag.index.snapshot import Snapshot

WARMING = "ready?"


class Assistant(Parts):
    """Answers questions from the index that a Config names; safe to share between threads."""

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
