"""Building the index from the chat: one build at a time, seen by every session.

Also keeps at hand what changed in the corpus folder since the last build. Looking costs a walk
over the files, so a page never waits for it and it is repeated rarely on a large corpus.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.records import BuildReport, Changes, Progress

if TYPE_CHECKING:
    from rag.assistant import Assistant

LOOK_EVERY_S = 10.0
LOOK_AT_MOST = 1 / 20  # of the time; a look of 2 s is repeated every 40 s

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Building:
    """What is known now: a running build's progress, the last one's report or error."""

    is_running: bool = False
    progress: Progress | None = None
    report: BuildReport | None = None
    error: str = ""


class Builder:
    """Runs builds and looks for changes in the background; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._state = Building()
        self._changes: Changes | None = None
        self._changes_error = ""
        self._look_again_at = 0.0
        self._is_looking = False
        self._is_wanted_again = False
        self._builds = 0
        self._is_watching = False
        self._tried: Changes | None = None
        self.is_automatic = False  # whether changes in the folder are built without being asked

    @property
    def state(self) -> Building:
        """The running or last build."""
        return self._state

    def start(self) -> None:
        """Start a build; while one of ours runs, one after it for what that may have missed."""
        with self._lock:
            if self._state.is_running:
                self._is_wanted_again = True
                return
            self._state = Building(is_running=True)
        threading.Thread(target=self._build, name="building", daemon=True).start()

    def watch(self) -> None:
        """Look at the folder from time to time, so that an automatic build needs no open page."""
        with self._lock:
            if self._is_watching:
                return
            self._is_watching = True
        threading.Thread(target=self._watch, name="watching", daemon=True).start()

    def dismiss(self) -> None:
        """Forget the last build's report or error."""
        with self._lock:
            if not self._state.is_running:
                self._state = Building()

    def changes(self) -> tuple[Changes | None, str]:
        """Return the last look at the corpus (None before the first) and why it failed, if so.

        Starts another look in the background when the last one is old.
        """
        with self._lock:
            is_due = time.monotonic() >= self._look_again_at
            if is_due and not self._is_looking and not self._state.is_running:
                self._is_looking = True
                threading.Thread(target=self._look, name="looking", daemon=True).start()
            return self._changes, self._changes_error

    def _build(self) -> None:
        report: BuildReport | None = None
        message = ""
        try:
            report = self._assistant.build(self._show)
        except RagError as error:
            message = error.message
        except Exception:
            _logger.exception("The build failed.")
            message = "The build failed unexpectedly; the index is unchanged. The log says why."
        with self._lock:
            self._state = Building(report=report, error=message)
            self._builds += 1  # what a look that is under way finds is out of date
            self._changes = None if report else self._changes
            self._look_again_at = 0.0
            is_wanted, self._is_wanted_again = self._is_wanted_again, False
        if is_wanted and self._is_behind():
            self.start()

    def _is_behind(self) -> bool:
        try:
            return not self._assistant.changes().is_empty
        except RagError:
            return False

    def _show(self, progress: Progress) -> None:
        self._state = Building(is_running=True, progress=progress)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            if self.is_automatic:
                self.changes()

    def _is_due(self, changes: Changes | None) -> bool:
        """Whether to build by itself: not while files still come, and once for the same state."""
        is_settled = changes is not None and not changes.is_empty and changes == self._changes
        return self.is_automatic and is_settled and changes != self._tried

    def _look(self) -> None:
        started, builds = time.monotonic(), self._builds
        changes: Changes | None = None
        message = ""
        try:
            changes = self._assistant.changes()
        except RagError as error:
            message = error.message
        except Exception:
            _logger.exception("Looking at the corpus failed.")
            message = "The corpus folder could not be compared with the index; the log says why."
        ended = time.monotonic()
        with self._lock:
            self._is_looking = False
            if builds != self._builds:
                return
            is_due = self._is_due(changes)
            self._changes, self._changes_error = changes, message
            self._look_again_at = ended + max(LOOK_EVERY_S, (ended - started) / LOOK_AT_MOST)
            if is_due:
                self._tried = changes
        if is_due:
            self.start()
