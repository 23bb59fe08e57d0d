"""What the library remembers: the article in the address, and what was said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from rag.records import Passage, Span
from rag.ui.escape import escape

ARTICLE_KEY = "article"  # …/library?article=telecoms/china-telecom-licence.md&from=10&to=90
START_KEY, END_KEY = "from", "to"
LONGEST_SPAN = 20  # digits


def opened_article() -> str:
    """Return the id of the article that the address names, or nothing."""
    return st.query_params.get(ARTICLE_KEY, "")


def opened_span() -> Span | None:
    """Return the part of the article that the address names, if it names one."""
    start, end = (st.query_params.get(key, "") for key in (START_KEY, END_KEY))
    if not (start.isdecimal() and end.isdecimal() and len(start + end) < LONGEST_SPAN):
        return None
    return Span(int(start), int(end)) if int(start) < int(end) else None


def passage_address(passage: Passage) -> dict[str, str]:
    """Return the parameters of the address that opens a passage in its article."""
    return {
        ARTICLE_KEY: passage.article_id,
        START_KEY: str(passage.start),
        END_KEY: str(passage.end),
    }


def open_article(article_id: str) -> None:
    """Show an article, or the list for an empty id."""
    st.query_params.clear()
    if article_id:
        st.query_params[ARTICLE_KEY] = article_id


@dataclass(frozen=True, slots=True)
class Said:
    """What was done last, and what takes it back."""

    text: str
    undo: Callable[[], None] | None = None


def set_said(text: str, *, undo: Callable[[], None] | None = None) -> None:
    """Say what was done, at the next drawing."""
    st.session_state["library_said"] = Said(text, undo)


def show_said() -> None:
    """Draw what was done last, until it is hidden."""
    said: Said | None = st.session_state.get("library_said")
    if said is None or not said.text:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="library-said"):
        st.success(escape(said.text), icon=":material/check:")
        if said.undo is not None:
            st.button("Put it back", on_click=said.undo, icon=":material/undo:")
        st.button("Hide", type="tertiary", on_click=set_said, args=("",), key="hide-said")
