"""What the library remembers: the article in the address, and what was said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from rag.ui.escape import escape

ARTICLE_KEY = "article"  # …/library?article=telecoms/china-telecom-licence.md


def opened_article() -> str:
    """Return the id of the article that the address names, or nothing."""
    return st.query_params.get(ARTICLE_KEY, "")


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
