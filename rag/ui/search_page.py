"""The page of the search: passages as one types, without an answer."""

import streamlit as st

from rag.ui import index_panel, limits, navigation, search_view
from rag.ui.backend import visitor_backend
from rag.ui.sidebar import ICON

st.set_page_config(page_title="Search · Footnote", page_icon=str(ICON), layout="centered")
limits.keep_choices()
backend = visitor_backend()

with st.sidebar:
    st.markdown("### Footnote")
    navigation.show(backend)
    limits.show_fields(backend)
    index_panel.show(backend)
search_view.show(backend)
