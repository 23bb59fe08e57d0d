"""Writing a run so that it can be killed at any time and gone on with.

`run.json` says what is run and is written first. Each question then adds one whole line to
`results.jsonl`; a line that a kill cut off is taken away before the next is written. Only a run
of the very same questions, settings and generation is gone on with.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path
from typing import IO, Self

from rag.errors import QuestionSetError
from rag.evaluation.records import EvaluatedQuestion, RunInfo, RunTimes, Summary
from rag.evaluation.runs.run_differences import differing
from rag.evaluation.runs.run_folder import INFO, ROWS, SUMMARY, TIMES, RunFolder
from rag.evaluation.writing import writing
from rag.private_files import FOLDER_MODE, open_private, write_private
from rag.strict_json import to_line, to_text

MAY_DIFFER = "workers"  # in a run that is gone on with: how many questions were answered at once


class RunWriter:
    """The one writer of a run's folder; `done` are the ids that were evaluated before."""

    def __init__(self, folder: Path, info: RunInfo, *, resume: bool = False) -> None:
        self.run = RunFolder(folder)
        self.done: frozenset[str] = frozenset()
        self._appended = 0
        with self._writing():
            folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
            self._file = FileIO(folder / ROWS, "a", opener=open_private)
            try:
                self._begin(info, resume=resume)
            except (OSError, QuestionSetError):
                self._file.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def append(self, row: EvaluatedQuestion) -> None:
        """Add the line of one question; it survives a kill of this process from here on."""
        with self._writing():
            left = memoryview(to_line(row).encode("utf-8") + b"\n")
            while left:
                left = left[self._file.write(left) :]
        self._appended += 1

    def finish(self, summary: Summary, times: RunTimes) -> None:
        """Write the numbers; the run is complete once the summary is there.

        Raises QuestionSetError E-EVL-013 where somebody else took the run away meanwhile.
        """
        with self._writing():
            if not os.path.samestat(os.fstat(self._file.fileno()), (self.run.path / ROWS).stat()):
                raise QuestionSetError(
                    "E-EVL-013", f'The run in "{self.run.path}" was replaced while it ran.'
                )
            os.fsync(self._file.fileno())
            self._write(TIMES, times)
            self._write(SUMMARY, summary)

    def _begin(self, info: RunInfo, *, resume: bool) -> None:
        lock_run(self._file, self.run.path)
        if (self.run.path / INFO).exists():
            self._continue(info, resume=resume)
        elif (self.run.path / ROWS).stat().st_size:  # a run writes what it is of first
            raise QuestionSetError(
                "E-EVL-013",
                f'"{self.run.path / ROWS}" is no run of ours ({INFO} is missing); it is left as it '
                "is. Take another --out.",
            )
        else:
            self._write(INFO, info)

    def _continue(self, info: RunInfo, *, resume: bool) -> None:
        if not resume:
            raise QuestionSetError(
                "E-EVL-013",
                f'"{self.run.path}" holds a run already. Go on with it by --resume, '
                "or name another.",
            )
        earlier = self.run.info()
        unlike = [each for each in differing(earlier, info) if each.name != MAY_DIFFER]
        if unlike:
            named = "; ".join(f"{each.name}: {each.a:.60}, now {each.b:.60}" for each in unlike)
            raise QuestionSetError(
                "E-EVL-013",
                f'The run in "{self.run.path}" is of something else ({named}); refusing to mix. '
                "Leave --resume out for a new run.",
            )
        self._cut_torn_line()
        self.done = frozenset(row.id for row in self.run.rows())

    def _cut_torn_line(self) -> None:
        path = self.run.path / ROWS
        whole = 0
        with path.open("rb") as file:
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
        self._file.truncate(whole)

    def _write(self, name: str, record: object) -> None:
        write_private(self.run.path / name, f"{to_text(record)}\n".encode())

    def _writing(self) -> AbstractContextManager[None]:
        kept = " What was evaluated is kept; go on with --resume." if self._appended else ""
        return writing(f'the run to "{self.run.path}"', kept)


def lock_run(file: IO[bytes], folder: Path) -> None:
    """Hold the run until `file`, its rows, is closed. Raises E-EVL-013 where another does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise QuestionSetError(
            "E-EVL-013", f'Another run is writing to "{folder}" now. Take another --out.'
        ) from error
