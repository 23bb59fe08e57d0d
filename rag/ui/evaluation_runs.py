"""Runs as the page reads them: each once, kept while its files stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import QuestionSetError
from rag.evaluation.records import EvaluatedQuestion, RunInfo, RunTimes, Summary
from rag.evaluation.reporting.article_texts import ArticleTexts
from rag.evaluation.reporting.run_table import RunTable, read_table
from rag.evaluation.runs.run_folder import SUMMARY, RunFolder, list_runs
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
