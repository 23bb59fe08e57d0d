"""What limits the list of the library: the fields, and what is chosen in them."""

from __future__ import annotations

import streamlit as st

from rag.library.entries import State, Wanted
from rag.records import Filters
from rag.ui.limits import show_presets

NAMES = ("library_typed", "library_outlets", "library_authors", "library_from", "library_to")
TYPED, OUTLETS, AUTHORS, FROM, TO = NAMES
WORDS_FROM, WORDS_TO, STATES = "library_words_from", "library_words_to", "library_states"
STATE_NAMES: dict[State, str] = {
    "indexed": "Indexed",
    "changed": "Changed since it was indexed",
    "removed": "No longer in the folder",
    "added": "Not indexed yet",
    "failed": "Failed",
    "duplicate": "Duplicate",
}


def chosen() -> Wanted:
    """Return which entries this tab wants to see."""
    state = st.session_state
    return Wanted(
        typed=state.get(TYPED) or "",
        filters=Filters(
            published_from=state.get(FROM),
            published_to=state.get(TO),
            outlets=tuple(state.get(OUTLETS, ())),
            authors=tuple(state.get(AUTHORS, ())),
        ),
        words_from=state.get(WORDS_FROM),
        words_to=state.get(WORDS_TO),
        states=tuple(state.get(STATES, ())),
    )


def show_filters(outlets: list[str], authors: list[str]) -> None:
    """Draw the fields that limit the list, to these outlets and authors among others."""
    st.multiselect("Outlet", outlets, key=OUTLETS, persist_state="session")
    st.multiselect("Author", authors, key=AUTHORS, persist_state="session")
    _show_pair("Published", (FROM, TO), is_date=True)
    show_presets(FROM, TO)
    _show_pair("Words", (WORDS_FROM, WORDS_TO), is_date=False)
    st.multiselect(
        "State",
        list(STATE_NAMES),
        key=STATES,
        format_func=STATE_NAMES.__getitem__,
        persist_state="session",
    )
    st.button("Clear", on_click=_clear, type="tertiary", icon=":material/close:")


def _show_pair(label: str, keys: tuple[str, str], *, is_date: bool) -> None:
    for column, key, end in zip(st.columns(2), keys, ("from", "to"), strict=True):
        name = f"{label} {end}"
        if is_date:
            column.date_input(name, None, key=key, format="YYYY-MM-DD", persist_state="session")
        else:
            column.number_input(
                name, 0, value=None, step=100, key=key, placeholder="any", persist_state="session"
            )


def filter_label() -> str:
    """Return the name of the button, with how many filters are set."""
    state = st.session_state
    keys = (OUTLETS, AUTHORS, FROM, TO, WORDS_FROM, WORDS_TO, STATES)
    count = sum(state.get(key) not in (None, [], ()) for key in keys)
    return f"Filter ({count})" if count else "Filter"


def _clear() -> None:
    for key in (OUTLETS, AUTHORS, STATES):
        st.session_state[key] = []
    for key in (FROM, TO, WORDS_FROM, WORDS_TO):
        st.session_state[key] = None
