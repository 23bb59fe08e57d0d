"""The article beside the chat, open at a quote of an answer."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rag.records import Quote, Sentence
from rag.ui.article_view import article_data
from rag.ui.components import show_article
from rag.ui.conversations import Conversation
from rag.ui.state import Opened, open_quote, opened_quote
from rag.ui.views import marks_in, openable

if TYPE_CHECKING:
    from rag.ui.asking import Job
    from rag.ui.backend import Backend

KEY = "article"


def show(backend: Backend, conversation: Conversation | None, job: Job | None) -> None:
    """Draw the article of the quote that is open, if one is."""
    opened = opened_quote()
    if opened is None or conversation is None:
        return
    quotes, sentences = _openable(conversation, job, opened)
    if opened.index >= len(quotes):
        open_quote(None)
        st.rerun()
    quote = quotes[opened.index]
    show_article(
        article_data(
            quotes,
            opened.index,
            marks=marks_in(quote, sentences),
            today=date.today(),  # noqa: DTZ011 - the reader's day, on the reader's machine
            find=backend.article,
            absence=absence(backend, quote),
        ),
        key=KEY,
        on_go=partial(_go, opened),
    )


def _openable(
    conversation: Conversation, job: Job | None, opened: Opened
) -> tuple[tuple[Quote, ...], tuple[Sentence, ...]]:
    """Return the quotes that a click can open, and the sentences that carry them."""
    if job is not None and job.exchange.id == opened.exchange_id:
        return openable(None, job.sentences), job.sentences
    exchange = conversation.exchange(opened.exchange_id)
    if exchange is None or exchange.answer is None:
        return (), ()
    return openable(exchange.answer), exchange.answer.sentences


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
