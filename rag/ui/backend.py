"""What all sessions of the chat share: one assistant, its jobs and builds, the conversations."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.config import load_config
from rag.errors import RagError
from rag.evaluation.feedback_store import FeedbackStore
from rag.library.catalogue import Catalogue
from rag.library.entries import Entry
from rag.records import Article
from rag.ui.asking import Asker
from rag.ui.building import Builder
from rag.ui.conversations import ConversationStore
from rag.ui.evaluation_job import Evaluator
from rag.ui.explanations import ExplanationStore
from rag.ui.suggestions import Suggester

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

KEPT_ARTICLES = 64  # of those that were looked at last, for checking quotes at every display
NO_INDEX = "E-IDX-001"


class Backend:
    """The objects behind the page; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self.config = assistant.config
        self.assistant = assistant
        self.conversations = ConversationStore(assistant.config.home / "conversations")
        self.feedback = FeedbackStore(assistant.config.home / "feedback.jsonl")
        self.explanations = ExplanationStore(assistant.config.home / "explanations")
        self.asker = Asker(assistant, self.conversations, self.explanations)
        self.builder = Builder(assistant)
        self.evaluator = Evaluator(assistant)
        self.suggester = Suggester(
            lambda: _quoting(assistant),
            file=assistant.config.home / "suggestions.json",
            is_idle=lambda: self.asker.is_idle,
        )
        self._catalogue = Catalogue()
        self._articles: OrderedDict[tuple[int, str], Article | None] = OrderedDict()
        self._misfit: tuple[int, str] = (0, "")
        self._lock = threading.Lock()

    @property
    def misfit(self) -> str:
        """Why the current generation cannot be asked with these settings, if that is so."""
        snapshot, _ = self.snapshot()
        generation, message = self._misfit
        return message if snapshot is not None and snapshot.generation == generation else ""

    def start(self) -> None:
        """Load what the first question needs, or build what it lacks, in the background."""
        threading.Thread(target=self._warm, name="warming", daemon=True).start()

    def snapshot(self) -> tuple[Snapshot | None, RagError | None]:
        """Return the current generation, or why there is none."""
        try:
            return self.assistant.snapshot(), None
        except RagError as error:
            return None, error

    def article(self, article_id: str, sha256: str | None = None) -> Article | None:
        """Return an article as indexed now; with `sha256`, only if it is that version."""
        snapshot, _ = self.snapshot()
        if snapshot is None:
            return None
        key = (snapshot.generation, article_id)
        with self._lock:
            if key not in self._articles:
                self._articles[key] = snapshot.article(article_id)
                while len(self._articles) > KEPT_ARTICLES:
                    self._articles.popitem(last=False)
            self._articles.move_to_end(key)
            article = self._articles[key]
        return article if article and sha256 in {None, article.sha256} else None

    def entries(self) -> tuple[Entry, ...]:
        """Return every article and every file that is none, with its state."""
        snapshot, _ = self.snapshot()
        changes, _ = self.builder.changes()
        return self._catalogue.entries(snapshot, changes)

    def _warm(self) -> None:
        _, error = self.snapshot()
        if error is not None and error.code == NO_INDEX:
            self.builder.start()
        try:
            self.assistant.warm()
        except RagError as problem:
            snapshot, _ = self.snapshot()
            if snapshot is not None:
                self._misfit = (snapshot.generation, problem.message)
        self.entries()


def _quoting(assistant: Assistant) -> Assistant:
    """Return an assistant on the same parts that asks no answer model."""
    if not assistant.config.answer_model:
        return assistant
    quoting = Assistant(dataclasses.replace(assistant.config, answer_model=""))
    vars(quoting)["embedder"] = assistant.embedder  # the cached property: loaded once for both
    return quoting


@lru_cache(maxsize=1)
def shared_backend() -> Backend:
    """Return the one Backend of this process, made from the settings at first use."""
    backend = Backend(Assistant(load_config()))
    backend.start()
    return backend
