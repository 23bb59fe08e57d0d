"""What the evaluation page remembers: run and question in the address, filters in the tab."""

from __future__ import annotations

from typing import cast

import streamlit as st

RUN_KEY, QUESTION_KEY = "run", "q"  # …/evaluation?run=demo-20261123-101500&q=q7
KEPT = (
    "evaluation_view",
    "evaluation_kind",
    "evaluation_outcome",
    "evaluation_tag",
    "evaluation_order",
    "evaluation_words",
    "evaluation_against",
)
OPENED = "evaluation_opened"


def keep_choices() -> None:
    """Keep what was chosen while its widgets are not drawn; Streamlit would forget it."""
    for key in KEPT:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def run_name() -> str:
    """Return the name of the run that the address names, or nothing."""
    return st.query_params.get(RUN_KEY, "")


def question_id() -> str:
    """Return the id of the question that the address names, or nothing."""
    return st.query_params.get(QUESTION_KEY, "")


def go_to_run(name: str | None) -> None:
    """Show another run, or the list of all."""
    open_quote(None)
    st.query_params.clear()
    if name:
        st.query_params[RUN_KEY] = name


def go_to_question(name: str | None) -> None:
    """Show a question of the run, or the run."""
    open_quote(None)
    if name is None:
        st.query_params.pop(QUESTION_KEY, None)
    else:
        st.query_params[QUESTION_KEY] = name


def opened_quote() -> int | None:
    """Return which quote of the question is open beside it."""
    return cast("int | None", st.session_state.get(OPENED))


def open_quote(index: int | None) -> None:
    """Open a quote of the question, or close the article."""
    st.session_state[OPENED] = index
