"""The sidebar: conversations, limits for questions, the index and what changed since."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.ui import index_panel
from rag.ui.conversations import Conversation
from rag.ui.escape import escape
from rag.ui.pages import EVALUATION
from rag.ui.state import go_to

if TYPE_CHECKING:
    from rag.ui.backend import Backend

ICON = Path(__file__).parent / "assets" / "footnote.png"
SHOWN_AT_FIRST = 12  # conversations; the rest come with a click
MAX_CHOICES = 2_000  # outlets or articles in one list; a browser gets slow with more


def show(backend: Backend, conversation: Conversation | None) -> None:
    """Draw the sidebar."""
    st.markdown("### Footnote")
    st.button(
        "New conversation",
        icon=":material/add:",
        width="stretch",
        disabled=conversation is None,
        on_click=partial(go_to, None),
    )
    st.page_link(EVALUATION, label="Evaluation", icon=":material/monitoring:", width="stretch")
    _show_conversations(backend, conversation)
    _show_filters(backend)
    index_panel.show(backend)


def _show_conversations(backend: Backend, current: Conversation | None) -> None:
    headings = backend.conversations.headings()
    if not headings:
        return
    st.caption("Conversations")
    shows_all = st.session_state.get("shows_all", False)
    for heading in headings if shows_all else headings[:SHOWN_AT_FIRST]:
        is_current = current is not None and heading.id == current.id
        st.button(
            escape(heading.title),
            key=f"conversation-{heading.id}",
            type="secondary" if is_current else "tertiary",
            width="stretch",
            on_click=partial(go_to, heading.id),
        )
        if is_current and current is not None:
            _show_actions(backend, current)
    if len(headings) > SHOWN_AT_FIRST:
        st.toggle(f"All {len(headings)} conversations", key="shows_all")


def _show_actions(backend: Backend, current: Conversation) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button("Rename", key="rename", type="tertiary", icon=":material/edit:"):
            _rename(backend, current)
        if st.button("Delete", key="delete", type="tertiary", icon=":material/delete:"):
            _delete(backend, current)


@st.dialog("Rename the conversation")
def _rename(backend: Backend, current: Conversation) -> None:
    title = st.text_input("Title", current.title, max_chars=80)
    if st.button("Rename", type="primary", disabled=not title.strip()):
        backend.conversations.rename(current.id, title)
        st.rerun()


@st.dialog("Delete the conversation?")
def _delete(backend: Backend, current: Conversation) -> None:
    st.markdown(f"“{escape(current.title)}” and its answers will be gone for good.")
    with st.container(horizontal=True):
        if st.button("Delete for good", type="primary"):
            backend.conversations.delete(current.id)
            backend.explanations.delete(current.id)
            go_to(None)
            st.rerun()
        if st.button("Keep it"):
            st.rerun()


def _show_filters(backend: Backend) -> None:
    snapshot, _ = backend.snapshot()
    if snapshot is None:
        return
    with st.expander("Limit questions", icon=":material/filter_list:"):
        left, right = st.columns(2, gap="small")
        left.date_input("From", None, key="filter_from", format="YYYY-MM-DD")
        right.date_input("Until", None, key="filter_to", format="YYYY-MM-DD")
        articles = snapshot.articles()
        titles = {article.id: article.title for article in articles}
        outlets = sorted({article.outlet for article in articles if article.outlet})
        st.multiselect("Outlets", outlets[:MAX_CHOICES], key="filter_outlets")
        st.multiselect(
            "Articles",
            list(titles)[:MAX_CHOICES],
            key="filter_articles",
            format_func=lambda article_id: titles.get(article_id, article_id),
        )
        if len(titles) > MAX_CHOICES:
            st.caption(f"The first {MAX_CHOICES:,} of {len(titles):,} articles can be chosen here.")
