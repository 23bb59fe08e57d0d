"""Which run another one is compared with: those of the same question set come first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.evaluation.reporting.wording import moment
from rag.ui import wording
from rag.ui.evaluation_runs import Run, all_runs

if TYPE_CHECKING:
    from rag.ui.backend import Backend

AGAINST = "evaluation_against"


def choose_other(backend: Backend, run: Run) -> Run | None:
    """Draw the choice of the other run; None until one is chosen."""
    runs, _ = all_runs(backend)
    others = {each.name: each for each in others_of(run, runs)}
    if not others:
        st.caption("There is no other run to compare with yet.")
        return None
    if st.session_state.get(AGAINST) not in {None, *others}:
        st.session_state[AGAINST] = None

    def label(name: str | None) -> str:
        return label_of(others[name], run) if name else "Choose a run"

    name = st.selectbox("Compare with", [None, *others], format_func=label, key=AGAINST)
    return others[name] if name else None


def others_of(run: Run, runs: Sequence[Run]) -> list[Run]:
    """Return the other runs, those of the same questions first, else in the order given."""
    others = [each for each in runs if each.name != run.name]
    return sorted(others, key=lambda each: not _has_same_questions(each, run))


def label_of(other: Run, run: Run) -> str:
    """Return how another run is offered: its name, question set, number of questions, start."""
    info = other.info
    said = [
        other.name,
        Path(info.questions_file).name or "questions",
        wording.count(info.questions, "question"),
        moment(info.started),
    ]
    if not _has_same_questions(other, run):
        said.append("another question set")
    return " · ".join(said)


def in_time(run: Run, other: Run) -> tuple[Run, Run]:
    """Return the two as before and after, by when they began; `other` first if at once."""
    before, after = sorted((other, run), key=lambda each: each.info.started)
    return before, after


def _has_same_questions(one: Run, other: Run) -> bool:
    return one.info.questions_sha256 == other.info.questions_sha256
