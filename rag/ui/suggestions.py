"""Questions to start with, taken from the articles and tried before they are offered.

A question is offered only when asking it quotes the article that it came from. The same
generation always gives the same questions; they are kept in a file, so that a restart offers
them at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.private_files import write_private
from rag.records import Question
from rag.strict_json import NotThisRecord, from_text, to_text

if TYPE_CHECKING:
    from rag.answering.kinds.suggestions import StartQuestion
    from rag.assistant import Assistant
    from rag.index.snapshot import Snapshot

OFFERED = 6
PER_FORM = 3  # so that they do not all sound alike, where there are others
WAIT_S = 0.5  # while a person's own question is being answered

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """The questions of one generation as they are kept in a file."""

    generation: int
    created: datetime
    questions: tuple[str, ...]


class Suggester:
    """Keeps the questions of the current generation; works them out in the background.

    `quoting` makes the assistant that they are tried with, when they are: one that answers with
    quotes only, so that suggesting costs nobody money.
    """

    def __init__(
        self, quoting: Callable[[], Assistant], *, file: Path, is_idle: Callable[[], bool]
    ) -> None:
        self._quoting = quoting
        self._file = file
        self._is_idle = is_idle
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._offered: tuple[str, ...] = ()
        self._is_ready = False

    def questions(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return the questions found so far for this generation."""
        with self._lock:
            if self._generation != snapshot.generation:
                kept = self._kept(snapshot)
                self._generation, self._offered = snapshot.generation, kept
                self._is_ready = bool(kept)
                if kept:
                    return kept
                threading.Thread(
                    target=self._find, args=(snapshot,), name="suggesting", daemon=True
                ).start()
            return self._offered

    @property
    def is_ready(self) -> bool:
        """Whether the questions of this generation are all found."""
        return self._is_ready

    def _find(self, snapshot: Snapshot) -> None:
        try:
            self._wait()  # the first page and the first question come first
            assistant = self._quoting()
            for question in self._tried(assistant, assistant.suggestions.start(snapshot)):
                with self._lock:
                    if self._generation != snapshot.generation:
                        return
                    self._offered = (*self._offered, question)
        except RagError as error:
            _logger.info("No questions to suggest: %s", error.message)
        except Exception:
            _logger.exception("Suggesting questions failed.")
        with self._lock:
            if self._generation == snapshot.generation:
                self._is_ready = True
                self._keep(snapshot)

    def _wait(self) -> None:
        while not self._is_idle():
            time.sleep(WAIT_S)

    def _kept(self, snapshot: Snapshot) -> tuple[str, ...]:
        try:
            kept = from_text(Kept, self._file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, NotThisRecord):
            return ()  # they are worked out again
        is_same = (kept.generation, kept.created) == (snapshot.generation, snapshot.created)
        return kept.questions if is_same else ()

    def _keep(self, snapshot: Snapshot) -> None:
        kept = Kept(snapshot.generation, snapshot.created, self._offered)
        try:
            write_private(self._file, to_text(kept).encode("utf-8"))
        except OSError as error:
            _logger.warning('Cannot keep the questions in "%s": %s', self._file, error)

    def _tried(self, assistant: Assistant, found: Iterable[StartQuestion]) -> Iterator[str]:
        """Yield the questions that are answered from their own article, of mixed forms first."""
        offered: Counter[str] = Counter()
        spare: list[StartQuestion] = []
        for each in chain(found, spare):
            if offered.total() == OFFERED:
                return
            if offered[each.form] == PER_FORM and each not in spare:
                spare.append(each)
                continue
            self._wait()
            answer = assistant.ask(Question(each.question))
            quoted = {quote.article_id for s in answer.sentences for quote in s.quotes}
            if answer.outcome == "answered" and each.article_id in quoted:
                offered[each.form] += 1
                yield each.question
