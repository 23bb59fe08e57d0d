"""The article beside the chat, open at a quote of an answer."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.records import Quote
from rag.ui.components import show_article
from rag.ui.conversations import Conversation
from rag.ui.state import Opened, open_quote, opened_quote
from rag.ui.views import article_data, openable

if TYPE_CHECKING:
    from rag.ui.asking import Job
    from rag.ui.backend import Backend

KEY = "article"


def show(backend: Backend, conversation: Conversation | None, job: Job | None) -> None:
    """Draw the article of the quote that is open, if one is."""
    opened = opened_quote()
    if opened is None or conversation is None:
        return
    quotes = _quotes(conversation, job, opened)
    if opened.index >= len(quotes):
        open_quote(None)
        st.rerun()
    quote = quotes[opened.index]
    show_article(
        article_data(
            quotes,
            opened.index,
            today=date.today(),  # noqa: DTZ011 - the reader's day, on the reader's machine
            find=backend.article,
            absence=absence(backend, quote),
        ),
        key=KEY,
        on_go=partial(_go, opened),
    )


def _quotes(conversation: Conversation, job: Job | None, opened: Opened) -> tuple[Quote, ...]:
    if job is not None and job.exchange.id == opened.exchange_id:
        return openable(None, job.sentences)
    exchange = conversation.exchange(opened.exchange_id)
    return openable(exchange.answer) if exchange else ()


def absence(backend: Backend, quote: Quote) -> str:
    """Say why an article cannot be shown as it was; used only where it cannot."""
    snapshot, error = backend.snapshot()
    if snapshot is None:
        return f"The index cannot be read now ({error.code if error else ''})."
    if backend.article(quote.article_id) is None:
        return "This article is no longer in the corpus."
    return "This article has changed since the answer."


def _go(opened: Opened) -> None:
    where = st.session_state[KEY]["go"]["where"]
    if where == "close":
        open_quote(None)
    else:
        step = 1 if where == "next" else -1
        open_quote(Opened(opened.exchange_id, max(0, opened.index + step)))
