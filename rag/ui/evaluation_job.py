"""Running a question set from the app: one run at a time, seen by every session.

The run belongs to the server, not to a tab: closing the browser does not end it. A run that was
stopped, or that the server took down with it, is gone on with from where it was.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.evaluation.questions.question_set import question_set_sha256
from rag.evaluation.runs.run_folder import RUNS, RunFolder, pinned_snapshot

if TYPE_CHECKING:
    from rag.assistant import Assistant

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question set and how to run it; `limit` takes the first questions, None all."""

    questions: Path
    retrieval_only: bool = False
    limit: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known now: a running run's progress, or how the last one ended."""

    wanted: Wanted | None = None
    is_running: bool = False
    is_stopping: bool = False
    done: int = 0
    total: int = 0
    already: int = 0
    began: float = 0.0
    finished: str = ""
    error: str = ""

    @property
    def was_stopped(self) -> bool:
        """Whether the last run ended before its last question, for no error."""
        return self.wanted is not None and not (self.is_running or self.finished or self.error)

    def seconds_left(self) -> float | None:
        """Return the time left at the speed so far; None before the first question is done."""
        did = self.done - self.already
        if not self.is_running or did <= 0:
            return None
        return (time.monotonic() - self.began) / did * (self.total - self.done)


class Evaluator:
    """Runs question sets in the background; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._state = Evaluation()

    @property
    def state(self) -> Evaluation:
        """The running or last run."""
        return self._state

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.assistant.config.home / RUNS

    def start(self, wanted: Wanted) -> None:
        """Start a run unless one is running."""
        with self._lock:
            if self._state.is_running:
                return
            self._stop = threading.Event()
            now = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
            named = replace(wanted, name=wanted.name or f"{wanted.questions.stem}-{now}")
            self._state = Evaluation(wanted=named, is_running=True, began=time.monotonic())
        thread = threading.Thread(
            target=self._run, args=(named, self._stop), name="evaluating", daemon=True
        )
        thread.start()

    def stop(self) -> None:
        """End the run after the question that is being answered; it can be gone on with."""
        with self._lock:
            self._stop.set()
            if self._state.is_running:
                self._state = replace(self._state, is_stopping=True)

    def go_on(self) -> None:
        """Go on with the run that was stopped or failed."""
        if self._state.wanted is not None:
            self.start(self._state.wanted)

    def dismiss(self) -> None:
        """Forget how the last run ended."""
        with self._lock:
            if not self._state.is_running:
                self._state = Evaluation()

    def _run(self, wanted: Wanted, stop: threading.Event) -> None:
        run: RunFolder | None = None
        message = ""
        try:
            run = self._evaluated(wanted, stop)
        except RagError as error:
            message = error.message
        except Exception:
            _logger.exception("The evaluation failed.")
            message = (
                "The evaluation failed unexpectedly. The terminal that runs Footnote says why."
            )
        finished = wanted.name if run is not None and run.is_complete else ""
        with self._lock:
            self._state = replace(
                self._state, is_running=False, is_stopping=False, finished=finished, error=message
            )

    def _evaluated(self, wanted: Wanted, stop: threading.Event) -> RunFolder:
        from rag.evaluation.questions.question_set import read_question_set  # noqa: PLC0415 - as all below
        from rag.evaluation.runs.runner import RunOptions, evaluate  # noqa: PLC0415 - heavy
        from rag.evaluation.runs.subject import AssistantSubject  # noqa: PLC0415 - heavy

        questions = read_question_set(wanted.questions)
        folder = self.runs / wanted.name
        options = RunOptions(
            name=wanted.name,
            questions_file=str(wanted.questions),
            questions_sha256=question_set_sha256(wanted.questions),
            retrieval_only=wanted.retrieval_only,
            limit=wanted.limit,
            resume=folder.is_dir(),
            index=self.assistant.config.index_folder,
        )
        subject = AssistantSubject(self.assistant, pinned_snapshot(self.assistant, folder))
        return evaluate(
            subject, questions, folder, options=options, on_progress=self._show, stop=stop
        )

    def _show(self, done: int, total: int) -> None:
        with self._lock:
            already = self._state.already if self._state.total else done - 1
            self._state = replace(self._state, done=done, total=total, already=already)
