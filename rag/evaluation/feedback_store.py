"""Feedback on disk, one line each.

The file only grows. The last line of an exchange counts, and taking a word back is a line too.
A line that cannot be read is skipped and counted, never a reason to stop.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rag.errors import QuestionSetError
from rag.evaluation.feedback import FORMAT, Feedback
from rag.evaluation.writing import append_line, locked_for_append, writing
from rag.private_files import FILE_MODE
from rag.strict_json import from_text, to_line

FEEDBACK = "feedback.jsonl"  # below the home folder, and below the folder of each visitor
VISITORS = "visitors"
MAX_LINE_BYTES = 4_000_000  # a record of ours has some kilobytes; more is no line of ours


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
