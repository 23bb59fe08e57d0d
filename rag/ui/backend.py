"""What the chat runs on: an assistant, its jobs and builds for all, a shelf for each visitor."""

from __future__ import annotations

import copy
import dataclasses
import gc
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.config import Config, load_config
from rag.errors import RagError
from rag.library.entries import Catalogue, Entry
from rag.records import Article, Caution, Filters
from rag.ui.asking import Asker, Job
from rag.ui.building import Builder
from rag.ui.evaluation_job import Evaluator
from rag.ui.identity import current_visitor
from rag.ui.shelf import shelf_of
from rag.ui.suggestions import Suggester
from rag.ui.visitors import OWNER, Visitor

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

IN_FORCE_AT_ONCE = (
    "caution",
    "excerpts",
    "answer_model",
    "answer_model_url",
    "answer_model_for",
    "answer_model_timeout_s",
    "rebuild",
    "theme",
)
"""Settings that the page changes; the others count from the next start."""
KEPT_ARTICLES = 64  # of those that were looked at last, for checking quotes at every display
NO_INDEX = "E-IDX-001"
STORE_AWAY = "E-IDX-013"  # for now: the next question tries it again

_making = threading.Lock()  # a page and a program may be the first at the same time


class Backend:
    """The objects behind the page, as one visitor may use them; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self.config = assistant.config
        self.assistant = self._first = assistant
        self._quoting = _quoting(assistant)
        self._all = self
        self.asker = Asker()
        self.builder = Builder(assistant)
        self.evaluator = Evaluator(assistant)
        self.suggester = Suggester(
            lambda: self._quoting,
            file=assistant.config.home / "suggestions.json",
            is_idle=lambda: self._is_warm.is_set() and self.asker.is_idle,
        )
        self._catalogue = Catalogue()
        self._articles: OrderedDict[tuple[int, str], Article | None] = OrderedDict()
        self._misfits: dict[int, str] = {}
        self._is_warm = threading.Event()  # or cannot be
        self._lock = threading.Lock()
        self.builder.is_automatic = assistant.config.rebuild == "automatic"
        self.serve(OWNER)

    def apply(self, config: Config) -> None:
        """Go on with changed settings, for everybody; what is being answered ends as it began.

        Raises ConfigError as an Assistant does; nothing has changed then.
        """
        self._all._go_on_with(self.trial(config))  # noqa: SLF001 - one class

    def trial(self, config: Config, *, key: str = "") -> Assistant:
        """Return an assistant of other settings on the same parts; `key` as Assistant takes it."""
        changed = {name: getattr(config, name) for name in IN_FORCE_AT_ONCE}
        shown = dataclasses.replace(self._first.config, **changed)
        return Assistant(shown, shares=self._first, key=key)

    def _go_on_with(self, assistant: Assistant) -> None:
        self.assistant = self.evaluator.assistant = assistant
        self._quoting = _quoting(assistant)
        self.config = assistant.config
        self.builder.is_automatic = assistant.config.rebuild == "automatic"
        self._misfits.clear()
        self.start()

    def for_visitor(self, visitor: Visitor) -> Backend:
        """Return the same objects with the visitor's own shelf, and what they may use."""
        view = copy.copy(self)
        view.serve(visitor)
        return view

    def serve(self, visitor: Visitor) -> None:
        """Make this the view of one visitor."""
        self.visitor = visitor
        self.shelf = shelf_of(self.config.home, visitor)
        self.conversations = self.shelf.conversations
        self.feedback = self.shelf.feedback
        self.explanations = self.shelf.explanations
        if not visitor.is_owner and self.config.answer_model_for == "owner":
            self.assistant = self._quoting
            self.config = self.assistant.config

    def ask(
        self,
        text: str,
        *,
        filters: Filters,
        tab: str,
        caution: Caution | None = None,
        conversation_id: str | None = None,
    ) -> Job:
        """Ask on this visitor's behalf, as `Asker.ask` does; `tab` names the browser tab."""
        return self.asker.ask(
            text,
            assistant=self.assistant,
            shelf=self.shelf,
            filters=filters,
            asker=self.visitor.id or tab,
            caution=caution,
            conversation_id=conversation_id,
        )

    @property
    def misfit(self) -> str:
        """Why the current generation cannot be asked with these settings, if that is so."""
        snapshot, _ = self.snapshot()
        return self._misfits.get(snapshot.generation, "") if snapshot is not None else ""

    @property
    def away(self) -> str:
        """Why the index that this one is a copy of cannot be asked now, if that is so."""
        return self._first.store.away

    def start(self) -> None:
        """Load what the first question needs, or build what it lacks, in the background."""
        threading.Thread(target=self._warm, name="warming", daemon=True).start()
        self.builder.watch()

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
            if snapshot is not None and problem.code != STORE_AWAY:
                self._misfits[snapshot.generation] = problem.message
        finally:
            _spare_collector()
            self._is_warm.set()
        self.entries()
        _spare_collector()


def _spare_collector() -> None:
    """Take what is loaded out of the garbage collection that Streamlit does after every drawing.

    It goes through all modules and models: .09 s of the processor, four times a second while an
    answer is looked for.
    """
    gc.collect()
    gc.freeze()


def _quoting(assistant: Assistant) -> Assistant:
    """Return an assistant on the same parts that asks no answer model."""
    if not assistant.config.answer_model:
        return assistant
    return Assistant(dataclasses.replace(assistant.config, answer_model=""), shares=assistant)


def visitor_backend() -> Backend:
    """Return the Backend of this tab's visitor, who has logged in where that is asked for."""
    backend = shared_backend()
    visitor = current_visitor(backend.config)
    assert visitor is not None  # `page.py` draws nothing else for who has not logged in
    return backend.for_visitor(visitor)


def shared_backend() -> Backend:
    """Return the one Backend of this process, the owner's, made from the settings at first use."""
    with _making:
        return _made_backend()


@lru_cache(maxsize=1)
def _made_backend() -> Backend:
    backend = Backend(Assistant(load_config()))
    backend.start()
    return backend
