"""The sidebar of the chat: conversations, limits for questions, the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rag.ui import conversation_list, index_panel, limits, navigation
from rag.ui.conversations import Conversation
from rag.ui.identity import show_logout
from rag.ui.state import go_to

if TYPE_CHECKING:
    from rag.ui.backend import Backend


def show(backend: Backend, conversation: Conversation | None) -> None:
    """Draw the sidebar; the links stand where they stand on other pages."""
    navigation.show(backend)
    st.button(
        "New conversation",
        icon=":material/add:",
        width="stretch",
        disabled=conversation is None,
        on_click=_begin,
    )
    conversation_list.show(backend, conversation)
    limits.show_fields(backend)
    limits.show_caution(backend)
    show_logout(backend.visitor)
    index_panel.show(backend, says_absence=conversation is not None)


def _begin() -> None:
    """Begin a new conversation, without the limits of the last one."""
    limits.clear()
    go_to(None)
