"""What one browser tab remembers: the conversation in its address, and the quote that is open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from rag.ui.conversations import Conversation

if TYPE_CHECKING:
    from rag.ui.asking import Job
    from rag.ui.backend import Backend

ADDRESS_KEY = "c"  # …/?c=0123456789abcdef


@dataclass(frozen=True, slots=True)
class Opened:
    """The quote that is open: the exchange, and the index among its openable quotes."""

    exchange_id: str
    index: int


def current_conversation(backend: Backend) -> tuple[Conversation | None, Job | None]:
    """Return the conversation that the address names, and what is being answered in it.

    The job is looked up first: an answer that ends in between is then on disk.
    """
    conversation_id = st.query_params.get(ADDRESS_KEY)
    st.session_state["last"] = conversation_id or ""
    if not conversation_id:
        return None, None
    job = backend.asker.job(backend.shelf, conversation_id)
    conversation = backend.conversations.load(conversation_id)
    if conversation is None:
        st.query_params.clear()
    return conversation, job


def go_to(conversation_id: str | None) -> None:
    """Show another conversation, or the start."""
    open_quote(None)
    if conversation_id is None:
        st.query_params.clear()
    else:
        st.query_params[ADDRESS_KEY] = conversation_id


def last_conversation() -> str:
    """Return the conversation that this tab showed last, or nothing."""
    return cast("str", st.session_state.get("last", ""))


def opened_quote() -> Opened | None:
    """Return the quote that is open beside the chat."""
    return cast("Opened | None", st.session_state.get("opened"))


def open_quote(opened: Opened | None) -> None:
    """Open a quote beside the chat, or close the article."""
    st.session_state["opened"] = opened


def notice() -> str:
    """Return what the last question was refused with, once it was not taken."""
    return cast("str", st.session_state.get("notice", ""))


def set_notice(message: str) -> None:
    """Say why the last question was not taken."""
    st.session_state["notice"] = message


def tab_id() -> str:
    """Return what tells this tab from others."""
    return cast("str", st.session_state.setdefault("tab", secrets.token_hex(8)))
