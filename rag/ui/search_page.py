"""The page of the search: passages as one types, without an answer."""

import streamlit as st

from rag.ui import index_panel, limits, navigation, search_view
from rag.ui.backend import visitor_backend

navigation.begin("Search")
limits.follow_address()
backend = visitor_backend()

with st.sidebar:
    navigation.show(backend)
    limits.show_fields(backend)
    index_panel.show(backend)
search_view.show(backend)
