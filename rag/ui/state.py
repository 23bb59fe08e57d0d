"""What the address of a tab names: a conversation, an answer of it, the quote that is open.

…/?c=CONVERSATION&answer=ANSWER&quote=2. What a person copies as a link has the answer alone; it
leads to its conversation for whom that is theirs, and for nobody else.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from rag.ui.conversations import Conversation

if TYPE_CHECKING:
    from rag.ui.asking import Job
    from rag.ui.backend import Backend

ADDRESS_KEY, ANSWER_KEY, QUOTE_KEY = "c", "answer", "quote"
ASK_KEY, ONLY_KEY = "ask", "only"  # what a link puts into the box, and limits to; done once
NOT_YOURS = "The answer of this link is not among your conversations, or it was deleted."
SAME_PRESS_S = 5.0  # the two messages of one press were taken up to 1.5 s apart on a busy machine
LONGEST_NUMBER = 6  # digits of a quote's number


@dataclass(frozen=True, slots=True)
class Opened:
    """The quote that is open: the exchange, and the index among its openable quotes."""

    exchange_id: str
    index: int


def current_conversation(backend: Backend) -> tuple[Conversation | None, Job | None]:
    """Return the conversation that the address names, and what is being answered in it.

    The job is looked up first: an answer that ends in between is then on disk.
    """
    conversation_id = st.query_params.get(ADDRESS_KEY) or _conversation_of_answer(backend)
    st.session_state["last"] = conversation_id or ""
    if not conversation_id:
        return None, None
    job = backend.asker.job(backend.shelf, conversation_id)
    conversation = backend.conversations.load(conversation_id)
    if conversation is None:
        go_to(None)
    return conversation, job


def go_to(conversation_id: str | None) -> None:
    """Show another conversation, or the start."""
    open_quote(None)
    if conversation_id is None:
        st.query_params.pop(ADDRESS_KEY, None)
    else:
        st.query_params[ADDRESS_KEY] = conversation_id


def _conversation_of_answer(backend: Backend) -> str | None:
    """Return the conversation of the answer that a link names, and put it into the address."""
    answer = pointed_answer()
    if not answer:
        return None
    found = backend.conversations.with_exchange(answer)
    if found is None:
        go_to(None)
        set_notice(NOT_YOURS)
        return None
    st.query_params[ADDRESS_KEY] = found
    return found


def answer_address(conversation_id: str, exchange_id: str) -> dict[str, str]:
    """Return the parameters of the address that shows an answer."""
    return {ADDRESS_KEY: conversation_id, ANSWER_KEY: exchange_id}


def pointed_answer() -> str:
    """Return the exchange that the address names, or nothing."""
    return st.query_params.get(ANSWER_KEY, "")


def last_conversation() -> str:
    """Return the conversation that this tab showed last, or nothing."""
    return cast("str", st.session_state.get("last", ""))


def opened_quote() -> Opened | None:
    """Return the quote that is open beside the chat."""
    exchange, number = pointed_answer(), st.query_params.get(QUOTE_KEY, "")
    if not exchange or not number.isdecimal() or not 0 < len(number) < LONGEST_NUMBER:
        return None
    return Opened(exchange, max(0, int(number) - 1))


def open_quote(opened: Opened | None) -> None:
    """Open a quote beside the chat, or close the article."""
    for key in (ANSWER_KEY, QUOTE_KEY):
        if key in st.query_params:
            del st.query_params[key]
    if opened is not None:
        st.query_params[ANSWER_KEY] = opened.exchange_id
        st.query_params[QUOTE_KEY] = str(opened.index + 1)


def notice() -> str:
    """Return what the last question was refused with, once it was not taken."""
    return cast("str", st.session_state.get("notice", ""))


def set_notice(message: str, *, is_for_now: bool = False) -> None:
    """Say why the last question was not taken; `is_for_now` until no answer is waited for."""
    st.session_state["notice"] = message
    st.session_state["notice_is_for_now"] = is_for_now


def end_waiting() -> None:
    """Take away what was said for as long as an answer is waited for."""
    if st.session_state.get("notice_is_for_now"):
        set_notice("")


def note_sent(press: tuple[str, int, str], conversation_id: str) -> None:
    """Remember what this tab asked last, where on the page as it was, when, and where it is now."""
    st.session_state["sent"] = (press, time.monotonic(), conversation_id)


def sent_again(press: tuple[str, int, str]) -> str:
    """Return the conversation in which this tab asked just that a moment ago, or nothing."""
    last, when, conversation_id = st.session_state.get("sent", (None, 0.0, ""))
    is_same = press == last and time.monotonic() - when < SAME_PRESS_S
    return cast("str", conversation_id) if is_same else ""


def ask_for_focus() -> None:
    """Let the keyboard stand in the question box at the next drawing."""
    st.session_state["focuses"] = focuses() + 1


def focuses() -> int:
    """Return how often the box was asked to take the keyboard."""
    return cast("int", st.session_state.get("focuses", 0))


def tab_id() -> str:
    """Return what tells this tab from others."""
    return cast("str", st.session_state.setdefault("tab", secrets.token_hex(8)))
