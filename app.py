"""The chat: `streamlit run app.py`, or `python -m rag chat`, which also opens the browser.

This file only says how the page of `rag/ui/page.py` is served, and the API beside it.
"""

import sys

import streamlit as st

from rag.config import load_config
from rag.errors import RagError
from rag.ui.layers import layers, load_ahead, routes
from rag.ui.page_errors import log_to_terminal, show_error
from rag.ui.server import check_address
from rag.ui.slow_clients import watch_connections

log_to_terminal()
try:
    config = load_config()
    check_address(st.get_option("server.address"), public_name=config.public_name)
    in_front, beside = layers(config), routes(config)
except RagError as error:
    sys.exit(error.message)

watch_connections()
app = st.App(
    "rag/ui/page.py",
    lifespan=load_ahead,
    middleware=in_front,
    routes=beside,
    on_script_error=show_error,
)
