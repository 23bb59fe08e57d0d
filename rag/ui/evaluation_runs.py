"""Runs as the page reads them: each once, kept while its files stay as they are.

Of its questions the table is in memory, and each one's place in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.records import EvaluatedQuestion, RunInfo, RunTimes, Summary
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.question_facts import QuestionFacts, facts_of
from rag.evaluation.runs.run_folder import ROWS, SUMMARY, RunFolder, list_runs
from rag.strict_json import NotThisRecord, from_text
from rag.ui.escape import escape
from rag.ui.evaluation_state import question_id, run_name

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot
    from rag.ui.backend import Backend

RUNS_KEPT = 200  # summaries; a few kilobytes each
TABLES_KEPT = 4  # the rows of the runs that were looked at last; some megabytes for thousands


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder and what is said about it as a whole."""

    folder: RunFolder
    info: RunInfo
    summary: Summary
    times: RunTimes

    @property
    def name(self) -> str:
        """The name of its folder, which is in its address."""
        return self.folder.path.name


def all_runs(backend: Backend) -> tuple[list[Run], list[str]]:
    """Return the finished runs, newest first, and why others cannot be read."""
    runs, problems = [], []
    for folder in list_runs(backend.evaluator.runs):
        try:
            runs.append(_read(folder, _stamp(folder)))
        except QuestionSetError as error:
            problems.append(error.message)
    return runs, problems


def chosen_run(backend: Backend) -> Run | None:
    """Return the run that the address names, or None."""
    name = run_name()
    folders = {folder.path.name: folder for folder in list_runs(backend.evaluator.runs)}
    if name not in folders:
        return None
    try:
        return _read(folders[name], _stamp(folders[name]))
    except QuestionSetError as error:
        st.error(escape(error.message))
        return None


def chosen_question(run: Run) -> EvaluatedQuestion | None:
    """Return the question of the run that the address names, or None."""
    wanted = question_id()
    return table_of(run).row(wanted) if wanted else None


def table_of(run: Run) -> RunTable:
    """Return the run's questions. Raises QuestionSetError E-EVL-017."""
    return _table(run.folder, _stamp(run.folder))


def texts_of(backend: Backend, run: Run) -> ArticleTexts:
    """Return the articles of the run's generation, as far as the index still has it."""
    snapshot, _ = backend.snapshot()
    if snapshot is not None and _content(snapshot) == run.info.generation_sha256:
        return ArticleTexts(snapshot)
    return ArticleTexts(_snapshot(run.folder, _stamp(run.folder)))


@dataclass(frozen=True, slots=True)
class RunTable:
    """What a table shows of every question; `places` are byte offsets of their lines."""

    run: RunFolder
    facts: tuple[QuestionFacts, ...]
    places: dict[str, int]

    def row(self, question_id: str) -> EvaluatedQuestion | None:
        """Return what came of a question, read from its place, or None for an unknown id.

        Raises QuestionSetError E-EVL-017 where the file is not what it was.
        """
        place = self.places.get(question_id)
        if place is None:
            return None
        try:
            with (self.run.path / ROWS).open("rb") as file:
                file.seek(place)
                return from_text(EvaluatedQuestion, file.readline().decode("utf-8"))
        except (OSError, UnicodeDecodeError, NotThisRecord) as error:
            raise QuestionSetError(
                "E-EVL-017", f'The run "{self.run.path}" changed while it was read. Reload it.'
            ) from error


def read_table(run: RunFolder) -> RunTable:
    """Return the table of a run. Raises QuestionSetError E-EVL-017 for what is no run."""
    facts = tuple(facts_of(row) for row in run.rows())
    places: dict[str, int] = {}
    at = 0
    with (run.path / ROWS).open("rb") as file:
        for each, line in zip(facts, file, strict=False):  # a line cut off by a kill is no row
            places[each.id] = at
            at += len(line)
    return RunTable(run, facts, places)


def _content(snapshot: Snapshot) -> str:
    return snapshot.manifest.content_sha256


def _stamp(folder: RunFolder) -> int:
    try:
        return (folder.path / SUMMARY).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=RUNS_KEPT)
def _read(folder: RunFolder, _stamp: int) -> Run:
    return Run(folder, folder.info(), folder.summary(), folder.times())


@lru_cache(maxsize=TABLES_KEPT)
def _table(folder: RunFolder, _stamp: int) -> RunTable:
    return read_table(folder)


@lru_cache(maxsize=1)
def _snapshot(folder: RunFolder, _stamp: int) -> Snapshot | None:
    return folder.snapshot()
