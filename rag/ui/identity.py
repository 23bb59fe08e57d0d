"""Who the visitor of this browser tab is, and the page that asks to log in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import streamlit as st

from rag.config import Config
from rag.ui.escape import escape
from rag.ui.visitors import OWNER, Visitor, new_visitor, signer_of, visitor_named

KEY = "visitor"  # of a tab whose browser takes no cookie


def current_visitor(config: Config) -> Visitor | None:
    """Return the visitor of this tab; None where a login is configured and has not been done.

    With `public_name` that is, in this order: the owner, whom the provider has let in, whom the
    cookie names, and else someone who is known to this tab alone.
    """
    if not config.public_name:
        return OWNER
    known = signer_of(config.home).visitor(st.context.cookies)
    if known is not None and known.is_owner:
        return OWNER
    is_let_in = getattr(st.user, "is_logged_in", None)  # there only where a login is configured
    if is_let_in is not None:
        subject = st.user.get("sub")  # each provider names each user by it; `iss` is the provider
        is_known = is_let_in and subject
        return visitor_named(str(st.user.get("iss")), str(subject)) if is_known else None
    if known is not None:
        return known
    return cast("Visitor", st.session_state.setdefault(KEY, new_visitor()))


def show_login() -> None:
    """Draw the page for who has not logged in: a button for each provider of the secrets."""
    st.title("Footnote", anchor=False)
    st.markdown("Log in to ask the articles.")
    section = st.secrets["auth"]
    for name in [each for each in section if isinstance(section[each], Mapping)] or [None]:
        label = f"Log in with {escape(name)}" if name else "Log in"
        st.button(label, type="primary", on_click=st.login, args=(name,) if name else ())


def show_logout(visitor: Visitor) -> None:
    """Draw the way out for who has logged in."""
    if not visitor.is_owner and getattr(st.user, "is_logged_in", False):
        st.button("Log out", icon=":material/logout:", type="tertiary", on_click=st.logout)
