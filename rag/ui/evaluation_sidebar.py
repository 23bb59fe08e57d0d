"""The sidebar of the evaluation, below the links: all runs, and each one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.evaluation.runs.run_folder import list_runs
from rag.ui.escape import escape
from rag.ui.evaluation_runs import Run
from rag.ui.evaluation_state import go_to_run

if TYPE_CHECKING:
    from rag.ui.backend import Backend

SHOWN_AT_FIRST = 12  # runs; the rest come with a click


def show(backend: Backend, run: Run | None) -> None:
    """Draw it."""
    st.button(
        "All runs",
        icon=":material/list:",
        width="stretch",
        disabled=run is None,
        on_click=partial(go_to_run, None),
    )
    folders = list_runs(backend.evaluator.runs)
    if not folders:
        return
    st.caption("Runs")
    shows_all = st.session_state.get("shows_all_runs", False)
    for folder in folders if shows_all else folders[:SHOWN_AT_FIRST]:
        name = folder.path.name
        st.button(
            escape(name),
            key=f"run-{name}",
            type="secondary" if run is not None and run.name == name else "tertiary",
            width="stretch",
            on_click=partial(go_to_run, name),
        )
    if len(folders) > SHOWN_AT_FIRST:
        st.toggle(f"All {len(folders)} runs", key="shows_all_runs")
