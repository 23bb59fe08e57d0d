"""Reading a run: a folder with what was run, what came of each question, and the summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rag.errors import IndexingError, QuestionSetError
from rag.evaluation.records import EvaluatedQuestion, RunInfo, RunTimes, Summary
from rag.strict_json import NotThisRecord, from_text

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.snapshot import Snapshot

INFO, ROWS, SUMMARY, TIMES = "run.json", "results.jsonl", "summary.json", "times.json"
REPORT = "report.html"
RUNS = "runs"  # below the home folder

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on disk. Reading raises QuestionSetError E-EVL-017 for what is no run of ours."""

    path: Path

    @property
    def is_complete(self) -> bool:
        """Whether every question was evaluated; an interrupted run has no summary."""
        return (self.path / SUMMARY).is_file()

    def info(self) -> RunInfo:
        """Return what was run."""
        return self._record(INFO, RunInfo)

    def summary(self) -> Summary:
        """Return the measures."""
        return self._record(SUMMARY, Summary)

    def times(self) -> RunTimes:
        """Return how long the stages took."""
        return self._record(TIMES, RunTimes)

    def rows(self) -> Iterator[EvaluatedQuestion]:
        """Yield what came of each question, one at a time, in the order of the set.

        A last line that was cut off by a kill is no row yet.
        """
        try:
            with (self.path / ROWS).open(encoding="utf-8", newline="\n") as file:
                for number, line in enumerate(file, start=1):
                    if line.endswith("\n"):
                        yield self._row(number, line)
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(ROWS, _told(error)) from error

    def snapshot(self) -> Snapshot | None:
        """Return the generation that was asked, if the index still has it unchanged."""
        from rag.index.snapshot import open_generation  # noqa: PLC0415 - heavy

        info = self.info()
        try:
            snapshot = open_generation(Path(info.index), info.generation)
        except IndexingError:
            return None
        is_same = snapshot.manifest.content_sha256 == info.generation_sha256
        return snapshot if is_same else None

    def _row(self, number: int, line: str) -> EvaluatedQuestion:
        try:
            return from_text(EvaluatedQuestion, line)
        except NotThisRecord as error:
            raise self._unreadable(f"{ROWS} line {number}", str(error)) from error

    def _record(self, name: str, kind: type[Record]) -> Record:
        try:
            return from_text(kind, (self.path / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, NotThisRecord) as error:
            raise self._unreadable(name, _told(error)) from error

    def _unreadable(self, name: str, why: str) -> QuestionSetError:
        return QuestionSetError("E-EVL-017", f'"{self.path}" has no readable {name}: {why}.')


def pinned_snapshot(assistant: Assistant, folder: Path) -> Snapshot:
    """Return the generation that the run in `folder` began on; the current one for a new run.

    Raises IndexingError E-IDX-011 where that generation is gone.
    """
    if not (folder / INFO).is_file():
        return assistant.snapshot()
    from rag.index.snapshot import open_generation  # noqa: PLC0415 - heavy

    generation = RunFolder(folder).info().generation
    return open_generation(assistant.config.index_folder, generation, store=assistant.store)


def list_runs(folder: Path) -> list[RunFolder]:
    """Return the complete runs directly below `folder`, the newest first."""
    if not folder.is_dir():
        return []
    runs = [RunFolder(path) for path in sorted(folder.iterdir()) if (path / SUMMARY).is_file()]
    return sorted(runs, key=lambda run: -(run.path / SUMMARY).stat().st_mtime_ns)


def find_run(name: str, home: Path) -> RunFolder:
    """Return a run by its folder, or by its name below the home folder.

    Raises QuestionSetError E-EVL-017 where neither is a finished run.
    """
    for path in (Path(name), home / RUNS / name):
        if (path / SUMMARY).is_file():
            return RunFolder(path)
        if (path / INFO).is_file():
            raise QuestionSetError(
                "E-EVL-017", f'The run "{path}" is not finished. Finish it with: eval … --resume'
            )
    raise QuestionSetError(
        "E-EVL-017", f'No run "{name}". Runs are folders below "{home / RUNS}", or any --out.'
    )


def _told(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or "unreadable"
