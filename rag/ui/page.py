"""The pages of the app and which one is drawn. Started by `app.py`."""

import streamlit as st

from rag.ui import backend, identity
from rag.ui.pages import CHAT, EVALUATION, LIBRARY, SEARCH

visitor = identity.current_visitor(backend.shared_backend().config)
if visitor is None:
    identity.show_login()
    st.stop()

pages = [
    st.Page(CHAT, title="Chat", default=True),
    st.Page(LIBRARY, title="Library", url_path="library"),
    st.Page(SEARCH, title="Search", url_path="search"),
]
if visitor.is_owner:
    pages.append(st.Page(EVALUATION, title="Evaluation", url_path="evaluation"))
st.navigation(pages, position="hidden").run()  # the sidebars link to each other
