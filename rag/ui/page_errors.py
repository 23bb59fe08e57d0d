"""What the page says when it fails itself: one sentence, the details go to the log."""

from __future__ import annotations

import logging

import streamlit as st

from rag.errors import RagError
from rag.ui.escape import escape

_logger = logging.getLogger(__name__)


def show_error(error: Exception) -> bool:
    """Show an error in one sentence; True says that it has been shown."""
    if isinstance(error, RagError):
        st.error(escape(error.message))
    else:
        _logger.error("The page failed.", exc_info=error)
        st.error("The page could not be drawn. Reload it; if that fails, the log says why.")
    return True
