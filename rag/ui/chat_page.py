"""The page of the chat, read from top to bottom at every turn."""

import streamlit as st

from rag.ui import article_pane, chat, limits, navigation, sidebar
from rag.ui.backend import visitor_backend
from rag.ui.state import current_conversation, opened_quote

backend = visitor_backend()
conversation, job = current_conversation(backend)
chat.take_up_link()
limits.follow_address()
is_article_open = conversation is not None and opened_quote() is not None
navigation.begin(conversation.title if conversation else "", is_wide=is_article_open)

# The same two columns at every turn: opening an article moves the answers, not remakes them.
weights = [7, 6] if is_article_open else [1000, 1]
chat_column, article_column = st.columns(weights, gap="medium" if is_article_open else None)

with st.sidebar:
    sidebar.show(backend, conversation)
with chat_column:
    chat.show(backend, conversation, job)
with article_column:
    article_pane.show(backend, conversation, job)
st.fragment(chat.watch, run_every=chat.WATCH_S)(backend, backend.conversations.stamp)
with st.bottom:
    box_column, _ = st.columns(weights, gap="medium" if is_article_open else None)
    with box_column:
        chat.show_box(backend, conversation, job)
