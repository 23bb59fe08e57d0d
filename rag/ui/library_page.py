"""The page of the library: all articles, or one of them to read."""

import streamlit as st

from rag.ui import index_panel, library_article, library_list, limits, navigation
from rag.ui.backend import visitor_backend
from rag.ui.library_state import opened_article
from rag.ui.sidebar import ICON

limits.keep_choices()
backend = visitor_backend()
article_id = opened_article()
st.set_page_config(page_title="Library · Footnote", page_icon=str(ICON), layout="wide")

with st.sidebar:
    st.markdown("### Footnote")
    navigation.show(backend)
    index_panel.show(backend)
if article_id:
    library_article.show(backend, article_id)
else:
    library_list.show(backend)
