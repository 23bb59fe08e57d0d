"""What the page says when it fails itself: one sentence, the details go to the terminal."""

from __future__ import annotations

import logging

import streamlit as st

from rag.errors import RagError
from rag.redaction import without_secrets
from rag.ui.escape import escape, plain

HANDLER = "footnote-terminal"

_logger = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    """Takes secrets and what a terminal obeys out of whole records, their tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(without_secrets(super().format(record)))


def log_to_terminal() -> None:
    """Write what Footnote warns of, errors with their tracebacks, to this process's stderr."""
    logger = logging.getLogger("rag")
    if any(handler.name == HANDLER for handler in logger.handlers):
        return
    handler = logging.StreamHandler()
    handler.name = HANDLER
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)


def show_error(error: Exception) -> bool:
    """Show an error in one sentence; True says that it has been shown."""
    if isinstance(error, RagError):
        st.error(escape(error.message))
    else:
        _logger.error("The page failed.", exc_info=error)
        st.error(
            "The page could not be drawn. Reload it; if that fails, the terminal that runs "
            "Footnote says why."
        )
    return True
