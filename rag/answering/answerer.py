"""What answers a question from hits: the one interface of the extractive and the generative way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from rag.records import Answer, Question, Retrieval, Sentence

if TYPE_CHECKING:
    from rag.answering.notes import Notes
    from rag.index.snapshot import Snapshot


class Answerer(Protocol):
    """Turns the hits of one retrieval into one answer."""

    @property
    def name(self) -> str:
        """What `Answer.answerer` says: "extractive", or the answer model."""

    def stream(
        self,
        question: Question,
        retrieval: Retrieval,
        snapshot: Snapshot,
        *,
        stop: threading.Event | None = None,
        notes: Notes | None = None,
    ) -> Iterator[Sentence | Answer]:
        """Yield each sentence once it is checked, then last of all the whole Answer.

        The Answer repeats the sentences and leaves `timings_ms` empty. Once `stop` is set, the
        Answer that follows holds the sentences so far. A sentence that was yielded stays in it.
        `notes` are filled for who asks why, before the Answer is yielded.
        """
