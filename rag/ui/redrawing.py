"""Draws the page anew when something has changed behind it, but not under who types in a dialog.

A dialog is a new one after the page was drawn anew: what was typed and not yet sent is gone.
"""

import streamlit as st

_HELD = "redrawing_held"


def begin() -> None:
    """Let the page be drawn anew; every page begins with this."""
    st.session_state[_HELD] = False


def hold() -> None:
    """Keep the page as it is while the dialog that calls this is open; closing it runs the page."""
    st.session_state[_HELD] = True


def redraw() -> None:
    """Draw the page anew, unless a dialog holds it."""
    if not st.session_state.get(_HELD):
        st.rerun()
