"""What all pages begin with: their files, the name in the tab, the logo, the links."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.ui import limits, redrawing
from rag.ui.escape import plain
from rag.ui.state import ADDRESS_KEY, last_conversation

if TYPE_CHECKING:
    from rag.ui.backend import Backend

NAME = "Footnote"
_HERE = Path(__file__).parent
LOGO = str(_HERE / "assets" / "footnote.png")
CHAT = str(_HERE / "chat_page.py")
LIBRARY = str(_HERE / "library_page.py")
SEARCH = str(_HERE / "search_page.py")
SETTINGS = str(_HERE / "settings_page.py")
EVALUATION = str(_HERE / "evaluation_page.py")


def begin(title: str, *, is_wide: bool = False) -> None:
    """Name the page in its tab, draw the logo, and let the page be drawn anew."""
    st.set_page_config(
        page_title=f"{plain(title)} · {NAME}" if title else NAME,
        page_icon=LOGO,
        layout="wide" if is_wide else "centered",
    )
    redrawing.begin()
    st.logo(LOGO)


def show(backend: Backend) -> None:
    """Draw the links; the one to the chat leads back to its conversation."""
    left, limited = last_conversation(), limits.address()
    chat = limited | ({ADDRESS_KEY: [left]} if left else {})
    links: tuple[tuple[str, str, str, dict[str, list[str]]], ...] = (
        (CHAT, "Chat", ":material/chat_bubble:", chat),
        (LIBRARY, "Library", ":material/library_books:", {}),
        (SEARCH, "Search", ":material/search:", limited),
        (EVALUATION, "Evaluation", ":material/monitoring:", {}),
        (SETTINGS, "Settings", ":material/settings:", {}),
    )
    shown = links if backend.visitor.is_owner else links[:-2]  # visitors change and measure nothing
    with st.container(gap="xxsmall", key="navigation"):
        for page, label, icon, parameters in shown:
            st.page_link(page, label=label, icon=icon, width="stretch", query_params=parameters)
