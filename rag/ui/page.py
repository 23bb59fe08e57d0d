"""The pages of the app and which one is drawn. Started by `app.py`."""

import streamlit as st

from rag.ui.pages import CHAT, EVALUATION

st.navigation(
    [
        st.Page(CHAT, title="Chat", default=True),
        st.Page(EVALUATION, title="Evaluation", url_path="evaluation"),
    ],
    position="hidden",  # the sidebars link to each other
).run()
