"""Serves the chat of app.py, but tries one question to start with: each takes a second."""

import streamlit as st

import app as served
from rag.ui import suggestions

suggestions.OFFERED = 1

app = st.App(
    suggestions.__file__.replace("suggestions.py", "page.py"),
    lifespan=served.load_ahead,
    middleware=served.in_front,
    routes=served.beside,
    on_script_error=served.show_error,
)
