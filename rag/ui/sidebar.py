"""The sidebar: conversations, limits for questions, the index and what changed since."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.corpus.names import plain_stem
from rag.sharing.receipt import Export
from rag.ui import index_panel, limits, navigation
from rag.ui.conversations import Conversation
from rag.ui.escape import escape
from rag.ui.exports import FORMS, Form
from rag.ui.identity import show_logout
from rag.ui.state import go_to

if TYPE_CHECKING:
    from rag.ui.backend import Backend

ICON = Path(__file__).parent / "assets" / "footnote.png"
SHOWN_AT_FIRST = 12  # conversations; the rest come with a click


def show(backend: Backend, conversation: Conversation | None) -> None:
    """Draw the sidebar."""
    st.markdown("### Footnote")
    st.button(
        "New conversation",
        icon=":material/add:",
        width="stretch",
        disabled=conversation is None,
        on_click=_begin,
    )
    navigation.show(backend)
    _show_conversations(backend, conversation)
    limits.show_fields(backend)
    limits.show_caution(backend)
    index_panel.show(backend)
    show_logout(backend.visitor)


def _begin() -> None:
    """Begin a new conversation, without the limits of the last one."""
    limits.clear()
    go_to(None)


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
        with st.popover("Export", type="tertiary", icon=":material/download:"):
            _show_export(current)


def _show_export(current: Conversation) -> None:
    st.caption("With numbered notes; `python -m rag verify FILE` checks the quotes again.")
    for form in FORMS:
        st.download_button(
            form.name,
            partial(_exported, current, form),
            file_name=f"{plain_stem(current.title + '.')}{form.suffix}",
            mime=form.mime,
            key=f"export{form.suffix}",
            on_click="ignore",
            width="stretch",
        )


def _exported(current: Conversation, form: Form) -> bytes:
    answers = tuple(each.answer for each in current.exchanges if each.answer is not None)
    return form.write(Export(current.title, answers))


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
