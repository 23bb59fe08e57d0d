"""The three steps of one question: question -> query -> retrieval -> sentences, then the Answer.

`rag.chain` runs them as LangChain Runnables, for all that ask. The command line, which starts
cold for one question, runs them as they are (`straight`): importing LangChain alone takes 0.4 s.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from rag.errors import DamagedIndexError
from rag.records import Answer, Query, Question, Retrieval, Sentence
from rag.retrieval.checks import clean_question
from rag.retrieval.follow_up import make_query

if TYPE_CHECKING:
    from rag.answering.answerer import Answerer
    from rag.answering.notes import Notes
    from rag.index.snapshot import Snapshot
    from rag.retrieval.retriever import Retriever

T = TypeVar("T")

Rewrite = Callable[[Question, threading.Event | None], Query | None]
"""Makes the query of a follow-up with an answer model; None where it gives none to trust."""

Suggest = Callable[[Answer, "Snapshot"], tuple[str, ...]]
"""Returns the questions that may be asked after an answer."""


class Clock:
    """How long each stage took, and all of them together, in milliseconds."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self._stages: dict[str, float] = {}

    def ends(self, stage: str) -> None:
        """Note that a stage ends here, and the next begins."""
        now = time.perf_counter()
        self._stages[stage] = now - self._last
        self._last = now

    def timings_ms(self) -> dict[str, float]:
        """Return the time of each stage that ended, and their total."""
        stages = self._stages | {"total": self._last - self._started}
        return {stage: round(seconds * 1000, 1) for stage, seconds in stages.items()}


@dataclass(slots=True, kw_only=True)
class Steps:
    """One question on its way through one generation; `ranking` is there once it is retrieved.

    An answer is made from the best `hits` passages; the ranking goes down to `depth`.
    """

    question: Question
    snapshot: Snapshot
    retriever: Retriever
    answerer: Answerer
    rewrite: Rewrite
    suggest: Suggest
    hits: int
    depth: int
    stop: threading.Event | None = None
    notes: Notes | None = None
    ranking: Retrieval | None = None
    clock: Clock = field(default_factory=Clock)

    def to_query(self, question: Question) -> Query:
        """Return what is searched for. Raises QuestionError for what cannot be asked."""
        cleaned = dataclasses.replace(question, text=clean_question(question.text))
        query = self.rewrite(question, self.stop) or make_query(cleaned)
        self.clock.ends("query")
        return query

    def retrieve(self, query: Query) -> Retrieval:
        """Return the passages that the answer is made from."""
        scores = None if self.notes is None else self.notes.scores
        depth = max(self.hits, self.depth)
        self.ranking = self.retriever.retrieve(
            self.question, self.snapshot, k=depth, query=query, scores=scores
        )
        used = dataclasses.replace(self.ranking, hits=self.ranking.hits[: self.hits])
        if self.notes is not None:
            self.notes.snapshot, self.notes.retrieval = self.snapshot, used
        self.clock.ends("retrieval")
        return used

    def answer(self, retrieval: Retrieval) -> Iterator[Sentence | Answer]:
        """Yield each checked sentence as it comes, then the whole Answer with its timings."""
        for piece in self.answerer.stream(
            self.question, retrieval, self.snapshot, stop=self.stop, notes=self.notes
        ):
            if isinstance(piece, Answer):
                self.clock.ends("answering")
                yield dataclasses.replace(
                    piece,
                    timings_ms=self.clock.timings_ms(),
                    suggestions=self.suggest(piece, self.snapshot),
                )
            else:
                yield piece

    def straight(self) -> Iterator[Sentence | Answer]:
        """Yield what the chain yields, without LangChain around it."""
        return self.answer(self.retrieve(self.to_query(self.question)))


def despite_damage(ask: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what `ask` does, asked once more where the index proved damaged before the first piece.

    The second time the whole generation before it is open.
    """
    try:
        pieces = ask()
        first = next(pieces)
    except DamagedIndexError:
        pieces = ask()
        first = next(pieces)
    yield first
    yield from pieces
