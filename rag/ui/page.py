"""The pages of the app and which one is drawn. Started by `app.py`."""

import streamlit as st

from rag.ui import backend, identity
from rag.ui.components import show_page
from rag.ui.navigation import CHAT, EVALUATION, LIBRARY, SEARCH, SETTINGS
from rag.ui.state import ADDRESS_KEY, focuses

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
    pages.append(st.Page(SETTINGS, title="Settings", url_path="settings"))
opened = st.navigation(pages, position="hidden")  # the sidebars link to each other
show_page(
    {
        "place": f"{opened.url_path}?{st.query_params.get(ADDRESS_KEY, '')}",
        "focuses": focuses(),
        "theme": backend.shared_backend().config.theme,
        "paths": [f"/{page.url_path}" for page in pages],
    }
)
opened.run()
