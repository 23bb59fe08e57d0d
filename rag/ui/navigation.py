"""The links of every sidebar to the pages; the one to the chat leads back to its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rag.ui.pages import CHAT, EVALUATION, LIBRARY, SEARCH
from rag.ui.state import ADDRESS_KEY, last_conversation

if TYPE_CHECKING:
    from rag.ui.backend import Backend


def show(backend: Backend) -> None:
    """Draw the links; Streamlit marks the one to the page that is open."""
    left = last_conversation()
    links = (
        (CHAT, "Chat", ":material/chat_bubble:", {ADDRESS_KEY: left} if left else None),
        (LIBRARY, "Library", ":material/library_books:", None),
        (SEARCH, "Search", ":material/search:", None),
        (EVALUATION, "Evaluation", ":material/monitoring:", None),
    )
    shown = links if backend.visitor.is_owner else links[:-1]  # visitors evaluate nothing
    with st.container(gap="xxsmall", key="navigation"):
        for page, label, icon, parameters in shown:
            st.page_link(page, label=label, icon=icon, width="stretch", query_params=parameters)
