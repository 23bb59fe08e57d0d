"""The articles that are there, newest first, and the folder that they are read from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from rag.ui import wording
from rag.ui.escape import plain

if TYPE_CHECKING:
    from rag.ui.backend import Backend

MOST_ROWS = 5_000  # a browser gets slow with more; the folder itself shows all


@st.dialog("The articles", width="large")
def show(backend: Backend) -> None:
    """Draw the list over the page."""
    snapshot, _ = backend.snapshot()
    articles = snapshot.articles() if snapshot else []
    st.caption(f"{wording.count(len(articles), 'article')} of this folder:")
    st.code(plain(str(backend.config.corpus.resolve())), language=None, wrap_lines=True)
    newest_first = sorted(articles, key=lambda each: each.published or date.min, reverse=True)
    st.dataframe(
        {
            "Title": [plain(each.title) for each in newest_first[:MOST_ROWS]],
            "Outlet": [plain(each.outlet) for each in newest_first[:MOST_ROWS]],
            "Published": [each.published for each in newest_first[:MOST_ROWS]],
            "File": [plain(each.id) for each in newest_first[:MOST_ROWS]],
        },
        hide_index=True,
        height=420,
    )
    st.caption("To add articles, put files into the folder and rebuild the index.")
