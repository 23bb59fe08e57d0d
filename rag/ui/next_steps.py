"""What a person can do after an answer: have it anyway, ask on, look at the articles, rebuild."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.records import Filters, Outcome
from rag.ui import limits, wording
from rag.ui.conversations import Conversation, Exchange
from rag.ui.escape import escape
from rag.ui.navigation import LIBRARY, SETTINGS

if TYPE_CHECKING:
    from rag.ui.backend import Backend

MEANT: frozenset[Outcome] = frozenset({"unsure", "not_in_articles"})


def show(
    backend: Backend,
    conversation: Conversation,
    exchange: Exchange,
    *,
    is_last: bool,
    ask: Callable[[str], None],
) -> None:
    """Draw the buttons below an answer; `ask` is called with the question that is chosen."""
    answer = exchange.answer
    if answer is None:
        return
    if answer.outcome == "unsure" and not exchange.is_accepted:
        st.button(
            "Answer anyway",
            key=f"accept-{exchange.id}",
            icon=":material/done:",
            on_click=partial(_accept, backend, conversation, exchange),
        )
    if answer.outcome in MEANT and is_last and exchange.filters != Filters():
        _show_limits(backend, exchange, ask)
    if answer.outcome == "about" and is_last:
        _show_corpus_actions(backend, exchange)
    is_limited = answer.outcome in MEANT and exchange.filters != Filters()
    if is_last and answer.suggestions and not is_limited:  # they are of all articles
        with st.container(gap="xsmall", key=f"next-{exchange.id}"):
            st.caption("Did you mean" if answer.outcome in MEANT else "Ask next")
            _show_questions(exchange, answer.suggestions, ask)


def _show_limits(backend: Backend, exchange: Exchange, ask: Callable[[str], None]) -> None:
    """Say in how many articles was looked, and offer to look in all."""
    left, total = limits.articles_left(backend, exchange.filters)
    if left == total:
        return
    st.caption(f"Looked in {left:,} of {wording.count(total, 'article')} only, within the limits.")
    st.button(
        "Ask again without limits",
        key=f"unlimited-{exchange.id}",
        icon=":material/filter_list_off:",
        on_click=partial(_ask_unlimited, exchange.question, ask),
    )


def _ask_unlimited(question: str, ask: Callable[[str], None]) -> None:
    limits.clear()
    ask(question)


def _accept(backend: Backend, conversation: Conversation, exchange: Exchange) -> None:
    accepted = dataclasses.replace(exchange, is_accepted=True)
    backend.conversations.put(conversation.id, accepted)


def _show_corpus_actions(backend: Backend, exchange: Exchange) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(LIBRARY, label="Show the articles", icon=":material/library_books:")
        if backend.visitor.is_owner:
            st.button(
                "Rebuild the index",
                key=f"rebuild-{exchange.id}",
                icon=":material/sync:",
                type="tertiary",
                disabled=backend.builder.state.is_running,
                on_click=backend.builder.start,
            )
            st.page_link(SETTINGS, label="Open Settings", icon=":material/settings:")


def _show_questions(
    exchange: Exchange, questions: tuple[str, ...], ask: Callable[[str], None]
) -> None:
    for number, question in enumerate(questions):
        st.button(
            escape(question),
            key=f"next-{number}-{exchange.id}",
            icon=":material/arrow_forward:",
            type="tertiary",
            on_click=partial(ask, question),
        )
