"""The chat: `streamlit run app.py`, or `python -m rag chat`, which also opens the browser.

This file only says how the page of `rag/ui/page.py` is served.
"""

import sys

import streamlit as st
from starlette.middleware import Middleware

from rag.config import load_config
from rag.errors import RagError
from rag.ui.page_errors import log_to_terminal, show_error
from rag.ui.server import check_address
from rag.ui.web import HostOriginGuard, SecurityHeaders, inline_script_hashes

log_to_terminal()
try:
    config = load_config()
    check_address(st.get_option("server.address"), public_name=config.public_name)
except RagError as error:
    sys.exit(error.message)

app = st.App(
    "rag/ui/page.py",
    middleware=[
        Middleware(
            SecurityHeaders,
            script_hashes=inline_script_hashes(),
            public_name=config.public_name,
        ),
        Middleware(HostOriginGuard, public_name=config.public_name),
    ],
    on_script_error=show_error,
)
