"""What all pages begin with: the name in the tab, the logo, the links of the sidebar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.ui.escape import plain
from rag.ui.pages import CHAT, EVALUATION, LIBRARY, SEARCH, SETTINGS
from rag.ui.state import ADDRESS_KEY, last_conversation

if TYPE_CHECKING:
    from rag.ui.backend import Backend


NAME = "Footnote"
LOGO = str(Path(__file__).parent / "assets" / "footnote.png")


def begin(title: str, *, is_wide: bool = False) -> None:
    """Name the page in its tab and draw the logo."""
    st.set_page_config(
        page_title=f"{plain(title)} · {NAME}" if title else NAME,
        page_icon=LOGO,
        layout="wide" if is_wide else "centered",
    )
    st.logo(LOGO)


def show(backend: Backend) -> None:
    """Draw the links; the one to the chat leads back to its conversation."""
    left = last_conversation()
    links = (
        (CHAT, "Chat", ":material/chat_bubble:", {ADDRESS_KEY: left} if left else None),
        (LIBRARY, "Library", ":material/library_books:", None),
        (SEARCH, "Search", ":material/search:", None),
        (EVALUATION, "Evaluation", ":material/monitoring:", None),
        (SETTINGS, "Settings", ":material/settings:", None),
    )
    shown = links if backend.visitor.is_owner else links[:-2]  # visitors change and measure nothing
    with st.container(gap="xxsmall", key="navigation"):
        for page, label, icon, parameters in shown:
            st.page_link(page, label=label, icon=icon, width="stretch", query_params=parameters)
