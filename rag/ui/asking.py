"""Answering on the server, apart from any browser: a tab may close, the answer is kept.

A question is stored before the work starts and its answer when it ends; a page that watches
meanwhile reads the sentences that are checked so far. Few answer at once, a few more wait,
and the rest are told so.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rag.answering.explaining import explanation_of
from rag.answering.notes import Notes
from rag.errors import QuestionError, RagError, ServerError
from rag.records import Answer, Caution, Filters, Question, Sentence
from rag.ui.conversations import Conversation, Exchange, State, new_id

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.ui.shelf import Shelf

ANSWERING_AT_ONCE = 2  # more would only make each of them slower on a small machine
WAITING = 8  # with an answer in some hundred milliseconds, the last waits about a second or two
QUESTIONS_A_MINUTE = 30  # of one tab or visitor; a person who reads the answers stays far below
RATE_WINDOW_S = 60.0
MAX_QUESTION = 4_000  # characters

_logger = logging.getLogger(__name__)


class Job:
    """One question being answered: what has come so far, and the way to stop it."""

    def __init__(self, shelf: Shelf, conversation_id: str, exchange: Exchange) -> None:
        self.shelf = shelf
        self.conversation_id = conversation_id
        self.exchange = exchange
        self.stop = threading.Event()
        self.is_over = threading.Event()
        self._sentences: tuple[Sentence, ...] = ()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The checked sentences so far."""
        return self._sentences

    def add(self, sentence: Sentence) -> None:
        """Show one more checked sentence to whoever watches."""
        self._sentences = (*self._sentences, sentence)


class Asker:
    """Takes questions, answers them in the background, and stores both, and why.

    One for all visitors, since they share the machine; what is asked goes to the shelf of who asks.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(ANSWERING_AT_ONCE, thread_name_prefix="answering")
        self._lock = threading.Lock()
        self._jobs: dict[tuple[Shelf, str], Job] = {}
        self._asked: dict[str, deque[float]] = {}

    def ask(  # noqa: PLR0913 - what a question needs
        self,
        text: str,
        *,
        assistant: Assistant,
        shelf: Shelf,
        filters: Filters,
        asker: str,
        caution: Caution | None = None,
        conversation_id: str | None = None,
    ) -> Job:
        """Store the question and start answering it; `asker` is whose rate counts.

        Without `caution` that of the settings counts. Without a conversation, or where it is
        gone, a new one begins. Raises QuestionError E-Q-002 for a question that is too long,
        ServerError E-SRV-001 when too many wait, E-SRV-002 for too many a minute, E-SRV-003
        while the last one is not done, E-SRV-004 when it cannot be stored.
        """
        check_length(text)
        with self._lock:
            self._admit(asker, (shelf, conversation_id))
            # Read under the lock: whoever asks may have seen an older state of it.
            conversation = shelf.conversations.load(conversation_id) if conversation_id else None
            conversation = conversation or shelf.conversations.new(text)
            exchange = Exchange(new_id(), text, filters, datetime.now(UTC), caution=caution)
            _keep(shelf, conversation, exchange)
            job = Job(shelf, conversation.id, exchange)
            self._jobs[shelf, conversation.id] = job
        self._pool.submit(self._answer, job, conversation, assistant)
        return job

    def job(self, shelf: Shelf, conversation_id: str) -> Job | None:
        """Return what is being answered in a conversation of a shelf, if anything is."""
        with self._lock:
            return self._jobs.get((shelf, conversation_id))

    @property
    def is_idle(self) -> bool:
        """Whether no question is being answered or waits."""
        with self._lock:
            return not self._jobs

    def _admit(self, asker: str, place: tuple[Shelf, str | None]) -> None:
        if place in self._jobs:
            raise ServerError(
                "E-SRV-003", "One question at a time: wait for the answer, or press Stop."
            )
        if len(self._jobs) >= ANSWERING_AT_ONCE + WAITING:
            raise ServerError("E-SRV-001", "Busy; your question was not lost, send it again.")
        now = time.monotonic()
        for name in [n for n, times in self._asked.items() if now - times[-1] > RATE_WINDOW_S]:
            del self._asked[name]
        times = self._asked.setdefault(asker, deque())
        while times and now - times[0] > RATE_WINDOW_S:
            times.popleft()
        if len(times) >= QUESTIONS_A_MINUTE:
            wait = max(1, round(RATE_WINDOW_S - (now - times[0])))
            raise ServerError(
                "E-SRV-002", f"Too many questions; wait {wait} s, then send it again."
            )
        times.append(now)

    def _answer(self, job: Job, conversation: Conversation, assistant: Assistant) -> None:
        notes = Notes()
        try:
            ended = _ended(job, conversation, assistant, notes)
            kept = job.shelf.conversations.put(job.conversation_id, ended)
            if kept is not None and ended.answer:
                _explain(job, ended.answer, notes)
        except OSError:
            _logger.exception("The answer could not be stored.")
        finally:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        with self._lock:
            self._jobs.pop((job.shelf, job.conversation_id), None)
        job.is_over.set()


def check_length(text: str) -> None:
    """Raise QuestionError E-Q-002 for a question that is too long; nothing is cut."""
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            "E-Q-002",
            f"Your question has {len(text):,} characters; the limit is {MAX_QUESTION:,}. "
            "Shorten it and send it again.",
        )


def _keep(shelf: Shelf, conversation: Conversation, exchange: Exchange) -> None:
    exchanges = (*conversation.exchanges, exchange)
    try:
        shelf.conversations.save(dataclasses.replace(conversation, exchanges=exchanges))
    except OSError as error:
        raise ServerError(
            "E-SRV-004",
            f"The question could not be stored ({error.strerror}). "
            "Make room, or check the home folder, and send it again.",
        ) from error


def _explain(job: Job, answer: Answer, notes: Notes) -> None:
    """Keep why the answer is as it is. The answer is stored; what fails here costs no more."""
    shelf, conversation_id = job.shelf, job.conversation_id
    try:
        explanation = explanation_of(answer, notes)
        if explanation is not None:
            shelf.explanations.put(conversation_id, job.exchange.id, explanation)
        if shelf.conversations.load(conversation_id) is None:  # deleted meanwhile, this with it
            shelf.explanations.delete(conversation_id)
    except Exception:
        _logger.exception("The explanation could not be kept.")


def _ended(job: Job, conversation: Conversation, assistant: Assistant, notes: Notes) -> Exchange:
    asked = job.exchange
    question = Question(asked.question, conversation.history(), asked.filters, asked.caution)
    answer: Answer | None = None
    try:
        for piece in assistant.stream(question, stop=job.stop, notes=notes):
            if isinstance(piece, Answer):
                answer = piece
            else:
                job.add(piece)
    except RagError as error:
        return dataclasses.replace(
            job.exchange, state="failed", error_code=error.code, error=error.message
        )
    except Exception:
        _logger.exception("Answering failed.")
        return dataclasses.replace(
            job.exchange,
            state="failed",
            error_code="E-SRV-005",
            error="Answering failed unexpectedly; ask again. The log has the details.",
        )
    state: State = "stopped" if job.stop.is_set() else "answered"
    return dataclasses.replace(job.exchange, state=state, answer=answer)
