"""The pages of the app and which one is drawn. Started by `app.py`."""

import streamlit as st

from rag.ui.pages import CHAT, EVALUATION, LIBRARY, SEARCH

st.navigation(
    [
        st.Page(CHAT, title="Chat", default=True),
        st.Page(LIBRARY, title="Library", url_path="library"),
        st.Page(SEARCH, title="Search", url_path="search"),
        st.Page(EVALUATION, title="Evaluation", url_path="evaluation"),
    ],
    position="hidden",  # the sidebars link to each other
).run()
