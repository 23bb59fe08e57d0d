"""The page of the library: all articles, or one of them to read."""

import streamlit as st

from rag.ui import index_panel, library_article, library_list, limits, navigation
from rag.ui.backend import visitor_backend
from rag.ui.library_state import opened_article

limits.keep_choices()
backend = visitor_backend()
article_id = opened_article()
navigation.begin("Library", is_wide=True)

with st.sidebar:
    navigation.show(backend)
    index_panel.show(backend)
if article_id:
    library_article.show(backend, article_id)
else:
    library_list.show(backend)
