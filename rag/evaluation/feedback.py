"""What people say of answers (right or wrong, why, of what), and its file: one line each.

The file only grows. The last line of an exchange counts, and taking a word back is a line too.
A line that cannot be read is skipped and counted, never a reason to stop.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from rag.errors import QuestionSetError
from rag.evaluation.writing import append_line, locked_for_append, writing
from rag.private_files import FILE_MODE
from rag.records import Answer, Filters, Outcome, Quote, Sentence, Turn
from rag.strict_json import from_text, to_line

Judgement = Literal["right", "wrong"]
Reason = Literal[
    "wrong_answer", "wrong_quote", "missing", "should_refuse", "should_answer", "other"
]

FORMAT = 1
MAX_COMMENT = 2_000  # characters

REASONS: dict[Reason, str] = {
    "wrong_answer": "Wrong answer",
    "wrong_quote": "Wrong quote or place",
    "missing": "Something is missing",
    "should_refuse": "Should have been refused",
    "should_answer": "Should have been answered",
    "other": "Other",
}

OF_REFUSALS: tuple[Reason, ...] = ("should_answer", "other")
"""What can be wrong with an answer that says nothing."""

FEEDBACK = "feedback.jsonl"  # below the home folder, and below the folder of each visitor
VISITORS = "visitors"
MAX_LINE_BYTES = 4_000_000  # a record of ours has some kilobytes; more is no line of ours


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of one answer; a `verdict` of None takes back what was said before."""

    id: str
    given: datetime
    conversation_id: str
    exchange_id: str
    question: str
    query: str
    history: tuple[Turn, ...]
    filters: Filters
    outcome: Outcome
    verdict: Judgement | None
    reasons: tuple[Reason, ...]
    comment: str
    sentences: tuple[Sentence, ...]
    generation: int
    answerer: str
    format: int = FORMAT

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The quotes of the answer, each once, in the order of their citations."""
        return tuple(dict.fromkeys(quote for s in self.sentences for quote in s.quotes))


@dataclass(frozen=True, slots=True)
class Asked:
    """Where in a conversation a question was asked, and with what."""

    conversation_id: str
    exchange_id: str
    question: str
    history: tuple[Turn, ...]
    filters: Filters


def feedback_on(
    asked: Asked,
    answer: Answer,
    *,
    verdict: Judgement | None,
    reasons: tuple[Reason, ...] = (),
    comment: str = "",
) -> Feedback:
    """Return the record of what is said now of an answer."""
    return Feedback(
        id=secrets.token_hex(8),
        given=datetime.now(UTC),
        conversation_id=asked.conversation_id,
        exchange_id=asked.exchange_id,
        question=asked.question,
        query=answer.query,
        history=asked.history,
        filters=asked.filters,
        outcome=answer.outcome,
        verdict=verdict,
        reasons=reasons,
        comment=comment.strip()[:MAX_COMMENT],
        sentences=answer.sentences,
        generation=answer.generation,
        answerer=answer.answerer,
    )


def reasons_for(outcome: Outcome) -> list[Reason]:
    """Return what can be wrong with an answer of that outcome."""
    if outcome == "unsure":
        return list(REASONS)
    is_refusal = not_answered(outcome)
    return [r for r in REASONS if r == "other" or (r in OF_REFUSALS) is is_refusal]


def not_answered(outcome: Outcome) -> bool:
    """Return whether the articles were said not to answer, or maybe not to."""
    return outcome in {"not_in_articles", "unsure"}


class FeedbackStore:
    """Appends to and reads one feedback file; safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._last: dict[str, Feedback] = {}
        self._damaged = 0

    def add(self, feedback: Feedback) -> None:
        """Append a line; it is on the disk when this returns.

        Raises QuestionSetError E-EVL-014 where it cannot be written; the file is then as before.
        """
        line = to_line(feedback).encode("utf-8") + b"\n"
        with (
            writing(f'"{self.path}"', " Make room, or check who may write there."),
            self._lock,
            locked_for_append(self.path, mode=FILE_MODE) as descriptor,
        ):
            is_followed = _stamp(descriptor) == self._stamp
            append_line(descriptor, line)
            if is_followed:
                self._keep(feedback)
                self._stamp = _stamp(descriptor)

    def of(self, exchange_id: str) -> Feedback | None:
        """Return what counts of an exchange; None where nothing does, or it was taken back."""
        with self._lock:
            self._follow()
            found = self._last.get(exchange_id)
        return found if found is not None and found.verdict is not None else None

    def all(self) -> list[Feedback]:
        """Return what counts, the newest last."""
        with self._lock:
            self._follow()
            return [each for each in self._last.values() if each.verdict is not None]

    @property
    def damaged(self) -> int:
        """How many lines cannot be read."""
        with self._lock:
            self._follow()
            return self._damaged

    def _follow(self) -> None:
        """Read the file anew where something else than this object has changed it.

        Raises QuestionSetError E-EVL-001 where there is a file that the system does not hand out.
        """
        try:
            with self.path.open("rb") as file:
                if _stamp(file.fileno()) == self._stamp:
                    return
                fcntl.flock(file, fcntl.LOCK_SH)
                self._last, self._damaged = {}, 0
                for line in _lines(file):
                    self._take(line)
                self._stamp = _stamp(file.fileno())
        except FileNotFoundError:
            self._last, self._damaged, self._stamp = {}, 0, None
        except OSError as error:
            raise QuestionSetError(
                "E-EVL-001", f'Cannot read the feedback "{self.path}": {error.strerror}.'
            ) from error

    def _take(self, line: bytes) -> None:
        try:
            feedback = from_text(Feedback, line.decode("utf-8"))
            if b"\\u" in line:  # JSON can spell half a character, which no file can hold
                to_line(feedback).encode("utf-8")
        except ValueError:
            self._damaged += 1
            return
        if feedback.format == FORMAT:
            self._keep(feedback)
        else:
            self._damaged += 1

    def _keep(self, feedback: Feedback) -> None:
        self._last.pop(feedback.exchange_id, None)  # so that the newest comes last
        self._last[feedback.exchange_id] = feedback


def feedback_files(home: Path) -> list[Path]:
    """Return the files of feedback: the owner's, and those of visitors that there are."""
    return [home / FEEDBACK, *sorted((home / VISITORS).glob(f"*/{FEEDBACK}"))]


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines that say something; of one that is too long only its beginning."""
    while line := file.readline(MAX_LINE_BYTES):
        rest = line
        while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE_BYTES)
        if line.strip():
            yield line


def _stamp(descriptor: int) -> tuple[int, int, int]:
    status = os.fstat(descriptor)
    return status.st_ino, status.st_size, status.st_mtime_ns
