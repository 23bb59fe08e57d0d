"""The start page: what this is, questions to begin with, the first build where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from rag.records import Filters
from rag.ui import limits, wording
from rag.ui.escape import escape

if TYPE_CHECKING:
    from rag.ui.backend import Backend

LOOK_S = 0.5  # while the first build runs or questions are still being found


def show(backend: Backend, *, ask: Callable[[str], bool]) -> None:
    """Draw the start page; `ask` is called with the suggested question that is chosen."""
    st.title("Footnote", anchor=False)
    st.markdown(
        "Ask a folder of articles. Every sentence of an answer carries a quote, "
        "and a click opens it in its article."
    )
    snapshot, _ = backend.snapshot()
    is_ready = snapshot is not None and backend.suggester.is_ready
    is_waiting = backend.builder.state.is_running or (snapshot is not None and not is_ready)
    st.fragment(_show_rest, run_every=LOOK_S if is_waiting else None)(backend, ask, is_waiting)


def _show_rest(backend: Backend, ask: Callable[[str], bool], was_waiting: bool) -> None:  # noqa: FBT001
    snapshot, error = backend.snapshot()
    if snapshot is None:
        _show_absence(backend, error.message if error else "")
        return
    questions = backend.suggester.questions(snapshot)
    if was_waiting and backend.suggester.is_ready:
        st.rerun()
    if limits.chosen_filters() != Filters():
        return  # the questions are of all articles
    if questions:
        st.caption("Questions that these articles answer")
    elif was_waiting:
        st.caption("Looking for questions that these articles answer…")
    for number, question in enumerate(questions):
        if st.button(escape(question), key=f"suggestion-{number}", width="stretch"):
            ask(question)
            st.rerun()


def _show_absence(backend: Backend, reason: str) -> None:
    state = backend.builder.state
    if state.is_running:
        done = state.progress.done / max(1, state.progress.total) if state.progress else 0.0
        st.markdown("**Reading your articles for the first time**")
        st.progress(min(done, 1.0), text=wording.progress_line(state.progress))
        st.caption("You can ask as soon as this is done.")
    elif not backend.visitor.is_owner:
        st.warning(wording.NOT_READY)
    elif state.error:
        st.error(escape(state.error))
    else:
        st.warning(escape(reason))
