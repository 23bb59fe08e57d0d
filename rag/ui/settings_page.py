"""The page of the settings, for the owner alone."""

import streamlit as st

from rag.ui import index_panel, limits, navigation, settings_model, settings_view
from rag.ui.backend import visitor_backend

navigation.begin("Settings")
limits.keep_choices()
backend = visitor_backend()

with st.sidebar:
    navigation.show(backend)
    index_panel.show(backend)
settings_view.show(backend)
settings_model.show(backend)
